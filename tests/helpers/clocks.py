"""A clock that stands until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Both clocks in one: moving it moves the wall and the monotonic time."""

    def __init__(self, start: datetime = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._seconds = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def move(self, seconds: float) -> None:
        """Moves on."""
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds
