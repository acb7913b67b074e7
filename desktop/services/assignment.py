"""Who handles a case, where its component cannot say: a value that the desk owns."""

from __future__ import annotations

from sqlalchemy import RowMapping

from desktop.domain.changes import Changes
from desktop.domain.components import OwnedField
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, LocalKey, StaffId
from desktop.services.case_checks import check_text
from desktop.services.case_ops import build_case_op, own_assignee
from desktop.services.context import Context
from desktop.services.rows import Written


def assign_case(context: Context, row: RowMapping, to: StaffId | None, reason: str) -> Written:
    """Gives a case on screen to an officer, or to nobody. Giving it to whom it has changes nothing.

    Raises:
        InvalidInput: its component keeps that itself, nobody is known by that id, or the reason cannot be kept.
    """
    component, key = ComponentId(row["component"]), LocalKey(row["key"])
    if not context.is_owned(component, OwnedField.ASSIGNEE):
        name = context.name_of(component)
        raise InvalidInput(f"{name} itself keeps who handles its cases.", f"Change it in {name}.", key="case.handler")
    known = {context.officer.staff_id, *(officer.staff_id for officer in context.officers)}
    if to is not None and to not in known:
        raise InvalidInput("Choose a colleague from the list.", key="case.assignee", field="assignee")
    check_text(reason, "reason")
    if row["assignee"] == (to or ""):
        return Written(changes=Changes(), key=key)
    values = own_assignee(context, component, to or StaffId(""))
    op = build_case_op(context, "case.own", component, key, columns=dict(values), send={}, owns=values)
    return Written(changes=context.outbox.save(op, reason=reason.strip()), key=key, op=op.id)
