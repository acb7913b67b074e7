"""The capabilities as protocols: what an adapter offers, and how its lists and new records come. See `api` for rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar, runtime_checkable

from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft
from desktop.domain.components import Diagnosis
from desktop.domain.directory import Provision, Term
from desktop.domain.disclosure import Disclosure
from desktop.domain.documents import Content, Document, DocumentDraft
from desktop.domain.ids import OutsideId, StaffId, Uprn
from desktop.domain.insight import Insight
from desktop.domain.layers import Bounds, Feature, MapLayer, Tile
from desktop.domain.messages import Message, MessagePreview, MessageStatus, MessageTemplate
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentRequest, Refund
from desktop.domain.people import Person, PersonQuery
from desktop.domain.places import Place, Point
from desktop.domain.referrals import Referral, ReferralStatus
from desktop.domain.team import Assignment, Presence

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of an answer; `cursor` asks for the next one, "" when this is the last.

    `raws` holds the raw body of each item (redacted by the host before it is kept), or is empty.
    """

    items: tuple[T, ...]
    cursor: str = ""
    raws: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What a component answered to a new record.

    `outside_id` is "" where it answered with a `token` to be looked up later, or with nothing at all. `unanswered` says
    that nothing will ever come: it was taken, has no number, and must not be sent again. `reference` is then what those
    who took it know it by, "" for nothing.
    """

    outside_id: OutsideId = OutsideId("")
    token: str = ""
    notice: str = ""
    unanswered: bool = False
    reference: str = ""


@runtime_checkable
class Cases(Protocol):
    """Case management."""

    def types(self) -> tuple[CaseType, ...]:
        """Every kind of case it takes, each with its questions."""
        ...

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Cases changed since a moment, oldest first where it can; all that it gives when None."""
        ...

    def get(self, id: OutsideId) -> Case:
        """One case as it is now. Raises NotFound."""
        ...

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Makes a case."""
        ...

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        """The case that an earlier `create` with this key made at or after `since`, or None when it made none.

        Raises OutcomeUnknown where the component cannot tell: then the officer is asked.
        """
        ...

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:
        """Changes fields (`status`, `description` and what else it takes); gives the case as it is afterwards.

        None where the change was taken and the case could not be read after it: an error means that it was not taken,
        or (OutcomeUnknown) that nobody knows. Raises RemoteConflict where the component knows versions and `version` is
        not the present one.
        """
        ...

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        """The event that an earlier `add_event` or `update` with this key made, or None when it made none."""
        ...

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Events of all cases since a moment, oldest first where it can."""
        ...

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        """Adds a note, or a status change with words."""
        ...


@runtime_checkable
class Addresses(Protocol):
    """Address look-up."""

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        """Places that fit free text, best first."""
        ...

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        """Places at a postcode, whole or in part."""
        ...

    def uprn(self, uprn: Uprn) -> Place:
        """One place. Raises NotFound."""
        ...

    def nearest(self, lat: float, lon: float) -> Place | None:
        """The place nearest to a WGS 84 point, or None."""
        ...


@runtime_checkable
class Payments(Protocol):
    """Card payments on a page of the provider's own."""

    key_lifetime: timedelta
    """How long a repeated `create` with the same key is known as a repeat; zero where it never is."""

    def create(self, request: PaymentRequest, key: str) -> Payment:
        """Makes a payment for someone to pay at its `next_url`."""
        ...

    def get(self, id: OutsideId) -> Payment:
        """One payment as it is now. Raises NotFound."""
        ...

    def search(self, reference: str = "", cursor: str = "", since: datetime | None = None) -> Page[Payment]:
        """Payments by reference or date. It may lag behind `get`: never decide from it."""
        ...

    def cancel(self, id: OutsideId, key: str) -> Payment:
        """Cancels a payment that is not finished."""
        ...

    def refund(self, id: OutsideId, amount: Pence, key: str) -> Refund:
        """Gives money back, in pence."""
        ...

    def refunds(self, id: OutsideId) -> tuple[Refund, ...]:
        """What was given back so far."""
        ...


@runtime_checkable
class MapLayers(Protocol):
    """Layers to lay over the base map."""

    def layers(self) -> tuple[MapLayer, ...]:
        """Every layer it has."""
        ...

    def features(self, layer: OutsideId, bounds: Bounds | None = None, cursor: str = "") -> Page[Feature]:
        """Features of a layer in a box, or all. Raises InvalidInput for a layer of tiles."""
        ...

    def tile(self, layer: OutsideId, z: int, x: int, y: int) -> Tile:
        """One picture by Web Mercator tile numbers (XYZ, y from the north). Raises InvalidInput for a layer of features."""
        ...


