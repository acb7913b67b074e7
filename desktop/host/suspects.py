"""Components that may have ended the host: one that is named by two of its deaths stays stopped."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Final

SUSPECT_DEATHS: Final = 2
"""After so many deaths of the host that could be its doing, the last of them nobody else's, a component is held."""


class Suspects:
    """Deaths by component, and those that are held until an officer starts them. From any thread."""

    def __init__(self) -> None:
        self._deaths: dict[str, int] = {}
        self._lock = threading.Lock()
        self.held: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether somebody is suspected: then the host works for one component at a time."""
        return bool(self._deaths)

    def count(self, components: Collection[str]) -> None:
        """The host died while it worked for these. Several are only suspected: it cannot be told whose doing it was."""
        with self._lock:
            for component in components:
                before = self._deaths.get(component, 0)
                self._deaths[component] = before + 1 if len(components) == 1 else max(before, 1)
                if self._deaths[component] >= SUSPECT_DEATHS:
                    self.held |= {component}
                    del self._deaths[component]

    def clear(self, component: str) -> None:
        """It answered: what was before does not count."""
        with self._lock:
            self._deaths.pop(component, None)

    def release(self, component: str) -> None:
        """An officer starts it again."""
        with self._lock:
            self.held -= {component}
            self._deaths.pop(component, None)
