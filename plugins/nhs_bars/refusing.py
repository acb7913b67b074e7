"""OperationOutcomes of BaRS to our errors. Pure.

A code that starts with SEND_ is about our message, one with REC_ is the receiving service's own, any other is that of the
NHS's proxy between them. The same codes come with the status that they are named for, and sometimes with 200.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import Issue, build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import DesktopError, Forbidden, InvalidInput

_STATUSES = {
    "BAD_REQUEST": 400, "UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404, "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406, "CONFLICT": 409, "UNPROCESSABLE_ENTITY": 422, "TOO_MANY_REQUESTS": 429, "SERVER_ERROR": 500,
    "NOT_IMPLEMENTED": 501, "SERVICE_UNAVAILABLE": 503,
}  # fmt: skip
_WORDS = {
    "required": "something is missing",
    "value": "a value does not have the form it should have",
    "invalid": "something in it is not valid",
    "structure": "its structure cannot be read",
    "invariant": "its parts do not fit together",
    "not-supported": "this is not offered there",
    "processing": "it was understood and cannot be processed",
    "duplicate": "it was processed before",
    "conflict": "it was changed meanwhile",
}
_FINE = frozenset({"informational", "success"})


def find_status(issues: tuple[Issue, ...], status: int) -> int:
    """The status that an answer stands for: its own, or for 200 that of its code; 0 where the issues are no refusal."""
    if status >= 300:
        return status
    wrong = [issue for issue in issues if issue.kind not in _FINE]
    if not wrong:
        return 0
    return next((_STATUSES[bare] for issue in wrong if (bare := _strip(issue.code)) in _STATUSES), 500)


def _strip(code: str) -> str:
    return code.removeprefix("SEND_").removeprefix("REC_").removeprefix("PROXY_")


def build_error(
    issues: tuple[Issue, ...],
    status: int,
    *,
    component: str,
    writes: bool,
    headers: Mapping[str, str],
    clock: Clock,
) -> DesktopError:
    """The error for an answer that refuses, with nothing of what was sent."""
    codes = {issue.code for issue in issues}
    if codes & {"REC_UNAUTHORIZED", "REC_FORBIDDEN"}:
        return Forbidden(
            "The receiving service does not take this from the council.",
            "Ask the service whether it has an agreement with the council, or refer in another way.",
            key="nhs_bars.forbidden",
            subject=component,
        )
    if "REC_NOT_IMPLEMENTED" in codes or (status in {400, 501} and any(i.kind == "not-supported" for i in issues)):
        return InvalidInput(
            "The receiving service does not offer this yet.",
            "Refer in another way.",
            key="nhs_bars.not_offered",
            field="service",
            subject=component,
        )
    closed = status == 503 and any(_strip(code) == "SERVICE_UNAVAILABLE" for code in codes)  # its own word: not taken
    return build_refusal(
        status, component=component, writes=writes and not closed, headers=headers, said=_say(issues), clock=clock
    )  # fmt: skip


def _say(issues: tuple[Issue, ...]) -> str:
    """Who refused, and why, in words."""
    said = []
    for issue in issues:
        words = _WORDS.get(issue.kind) or issue.display
        who = "The receiving service" if issue.code.startswith("REC_") else "The NHS's proxy"
        said.append(f"{who} says: {words} ({issue.code or issue.kind})." if words or issue.code else "")
    return " ".join(dict.fromkeys(filter(None, said)))
