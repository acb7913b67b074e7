"""When a request is tried again, and after how long.

A small loop of our own rather than stamina: its waits cannot be called off, and a wait here must also fit into what is
left of the call's deadline, honour Retry-After, and know whether an earlier try may have been carried out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from desktop.domain.clocks import Clock

PASSING = frozenset({429, 502, 503, 504})
"""Statuses that mend by themselves."""

LONGEST_RETRY_AFTER_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How often, and how long between: `first_s`, twice that and so on up to `most_s`, each with full jitter."""

    tries: int = 4
    first_s: float = 0.5
    most_s: float = 20.0

    def wait_s(self, tried: int, *, asked_s: float | None, rng: random.Random) -> float:
        """Seconds to wait after try number `tried` (from 1).

        What the server asked for is never cut short: jitter only adds to it, so that desks do not come back as one.
        """
        step = min(self.most_s, self.first_s * 2 ** (tried - 1))
        if asked_s is not None:
            return asked_s + rng.uniform(0, min(step, 1.0))
        return rng.uniform(step / 4, step)


def parse_retry_after(headers: Mapping[str, str], *, clock: Clock) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as an HTTP date; None when absent or not readable.

    A date is counted from the answer's own Date header where it has one, so a wrong clock here does no harm.
    """
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    then = _parse_http_date(text)
    if then is None:
        return None
    now = _parse_http_date(headers.get("Date", "")) or clock.now()
    return min(max(0.0, (then - now).total_seconds()), LONGEST_RETRY_AFTER_S)


def _parse_http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
