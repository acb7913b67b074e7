"""What an officer does to a case, as ops of the outbox."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec

from desktop.domain.cases import Case, CaseDraft, CaseType, EventDraft, Phase, phase_of
from desktop.domain.clocks import to_epoch
from desktop.domain.components import OwnedField
from desktop.domain.ids import ComponentId, LocalKey, OpId, OutsideId, StaffId
from desktop.services.context import Context
from desktop.store.mapping import case_columns
from desktop.sync.ops import Op


def build_case_op(
    context: Context,
    act: Literal["case.create", "case.update", "case.own"],
    component: ComponentId,
    key: LocalKey,
    **parts: Any,
) -> Op:
    """An op on a case itself, by the officer at the desk, made now."""
    return Op(
        id=OpId(str(uuid.uuid4())),
        act=act,
        component=component,
        kind="case",
        key=key,
        needs=key,
        records=(key,),
        made_at=to_epoch(context.clock.now()),
        officer=context.officer.staff_id,
        **parts,
    )


def build_new_case(context: Context, component: ComponentId, draft: CaseDraft, kind: CaseType, key: LocalKey) -> Op:
    """The op that makes a case, from a draft that has been checked."""
    case = Case(
        outside_id=OutsideId(""),
        reference="",
        service_code=draft.service_code,
        service_name=kind.name,
        title=draft.title.strip() or kind.name,
        description=draft.description,
        phase=Phase.NEW,
        status=next((word for word in kind.statuses if phase_of(word) is Phase.NEW), ""),
        opened_at=context.clock.now(),
        place=draft.place,
        reporter=draft.reporter,
        assignee=context.officer.staff_id,
        team=context.officer.team,
    )
    send = {"draft": msgspec.to_builtins(draft)}
    owns = own_assignee(context, component, context.officer.staff_id)
    return build_case_op(context, "case.create", component, key, columns=case_columns(case), send=send, owns=owns)


def own_assignee(context: Context, component: ComponentId, to: StaffId) -> dict[str, str]:
    """What the desk owns of a case that `to` handles: nothing where its component keeps that."""
    return {OwnedField.ASSIGNEE.value: to} if context.is_owned(component, OwnedField.ASSIGNEE) else {}


def build_note(context: Context, component: ComponentId, case: LocalKey, words: str) -> Op:
    """The op that adds a note to a case, also to one that its component has not numbered yet."""
    now, key = context.clock.now(), context.outbox.new_key()
    author = context.officer.name
    columns = {"case_key": case, "at": to_epoch(now), "text": words, "author": author, "status": "", "phase": ""}
    return Op(
        id=OpId(str(uuid.uuid4())),
        act="event.add",
        component=component,
        kind="event",
        key=key,
        needs=case,
        columns=columns,
        send={"event": msgspec.to_builtins(EventDraft(text=words, author=author, at=now))},
        records=(key, case),
        made_at=to_epoch(now),
        officer=context.officer.staff_id,
    )


def is_mendable(op: Op) -> bool:
    """Whether a new case can still be changed: it was refused, is asked about, or has never left this computer."""
    return op.act == "case.create" and (
        op.state in ("refused", "unknown") or (op.state == "waiting" and not op.offered_at)
    )
