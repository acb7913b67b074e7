"""The outbox as staff see it: what waits, what needs someone, and what can be done about it."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import Connection, RowMapping, select

from desktop.domain.clocks import from_epoch
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import LocalKey, OpId
from desktop.domain.money import format_pence
from desktop.services.audit import AuditService
from desktop.services.context import Context
from desktop.services.rows import Conflict, OutboxSummary, PendingOp, Written
from desktop.store.desk import tables as desk
from desktop.store.reading import find_row
from desktop.sync.ops import Op
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
        """Gives an op up; the reason is chained into the audit, in the same commit."""
        if not reason.strip():
            raise InvalidInput("Say why, so that the history can tell.", key="outbox.reason", field="reason")
        with self._context.outbox.file.transaction():
            changes = self._context.outbox.discard(op)
            self._audit.add("outbox.discard", op, reason=reason.strip())
        return Written(changes=changes, op=op)


def read_pending(connection: Connection, *, key: LocalKey | None = None) -> tuple[PendingOp, ...]:
    """Ops of the outbox in order; of one record when `key` is given."""
    statement = select(desk.op).order_by(desk.op.c.seq)
    if key is not None:
        named = select(desk.op_record.c.op).where(desk.op_record.c.key == key)
        statement = statement.where(desk.op.c.id.in_(named))
    return tuple(_pending(connection, row) for row in connection.execute(statement).mappings())


def read_conflicts(connection: Connection, key: LocalKey) -> tuple[Conflict, ...]:
    """The fields of a record on which the officer must choose."""
    rows = connection.execute(
        select(desk.op).where(desk.op.c.key == key, desk.op.c.state == "conflict").order_by(desk.op.c.seq)
    ).mappings()
    found: list[Conflict] = []
    for row in rows:
        op = read_op(row)
        at = op.detail.get("at")
        for field, (before, mine, theirs) in op.detail.get("conflicts", {}).items():
            found.append(
                Conflict(
                    op=op.id,
                    field=field,
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
    state: Literal["waiting", "sending", "conflict", "refused", "unknown"] = op.state
    if op.state == "waiting" and op.busy_until:
        state = "sending"
    return PendingOp(
        op=op.id,
        act=ACTS[op.act],
        subject=_subject(connection, op),
        kind=op.kind,
        key=op.key,
        made_at=from_epoch(op.made_at),
        state=state,
        tries=op.tries,
        error=op.last_error,
        next_try=from_epoch(op.next_try) if op.next_try else None,
    )


def _subject(connection: Connection, op: Op) -> str:
    if op.kind == "payment":
        row = find_row(connection, "payment", op.key)
        return f"{row['reference']}, {format_pence(row['amount'])}" if row else ""
    row = find_row(connection, "case", op.needs)
    return (row["reference"] or row["title"]) if row else ""
