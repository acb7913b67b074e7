"""What came of an op, as it stands in base.db: one commit of outcome and new row. Runs on a component's threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, from_epoch, to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import (
    AdapterError,
    AuthFailed,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotReady,
    OutcomeUnknown,
)
from desktop.domain.ids import OutsideId
from desktop.store.base import tables
from desktop.store.base.owned import OwnedValue, put_owned
from desktop.store.base.writer import BaseWriter, Batch
from desktop.sync.incoming import Rows
from desktop.sync.ops import PASSED, Op, Outcome, OutcomeState

SKEW: Final = timedelta(minutes=10)
"""How far a component's clock may be off when an earlier write is looked for by time."""
UNDECIDED: Final = frozenset({"accepted", "untaken"})
"""States that are notes of an op still open: its component took it, or every try of it so far made nothing."""
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
        if row is None or row["state"] in UNDECIDED:
            return None
        fields = {name: row[name] for name in Outcome.__struct_fields__}  # the row's own names are no plain strings
        return msgspec.convert({**fields, "detail": msgspec.json.decode(row["detail"] or b"{}")}, Outcome)

    def since(self, op: Op) -> datetime:
        """From when on an earlier try of this op may be found."""
        return from_epoch(op.made_at) - SKEW

    def read_back(self, op: Op, find: Callable[[datetime], OutsideId | None]) -> OutsideId | None:
        """What an earlier try of this op made, or None.

        Raises:
            OutcomeUnknown: for the officer, where nobody can tell; also where looking for it is refused, for that says
                nothing of the op itself.
        """
        try:
            return find(self.since(op))
        except (OutcomeUnknown, InvalidInput, Forbidden) as error:
            raise self.ask(op, str(error)) from error

    def ask(self, op: Op, why: str) -> OutcomeUnknown:
        """The error by which the officer is asked."""
        return OutcomeUnknown(
            why,
            f"Look in {self.component.name}, then say whether it is there.",
            key="push.ask",
            subject=op.component,
        )

    def find_accepted(self, op: Op) -> OutsideId | None:
        """The number of what the component is known to have taken; "" while it has none, None when nothing is known."""
        outcome = tables.outcome
        with self.base.transaction() as connection:
            row = connection.execute(
                select(outcome.c.outside_id).where(outcome.c.op == op.id, outcome.c.state == "accepted")
            ).one_or_none()
        return None if row is None else OutsideId(row.outside_id)

    def find_token(self, op: Op) -> str:
        """The token that a taken op was answered with, "" where it had none."""
        outcome = tables.outcome
        with self.base.transaction() as connection:
            detail = connection.execute(
                select(outcome.c.detail).where(outcome.c.op == op.id, outcome.c.state == "accepted")
            ).scalar_one_or_none()
        return str(msgspec.json.decode(detail or b"{}", type=dict[str, Any]).get("token", ""))

    def note_accepted(self, op: Op, *, outside_id: OutsideId = OutsideId(""), token: str = "") -> None:
        """Keeps that the component took it, with its number or token: it is never sent again."""
        self._note(op, "accepted", outside_id=outside_id, detail={"token": token} if token else {})

    def made_nothing(self, op: Op) -> bool:
        """Whether it is known of every try of this op so far that it made nothing."""
        outcome = tables.outcome
        with self.base.transaction() as connection:
            where = (outcome.c.op == op.id, outcome.c.state == "untaken")
            return connection.execute(select(outcome.c.op).where(*where)).one_or_none() is not None

    @contextmanager
    def sending(self, op: Op, *, first: bool) -> Iterator[None]:
        """One try of an op. Where it fails, and not by a lost answer, it made nothing, which is kept until the next try.

        Args:
            op: what is sent.
            first: whether no try before this one can have made anything.
        """
        outcome = tables.outcome
        if self.made_nothing(op):
            with self.base.transaction() as connection:
                connection.execute(delete(outcome).where(outcome.c.op == op.id, outcome.c.state == "untaken"))
        try:
            yield
        except AdapterError as error:
            if first and not isinstance(error, OutcomeUnknown):
                self._note(op, "untaken")
            raise

    def _note(
        self,
        op: Op,
        state: str,
        *,
        outside_id: OutsideId = OutsideId(""),
        detail: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        values = {
            "op": op.id,
            "state": state,
            "key": op.key,
            "outside_id": outside_id,
            "detail": msgspec.json.encode(dict(detail)),
            "at": to_epoch(self.clock.now()),
        }
        with self.base.transaction() as connection:
            statement = insert(tables.outcome).values(**values)
            connection.execute(statement.on_conflict_do_update(index_elements=["op"], set_=values))

    @contextmanager
    def taken(self, op: Op, outside_id: OutsideId) -> Iterator[None]:
        """What is read after a write that was taken: should it fail, the write is known and is not sent again.

        Raises:
            NotReady: it failed in a way that would otherwise stand for the write itself.
            AdapterError: it failed as any read may; the op is offered again and only read.
        """
        try:
            yield
        except DesktopError as error:
            self.note_accepted(op, outside_id=outside_id)
            if isinstance(error, (NotReady, AuthFailed)):
                raise
            raise NotReady(
                f"{self.component.name} took this and does not show it yet.",
                "Knit asks again by itself.",
                key="push.shown_later",
                subject=op.component,
                retry_after=5.0,
            ) from error

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
            if state in ("done", "sent"):
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
