"""Faults on request: what a trainer or a test asks a component to do wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["slow", "status", "html", "cut", "drip", "reset", "lose_answer", "unknown", "nulls", "conflict"]
KINDS: dict[str, str] = {
    "slow": "waits `ms` before it does anything",
    "status": "answers `status`, with Retry-After where `retry_after` seconds and an error `code` where they are given, and does nothing",
    "html": "answers a page for people with status 200, and does nothing",
    "reset": "resets the connection before it does anything",
    "conflict": "a colleague changes case `case` to status `case_status` first; then goes on as asked",
    "lose_answer": "does what is asked, then resets the connection instead of answering",
    "cut": "does what is asked and sends half the answer",
    "drip": "does what is asked and sends the answer one byte each `ms`",
    "unknown": "adds fields that no contract names",
    "nulls": "empties the fields that a contract lets be absent",
}
"""What each kind does."""

_SOFT_FIELDS = ("status_notes", "agency_responsible", "service_notice", "expected_datetime", "address", "zipcode", "media_url", "email", "card_details", "metadata", "settlement_summary", "BLPU_STATE_DATE", "BUILDING_NAME")  # fmt: skip


class BadFault(ValueError):
    """A fault that cannot be set; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. It strikes `times` requests (0: until cleared) of a method and with a text in the path ("" for any)."""

    id: int = 0
    component: str
    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1
    ms: int = 0
    status: int = 503
    retry_after: int | None = None
    code: str = ""
    case: str = ""
    case_status: str = "closed"
    text: str = "Changed by a colleague"

    def strikes(self, method: str, path: str) -> bool:
        """Whether it strikes a request."""
        return (not self.method or self.method.upper() == method) and self.path in path


class FaultBook:
    """The faults that are set, in memory only: a restart mends everything."""

    def __init__(self) -> None:
        self._faults: dict[int, tuple[Fault, int]] = {}
        self._next = 1

    def add(self, fault: Fault) -> int:
        """Sets a fault and gives its number."""
        if fault.kind not in KINDS:
            raise BadFault(f"kind is one of {', '.join(KINDS)}")
        if fault.times < 0 or fault.ms < 0 or not 100 <= fault.status <= 599:
            raise BadFault("times and ms are 0 or more, status is 100 to 599")
        number = self._next
        self._next += 1
        self._faults[number] = (fault, fault.times)
        return number

    def clear(self, component: str = "") -> int:
        """Mends one component, or all; gives how many faults were set."""
        gone = [n for n, (fault, _) in self._faults.items() if not component or fault.component == component]
        for number in gone:
            del self._faults[number]
        return len(gone)

    def active(self) -> list[tuple[int, Fault, int]]:
        """Number, fault and strikes left (0: until cleared)."""
        return [(n, fault, left) for n, (fault, left) in sorted(self._faults.items())]

    def take(self, component: str, method: str, path: str) -> list[Fault]:
        """The faults that strike a request, in the order in which they were set; each is counted."""
        struck = []
        for number, (fault, left) in list(self._faults.items()):
            if fault.component == component and fault.strikes(method, path):
                struck.append(fault)
                if left == 1:
                    del self._faults[number]
                elif left:
                    self._faults[number] = (fault, left - 1)
        return struck


def garble(body: bytes, content_type: str, kinds: Sequence[str]) -> bytes:
    """An answer with unknown fields or nulls in it, still well formed."""
    for kind in kinds:
        if "json" in content_type:
            tree = json.loads(body)
            body = json.dumps(_with_unknown(tree) if kind == "unknown" else _with_nulls(tree)).encode()
        elif kind == "unknown":
            body = re.sub(rb"</(request|service|request_update)>", rb"<x_new><deep>1</deep><deep/></x_new></\1>", body)
        else:
            names = "|".join(_SOFT_FIELDS).encode()
            body = re.sub(rb"<(%b)>[^<]*</\1>" % names, rb"<\1/>", body)
    return body


def _with_unknown(tree: object) -> object:
    if isinstance(tree, dict):
        grown: dict[str, object] = {key: _with_unknown(value) for key, value in tree.items()}
        return {**grown, "x_new": {"deep": [1, None, "2"]}}
    return [_with_unknown(value) for value in tree] if isinstance(tree, list) else tree


def _with_nulls(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: None if key in _SOFT_FIELDS else _with_nulls(value) for key, value in tree.items()}
    return [_with_nulls(value) for value in tree] if isinstance(tree, list) else tree
