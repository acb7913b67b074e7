"""What the officer did, as it waits in the outbox and travels to the host."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from desktop.domain.ids import ComponentId, Kind, LocalKey, OpId, OutsideId

Act = Literal[
    "case.create", "case.update", "case.own", "event.add", "payment.create", "payment.cancel", "payment.refund"
]
OpState = Literal["waiting", "conflict", "refused", "unknown", "sent"]
"""`sent`: its component took it and will never answer. Such an op stays, for no pull ever brings what it made."""
OutcomeState = Literal["done", "conflict", "refused", "unknown", "sent"]
CREATES: frozenset[str] = frozenset({"case.create", "event.add", "payment.create"})
LOCAL: frozenset[str] = frozenset({"case.own"})
"""Acts that touch no component: the host only writes them into base.db."""
CALL_DEADLINE = 30.0
"""Seconds that one push may take in all; an op whose answer was lost is read back no sooner than this after it."""


class Op(msgspec.Struct, frozen=True, kw_only=True):
    """One op.

    `columns` is what it changes of the row on screen, `send` what the adapter is given, `seen` what the officer saw of
    the changed fields, `records` the local keys it names (its own first). Times are epoch seconds; 0 is "not yet".
    `needs` is the key of a record whose outside id the adapter needs: the case of a note, the op's own otherwise.
    `owns` is what the desk says of fields that it owns: written beside the outcome, and never sent to a component.
    """

    id: OpId
    act: Act
    component: ComponentId
    kind: Kind
    key: LocalKey
    needs: LocalKey
    columns: dict[str, Any]
    send: dict[str, Any]
    records: tuple[LocalKey, ...]
    owns: dict[str, str] = {}
    seen: dict[str, str] = {}
    version: str = ""
    made_at: int = 0
    officer: str = ""
    seq: int = 0
    offered_at: int = 0
    busy_until: int = 0
    state: OpState = "waiting"
    detail: dict[str, Any] = {}
    tries: int = 0
    last_error: str = ""
    next_try: int = 0


PASSED = "passed"
"""In the detail of an op that is tried again: the time of the outcome that stopped it before."""


def is_passed(op: Op, at: int) -> bool:
    """Whether an outcome of that time (epoch seconds) is the one after which the officer had it tried again."""
    return 0 < at <= int(op.detail.get(PASSED, 0))


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An op on its way to the host. `offered_before` says that it may have been sent already."""

    op: Op
    outside_id: OutsideId
    offered_before: bool


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an op, and when (epoch seconds). `detail` has both values of a conflict, or a refusal's error."""

    op: OpId
    state: OutcomeState
    key: LocalKey
    outside_id: OutsideId = OutsideId("")
    detail: dict[str, Any] = {}
    at: int = 0
