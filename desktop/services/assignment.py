"""Who handles a case: a value that the desk owns where its component cannot say, else one that the component is told."""

from __future__ import annotations

from sqlalchemy import RowMapping

from desktop.domain.changes import Changes
from desktop.domain.components import OwnedField
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, LocalKey, StaffId
from desktop.services.case_checks import check_text
from desktop.services.case_ops import build_case_op
from desktop.services.context import Context
from desktop.services.rows import Written
from desktop.sync.ops import Op
from desktop.sync.unanswered import refuse_more


def is_assignable(context: Context, component: ComponentId) -> bool:
    """Whether an officer may say here who handles a component's cases: the desk keeps it, or the component lets itself be told."""
    return context.is_owned(component, OwnedField.ASSIGNEE) or is_told(context, component)


def is_told(context: Context, component: ComponentId) -> bool:
    """Whether the component itself keeps who handles its cases, and lets itself be told."""
    return not context.is_owned(component, OwnedField.ASSIGNEE) and "team" in context.capabilities.get(component, ())


def assign_case(context: Context, row: RowMapping, to: StaffId | None, reason: str) -> Written:
    """Gives a case on screen to an officer, or to nobody. Giving it to whom it has changes nothing.

    Raises:
        InvalidInput: its component lets nobody say that, nobody is known by that id, or the reason cannot be kept.
    """
    component, key = ComponentId(row["component"]), LocalKey(row["key"])
    if not is_assignable(context, component):
        name = context.name_of(component)
        raise InvalidInput(f"{name} itself keeps who handles its cases.", f"Change it in {name}.", key="case.handler")
    known = {context.officer.staff_id, *(officer.staff_id for officer in context.officers)}
    if to is not None and to not in known:
        raise InvalidInput("Choose a colleague from the list.", key="case.assignee", field="assignee")
    check_text(reason, "reason")
    if row["assignee"] == (to or ""):
        return Written(changes=Changes(), key=key)
    if is_told(context, component):
        refuse_more(row["outside_id"], field="assignee")
    op = build_assignment(context, component, key, to or StaffId(""), before=row["assignee"], version=row["version"])
    return Written(changes=context.outbox.save(op, reason=reason.strip()), key=key, op=op.id)


def build_assignment(
    context: Context, component: ComponentId, key: LocalKey, to: StaffId, *, before: str, version: str
) -> Op:
    """The op that gives a case to an officer, or to nobody ("")."""
    values = {OwnedField.ASSIGNEE.value: str(to)}
    if is_told(context, component):
        send, seen = {"fields": values}, {OwnedField.ASSIGNEE.value: before}
        return build_case_op(
            context, "case.update", component, key, columns=dict(values), send=send, seen=seen, version=version
        )
    return build_case_op(context, "case.own", component, key, columns=dict(values), send={}, owns=values)
