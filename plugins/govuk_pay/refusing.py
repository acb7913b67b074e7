"""GOV.UK Pay's error codes, by what happens next. Pure."""

from __future__ import annotations

from desktop.adapters.api import Answer, build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import DesktopError

from .mapping import Refusal

NO_SUCH_PAGE = "P0402"

_AS_STATUS = {
    "P0191": 409,  # the key was used for another payment
    "P0199": 403,  # the account may not do this
    "P0501": 409,  # cannot be cancelled in this state
    "P0502": 409,
    "P0603": 409,  # cannot be refunded in this state
    "P0604": 412,  # refunded meanwhile
    "P0900": 429,
    "P0920": 403,  # stopped by the firewall
    "P0930": 403,
    "P0940": 403,
    "P0941": 403,
}
"""Codes that say more than the status they come with, as the status that says the same."""


def build_error(answer: Answer, refusal: Refusal, *, component: str, writes: bool, clock: Clock) -> DesktopError:
    """The error for an answer that refuses, decided by its code, else by its status."""
    return build_refusal(
        _AS_STATUS.get(refusal.code, answer.status),
        component=component,
        writes=writes,
        headers=answer.headers,
        said=refusal.said,
        field=refusal.field,
        body=answer.body[:2_000].decode("utf-8", "replace"),
        clock=clock,
    )
