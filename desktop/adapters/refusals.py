"""What a status of 400 and above means, named by what happens next: the same for every component."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.retry import parse_retry_after
from desktop.domain.clocks import Clock, SystemClock
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)

_INPUT = frozenset({400, 402, 405, 406, 411, 413, 414, 415, 416, 422, 431})
_BUSY = frozenset({408, 425, 429, 503})
_FAILED = frozenset({500, 502, 504})
_MOST_SAID = 200
_UNAVAILABLE = 503
"""Of a server itself, with the time to wait: it took nothing. Without, it may be of a gateway whose server went on."""


def build_refusal(
    status: int,
    *,
    component: str,
    writes: bool,
    headers: Mapping[str, str] | None = None,
    said: str = "",
    field: str = "",
    body: str = "",
    clock: Clock | None = None,
) -> DesktopError:
    """The error for an answer that refuses.

    Args:
        status: of the answer.
        component: named in the text.
        writes: whether the request was a write; a server or gateway that fails on one may have carried it out.
        headers: of the answer, for Retry-After.
        said: the component's own words, shown after ours where the officer can do something with them.
        field: what the component says is wrong.
        body: start of the answer, kept with BadResponse only.
        clock: for a Retry-After that is a date.

    Returns:
        InvalidInput, AuthFailed, Forbidden, NotFound, RemoteConflict, NotReady, OutcomeUnknown or BadResponse.
    """
    hint = " ".join(said.split())[:_MOST_SAID]
    if status in _INPUT:
        return InvalidInput(
            f"{component} does not take this.", hint, key="component.input", field=field, subject=component
        )
    if status in _SIMPLE:
        kind, text, key = _SIMPLE[status]
        return kind(f"{component} {text}", hint, key=key, subject=component)
    if status in _BUSY:
        after = parse_retry_after(headers or {}, clock=clock or SystemClock())
        if not (writes and status == _UNAVAILABLE and after is None):
            return _not_ready(component, "is busy", "component.busy", after)
    if writes and not 400 <= status < 500:
        return build_outcome_unknown(component)
    if status in _FAILED:
        return _not_ready(component, "failed", "component.failed", None)
    return BadResponse(
        f"{component} did not answer as it should: status {status}.",
        "Try again later. If it stays, report it to whoever runs it.",
        key="component.answer",
        subject=component,
        body=body,
    )


def build_outcome_unknown(component: str) -> OutcomeUnknown:
    """The error for a write whose answer was lost."""
    return OutcomeUnknown(
        f"{component} may or may not have taken the change: its answer was lost.",
        "Nothing is sent twice. Knit reads back what is there before it tries again.",
        key="http.outcome",
        subject=component,
    )


_SIMPLE: Mapping[int, tuple[type[AuthFailed | Forbidden | NotFound | RemoteConflict], str, str]] = {
    401: (AuthFailed, "does not know the key it was given.", "component.auth"),
    407: (AuthFailed, "is behind a proxy that asks for a name and password.", "component.proxy"),
    403: (Forbidden, "does not allow this with the key it was given.", "component.forbidden"),
    404: (NotFound, "has no such thing.", "component.missing"),
    410: (NotFound, "has it no longer.", "component.missing"),
    409: (RemoteConflict, "has a different state of this by now.", "component.conflict"),
    412: (RemoteConflict, "has a different state of this by now.", "component.conflict"),
}


def _not_ready(component: str, what: str, key: str, after: float | None) -> NotReady:
    return NotReady(
        f"{component} {what}.", "Knit tries again by itself.", key=key, subject=component, retry_after=after
    )
