"""The services over a `FakeTown`: what `desktop.tasks.ports` asks for, without a store."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from desktop.domain.cases import CaseDraft, Phase
from desktop.domain.changes import Changes
from desktop.domain.clocks import to_epoch
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import NO_KEY, ComponentId, Kind, LocalKey, OpId, StaffId
from desktop.domain.payments import PaymentRequest, PaymentState
from desktop.domain.people import Officer
from desktop.domain.places import Place
from desktop.maps.clusters import build_spots
from desktop.services.rows import (
    CaseFile,
    CasePage,
    CaseQuery,
    CaseRow,
    Chip,
    ComponentStatus,
    Cursor,
    Hit,
    MapFound,
    PaymentRow,
    Resident,
    TimelineItem,
    Written,
)
from desktop.services.said import Said, Spoken
from tests.helpers.fake_outbox import FakeAudit, FakeDrafts, FakeMending, FakeOutbox
from tests.helpers.fake_town import NOW, OFFICER, PHASE_OF, STATUSES, FakeTown

FAR = 4_102_444_800


class FixedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def _fits(row: CaseRow, query: CaseQuery) -> bool:
    if query.assignee and row.assignee != query.assignee:
        return False
    if query.open_only and not row.phase.is_open:
        return False
    if query.phases and row.phase not in query.phases:
        return False
    if query.components and row.component not in query.components:
        return False
    if query.text and query.text.casefold() not in f"{row.title} {row.reference} {row.address}".casefold():
        return False
    if query.bbox is not None:
        south, west, north, east = query.bbox
        return row.lat is not None and row.lon is not None and south <= row.lat <= north and west <= row.lon <= east
    return True


def _sort_value(row: CaseRow, query: CaseQuery) -> tuple[int, int]:
    if query.sort == "updated":
        return (-to_epoch(row.updated_at), row.key)
    return (to_epoch(row.due_at) if row.due_at else FAR, row.key)


class FakeCases:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def found(self, query: CaseQuery) -> list[CaseRow]:
        with self._town.lock:
            rows = [row for row in self._town.cases.values() if _fits(row, query)]
        return sorted(rows, key=lambda row: _sort_value(row, query))

    def page(self, query: CaseQuery, after: Cursor | None, limit: int) -> CasePage:
        rows = [r for r in self.found(query) if after is None or _sort_value(r, query) > (after.value, after.key)]
        cursor = Cursor(value=_sort_value(rows[limit - 1], query)[0], key=rows[limit - 1].key) if rows[limit:] else None
        return CasePage(rows=tuple(rows[:limit]), after=cursor)

    def ids(self, query: CaseQuery) -> array[int]:
        return array("q", (row.key for row in self.found(query)))

    def rows(self, keys: Sequence[LocalKey]) -> tuple[CaseRow, ...]:
        with self._town.lock:
            return tuple(self._town.cases[key] for key in keys if key in self._town.cases)

    def count(self, query: CaseQuery) -> int:
        return len(self.found(query))

    def get(self, key: LocalKey) -> CaseFile:
        town = self._town
        with town.lock:
            row = town.cases.get(key)
            if row is None:
                raise NotFound("This case is no longer in the store.", key="case.absent")
            reporter = town.reporters.get(key, NO_KEY)
            return CaseFile(
                row=row,
                component_name=row.component.capitalize(),
                outside_id=str(abs(key)),
                fetched_at=NOW,
                description=town.descriptions.get(key, ""),
                status_note="",
                team="Street Scene",
                place=next((p for p in town.places.values() if p.address == row.address), Place(address=row.address)),
                reporter=town.people.get(reporter),
                reporter_key=reporter,
                statuses=STATUSES,
                timeline=tuple(sorted(town.events.get(key, ()), key=lambda e: e.at, reverse=True)),
                conflicts=tuple(town.conflicts.get(key, ())),
                ops=tuple(op for op in town.ops.values() if op.key == key),
                assignable=row.component != "adults",
                takes_notes=row.component not in town.without_notes,
            )

    def create(self, component: ComponentId, draft: CaseDraft, *, draft_name: str = "") -> Written:
        if not draft.description.strip():
            raise InvalidInput("Say what is wrong.", key="case.description", field="description")
        town = self._town
        with town.lock:
            key = town.next_born()
            place = draft.place
            town.cases[key] = CaseRow(
                key=key, component=component, reference="Not sent yet", title=draft.title or "New case",
                service_name=draft.service_code, phase=Phase.NEW, status="open", opened_at=NOW, updated_at=NOW,
                due_at=None, address=place.address if place else "", ward=place.ward if place else "",
                assignee=OFFICER.name, reporter=draft.reporter.name if draft.reporter else "",
                lat=place.point.lat if place and place.point else None,
                lon=place.point.lon if place and place.point else None, pending=True,
            )  # fmt: skip
            town.descriptions[key] = draft.description
            town.drafts.pop(draft_name, None)
            op = town.add_op("Make a case", draft.title, key)
            return Written(changes=town.changes(key), key=key, op=op.op)

    def set_status(self, key: LocalKey, status: str, *, note: str = "") -> Written:
        town = self._town
        with town.lock:
            town.cases[key] = replace(town.cases[key], status=status, phase=PHASE_OF[status], pending=True)
            self._add_event(key, f"Status: {status}", note)
            op = town.add_op(f"Status: {status}", town.cases[key].reference, key)
            return Written(changes=town.changes(key), key=key, op=op.op)

    def add_note(self, key: LocalKey, text: str, *, draft_name: str = "") -> Written:
        if not text.strip():
            raise InvalidInput("Write the note first.", key="note.empty", field="text")
        town = self._town
        with town.lock:
            self._add_event(key, f"Note: {text}", OFFICER.name)
            town.drafts.pop(draft_name, None)
            op = town.add_op("Note", town.cases[key].reference, key)
            return Written(changes=town.changes(key), key=key, op=op.op)

    def assign(self, key: LocalKey, to: StaffId | None, *, reason: str = "") -> Written:
        town = self._town
        with town.lock:
            if reason == "refuse me":
                raise InvalidInput("Choose a colleague from the list.", key="case.assignee", field="assignee")
            town.cases[key] = replace(town.cases[key], assignee=to or "", pending=True)
            town.audit.append(f"assigned {key}: {reason}")
            op = town.add_op("Handler", town.cases[key].reference, key)
            return Written(changes=town.changes(key), key=key, op=op.op)

    def resolve(self, op: OpId, *, keep: Literal["mine", "theirs"], reason: str) -> Written:
        town = self._town
        with town.lock:
            for key, conflicts in town.conflicts.items():
                if any(c.op == op for c in conflicts):
                    kept = next(c.mine if keep == "mine" else c.theirs for c in conflicts if c.op == op)
                    town.conflicts[key] = [c for c in conflicts if c.op != op]
                    town.cases[key] = replace(town.cases[key], status=kept, phase=PHASE_OF[kept])
                    self._add_event(key, f"Kept {kept}", reason)
                    return Written(changes=town.changes(key), key=key)
            raise NotFound("That is settled already.", key="conflict.absent")

    def _add_event(self, key: LocalKey, title: str, detail: str) -> None:
        self._town.events.setdefault(key, []).append(
            TimelineItem(at=NOW, colour="cases", component=self._town.cases[key].component, title=title,
                         detail=detail, target=("case", key), pending=True)
        )  # fmt: skip


class FakePeople:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def get(self, key: LocalKey) -> Resident:
        town = self._town
        with town.lock:
            person = town.people.get(key)
            if person is None:
                raise NotFound("This person is no longer in the store.", key="person.absent")
            cases = tuple(c for k, c in town.cases.items() if town.reporters.get(k) == key)[:9]
            payments = tuple(p for k, p in town.payments.items() if town.payers[k] == key)
            timeline = [event for case in cases for event in town.events.get(case.key, ())]
            timeline += [
                TimelineItem(at=p.created_at, colour="payments", component=p.component, title=p.description,
                             detail=p.reference, target=("payment", p.key))
                for p in payments
            ]  # fmt: skip
            chips = tuple(
                Chip(component=c.id, name=c.name, colour=c.colour, state=c.state, as_of=c.as_of,
                     latency_ms=c.latency_ms, found=None if c.id == "adults" else sum(x.component == c.id for x in cases)
                     + (len(payments) if c.id == "pay" else 0) + (c.id == "places"))
                for c in town.components
            )  # fmt: skip
            home = person.home
            household = tuple(
                (k, p) for k, p in town.people.items() if k != key and p.home and home and p.home.uprn == home.uprn
            )
            return Resident(
                key=key, person=person, matched_by="Same name and e-mail in Housing, Environment and Pay", records=4,
                household=household, chips=chips, cases=cases, payments=payments,
                timeline=tuple(sorted(timeline, key=lambda e: e.at, reverse=True)),
                places=(("Home", home),) if home else (),
            )  # fmt: skip


class FakePlaces:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def find(self, text: str, limit: int = 8) -> tuple[tuple[LocalKey, Place], ...]:
        with self._town.lock:
            hits = [(k, p) for k, p in self._town.places.items() if text.casefold() in p.address.casefold()]
        return tuple(hits[:limit])


class FakePayments:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def page(
        self, after: Cursor | None, limit: int, reference: str = ""
    ) -> tuple[tuple[PaymentRow, ...], Cursor | None]:
        with self._town.lock:
            rows = sorted(self._town.payments.values(), key=lambda p: p.created_at, reverse=True)
        rows = [r for r in rows if reference.casefold() in r.reference.casefold()]
        start = 0 if after is None else after.value
        return tuple(rows[start : start + limit]), Cursor(value=start + limit, key=NO_KEY) if rows[
            start + limit :
        ] else None

    def get(self, key: LocalKey) -> PaymentRow:
        with self._town.lock:
            if key not in self._town.payments:
                raise NotFound("This payment is no longer in the store.", key="payment.absent")
            return self._town.payments[key]

    def take(self, component: ComponentId, request: PaymentRequest, *, draft_name: str = "") -> Written:
        town = self._town
        if not request.reference.strip():
            raise InvalidInput("Enter a reference.", key="payment.reference", field="reference")
        with town.lock:
            key = town.next_born()
            town.payments[key] = PaymentRow(
                key=key, component=component, reference=request.reference, description=request.description,
                amount=request.amount, state=PaymentState.CREATED, code="", message="", email=request.email, payer="",
                card="", provider_id="", next_url="", refundable=0, refunded=0, created_at=NOW, pending=True,
            )  # fmt: skip
            town.payers[key] = NO_KEY
            town.drafts.pop(draft_name, None)
            op = town.add_op("Take a payment", request.reference, key, kind="payment")
            return Written(changes=Changes.of("payment", key, outbox=True), key=key, op=op.op)

    def cancel(self, key: LocalKey) -> Written:
        with self._town.lock:
            self._town.payments[key] = replace(self._town.payments[key], state=PaymentState.CANCELLED)
            return Written(changes=Changes.of("payment", key, outbox=True), key=key)

    def refund(self, key: LocalKey, amount: int) -> Written:
        with self._town.lock:
            row = self._town.payments[key]
            self._town.payments[key] = replace(row, refunded=row.refunded + amount, refundable=row.refundable - amount)
            return Written(changes=Changes.of("payment", key, outbox=True), key=key)


class FakeMap:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def view(self, query: CaseQuery, zoom: int) -> MapFound:
        cases = FakeCases(self._town)
        rows = cases.found(query)
        spots = build_spots(rows, zoom)
        total = cases.count(replace(query, bbox=None))
        return MapFound(rows=tuple(rows), spots=spots, in_view=len(rows), counted="exact", total=total)


class FakeSearch:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def find(self, text: str, limit_each: int = 6) -> tuple[Hit, ...]:
        word = text.casefold().strip()
        town = self._town
        with town.lock:
            people = [Hit(kind="person", key=k, title=p.name, detail=p.home.address if p.home else "")
                      for k, p in town.people.items() if word in p.name.casefold()]  # fmt: skip
            cases = [Hit(kind="case", key=k, title=c.title, detail=c.reference, component=c.component)
                     for k, c in town.cases.items() if word in f"{c.title} {c.reference}".casefold()]  # fmt: skip
            places = [Hit(kind="place", key=k, title=p.address, detail=p.postcode, uprn=p.uprn)
                      for k, p in town.places.items() if word in p.address.casefold()]  # fmt: skip
            payments = [Hit(kind="payment", key=k, title=p.description, detail=p.reference)
                        for k, p in town.payments.items() if word in p.reference.casefold()]  # fmt: skip
        return tuple(hit for group in (people, cases, places, payments) for hit in group[:limit_each])


class FakeComponents:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def all(self) -> tuple[ComponentStatus, ...]:
        with self._town.lock:
            return tuple(self._town.components)

    def case_counts(self) -> dict[ComponentId, int]:
        with self._town.lock:
            return dict(Counter(case.component for case in self._town.cases.values()))

    def setting(self, name: str) -> object | None:
        return self._town.settings.get(name)

    def keep_setting(self, name: str, value: object) -> Written:
        self._town.settings[name] = value
        return Written(changes=Changes())


class FakeSaid:
    def __init__(self, town: FakeTown) -> None:
        self._town = town

    def kept(self, kind: Kind, key: LocalKey, about: str) -> Said:
        component = self._town.cases[key].component if kind == "case" else ComponentId("pay")
        text = self._town.said.get(key, "")
        return Said(
            component=component,
            name="Waste",
            colour="cases",
            about=about,
            method=f"{kind}s.get",
            arguments={"id": f"outside-{key}"},
            at=NOW,
            spoken=(Spoken(head="", text=text),) if text else (),
        )


class FakeDesk:
    """One connection's worth of services over a town."""

    def __init__(self, town: FakeTown) -> None:
        self.officer: Officer = OFFICER
        self.clock = FixedClock()
        self.cases = FakeCases(town)
        self.mending = FakeMending(town)
        self.people = FakePeople(town)
        self.places = FakePlaces(town)
        self.payments = FakePayments(town)
        self.map = FakeMap(town)
        self.search = FakeSearch(town)
        self.components = FakeComponents(town)
        self.said = FakeSaid(town)
        self.outbox = FakeOutbox(town)
        self.drafts = FakeDrafts(town)
        self.audit = FakeAudit(town)
        self.interrupts = 0
        self.closed = False

    def interrupt(self) -> None:
        self.interrupts += 1

    def close(self) -> None:
        self.closed = True
