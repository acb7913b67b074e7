"""Who is told what the host says. Call-backs come on the client's threads; each must be quick."""

from __future__ import annotations

from collections.abc import Callable

from desktop.domain.changes import Changes
from desktop.domain.ids import ComponentId
from desktop.host.wire import Message, unpack_changes


class Listeners:
    """Call-backs of the host client, in the order they were given."""

    def __init__(self) -> None:
        self._on_changes: list[Callable[[Changes], None]] = []
        self._on_state: list[Callable[[str, str], None]] = []
        self._on_progress: list[Callable[[ComponentId, int, bool], None]] = []

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change, after the desk's own rows were made anew."""
        self._on_changes.append(callback)

    def on_state(self, callback: Callable[[str, str], None]) -> None:
        """Calls back with `starting`, `running`, `restarting` or `stopped`, and a sentence."""
        self._on_state.append(callback)

    def on_progress(self, callback: Callable[[ComponentId, int, bool], None]) -> None:
        """Calls back with a component's rows so far in this pull, and whether it is filled."""
        self._on_progress.append(callback)

    def pass_on(self, message: Message) -> None:
        """Tells the listeners what the host says without being asked."""
        said = message.params
        if message.method == "base.changed":
            self.emit(unpack_changes(said))
        elif message.method == "progress":
            self.progress(ComponentId(said["component"]), said["rows"], bool(said["filled"]))

    def emit(self, changes: Changes) -> None:
        """Tells the listeners of a change."""
        if changes:
            for callback in self._on_changes:
                callback(changes)

    def say(self, state: str, sentence: str) -> None:
        """Tells how the host is."""
        for callback in self._on_state:
            callback(state, sentence)

    def progress(self, component: ComponentId, rows: int, filled: bool) -> None:
        """Tells how far a pull is."""
        for callback in self._on_progress:
            callback(component, rows, filled)
