"""A new case that was refused, or has not been sent: brought back into its form, and put in its own place again."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, select

from desktop.domain.cases import CaseDraft, CaseType
from desktop.domain.changes import Changes
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, OpId
from desktop.services.case_checks import check_draft
from desktop.services.case_ops import build_new_case, is_mendable
from desktop.services.cases import find_type
from desktop.services.context import Context
from desktop.services.rows import Written
from desktop.store.desk import tables as desk
from desktop.sync.ops import Op
from desktop.sync.outbox import read_op


class Mending:
    """Mends new cases. The mended case keeps its key for life, so whatever was done on it since stays with it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def draft_of(self, op: OpId) -> dict[str, object]:
        """What was typed into a new case, as the form keeps a draft.

        Raises:
            InvalidInput: it is settled or on its way, or was no new case.
        """
        with self._context.reader.read() as connection:
            row = connection.execute(select(desk.op).where(desk.op.c.id == op)).mappings().one_or_none()
        if row is None:
            raise _settled()
        old = read_op(row)
        _check_mendable(old)
        typed: dict[str, object] = dict(old.send["draft"])
        body = {name: typed.get(name) for name in ("title", "description", "answers", "place", "reporter")}
        body |= {"component": old.component, "service": typed["service_code"]}
        return {name: value for name, value in body.items() if value}

    def send_again(self, op: OpId, component: ComponentId, draft: CaseDraft, *, draft_name: str = "") -> Written:
        """Puts a mended case in the place of the one that was typed before, in one commit; until then that one stays.

        Notes and status changes typed on it wait behind it as before; they follow it to another component too.

        Raises:
            InvalidInput: a field is wrong, or the case was sent or given up meanwhile.
        """
        context, outbox = self._context, self._context.outbox
        kind = find_type(context, component, draft.service_code)
        check_draft(draft, kind)
        with outbox.file.transaction() as connection:
            row = connection.execute(select(desk.op).where(desk.op.c.id == op)).mappings().one_or_none()
            if row is None:
                raise _settled()
            old = read_op(row)
            _check_mendable(old)
            new = build_new_case(context, component, draft, kind, old.key)
            # The resident told us of it when it was first typed.
            new = msgspec.structs.replace(new, columns={**new.columns, "opened": old.columns["opened"]})
            changes = outbox.replace(op, new) | self._bring_along(connection, old, new, kind)
            connection.execute(delete(desk.draft).where(desk.draft.c.name == draft_name))
        return Written(changes=changes, key=old.key, op=new.id)

    def _bring_along(self, connection: Connection, old: Op, new: Op, kind: CaseType) -> Changes:
        """Gives what waits behind the case to its new component, under the same ids and in the same order."""
        changes = Changes()
        for each in self._context.outbox.load_ops(connection):
            if each.id == new.id or old.key not in each.records:
                continue
            status = str(each.send.get("fields", {}).get("status", ""))
            if status and status not in kind.statuses:
                raise InvalidInput(
                    f"The status change to {status} that waits behind this case does not fit “{kind.name}”.",
                    "Discard that change in the outbox first, or keep the kind of case.",
                    key="mending.status",
                    field="service_code",
                )
            seen = dict(each.seen)
            if status and seen.get("status") == old.columns["status"]:
                seen["status"] = new.columns["status"]  # each kind of case begins with a word of its own
            moved = msgspec.structs.replace(each, component=new.component, seen=seen)
            if moved != each:
                changes |= self._context.outbox.replace(each.id, moved)
        return changes


def _check_mendable(op: Op) -> None:
    if op.act != "case.create":
        raise InvalidInput("Only a new case can be mended in its form.", key="mending.kind")
    if not is_mendable(op):
        raise InvalidInput(
            "This case is on its way and cannot be changed now.",
            "Wait for the answer: once it is made, change it on its own page.",
            key="mending.sent",
        )


def _settled() -> InvalidInput:
    return InvalidInput(
        "This case was sent or given up meanwhile.",
        "Look for it in My work before you make another.",
        key="mending.settled",
    )
