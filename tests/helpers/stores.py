"""Real store files for tests: a desk.db and a base.db side by side, and records to put into them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.domain.cases import Case, Phase
from desktop.domain.components import Component
from desktop.domain.ids import ComponentId, LocalKey, OpId, OutsideId, StaffId, Uprn
from desktop.domain.people import Officer, Person
from desktop.domain.places import Place, Point
from desktop.services.context import Context
from desktop.services.desk import Desk
from desktop.services.reader import Reader
from desktop.store.base.schema import create_base
from desktop.store.base.writer import BaseWriter, Batch
from desktop.store.cipher import File
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import migrate
from desktop.sync.incoming import case_rows
from desktop.sync.ops import Op
from desktop.sync.outbox import Outbox
from tests.helpers.clocks import FakeClock

DESK_KEY, BASE_KEY = bytes(range(32)), bytes(range(32, 64))
BINS = Component(id=ComponentId("bins"), plugin="bins", name="Bins")
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_case(
    number: int,
    *,
    title: str = "Missed collection",
    due: datetime | None = None,
    updated: datetime | None = None,
    assignee: str = "",
    status: str = "open",
    reporter: Person | None = None,
    address: str = "1 Station Road",
    point: Point | None = None,
    phase: Phase = Phase.NEW,
) -> Case:
    """A case; numbers make it unlike others."""
    return Case(
        outside_id=OutsideId(f"C{number}"),
        reference=f"REF-{number:05}",
        service_code="bin",
        service_name="Bins",
        title=title,
        description=f"Case {number}",
        phase=phase,
        status=status,
        opened_at=START,
        updated_at=updated or START + timedelta(minutes=number),
        due_at=due,
        place=Place(uprn=Uprn(str(100 + number)), address=address, postcode="CT1 1AA", point=point),
        reporter=reporter,
        assignee=assignee,
    )


@dataclass
class Store:
    """Both files open, the writer of each, and the outbox."""

    folder: Path
    pair: Pair
    base: BaseWriter
    outbox: Outbox
    clock: FakeClock

    def put(self, cases: Sequence[Case]) -> list[LocalKey]:
        """What a pull brings; gives the keys."""
        batch = Batch(component=BINS.id, council="", asked=self.base.tick(), now=1_000, rows=case_rows(cases))
        self.base.save(batch)
        found = [self.base.find_key(BINS.id, "case", case.outside_id) for case in cases]
        return [key for key in found if key is not None]

    def edit(self, key: LocalKey, **columns: object) -> Op:
        """An officer's change of some columns of a case."""
        op = an_op(key, **columns)
        self.outbox.save(op)
        return op

    def desk(self) -> Desk:
        """Services over a connection of their own; the caller closes them."""
        return Desk(
            Context(
                reader=Reader(lambda: self.pair),
                outbox=self.outbox,
                clock=self.clock,
                officer=Officer(staff_id=StaffId("me"), name="Me"),
                components=(BINS,),
                capabilities={BINS.id: ("cases",)},
            )
        )


_NUMBERS = itertools.count(1)


def an_op(key: LocalKey, **columns: object) -> Op:
    """A change of a case that waits to be sent."""
    return Op(
        id=OpId(str(uuid.UUID(int=next(_NUMBERS)))),
        act="case.update",
        component=BINS.id,
        kind="case",
        key=key,
        needs=key,
        columns=columns,
        send={"fields": {}},
        records=(key,),
        made_at=1_000,
    )


def read_value(file: File, statement: str) -> Any:
    """The one value that a statement gives."""
    row = file.driver.execute(statement).fetchone()
    assert row is not None
    return row[0]


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """New files in a folder, closed with the block."""
    folder.mkdir(exist_ok=True)
    base = create_base(folder / "base-1.db", BASE_KEY, desk_id="desk", handover=1)
    pair = Pair(folder / "desk.db", DESK_KEY, folder / "base-1.db", BASE_KEY)
    file = DeskFile(pair, writes=True)
    clock = FakeClock()
    try:
        migrate(file, pair.desk, DESK_KEY)
        yield Store(folder, pair, base, Outbox(file, clock), clock)
    finally:
        file.close()
        base.close()
