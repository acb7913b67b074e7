"""The desk's half of a push: save, offer, settle. Runs on the writer thread; each step is one commit of desk.db."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, to_epoch
from desktop.domain.errors import DesktopError, InvalidInput, NotReady, OutcomeUnknown
from desktop.domain.ids import ComponentId, Kind, LocalKey, OpId, OutsideId
from desktop.store.audit import Entry, append
from desktop.store.base import tables as base
from desktop.store.desk import tables as desk
from desktop.store.desk.file import DeskFile
from desktop.sync.known import know, remember
from desktop.sync.ops import CALL_DEADLINE, CREATES, PASSED, Offer, Op, OpState, is_passed
from desktop.sync.overlay import build_edited
from desktop.sync.owned import settle_owned
from desktop.sync.plan import MOST_WAIT, next_wait, ready
from desktop.sync.unanswered import find_lost, shown_over

_BODY = ("columns", "send", "records", "needs", "owns")


class Outbox:
    """The outbox in desk.db. `file` is the one connection that writes it; `saved` is called after each new op."""

    def __init__(self, file: DeskFile, clock: Clock, *, saved: Callable[[], None] = lambda: None) -> None:
        self.file = file
        self._clock = clock
        self._saved = saved

    # ==== saving ====
    def save(self, op: Op, *, draft: str = "", reason: str = "") -> Changes:
        """Keeps an op, its edited row, and drops the draft it came from, in one commit: then it is "saved"."""
        with self.file.transaction() as connection:
            self._insert(connection, op, reason)
            remember(connection, op.records)
            self._remake(connection, op.kind, op.key)
            if draft:
                connection.execute(delete(desk.draft).where(desk.draft.c.name == draft))
            points.reach("desk.save.before_commit")
        points.reach("desk.save.after_commit")
        self._saved()
        return Changes.of(op.kind, op.key, outbox=True)

    def new_key(self) -> LocalKey:
        """A key for a record born here: random and negative, so that two desks never meet; JavaScript counts it exactly."""
        return LocalKey(-random.SystemRandom().randrange(1, 2**52))

    # ==== offering ====
    def open_creates(self) -> list[tuple[ComponentId, str, OpId]]:
        """Creates that may have been sent and are not settled: pulls of that kind wait for them."""
        with self.file.transaction() as connection:
            return [
                (op.component, op.kind, op.id)
                for op in self.load_ops(connection)
                if op.act in CREATES and op.offered_at and op.state == "waiting"
            ]

    def load_ops(self, connection: Connection) -> list[Op]:
        """Every op, in order."""
        return [read_op(row) for row in connection.execute(select(desk.op).order_by(desk.op.c.seq)).mappings()]

    def find_ready(self) -> list[Op]:
        """Ops that may be offered now."""
        with self.file.transaction() as connection:
            _mend_times(connection, self._now())
            ops = self.load_ops(connection)
            return ready(ops, self._now(), find_lost(connection, ops))

    def offer(self, op: Op) -> Offer:
        """Marks an op as offered, in one commit, before it goes to the host; after this it can no longer be undone.

        Raises:
            InvalidInput: the officer took it back meanwhile.
        """
        now = self._now()
        with self.file.transaction() as connection:
            self.get_op(connection, op.id)
            outside = connection.execute(
                select(desk.known.c.outside_id).where(desk.known.c.key == op.needs)
            ).scalar_one_or_none()
            connection.execute(
                update(desk.op)
                .where(desk.op.c.id == op.id)
                .values(offered_at=op.offered_at or now, busy_until=now + int(CALL_DEADLINE) + 1)
            )
            points.reach("desk.offer.before_commit")
        points.reach("desk.offer.after_commit")
        return Offer(op=op, outside_id=OutsideId(outside or ""), offered_before=op.offered_at > 0)

    def answered(self, id: OpId, error: DesktopError | None) -> Changes:
        """Notes that the host answered. The answer alone never clears an op: `settle` does, from the outcome."""
        points.reach("desk.answered")
        with self.file.transaction() as connection:
            # A request whose answer was lost may still arrive there: it is read back only after its deadline.
            values: dict[str, Any] = {} if _may_arrive(error) else {"busy_until": 0}
            if error is not None:
                tries = int(
                    connection.execute(select(desk.op.c.tries).where(desk.op.c.id == id)).scalar_one_or_none() or 0
                )
                asked = error.retry_after if isinstance(error, NotReady) else None
                values |= {
                    "tries": tries + 1,
                    "last_error": str(error),
                    "next_try": self._now() + int(next_wait(tries, asked, random.random())),  # noqa: S311 (jitter)
                }
            connection.execute(update(desk.op).where(desk.op.c.id == id).values(**values))
        return Changes(outbox=True)

    # ==== settling ====
    def settle(self) -> Changes:
        """Takes in every outcome that base.db holds: drops done ops, marks the others, and remakes edited rows."""
        changes = Changes()
        with self.file.transaction() as connection:
            ops = {op.id: op for op in self.load_ops(connection) if op.state == "waiting"}
            found = _load_outcomes(connection, list(ops))
            for row in found:
                changes |= self._settle_one(connection, ops[OpId(row["op"])], row)
            if found:
                points.reach("desk.settle.before_commit")
        if found:
            points.reach("desk.settle.after_commit")
        return changes

    def remake(self, keys: Iterable[tuple[Kind, LocalKey]] | None = None) -> Changes:
        """Makes edited rows anew where base rows changed under them; all of them when None."""
        with self.file.transaction() as connection:
            held = {
                (kind_of(row.kind), LocalKey(row.key))
                for row in connection.execute(select(desk.op.c.kind, desk.op.c.key).distinct())
            }
            touched = held if keys is None else held & set(keys)
            for kind, key in touched:
                self._remake(connection, kind, key)
        return Changes(keys=frozenset(touched))

    # ==== what an officer decides ====
    def retry(self, id: OpId) -> Changes:
        """Tries an op again now. One whose answer was lost is still read back no sooner than its deadline.

        Raises:
            InvalidInput: it is settled, or the officer must choose between two values first.
        """
        with self.file.transaction() as connection:
            op = _still_open(self.get_op(connection, id))
            if op.state == "conflict":
                raise InvalidInput("Two values stand against each other: choose one first.", key="outbox.choose")
            values: dict[str, Any] = {"next_try": 0}
            if op.state != "waiting":
                held = connection.execute(select(base.outcome.c.at).where(base.outcome.c.op == id)).scalar()
                # The outcome that stopped it stands in base.db still: from now on only a later one counts.
                values |= {"state": "waiting", "detail": msgspec.json.encode({PASSED: held or 0}), "last_error": ""}
            connection.execute(update(desk.op).where(desk.op.c.id == id).values(**values))
        self._saved()
        return Changes(outbox=True)

    def discard(self, id: OpId) -> Changes:
        """Drops an op that the officer gives up, and everything on a record that would then never be made.

        Raises:
            InvalidInput: it may be on its way.
        """
        with self.file.transaction() as connection:
            op = _still_open(self.get_op(connection, id))
            if op.state == "waiting" and op.offered_at:
                raise InvalidInput(
                    "This is on its way and can no longer be taken back.",
                    "Make a new change instead.",
                    key="outbox.sent",
                )
            gone = [op]
            if op.act in CREATES:
                gone += [o for o in self.load_ops(connection) if o.id != op.id and op.key in o.records]
            changes = Changes(outbox=True)
            for each in gone:
                self._drop(connection, each.id)
            for each in gone:
                self._remake(connection, each.kind, each.key)
                changes |= Changes.of(each.kind, each.key)
        return changes

    def replace(self, old: OpId, new: Op) -> Changes:
        """Puts a new op in the place of a stopped one, in its order."""
        with self.file.transaction() as connection:
            before = self.get_op(connection, old)
            self._drop(connection, old)
            self._insert(connection, msgspec.structs.replace(new, seq=before.seq))
            self._remake(connection, new.kind, new.key)
        self._saved()
        return Changes.of(new.kind, new.key, outbox=True)

    def get_op(self, connection: Connection, id: OpId) -> Op:
        """One op. Raises InvalidInput when it is settled already."""
        row = connection.execute(select(desk.op).where(desk.op.c.id == id)).mappings().one_or_none()
        if row is None:
            raise _settled()
        return read_op(row)

    # ==== inner parts ====
    def _now(self) -> int:
        return to_epoch(self._clock.now())

    def _settle_one(self, connection: Connection, op: Op, row: RowMapping) -> Changes:
        state = str(row["state"])
        if is_passed(op, row["at"]):
            return Changes()
        if state == "done":
            if row["outside_id"]:
                know(connection, op.key, op.component, op.kind, OutsideId(row["outside_id"]))
            settle_owned(connection, op)
            self._drop(connection, op.id)
        elif state == "sent":
            know(connection, op.key, op.component, op.kind, OutsideId(row["outside_id"]))
            settle_owned(connection, op)
            _mark(connection, op, "sent", row["detail"])
        elif state in ("conflict", "refused", "unknown"):
            stopped: OpState = state  # type: ignore[assignment]
            detail = msgspec.json.decode(row["detail"] or b"{}", type=dict[str, Any])
            _mark(connection, op, stopped, row["detail"], str(detail.get("error", "")))
        else:
            return Changes()
        self._remake(connection, op.kind, op.key)
        return Changes.of(op.kind, op.key, outbox=True)

    def _insert(self, connection: Connection, op: Op, reason: str = "") -> None:
        body = {name: getattr(op, name) for name in _BODY}
        values = {
            "id": op.id,
            "act": op.act,
            "component": op.component,
            "kind": op.kind,
            "key": op.key,
            "body": msgspec.json.encode(body),
            "seen": msgspec.json.encode(op.seen),
            "version": op.version,
            "made_at": op.made_at or self._now(),
            "officer": op.officer,
        }
        if op.seq:
            values["seq"] = op.seq
        connection.execute(insert(desk.op).values(**values))
        connection.execute(insert(desk.op_record), [{"op": op.id, "key": key} for key in dict.fromkeys(op.records)])
        append(connection, [Entry(self._now(), op.officer, op.act, f"{op.kind}/{op.key}", reason)])
        if op.act in CREATES:
            know(connection, op.key, op.component, op.kind, OutsideId(""))

    def _drop(self, connection: Connection, id: OpId) -> None:
        connection.execute(delete(desk.op_record).where(desk.op_record.c.op == id))
        connection.execute(delete(desk.op).where(desk.op.c.id == id))

    def _remake(self, connection: Connection, kind: Kind, key: LocalKey) -> None:
        table = desk.edited[kind]
        ops = [
            read_op(row)
            for row in connection.execute(
                select(desk.op).where(desk.op.c.kind == kind, desk.op.c.key == key).order_by(desk.op.c.seq)
            ).mappings()
        ]
        source = base.records[kind]
        row = connection.execute(select(source).where(source.c.key == key)).mappings().one_or_none()
        ops = shown_over(ops, held=row is not None)
        if row is None:  # base.db is new and not filled yet: what was on screen stays
            row = connection.execute(select(table).where(table.c.key == key)).mappings().one_or_none()
        edited = build_edited(None if row is None else dict(row), ops)
        if edited is None:
            connection.execute(delete(table).where(table.c.key == key))
            return
        names = {column.name for column in table.columns}
        values = {name: value for name, value in edited.items() if name in names}
        present = connection.execute(select(func.count()).select_from(table).where(table.c.key == key)).scalar()
        _write(connection, table, values, present=bool(present))


def _load_outcomes(connection: Connection, ids: Sequence[OpId]) -> list[RowMapping]:
    outcome = base.outcome
    rows: list[RowMapping] = []
    for start in range(0, len(ids), 500):
        rows += connection.execute(select(outcome).where(outcome.c.op.in_(ids[start : start + 500]))).mappings()
    return rows


def _mend_times(connection: Connection, now: int) -> None:
    """Takes back times that lie further ahead than any that is ever set: the clock was set back since."""
    for column, most in ((desk.op.c.next_try, MOST_WAIT), (desk.op.c.busy_until, CALL_DEADLINE)):
        latest = now + int(most) + 1
        connection.execute(update(desk.op).where(column > latest).values({column.name: latest}))


def _may_arrive(error: DesktopError | None) -> bool:
    return isinstance(error, OutcomeUnknown) or (error is not None and error.key in ("host.late", "host.died"))


def _mark(connection: Connection, op: Op, state: OpState, detail: bytes, error: str = "") -> None:
    values = {"state": state, "detail": detail, "last_error": error, "busy_until": 0, "next_try": 0}
    connection.execute(update(desk.op).where(desk.op.c.id == op.id).values(**values))


def _still_open(op: Op) -> Op:
    """The op; one that was sent stays to be shown, and is never sent again."""
    if op.state == "sent":
        raise _settled()
    return op


def _settled() -> InvalidInput:
    return InvalidInput("This change has already been settled.", key="outbox.settled")


def _write(connection: Connection, table: Table, values: Mapping[str, Any], *, present: bool) -> None:
    if present:
        connection.execute(update(table).where(table.c.key == values["key"]).values(**values))
    else:
        connection.execute(insert(table).values(**values))


def read_op(row: RowMapping) -> Op:
    """An op from its row."""
    fields = {name: row[name] for name in Op.__struct_fields__ if name in row and name not in ("seen", "detail")}
    body = msgspec.json.decode(row["body"])
    return msgspec.convert(
        {
            **fields,
            **body,
            "seen": msgspec.json.decode(row["seen"] or b"{}"),
            "detail": msgspec.json.decode(row["detail"] or b"{}"),
        },
        Op,
    )


def kind_of(text: str) -> Kind:
    """A kind from its column."""
    kind: Kind = msgspec.convert(text, Kind)
    return kind
