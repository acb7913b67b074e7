"""Faults planted in the real code, one at a time: the proof in `tests/sync` must find each of them.

Each fault is a context manager that patches the product's own classes. `docs/sync.md` lists how many examples it took.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import msgspec
from sqlalchemy import Connection, delete, select

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import Kind, LocalKey, OpId, OutsideId
from desktop.store.base.writer import BaseWriter, Batch
from desktop.store.desk import tables as desk
from desktop.sync import outbox as outbox_module
from desktop.sync import plan, push_cases
from desktop.sync.merge import Merged
from desktop.sync.ops import Offer, Op
from desktop.sync.outbox import Outbox
from desktop.sync.outcomes import Outcomes
from desktop.sync.push import Pusher
from tests.helpers.sync_world import SimDesk


@contextmanager
def acknowledge_before_commit() -> Iterator[None]:
    """ "Saved" is said first; the commit comes with the next look at the outbox."""
    real_save, real_ready = Outbox.save, Outbox.find_ready
    waiting: dict[int, list[Op]] = {}

    def save(self: Outbox, op: Op, *, draft: str = "") -> Changes:
        waiting.setdefault(id(self), []).append(op)
        return Changes.of(op.kind, op.key, outbox=True)

    def find_ready(self: Outbox) -> list[Op]:
        for op in waiting.pop(id(self), []):
            real_save(self, op)
        return real_ready(self)

    with patch.object(Outbox, "save", save), patch.object(Outbox, "find_ready", find_ready):
        yield


@contextmanager
def drop_the_key_on_retry() -> Iterator[None]:
    """A second try goes out under a new key, so that the first cannot be found by it."""
    real = Pusher._act

    def act(self: Pusher, offer: Offer) -> Any:
        if offer.offered_before:
            other = msgspec.structs.replace(offer.op, id=OpId(offer.op.id + "-again"))
            outcome, changes = real(self, msgspec.structs.replace(offer, op=other))
            return self._to.decide(offer.op, "done", outside_id=outcome.outside_id), changes
        return real(self, offer)

    with patch.object(Pusher, "_act", act):
        yield


@contextmanager
def retry_without_reading_back() -> Iterator[None]:
    """A lost answer is taken for "it was not done"."""
    with patch.object(Outcomes, "read_back", lambda _self, _op, _find: None):
        yield


@contextmanager
def forget_that_it_was_taken() -> Iterator[None]:
    """What fails after a write was taken is taken for a failure of the write.

    Too rare for the machine's 600 examples: `tests/sync/test_writes_that_were_taken.py` plants it.
    """

    @contextmanager
    def taken(_self: Outcomes, _op: Op, _outside_id: OutsideId) -> Iterator[None]:
        yield

    with patch.object(Outcomes, "taken", taken):
        yield


@contextmanager
def merge_whole_record() -> Iterator[None]:
    """The officer's record is written over whatever stands there."""

    def merge(*, seen: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
        return Merged(dict(mine), {})

    with patch.object(push_cases, "build_merge", merge):
        yield


@contextmanager
def overlay_dropped_on_pull() -> Iterator[None]:
    """A pulled row wins over a pending edit."""

    def take_in(self: SimDesk, changes: Changes) -> None:
        with self.outbox.file.transaction() as connection:
            for kind, key in changes.keys:
                if kind in desk.edited:
                    connection.execute(delete(desk.edited[kind]).where(desk.edited[kind].c.key == key))

    with patch.object(SimDesk, "take_in", take_in):
        yield


@contextmanager
def page_asked_before_a_push_wins() -> Iterator[None]:
    """A page asked before a push committed undoes it."""
    real = BaseWriter._save

    def save(self: BaseWriter, connection: Connection, batch: Batch, rows: Any, digests: Any) -> Changes:
        return real(self, connection, replace(batch, asked=self.tick()), rows, digests)

    with patch.object(BaseWriter, "_save", save):
        yield


@contextmanager
def overlay_deleted_while_an_op_is_left() -> Iterator[None]:
    """The first op that settles takes the whole edited row away."""
    real = Outbox._settle_one

    def settle(self: Outbox, connection: Connection, op: Op, row: Any) -> Changes:
        changes = real(self, connection, op, row)
        table = desk.edited[op.kind]
        connection.execute(delete(table).where(table.c.key == op.key))
        return changes

    with patch.object(Outbox, "_settle_one", settle):
        yield


@contextmanager
def clear_on_the_answer_alone() -> Iterator[None]:
    """An answer on the pipe clears the op, whatever the outcome says."""
    real = Outbox.answered

    def answered(self: Outbox, id: OpId, error: DesktopError | None) -> Changes:
        changes = real(self, id, error)
        if error is None:
            with self.file.transaction() as connection:
                op = self.get_op(connection, id)
                self._drop(connection, id)
                self._remake(connection, op.kind, op.key)
        return changes

    with patch.object(Outbox, "answered", answered):
        yield


@contextmanager
def trust_an_empty_outcome() -> Iterator[None]:
    """No outcome in base.db is taken for "never sent", though base.db may be new."""
    real = Outbox.offer

    def offer(self: Outbox, op: Op) -> Offer:
        return msgspec.structs.replace(real(self, op), offered_before=False)

    with patch.object(Outbox, "offer", offer):
        yield


@contextmanager
def offered_mark_after_the_send() -> Iterator[None]:
    """The mark is committed with the answer, not before the send."""
    real_offer, real_answered = Outbox.offer, Outbox.answered

    def offer(self: Outbox, op: Op) -> Offer:
        outside = ""
        with self.file.transaction() as connection:
            found = connection.execute(select(desk.known.c.outside_id).where(desk.known.c.key == op.needs)).scalar()
            outside = found or ""
        return Offer(op=op, outside_id=outside, offered_before=op.offered_at > 0)  # type: ignore[arg-type]

    def answered(self: Outbox, id: OpId, error: DesktopError | None) -> Changes:
        with self.file.transaction() as connection:
            op = self.get_op(connection, id)
        real_offer(self, op)
        return real_answered(self, id, error)

    with patch.object(Outbox, "offer", offer), patch.object(Outbox, "answered", answered):
        yield


@contextmanager
def park_everything() -> Iterator[None]:
    """One stopped op stops the outbox."""
    real = plan.ready

    def ready(ops: Sequence[Op], now: int, lost: Collection[str] = ()) -> list[Op]:
        return [] if any(op.state != "waiting" for op in ops) else real(ops, now, lost)

    with patch.object(outbox_module, "ready", ready):
        yield


@contextmanager
def swap_two_ops_of_a_case() -> Iterator[None]:
    """The newest edit goes first."""

    def ready(ops: Sequence[Op], now: int, lost: Collection[str] = ()) -> list[Op]:
        del lost
        return [op for op in reversed(ops) if op.state == "waiting" and op.next_try <= now and op.busy_until <= now]

    with patch.object(outbox_module, "ready", ready):
        yield


@contextmanager
def forget_the_tail_after_a_crash() -> Iterator[None]:
    """The last op is gone after a restart."""
    real = SimDesk.restart

    def restart(self: SimDesk) -> None:
        real(self)
        with self.outbox.file.transaction() as connection:
            last: Any = connection.execute(select(desk.op).order_by(desk.op.c.seq.desc()).limit(1)).mappings().first()
            if last is not None:
                self.outbox._drop(connection, OpId(last["id"]))
                kind: Kind = last["kind"]
                self.outbox._remake(connection, kind, LocalKey(last["key"]))

    with patch.object(SimDesk, "restart", restart):
        yield


FAULTS: Sequence[Callable[[], Any]] = (
    acknowledge_before_commit,
    drop_the_key_on_retry,
    retry_without_reading_back,
    merge_whole_record,
    overlay_dropped_on_pull,
    page_asked_before_a_push_wins,
    overlay_deleted_while_an_op_is_left,
    clear_on_the_answer_alone,
    trust_an_empty_outcome,
    offered_mark_after_the_send,
    park_everything,
    swap_two_ops_of_a_case,
    forget_the_tail_after_a_crash,
)