@runtime_checkable
class Messages(Protocol):
    """Messages to residents."""

    def templates(self, kind: str = "") -> tuple[MessageTemplate, ...]:
        """Templates that it keeps, of one kind (`sms`, `email`, `letter`) or of all; none where it keeps none."""
        ...

    def preview(self, template: OutsideId, fields: Mapping[str, str]) -> MessagePreview:
        """What a resident would read. Fields that are not given are named in `missing`."""
        ...

    def send(self, message: Message, key: str, disclosure: Disclosure) -> MessageStatus:
        """Sends a message. `key` is its reference at the component, by which `find_sent` finds it again."""
        ...

    def find_sent(self, key: str, kind: str = "") -> MessageStatus | None:
        """The message that an earlier `send` with this key sent, or None when it sent none.

        Raises OutcomeUnknown where the component cannot tell: then the officer is asked.
        """
        ...

    def status(self, id: OutsideId) -> MessageStatus:
        """How a message fares. Raises NotFound, also where the component has forgotten it by now."""
        ...

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[MessageStatus]:
        """Messages and how they fare, newest first where it can, so that none is forgotten unread."""
        ...


@runtime_checkable
class Directory(Protocol):
    """Services that residents can be pointed to."""

    def services(
        self,
        query: str = "",
        near: Point | None = None,
        postcode: str = "",
        radius: float = 0.0,
        terms: tuple[str, ...] = (),
        age: int | None = None,
        cursor: str = "",
    ) -> Page[Provision]:
        """Services that fit: words, within `radius` metres of a point or postcode (0 for the component's own), terms, age."""
        ...

    def service(self, id: OutsideId) -> Provision:
        """One service, whole. Raises NotFound."""
        ...

    def terms(self, cursor: str = "") -> Page[Term]:
        """The words that services are found by."""
        ...


@runtime_checkable
class Referrals(Protocol):
    """Referrals to a partner's service."""

    def refer(self, referral: Referral, key: str, disclosure: Disclosure) -> ReferralStatus:
        """Makes a referral. The same key again is the same referral, or OutcomeUnknown."""
        ...

    def status(self, id: OutsideId) -> ReferralStatus:
        """Where a referral stands. Raises NotFound."""
        ...

    def revoke(self, id: OutsideId, reason: str, key: str) -> ReferralStatus:
        """Takes a referral back, with the reason."""
        ...


@runtime_checkable
class People(Protocol):
    """A register of people."""

    def find(self, query: PersonQuery) -> Page[Person]:
        """People who fit.

        Raises InvalidInput where too many fit: more must be asked for.
        """
        ...

    def get(self, id: OutsideId) -> Person:
        """One person. `outside_id` of what comes back may be another, where the id was superseded. Raises NotFound."""
        ...


@runtime_checkable
class InsightSource(Protocol):
    """What a partner knows of a place."""

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """What is known of a WGS 84 point and within `radius` metres of it; 0 for the component's own reach."""
        ...


@runtime_checkable
class Documents(Protocol):
    """Documents of a case."""

    def list(self, case: OutsideId) -> tuple[Document, ...]:
        """The documents of a case, without their bodies."""
        ...

    def get(self, id: OutsideId) -> Content:
        """One document with its body. Raises NotFound."""
        ...

    def put(self, document: DocumentDraft, version: str, key: str, disclosure: Disclosure) -> Document:
        """Keeps a new document, or a new version of one.

        Raises RemoteConflict where `version` is not the present one; "" is for a new document only.
        """
        ...


@runtime_checkable
class Team(Protocol):
    """Who works on what."""

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Assignment]:
        """Assignments changed since a moment."""
        ...

    def assign(self, case: OutsideId, officer: StaffId, key: str) -> Assignment:
        """Assigns a case."""
        ...

    def release(self, case: OutsideId, key: str) -> Assignment:
        """Takes a case from whoever has it."""
        ...

    def presence(self, record: OutsideId) -> tuple[Presence, ...]:
        """Who has a record open; empty where the component does not know."""
        ...


@runtime_checkable
class Checked(Protocol):
    """What every adapter offers, whatever its capabilities; called as `component.check`."""

    def check(self) -> Diagnosis:
        """Asks the component something small that needs its settings and secrets; says what was learnt of it.

        Raises what any call may: the connection test shows it as it is.
        """
        ...


PROTOCOLS: Mapping[str, type] = {
    "cases": Cases,
    "addresses": Addresses,
    "payments": Payments,
    "map_layers": MapLayers,
    "messages": Messages,
    "directory": Directory,
    "referrals": Referrals,
    "people": People,
    "insight": InsightSource,
    "documents": Documents,
    "team": Team,
}
"""The protocol of each capability, by name."""

COMMON: Mapping[str, type] = {"component": Checked}
"""What every adapter offers besides, called as a capability is."""


def find_part(adapter: object, capability: str) -> object | None:
    """What of an adapter offers a capability: its attribute of that name where it has one, else the adapter itself.

    None where neither has the methods. Two capabilities whose methods share a name need an attribute each.
    """
    protocol = COMMON.get(capability) or PROTOCOLS[capability]
    own = getattr(adapter, capability, None)
    return next((part for part in (own, adapter) if isinstance(part, protocol)), None)
