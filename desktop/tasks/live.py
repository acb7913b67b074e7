"""Live answers: the component host's call-backs, brought to the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId, Kind, LocalKey
from desktop.tasks.ports import ClientPort
from desktop.tasks.runner import Post, is_alive

T = TypeVar("T")


class Live(QObject):
    """Calls of components, with their answers on this thread.

    Signals:
        changed(Changes): the host wrote to the base.
        state_changed(str, str): starting, running, restarting or stopped; and a sentence.
        progressed(str, int, bool): a component's pull has so many rows, and whether it is filled.
    """

    changed = Signal(object)
    state_changed = Signal(str, str)
    progressed = Signal(str, int, bool)

    def __init__(self, client: ClientPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._post = Post(self)
        client.on_changes(self._take_changes)
        client.on_state(self._take_state)
        client.on_progress(self._take_progress)

    def call(
        self,
        component: ComponentId,
        method: str,
        arguments: Mapping[str, object],
        *,
        done: Callable[[object], None],
        failed: Callable[[DesktopError], None],
        read: Callable[[object], object] | None = None,
        deadline: float = 5.0,
    ) -> object:
        """Asks a component; `done` or `failed` is called here. Returns an id for `cancel`.

        `read` makes of the answer what `done` gets, on the client's thread; it never raises.
        """
        return self._client.call(
            component,
            method,
            arguments,
            done=partial(self._read, read, done) if read else partial(self._hand, done),
            failed=partial(self._hand, failed),
            deadline=deadline,
        )

    def hear(
        self,
        component: ComponentId,
        method: str,
        arguments: Mapping[str, object],
        *,
        read: Callable[[object], T],
        done: Callable[[T], None],
        failed: Callable[[DesktopError], None],
    ) -> object:
        """Asks a component for what it says, of which `read` makes what `done` gets; see `call`."""
        return self._client.hear(
            component,
            method,
            arguments,
            done=partial(self._read, read, done),
            failed=partial(self._hand, failed),
        )

    def cancel(self, call: object) -> None:
        """Calls a question off; neither call-back is called."""
        self._client.cancel(call)

    def refresh(
        self,
        kind: Kind,
        record: LocalKey,
        component: ComponentId,
        *,
        done: Callable[[object], None],
        failed: Callable[[DesktopError], None],
    ) -> None:
        """Reads one record again from its component; `changed` follows when it differs."""
        self._client.refresh(
            kind, record, component, done=partial(self._hand, done), failed=partial(self._hand, failed)
        )

    def pull(self, component: ComponentId | None = None) -> None:
        """Asks for what is new, from one component or from all."""
        self._client.pull(component)

    # ---- on the client's thread ----

    def _read(self, read: Callable[[object], object], done: Callable[..., None], answer: object) -> None:
        self._hand(done, read(answer))

    def _hand(self, call: Callable[..., None], value: object) -> None:
        self._post.hand(partial(self._deliver, call, value))

    def _deliver(self, call: Callable[..., None], value: object) -> None:
        if is_alive(call):
            call(value)

    def _take_changes(self, changes: Changes) -> None:
        self._post.hand(partial(self.changed.emit, changes))

    def _take_state(self, state: str, sentence: str) -> None:
        self._post.hand(partial(self.state_changed.emit, state, sentence))

    def _take_progress(self, component: ComponentId, rows: int, filled: bool) -> None:
        self._post.hand(partial(self.progressed.emit, str(component), rows, filled))
