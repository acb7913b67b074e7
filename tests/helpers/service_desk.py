"""The services over real store files: one component with cases and one that takes payments, filled as a pull fills them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.cases import Case, CaseDraft, CaseType, Choice, Datatype, Event, Question
from desktop.domain.clocks import to_epoch
from desktop.domain.components import Component, ComponentState, OwnedField
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId, Kind, LocalKey, OpId, OutsideId, StaffId
from desktop.domain.payments import Payment
from desktop.domain.people import Officer, Person
from desktop.domain.places import Place, Point
from desktop.services.context import Context, InUse
from desktop.services.desk import Desk
from desktop.services.reader import Reader
from desktop.store.base import tables as base
from desktop.store.base.writer import BaseWriter, Batch, Incoming
from desktop.store.desk import tables as desk_tables
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.mapping import event_columns
from desktop.sync.incoming import Rows, case_rows, payment_rows, person_rows
from desktop.sync.known import KnownRecord, load_known
from desktop.sync.ops import Op
from desktop.sync.outbox import Outbox
from desktop.sync.push import Pusher
from tests.helpers.clocks import FakeClock
from tests.helpers.stores import BASE_KEY, BINS, DESK_KEY, Store, open_store

COLLEAGUE = Officer(staff_id=StaffId("priya"), name="Priya Nair")
OWN_CASES = Component(id=ComponentId("own"), plugin="own", name="Own Cases")
"""A component that keeps itself who handles its cases."""
TEAM_CASES = Component(id=ComponentId("team"), plugin="team", name="Team Cases")
"""A component that keeps itself who handles its cases, and lets itself be told."""
PAY = Component(id=ComponentId("pay"), plugin="pay", name="Pay")
BIN_TYPE = CaseType(
    code="bin",
    name="Bins",
    has_questions=True,
    statuses=("open", "investigating", "fixed", "closed"),
    questions=(
        Question(code="WHO", text="Who saw it?"),
        Question(code="MANY", text="How many?", datatype=Datatype.NUMBER),
        Question(code="SINCE", text="Since when?", datatype=Datatype.DATETIME),
        Question(code="MORE", text="Anything else?", datatype=Datatype.TEXT),
        Question(
            code="COLOUR",
            text="Which bin?",
            datatype=Datatype.SINGLE,
            required=True,
            choices=(Choice(key="G", name="Green"), Choice(key="B", name="Brown")),
        ),
        Question(
            code="DAYS",
            text="Which days?",
            datatype=Datatype.MULTI,
            choices=(Choice(key="MON", name="Monday"), Choice(key="TUE", name="Tuesday")),
        ),
        Question(code="SAID", text="Bins are emptied from 7.", variable=False, required=True),
    ),
)


def a_draft(**answers: str | tuple[str, ...]) -> CaseDraft:
    """A new case that its component would take; answers by question, on top of the one that is required."""
    given = {"COLOUR": ("G",)} | {code: (v,) if isinstance(v, str) else v for code, v in answers.items()}
    return CaseDraft(
        service_code="bin",
        description="The bin was left",
        place=Place(address="1 Station Road", point=Point(lat=51.5, lon=-0.1)),
        answers=given,
    )


@dataclass
class ServiceDesk:
    """Store and services, and what a pull and a push do to the store."""

    store: Store
    desk: Desk

    def put(self, rows: Rows, component: Component = BINS) -> None:
        """What a pull brings."""
        base_ = self.store.base
        now = to_epoch(self.store.clock.now())
        base_.save(Batch(component=component.id, council="", asked=base_.tick(), now=now, rows=rows))

    def put_people(self, *people: Person) -> list[LocalKey]:
        """Records of people; gives their keys."""
        rows = [row for person in people for row in person_rows(person)]
        self.put({"person": rows})
        return [self.key("person", row.outside_id) for row in rows]

    def put_cases(self, *cases: Case, component: Component = BINS) -> list[LocalKey]:
        """Cases with those who reported them; gives their keys."""
        self.put(case_rows(cases), component)
        return [self.key("case", case.outside_id, component) for case in cases]

    def put_payments(self, *payments: Payment) -> list[LocalKey]:
        """Payments; gives their keys."""
        self.put(payment_rows(payments), PAY)
        return [self.key("payment", payment.outside_id, PAY) for payment in payments]

    def put_events(self, case: LocalKey, *events: Event) -> None:
        """Events of one case."""
        self.put({"event": [Incoming(event.outside_id, event_columns(event, case)) for event in events]})

    def key(self, kind: Kind, outside_id: str, component: Component = BINS) -> LocalKey:
        """The key under which an outside record is kept."""
        found = self.store.base.find_key(component.id, kind, OutsideId(outside_id))
        assert found is not None
        return found

    def health(self, component: Component, state: ComponentState, as_of: datetime | None) -> None:
        """How a component was when it answered last."""
        values = {"state": state.value, "as_of": to_epoch(as_of) if as_of else 0}
        with self.store.base.transaction() as connection:
            statement = insert(base.component).values(id=component.id, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def ops(self) -> list[Op]:
        """What waits."""
        with self.store.outbox.file.transaction() as connection:
            return self.store.outbox.load_ops(connection)

    def push(self, adapter: object, component: Component = BINS) -> DesktopError | None:
        """Sends the first op that may go, and takes in what came of it; gives the error, if there was one."""
        outbox = self.store.outbox
        outbox.settle()
        offer = outbox.offer(outbox.find_ready()[0])
        error: DesktopError | None = None
        try:
            Pusher(self.store.base, component, adapter, self.store.clock).push(offer)
        except DesktopError as raised:
            error = raised
        outbox.answered(offer.op.id, error)
        outbox.settle()
        return error

    def stop(self, op: OpId, state: str, detail: Mapping[str, object]) -> None:
        """An outcome that stops an op: a conflict, a refusal, or that nobody can tell."""
        values = {"op": op, "state": state, "key": 0, "detail": msgspec.json.encode(detail), "at": 2_000}
        with self.store.base.transaction() as connection:
            connection.execute(insert(base.outcome).values(**values))
        self.store.outbox.settle()

    def make_due(self) -> None:
        """Every wait is over."""
        with self.store.outbox.file.transaction() as connection:
            connection.execute(update(desk_tables.op).values(next_try=0, busy_until=0))

    def known(self) -> list[KnownRecord]:
        """The records that a new base would be told of."""
        return load_known(self.store.outbox.file)

    def audit(self) -> list[tuple[str, str, str]]:
        """Acts of the audit, in order: what, of which record, and why."""
        table = desk_tables.audit
        with self.store.outbox.file.transaction() as connection:
            rows = connection.execute(select(table.c.act, table.c.subject, table.c.reason).order_by(table.c.seq))
            return [(row.act, row.subject, row.reason) for row in rows]


def _put_types(store: Store, types: Sequence[CaseType]) -> None:
    with store.base.transaction() as connection:
        for component in (BINS, TEAM_CASES):
            connection.execute(insert(base.component).values(id=component.id, types=msgspec.json.encode(types)))


def make_template(folder: Path) -> None:
    """Files with the kinds of case in them and nothing else, made once and copied for each test."""
    with open_store(folder) as store:
        _put_types(store, [BIN_TYPE])
        store.base.checkpoint()


@contextmanager
def _open_copy(template: Path, folder: Path) -> Iterator[Store]:
    shutil.copytree(template, folder)
    pair = Pair(folder / "desk.db", DESK_KEY, folder / "base-1.db", BASE_KEY)
    writer = BaseWriter(folder / "base-1.db", BASE_KEY)
    file = DeskFile(pair, writes=True)
    clock = FakeClock()
    try:
        yield Store(folder, pair, writer, Outbox(file, clock), clock)
    finally:
        file.close()
        writer.close()


@contextmanager
def open_service_desk(template: Path, folder: Path) -> Iterator[ServiceDesk]:
    """A copy of the template, and services over it; closed with the block."""
    with _open_copy(template, folder) as store:
        context = Context(
            reader=Reader(lambda: store.pair),
            outbox=store.outbox,
            clock=store.clock,
            officer=Officer(staff_id=StaffId("me"), name="Mo Officer", team="Bins"),
            in_use=lambda: InUse(
                components=(BINS, PAY),
                capabilities={BINS.id: ("cases",), PAY.id: ("payments",), TEAM_CASES.id: ("cases", "team")},
                owned={BINS.id: (OwnedField.ASSIGNEE,)},
                without_notes=frozenset({OWN_CASES.id}),
            ),
            officers=(Officer(staff_id=StaffId("me"), name="Mo Officer"), COLLEAGUE),
        )
        desk = Desk(context)
        try:
            yield ServiceDesk(store, desk)
        finally:
            desk.close()
