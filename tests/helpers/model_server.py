"""A small case system as a plain object, with a network in front of it that fails as told.

Written apart from Citytown and from `desktop.sync`: it shares nothing with them but the adapter protocol. It has no
versions and no idempotency, as Open311 has none: what arrives twice is done twice, and is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from desktop.adapters.api import Created, Page
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft, phase_of
from desktop.domain.errors import InvalidInput, NotFound, NotReady, OutcomeUnknown
from desktop.domain.ids import OutsideId

T = TypeVar("T")
POISON = "poison"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 3


@dataclass(frozen=True)
class Effect:
    """One write that took place: whose op it was, and what stood there when it was sent.

    One that arrives late may find something else there. With no versions neither side can tell.
    """

    key: str
    act: str
    case: str
    values: Mapping[str, str]
    before: Mapping[str, str]


@dataclass
class Server:
    """The truth: cases, events, and every write that took place, in order."""

    clock: Callable[[], datetime]
    cases: dict[str, Case] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    own_reference: dict[str, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    ticks: int = 0

    def now(self) -> datetime:
        """A time that grows with every write."""
        self.ticks += 1
        return self.clock() + timedelta(milliseconds=self.ticks)

    def make(self, key: str, draft: CaseDraft) -> str:
        """A new case."""
        number = f"C{len(self.cases) + 1}"
        at = self.now()
        self.cases[number] = Case(
            outside_id=OutsideId(number),
            reference=number,
            service_code=draft.service_code,
            service_name="Bins",
            title=draft.title,
            description=draft.description,
            status="open",
            opened_at=at,
            updated_at=at,
        )
        self.own_reference[key] = number
        self.effects.append(Effect(key, "create", number, {"description": draft.description}, {}))
        return number

    def stands(self, number: str, names: Iterable[str]) -> dict[str, str]:
        """What fields of a case say now."""
        return {name: str(getattr(self.cases[number], name)) for name in names}

    def change(
        self, key: str, number: str, values: Mapping[str, str], *, when_sent: Mapping[str, str] | None = None
    ) -> None:
        """Some fields of a case. `when_sent` is what they said when the request went out, where that was earlier."""
        case = self.cases[number]
        before = when_sent or self.stands(number, values)
        status = values.get("status", case.status)
        self.cases[number] = replace(
            case,
            status=status,
            phase=phase_of(status),
            title=values.get("title", case.title),
            description=values.get("description", case.description),
            updated_at=self.now(),
        )
        self.effects.append(Effect(key, "update", number, dict(values), before))

    def note(self, key: str, number: str, text: str) -> str:
        """A note on a case."""
        id = f"E{len(self.events) + 1}"
        self.events.append(
            Event(outside_id=OutsideId(id), case_id=OutsideId(number), at=self.now(), text=text, author=key)
        )
        self.effects.append(Effect(key, "note", number, {"text": text}, {}))
        return id


@dataclass
class Network:
    """What happens to the next requests. `late` are writes that arrive after their sender gave up, with their time."""

    plan: list[str] = field(default_factory=list)
    late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    down: bool = False
    between: Callable[[], None] | None = None
    lateness: float = 20.0

    def next_fault(self) -> str:
        """The fault of this request: ok, drop, lose, fail, late, or unseen (a case just made is not shown yet)."""
        if self.down:
            return "drop"
        return self.plan.pop(0) if self.plan else "ok"


class ModelCases:
    """The adapter of one desk to the model server."""

    def __init__(self, server: Server, network: Network, now: Callable[[], float]) -> None:
        self.server = server
        self.network = network
        self._now = now
        self.sent_keys: list[str] = []
        self._just_made = ""

    # ==== reads ====
    def types(self) -> tuple[CaseType, ...]:
        return (CaseType(code="bin", name="Bins", statuses=("open", "planned", "fixed", "closed", POISON)),)

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        self._read()
        found = sorted(
            (c for c in self.server.cases.values() if since is None or (c.updated_at or EPOCH) >= since),
            key=lambda case: case.outside_id,
        )
        page = self._page(found, cursor)
        between, self.network.between = self.network.between, None
        if between is not None:
            between()  # something else happens while this page is on its way
        return page

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        self._read()
        return self._page([e for e in self.server.events if since is None or e.at >= since], cursor)

    def get(self, id: OutsideId) -> Case:
        if self._read() == "unseen" and id == self._just_made:
            raise NotFound("No such case yet.", key="model.none")
        if id not in self.server.cases:
            raise NotFound("No such case.", key="model.none")
        return self.server.cases[id]

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        self._read()
        found = self.server.own_reference.get(key)
        return OutsideId(found) if found else None

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        self._read()
        notes = [event.outside_id for event in self.server.events if event.case_id == id and event.author == key]
        updates = [OutsideId(e.key) for e in self.server.effects if (e.key, e.act, e.case) == (key, "update", id)]
        return next(iter(notes + updates), None)

    # ==== writes ====
    def create(self, draft: CaseDraft, key: str) -> Created:
        self._just_made = self._write(key, lambda: self.server.make(key, draft))
        return Created(outside_id=OutsideId(self._just_made))

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case:
        if changes.get("status") == POISON:
            raise InvalidInput("This status is not taken.", key="model.poison")
        sent = self.server.stands(id, changes)

        def act() -> str:
            self.server.change(key, id, changes, when_sent=sent)
            return ""

        self._write(key, act)
        return self.server.cases[id]

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        return Created(outside_id=OutsideId(self._write(key, lambda: self.server.note(key, id, event.text))))

    # ==== the network ====
    def _read(self) -> str:
        self.deliver()
        fault = self.network.next_fault()
        if fault in ("drop", "fail", "lose", "late"):
            raise NotReady("No answer.", key="model.down")
        return fault

    def _write(self, key: str, act: Callable[[], str]) -> str:
        self.deliver()
        fault = self.network.next_fault()
        self.sent_keys.append(key)
        if fault == "drop":
            raise OutcomeUnknown("The answer was lost.", key="model.lost")
        if fault == "fail":
            raise NotReady("The server failed.", key="model.failed")
        if fault == "late":
            self.network.late.append((self._now() + self.network.lateness, act))
            raise OutcomeUnknown("The answer was lost.", key="model.lost")
        answer = act()
        if fault == "lose":
            raise OutcomeUnknown("The answer was lost.", key="model.lost")
        return answer

    def deliver(self) -> None:
        """Late writes whose time has come take place now."""
        due = [item for item in self.network.late if item[0] <= self._now()]
        self.network.late = [item for item in self.network.late if item[0] > self._now()]
        for _at, act in due:
            act()

    @staticmethod
    def _page(found: list[T], cursor: str) -> Page[T]:
        start = int(cursor or 0)
        more = str(start + PAGE) if start + PAGE < len(found) else ""
        return Page(items=tuple(found[start : start + PAGE]), cursor=more)
