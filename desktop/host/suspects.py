"""Components whose call was running when the host died: after two such deaths one stays stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SUSPECT_DEATHS: Final = 2
"""After so many deaths of the host with its call running, a component stays stopped until an officer starts it."""


class Suspects:
    """Deaths by component, and those that are held. Changed under the client's lock."""

    def __init__(self) -> None:
        self._deaths: dict[str, int] = {}
        self.held: set[str] = set()

    def count(self, components: Iterable[str]) -> None:
        """The host died while these were being asked."""
        for component in components:
            self._deaths[component] = self._deaths.get(component, 0) + 1
            if self._deaths[component] >= SUSPECT_DEATHS:
                self.held.add(component)

    def clear(self, component: str) -> None:
        """It answered: what was before does not count."""
        self._deaths.pop(component, None)

    def release(self, component: str) -> None:
        """An officer starts it again."""
        self.held.discard(component)
        self._deaths.pop(component, None)
