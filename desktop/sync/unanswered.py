"""Cases that a component took and will never answer for: what is on screen is what was sent.

No pull brings such a case, so its op stays in desk.db, in the state `sent`, and makes its row anew in a base that lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from desktop.domain.cases import CaseDraft, Phase
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId
from desktop.store.base import tables as base
from desktop.store.base.writer import Incoming
from desktop.sync.incoming import Rows, person_rows, place_rows
from desktop.sync.ops import Op

NO_NUMBER: Final = "sent:"
"""Begins the outside id that we give such a case; what follows is the op's id."""
WORDS: Final = "Sent. This service gives no number, and nothing more will be heard from it here."


def make_id(op: Op) -> OutsideId:
    """The outside id of a case that its component gave none."""
    return OutsideId(f"{NO_NUMBER}{op.id}")


def refuse_more(outside_id: str, *, field: str = "") -> None:
    """Raises InvalidInput where a case has no number in its component, so that nothing more can be sent there."""
    if outside_id.startswith(NO_NUMBER):
        raise InvalidInput(
            "This service gave no number for the case, so nothing more can be sent to it.",
            "Tell them in another way, and keep a note where you keep the rest.",
            key="push.no_number",
            field=field,
        )


def say_sent(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What such a case says of itself on screen."""
    return {
        "status": "sent",
        "phase": Phase.WAITING.value,
        "reference": str(detail.get("reference", "")),
        "status_note": str(detail.get("notice", "")),
    }


def build_rows(op: Op, draft: CaseDraft, detail: Mapping[str, Any]) -> Rows:
    """The case as it was sent, with who reported it and where it is."""
    columns = {**op.columns, **say_sent(detail)}
    rows: Rows = {"case": [Incoming(make_id(op), columns)], "person": [], "place": []}
    if draft.reporter is not None:
        rows["person"] += person_rows(draft.reporter)
    if draft.place is not None:
        rows |= place_rows((draft.place,))
    return rows


def shown_over(ops: Sequence[Op], *, held: bool) -> list[Op]:
    """The ops to lay over a record's row: those that were sent only while the base does not hold what they made."""
    return [
        msgspec.structs.replace(op, columns={**op.columns, **say_sent(op.detail)}) if op.state == "sent" else op
        for op in ops
        if op.state != "sent" or not held
    ]


def find_lost(connection: Connection, ops: Sequence[Op]) -> set[str]:
    """Which of the sent ops have no row in the present base."""
    sent = {op.key: op.id for op in ops if op.state == "sent"}
    table = base.records["case"]
    held = {row.key for row in connection.execute(select(table.c.key).where(table.c.key.in_(sent)))} if sent else set()
    return {id for key, id in sent.items() if key not in held}
