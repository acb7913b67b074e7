"""A circuit breaker for one component, and how its last requests went.

Closed while it answers. After several failures in a row it opens: requests are refused at once, so that nobody waits for
what will not come. After a while one request is let through as a probe (half-open): its success closes the circuit, its
failure opens it for longer. Source: M. Nygard, Release It!, "Circuit Breaker".
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from desktop.adapters.answers import Answer
from desktop.domain.clocks import Clock
from desktop.domain.components import Circuit, Vitals
from desktop.domain.errors import AdapterError, BadResponse, NotReady, OutcomeUnknown

FAILURES: Final = 5
"""Failures in a row that open the circuit."""
FIRST_OPEN_S: Final = 5.0
LONGEST_OPEN_S: Final = 300.0
UNWELL: Final = frozenset({500, 502, 503, 504})
"""Statuses of a component that is not well; 429 only says that it is asked too often."""
KEPT: Final = 100
"""Calls that percentiles and the error rate are taken over."""


_OWN_WAITS: Final = ("push.", "pull.", "http.rate", "breaker.")
"""Starts of the keys of waits that Knit itself imposes."""


def is_failure(error: BaseException | None) -> bool:
    """Whether an error says that the component is not well; a refusal says that it is, and a wait of ours nothing."""
    if isinstance(error, NotReady):
        return not error.key.startswith(_OWN_WAITS)
    return isinstance(error, BadResponse | OutcomeUnknown)


class Breaker:
    """The circuit of one component. Safe from any thread."""

    def __init__(self, component: str, clock: Clock, *, rng: random.Random | None = None) -> None:
        self._component = component
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 -- spreads probes, guards nothing
        self._lock = threading.Lock()
        self._failed = 0
        self._opened = 0
        self._until = 0.0
        self._probing = False
        self._answers: deque[tuple[bool, float]] = deque(maxlen=KEPT)
        self._last_success: datetime | None = None

    @contextmanager
    def guard(self) -> Iterator[Callable[[Answer], Answer]]:
        """Holds one request; what it yields takes the answer and gives it back, for a status may be a failure too.

        Raises:
            NotReady: the circuit is open; says after how many seconds to try again.
        """
        probe = self._enter()
        began = self._clock.monotonic()
        error: BaseException | None = None
        well = True

        def answered(answer: Answer) -> Answer:
            nonlocal well
            well = answer.status not in UNWELL
            return answer

        try:
            yield answered
        except BaseException as raised:
            error = raised
            raise
        finally:
            failed = is_failure(error) or not well
            self._leave(error, self._clock.monotonic() - began, failed=failed, probe=probe)

    def close(self) -> None:
        """Closes the circuit by hand: an officer or a connection test starts the component again."""
        with self._lock:
            self._failed = self._opened = 0
            self._until = 0.0
            self._probing = False

    def vitals(self) -> Vitals:
        """How the last calls were."""
        with self._lock:
            answers = list(self._answers)
            circuit, left = self._state()
            last = self._last_success
        times = sorted(seconds * 1000 for well, seconds in answers if well)
        return Vitals(
            calls=len(answers),
            p50_ms=find_percentile(times, 50),
            p95_ms=find_percentile(times, 95),
            error_rate=sum(not well for well, _ in answers) / len(answers) if answers else 0.0,
            circuit=circuit,
            open_for_s=left,
            last_success=last,
        )

    # ==== inner parts ====
    def _state(self) -> tuple[Circuit, float]:
        if self._failed < FAILURES:
            return Circuit.CLOSED, 0.0
        left = self._until - self._clock.monotonic()
        return (Circuit.OPEN, left) if left > 0 else (Circuit.HALF_OPEN, 0.0)

    def _enter(self) -> bool:
        """Lets a call in, or refuses it; True for the probe."""
        with self._lock:
            circuit, left = self._state()
            if circuit is Circuit.CLOSED:
                return False
            if circuit is Circuit.HALF_OPEN and not self._probing:
                self._probing = True
                return True
        raise NotReady(
            f"{self._component} failed several times and is left alone for a moment.",
            "What you typed is safe. Knit tries again by itself.",
            key="breaker.open",
            subject=self._component,
            retry_after=max(left, 1.0),
        )

    def _leave(self, error: BaseException | None, seconds: float, *, failed: bool, probe: bool) -> None:
        counts = error is None or isinstance(error, AdapterError) or failed
        now = self._clock.now() if not failed else None
        with self._lock:
            if probe:
                self._probing = False
            if not counts:
                return  # called off, or a fault of what was typed: it says nothing of the component
            self._answers.append((not failed, seconds))
            if not failed:
                self._failed = self._opened = 0
                self._last_success = now
                return
            self._failed += 1
            if self._failed == FAILURES or probe:
                longest = min(LONGEST_OPEN_S, FIRST_OPEN_S * 2.0**self._opened)
                self._until = self._clock.monotonic() + self._rng.uniform(longest / 2, longest)
                self._opened += 1


def find_percentile(ordered: list[float], percent: int) -> float | None:
    """The value below which `percent` of the ordered values lie (nearest rank), or None where there are none."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
