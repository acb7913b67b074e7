"""What came of an op, as it stands in base.db: one commit of outcome and new row. Runs on a component's threads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, from_epoch, to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import InvalidInput, OutcomeUnknown
from desktop.domain.ids import OutsideId
from desktop.store.base import tables
from desktop.store.base.owned import OwnedValue, put_owned
from desktop.store.base.writer import BaseWriter, Batch
from desktop.sync.incoming import Rows
from desktop.sync.ops import PASSED, Op, Outcome, OutcomeState

SKEW: Final = timedelta(minutes=10)
"""How far a component's clock may be off when an earlier write is looked for by time."""
Decided = tuple[Outcome, Changes]


class Outcomes:
    """The outcomes of one component's ops."""

    def __init__(self, base: BaseWriter, component: Component, clock: Clock) -> None:
        self.base = base
        self.component = component
        self.clock = clock

    def find(self, op: str) -> Outcome | None:
        """The outcome that base.db holds for an op."""
        with self.base.transaction() as connection:
            row = connection.execute(select(tables.outcome).where(tables.outcome.c.op == op)).mappings().one_or_none()
        if row is None or row["state"] == "accepted":
            return None
        fields = {name: row[name] for name in Outcome.__struct_fields__}  # the row's own names are no plain strings
        return msgspec.convert({**fields, "detail": msgspec.json.decode(row["detail"] or b"{}")}, Outcome)

    def since(self, op: Op) -> datetime:
        """From when on an earlier try of this op may be found."""
        return from_epoch(op.made_at) - SKEW

    def read_back(self, op: Op, find: Callable[[datetime], OutsideId | None]) -> OutsideId | None:
        """What an earlier try of this op made, or None. Raises OutcomeUnknown for the officer where none can tell."""
        try:
            return find(self.since(op))
        except OutcomeUnknown as error:
            raise self.ask(op, str(error)) from error

    def ask(self, op: Op, why: str) -> OutcomeUnknown:
        """The error by which the officer is asked."""
        return OutcomeUnknown(
            why,
            f"Look in {self.component.name}, then say whether it is there.",
            key="push.ask",
            subject=op.component,
        )

    def was_accepted(self, op: Op) -> bool:
        """Whether the component took it and has not numbered it yet."""
        with self.base.transaction() as connection:
            state = connection.execute(select(tables.outcome.c.state).where(tables.outcome.c.op == op.id)).scalar()
        return state == "accepted"

    def note_accepted(self, op: Op, token: str) -> None:
        """Keeps that the component took it, with its token: it is never sent again."""
        with self.base.transaction() as connection:
            connection.execute(
                insert(tables.outcome)
                .values(
                    op=op.id,
                    state="accepted",
                    key=op.key,
                    detail=msgspec.json.encode({"token": token}),
                    at=to_epoch(self.clock.now()),
                )
                .on_conflict_do_nothing()
            )

    def decide(
        self,
        op: Op,
        state: OutcomeState,
        *,
        outside_id: OutsideId = OutsideId(""),
        rows: Rows | None = None,
        asked: int = 0,
        detail: dict[str, Any] | None = None,
    ) -> tuple[Outcome, Changes]:
        """One commit: the outcome, the record under the desk's key, its new row, and what the desk owns of it."""
        now = to_epoch(self.clock.now())
        at = max(now, int(op.detail.get(PASSED, 0)) + 1)  # later than the one that the officer had it tried again after
        outcome = Outcome(op=op.id, state=state, key=op.key, outside_id=outside_id, detail=detail or {}, at=at)
        changes = Changes.of(op.kind, op.key)
        with self.base.transaction() as connection:
            if outside_id:
                moved = self.base.take_key(connection, self.component.id, op.kind, outside_id, op.key)
                if moved is not None:
                    changes |= Changes.of(op.kind, moved)
            if state == "done":
                put_owned(connection, [OwnedValue(op.key, op.kind, field, value) for field, value in op.owns.items()])
            if rows:
                batch = Batch(
                    component=self.component.id,
                    council=self.component.council,
                    asked=asked or self.base.tick(),
                    now=now,
                    rows=rows,
                    forced=True,
                )
                changes |= self.base.save(batch, connection=connection)
            values = {
                "op": op.id,
                "state": state,
                "key": op.key,
                "outside_id": outside_id,
                "detail": msgspec.json.encode(outcome.detail),
                "at": at,
            }
            statement = insert(tables.outcome).values(**values)
            connection.execute(statement.on_conflict_do_update(index_elements=["op"], set_=values))
            points.reach("host.outcome.before_commit")
        points.reach("host.outcome.after_commit")
        self.base.gates.open(op.component, op.kind, op.id)
        return outcome, changes

    def cannot(self) -> InvalidInput:
        """The error of a component that does not offer what an op needs."""
        return InvalidInput(f"{self.component.name} cannot do this.", key="push.capability", subject=self.component.id)
