"""The outbox as staff see it: what waits, what needs someone, and what can be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal, cast

from sqlalchemy import Connection, RowMapping, select

from desktop.domain.clocks import from_epoch
from desktop.domain.components import OwnedField
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import LocalKey, OpId
from desktop.domain.money import format_pence
from desktop.services.audit import AuditService
from desktop.services.case_ops import is_mendable
from desktop.services.context import Context
from desktop.services.rows import Conflict, OutboxSummary, PendingOp, Written
from desktop.store.desk import tables as desk
from desktop.store.reading import find_row
from desktop.sync.ops import CREATES, Op
from desktop.sync.outbox import read_op

ACTS: Final = {
    "case.create": "New case",
    "case.update": "Status change",
    "case.own": "Handler",
    "event.add": "Note",
    "payment.create": "Payment",
    "payment.cancel": "Cancel payment",
    "payment.refund": "Refund",
}
Stopped = Literal["waiting", "conflict", "refused", "unknown"]
"""States of what is pending: what was sent and is never answered is not."""
MOST_WORDS: Final = 48
"""Characters of a text that are shown to tell which one it is."""


class OutboxService:
    """Reads and mends the outbox."""

    def __init__(self, context: Context, audit: AuditService) -> None:
        self._context = context
        self._audit = audit

    def summary(self) -> OutboxSummary:
        """All that waits, oldest first."""
        with self._context.reader.read() as connection:
            ops = read_pending(connection)
        stopped = sum(op.state in ("conflict", "refused", "unknown") for op in ops)
        return OutboxSummary(waiting=len(ops) - stopped, needs_you=stopped, ops=ops)

    def retry(self, op: OpId) -> Written:
        """Sends a stopped op again; where it may have been sent it is read back first."""
        return Written(changes=self._context.outbox.retry(op), op=op)

    def discard(self, op: OpId, reason: str) -> Written:
        """Gives an op up, with all that hangs on a record it would have made.

        The reason, and how much went along, are chained into the audit in the same commit. What was typed is not: a
        resident's words do not belong where nothing can ever be taken out.
        """
        if not reason.strip():
            raise InvalidInput("Say why, so that the history can tell.", key="outbox.reason", field="reason")
        with self._context.outbox.file.transaction() as connection:
            acts = Counter(_act(each) for each in _load_along(connection, self._context.outbox.get_op(connection, op)))
            changes = self._context.outbox.discard(op)
            counted = ", ".join(f"{n} {act.lower()}{'s' * (n > 1)}" for act, n in acts.items())
            self._audit.add("outbox.discard", op, reason=reason.strip() + (f" (with it: {counted})" if counted else ""))
        return Written(changes=changes, op=op)


def read_pending(connection: Connection, *, key: LocalKey | None = None) -> tuple[PendingOp, ...]:
    """Ops of the outbox in order; of one record when `key` is given."""
    statement = select(desk.op).where(desk.op.c.state != "sent").order_by(desk.op.c.seq)
    if key is not None:
        named = select(desk.op_record.c.op).where(desk.op_record.c.key == key)
        statement = statement.where(desk.op.c.id.in_(named))
    return tuple(_pending(connection, row) for row in connection.execute(statement).mappings())


def read_conflicts(connection: Connection, key: LocalKey, names: Mapping[str, str]) -> tuple[Conflict, ...]:
    """The fields of a record on which the officer must choose. `names` are officers' by staff id."""
    rows = connection.execute(
        select(desk.op).where(desk.op.c.key == key, desk.op.c.state == "conflict").order_by(desk.op.c.seq)
    ).mappings()
    found: list[Conflict] = []
    for row in rows:
        op = read_op(row)
        at = op.detail.get("at")
        for field, values in op.detail.get("conflicts", {}).items():
            is_handler = field == OwnedField.ASSIGNEE.value
            before, mine, theirs = (names.get(value, value) or "nobody" if is_handler else value for value in values)
            found.append(
                Conflict(
                    op=op.id,
                    field="who handles it" if is_handler else field,
                    before=before,
                    mine=mine,
                    theirs=theirs,
                    mine_at=from_epoch(op.made_at),
                    theirs_at=from_epoch(at) if at else None,
                    theirs_by=str(op.detail.get("by", "")),
                )
            )
    return tuple(found)


def _pending(connection: Connection, row: RowMapping) -> PendingOp:
    op = read_op(row)
    sending = op.state == "waiting" and op.busy_until
    return PendingOp(
        op=op.id,
        act=_act(op),
        subject=_subject(connection, op),
        kind=op.kind,
        key=op.key,
        made_at=from_epoch(op.made_at),
        state="sending" if sending else cast("Stopped", op.state),
        tries=op.tries,
        error=op.last_error,
        next_try=from_epoch(op.next_try) if op.next_try else None,
        mendable=is_mendable(op),
        along=tuple(_words(each) for each in _load_along(connection, op)),
    )


def _load_along(connection: Connection, op: Op) -> list[Op]:
    """What hangs on a record that this op would make: it would go with it."""
    if op.act not in CREATES:
        return []
    named = select(desk.op_record.c.op).where(desk.op_record.c.key == op.key)
    statement = select(desk.op).where(desk.op.c.id.in_(named), desk.op.c.id != op.id).order_by(desk.op.c.seq)
    return [read_op(row) for row in connection.execute(statement).mappings()]


def _act(op: Op) -> str:
    """What an op does, in a word or two."""
    told_handler = op.act == "case.update" and op.send.get("fields", {}).keys() == {OwnedField.ASSIGNEE.value}
    return ACTS["case.own" if told_handler else op.act]


def _words(op: Op) -> str:
    """What was done and the first words of it: `Note: “Called the resident…”`."""
    status = str(op.send.get("fields", {}).get("status", ""))
    typed = str(op.send.get("event", {}).get("text", "") or op.send.get("note", ""))
    line = " ".join(typed[: MOST_WORDS * 4].split())
    quoted = f"“{line[:MOST_WORDS].rstrip()}{'…' if len(line) > MOST_WORDS else ''}”" if line else ""
    return f"{_act(op)}: {', '.join(filter(None, [status, quoted]))}"


def _subject(connection: Connection, op: Op) -> str:
    if op.kind == "payment":
        row = find_row(connection, "payment", op.key)
        return f"{row['reference']}, {format_pence(row['amount'])}" if row else ""
    row = find_row(connection, "case", op.needs)
    return (row["reference"] or row["title"]) if row else ""
