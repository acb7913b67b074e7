"""What the services give the views: frozen rows and files, safe to hand from thread to thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from desktop.domain.cases import CaseType, Phase
from desktop.domain.changes import Changes
from desktop.domain.components import ComponentState, Vitals
from desktop.domain.ids import NO_KEY, ComponentId, Kind, LocalKey, OpId, Uprn
from desktop.domain.payments import PaymentState
from desktop.domain.people import Person
from desktop.domain.places import Place
from desktop.maps.clusters import Spot

Sort = Literal["due", "updated"]
Colour = Literal["cases", "maps", "payments", "addresses", "messages", "partners"]
"""The kind of component a fact came from, as `TOKENS.md` colours it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where the next page begins: the sort value and key of the last row."""

    value: int
    key: LocalKey


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases, and in which order. Empty fields do not narrow; `bbox` is south, west, north, east in degrees."""

    assignee: str = ""
    open_only: bool = True
    text: str = ""
    phases: frozenset[Phase] = frozenset()
    components: frozenset[ComponentId] = frozenset()
    bbox: tuple[float, float, float, float] | None = None
    sort: Sort = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of a list of cases; `pending` while an edit of it waits to be sent."""

    key: LocalKey
    component: ComponentId
    reference: str
    title: str
    service_name: str
    phase: Phase
    status: str
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None
    address: str
    ward: str
    assignee: str
    reporter: str
    lat: float | None
    lon: float | None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Some rows in order, and where the next begin (None after the last)."""

    rows: tuple[CaseRow, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFound:
    """What the map shows of a query. `rows` are some of it, for the list; `total` is without the box, None if not known.

    `in_view` is exact; or about right, for squares at the edge are counted whole; or less than there are.
    """

    rows: tuple[CaseRow, ...]
    spots: tuple[Spot, ...]
    in_view: int
    counted: Literal["exact", "about", "at least"]
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """One line of a timeline. `target` is what a click opens; `pending` while it waits to be sent."""

    at: datetime
    colour: Colour
    component: ComponentId
    title: str
    detail: str
    target: tuple[Kind, LocalKey] | None = None
    pending: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One field that the officer and somebody else both changed. Both values are kept until the officer chooses."""

    op: OpId
    field: str
    before: str
    mine: str
    theirs: str
    mine_at: datetime
    theirs_at: datetime | None
    theirs_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOp:
    """One line of the outbox.

    `mendable` where it can be brought back into its form; `along` says in words what else goes when it is given up.
    """

    op: OpId
    act: str
    subject: str
    kind: Kind
    key: LocalKey
    made_at: datetime
    state: Literal["waiting", "sending", "conflict", "refused", "unknown"]
    tries: int = 0
    error: str = ""
    next_try: datetime | None = None
    mendable: bool = False
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All of one case. `statuses` are the component's words that an officer may set.

    `assignable` says whether an officer may say here who handles it, `takes_notes` whether its component takes notes.
    `answered` is False where its component took it and will never say anything of it.
    """

    row: CaseRow
    component_name: str
    outside_id: str
    fetched_at: datetime | None
    description: str
    status_note: str
    team: str
    place: Place | None
    reporter: Person | None
    reporter_key: LocalKey = NO_KEY
    statuses: tuple[str, ...] = ()
    timeline: tuple[TimelineItem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    ops: tuple[PendingOp, ...] = ()
    assignable: bool = False
    takes_notes: bool = True
    answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """What one component says of a resident. `found` is None until it has been asked."""

    component: ComponentId
    name: str
    colour: Colour
    state: ComponentState
    found: int | None
    as_of: datetime | None
    latency_ms: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment. `pending` while its making, cancelling or refund waits to be sent."""

    key: LocalKey
    component: ComponentId
    reference: str
    description: str
    amount: int
    state: PaymentState
    code: str
    message: str
    email: str
    payer: str
    card: str
    provider_id: str
    next_url: str
    refundable: int
    refunded: int
    created_at: datetime
    pending: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One resident, joined up over all components. `matched_by` says in words why the records are one person."""

    key: LocalKey
    person: Person
    matched_by: str
    records: int
    household: tuple[tuple[LocalKey, Person], ...]
    chips: tuple[Chip, ...]
    timeline: tuple[TimelineItem, ...]
    cases: tuple[CaseRow, ...]
    payments: tuple[PaymentRow, ...]
    places: tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One line of the search box. `target` is the record, or the UPRN text for a place with no record."""

    kind: Kind
    key: LocalKey
    title: str
    detail: str
    component: ComponentId = ComponentId("")
    uprn: Uprn = Uprn("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatus:
    """A component as the status bar and the forms see it. `attribution` must be shown beside its data, "" for none."""

    id: ComponentId
    name: str
    plugin: str
    colour: Colour
    capabilities: tuple[str, ...]
    services: tuple[str, ...]
    state: ComponentState
    as_of: datetime | None
    latency_ms: int = 0
    error: str = ""
    types: tuple[CaseType, ...] = ()
    vitals: Vitals = field(default_factory=Vitals)
    attribution: str = ""
    default_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A setting or secret as a form asks for it; `pattern` is a regular expression for the whole value, "" for any."""

    name: str
    label: str
    required: bool = False
    default: str = ""
    hint: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginForm:
    """What there is to fill in for a component of a plugin. `tier` is its quality: bronze, silver, gold or platinum."""

    plugin: str
    name: str
    capabilities: tuple[str, ...]
    attribution: str
    tier: str
    settings: tuple[FieldSpec, ...]
    secrets: tuple[FieldSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSummary:
    """The outbox in the status bar: how many wait, and how many need someone. `saved_at` is the last "saved"."""

    waiting: int
    needs_you: int
    saved_at: datetime | None = None
    ops: tuple[PendingOp, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a write did: what changed, the record it made or changed, and the op that waits to be sent."""

    changes: Changes
    key: LocalKey = NO_KEY
    op: OpId | None = None
