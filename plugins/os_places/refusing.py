"""Answers of OS Places and of the gateway before it that refuse, to our errors. Pure."""

from __future__ import annotations

from desktop.adapters.api import Answer, build_bad_response, build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import DesktopError, Forbidden, NotReady

from .mapping import Refusal

_MINUTE_S = 60.0
"""OS Places counts requests by the minute, and does not say how long to wait."""
_MOST_SAID = 200
_BUSY = 429


def build_error(answer: Answer, refusal: Refusal, *, component: str, field: str, clock: Clock) -> DesktopError:
    """The error for an answer that refuses: by its status, or for a good status by what its body says."""
    text = answer.text
    status = answer.status
    if status < 400 and refusal.status is not None:
        status = refusal.status
    if status < 400:
        what = "it says that it failed" if answer.status < 300 else f"status {answer.status}, which was not asked for"
        return build_bad_response(text, component=component, what=what)
    if status == 500 and refusal.status == _BUSY:
        status = _BUSY  # the gateway's older way of saying that a quota is used up
    if status in {401, 403} and refusal.status == 403:
        status = 403  # the gateway says 401 of a key that it knows and that is not for this API
    if status == 403:
        return Forbidden(
            f"{component} is not in the plan of this key.",
            f"Add OS Places to the project in the OS Data Hub, or use a key of a plan that has it. {refusal.said}"[
                : _MOST_SAID + 100
            ].strip(),
            key="os_places.plan",
            subject=component,
        )
    error = build_refusal(
        status,
        component=component,
        writes=False,
        headers=answer.headers,
        said=refusal.said,
        field=field,
        body=text,
        clock=clock,
    )
    if isinstance(error, NotReady) and status == _BUSY and error.retry_after is None:
        error.retry_after = _MINUTE_S
    return error
