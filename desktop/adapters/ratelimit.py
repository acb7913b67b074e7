"""A token bucket: so many requests a second, with a burst, shared by all threads of one component."""

from __future__ import annotations

import threading

from desktop.domain.clocks import Clock


class TokenBucket:
    """Says how long to wait before the next request.

    Args:
        per_second: requests a second over time; zero or less for no limit.
        burst: requests that may go at once after a rest.
        clock: where the time comes from.
    """

    def __init__(self, *, per_second: float, burst: int, clock: Clock) -> None:
        self._per_second = per_second
        self._burst = max(1, burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = float(self._burst)
        self._filled_at = clock.monotonic()

    def headroom(self) -> float | None:
        """How much of the burst could go at once, 0 to 1; None without a limit."""
        if self._per_second <= 0:
            return None
        with self._lock:
            filled = self._tokens + (self._clock.monotonic() - self._filled_at) * self._per_second
            return max(0.0, min(1.0, filled / self._burst))

    def take(self) -> float:
        """Books one request and gives the seconds to wait before it is sent.

        A booking is kept even if the caller gives up, so that a crowd that gives up does not come back all at once.
        """
        if self._per_second <= 0:
            return 0.0
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
            self._filled_at = now
            self._tokens -= 1
            return max(0.0, -self._tokens / self._per_second)
