"""How long a call may take, and whether it was called off.

The host opens one scope around each call of an adapter; every wait and every read below it looks here. The scope is
kept in a context variable, so each thread has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from desktop.domain.clocks import Clock, SystemClock
from desktop.domain.errors import OperationCancelled

Cancel = threading.Event | Callable[[], bool] | None
"""Says that a call is called off: an event that is set, or a function that gives True."""

Waits = Callable[[], AbstractContextManager[None]]
"""Makes the `with` around each wait for the network, for whoever wants to know of it."""

SLICE_S = 0.1
"""The longest that a wait or a read goes without looking at the cancel, in seconds."""


class DeadlinePassed(Exception):
    """The call's time is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimit:
    """The limit of one call. `ends_at` is of the clock's monotonic seconds."""

    ends_at: float
    cancel: Cancel = None
    clock: Clock = field(default_factory=SystemClock)
    waits: Waits = nullcontext

    @property
    def cancelled(self) -> bool:
        """Whether the call was called off."""
        if self.cancel is None:
            return False
        return self.cancel.is_set() if isinstance(self.cancel, threading.Event) else self.cancel()

    def remaining(self) -> float:
        """Seconds left, zero when there are none."""
        return max(0.0, self.ends_at - self.clock.monotonic())

    def check(self) -> None:
        """Raises OperationCancelled or DeadlinePassed where the call must end now."""
        if self.cancelled:
            raise OperationCancelled("The call was called off.", key="call.cancelled")
        if self.remaining() <= 0:
            raise DeadlinePassed

    def wait(self, seconds: float) -> None:
        """Waits, but no longer than the call lasts. Raises as `check` does."""
        until = self.clock.monotonic() + seconds
        while True:
            self.check()
            left = min(until - self.clock.monotonic(), self.remaining(), SLICE_S)
            if left <= 0:
                return
            if isinstance(self.cancel, threading.Event):
                self.cancel.wait(left)
            else:
                threading.Event().wait(left)


_CURRENT: ContextVar[CallLimit | None] = ContextVar("knit_call_limit", default=None)


def find_limit() -> CallLimit | None:
    """The limit of the call that runs on this thread, or None outside any."""
    return _CURRENT.get()


@contextmanager
def call_scope(
    deadline_s: float, cancel: Cancel = None, *, clock: Clock | None = None, waits: Waits = nullcontext
) -> Iterator[CallLimit]:
    """Holds every request made inside, on this thread, to one deadline and one cancel.

    A scope inside another can only be shorter than it, and is called off with it.
    """
    clock = clock or SystemClock()
    outer = _CURRENT.get()
    ends_at = clock.monotonic() + deadline_s
    if outer is not None:
        ends_at = min(ends_at, clock.monotonic() + outer.remaining())
        cancel = _either(outer, cancel)
        waits = outer.waits
    limit = CallLimit(ends_at=ends_at, cancel=cancel, clock=clock, waits=waits)
    token = _CURRENT.set(limit)
    try:
        yield limit
    finally:
        _CURRENT.reset(token)


def _either(outer: CallLimit, cancel: Cancel) -> Cancel:
    """The cancel of a scope inside another."""
    if outer.cancel is None:
        return cancel
    if cancel is None:
        return outer.cancel
    inner = CallLimit(ends_at=0, cancel=cancel)
    return lambda: inner.cancelled or outer.cancelled
