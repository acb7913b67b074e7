"""Which component is being worked for at each moment: told to the desk before it is so, so that a death names somebody.

A plugin that ends the process, or holds the interpreter for ever, does it while its own code runs. So each thread says
when it goes into a component's work and when it only waits for the network; the desk keeps the last that it heard. After
a death that could be several components' doing the host is careful: then one component at a time is worked for.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

TURN_SECONDS: Final = 5.0
"""How long a careful host waits for another component's turn. One that takes longer lets others run: it is passed by."""


class Turns:
    """Components at work, by id; `tell` is called with one and whether its work begins. From any thread."""

    def __init__(self, tell: Callable[[str, bool], None], *, turn_seconds: float = TURN_SECONDS) -> None:
        self._tell = tell
        self._turn_seconds = turn_seconds
        self._threads: Counter[str] = Counter()
        self._told: set[str] = set()
        self._changed = threading.Condition()
        self.careful = False

    @contextmanager
    def working(self, component: str) -> Iterator[None]:
        """Work for a component: its plugin's code, and ours on what that gave."""
        self._enter(component)
        try:
            yield
        finally:
            self._leave(component)

    @contextmanager
    def waiting(self, component: str) -> Iterator[None]:
        """A wait for the network inside `working`; a careful host lets nobody else in meanwhile."""
        if self.careful:
            yield
            return
        self._leave(component)
        try:
            yield
        finally:
            self._enter(component)

    def _enter(self, component: str) -> None:
        with self._changed:
            self._threads[component] += 1
            if component in self._told:
                return
            if self.careful and not self._changed.wait_for(lambda: self._is_free(component), self._turn_seconds):
                for other in self._told - {component}:
                    self._say(other, begins=False)
            if component not in self._told:
                self._say(component, begins=True)

    def _leave(self, component: str) -> None:
        with self._changed:
            self._threads[component] -= 1
            if not self._threads[component] and component in self._told:
                self._say(component, begins=False)
            self._changed.notify_all()

    def _is_free(self, component: str) -> bool:
        return not self._told - {component}

    def _say(self, component: str, *, begins: bool) -> None:
        self._tell(component, begins)
        if begins:
            self._told.add(component)
        else:
            self._told.discard(component)
