"""Keeps what is being typed, so that neither a crash nor a closed tab loses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.domain.errors import DesktopError
from desktop.tasks.operations import Operations
from desktop.tasks.ports import DeskPort

_REST_MS = 300


class DraftKeeper(QObject):
    """One draft by its name. Saved a moment after each key, and at once when asked.

    Signals:
        kept(): what was typed is in the store.
        found(dict): an earlier draft was there at the start.
        unread(DesktopError): there is no earlier draft, and nothing to begin with in its place.
    """

    kept = Signal()
    found = Signal(object)
    unread = Signal(object)

    def __init__(
        self,
        ops: Operations,
        name: str,
        collect: Callable[[], dict[str, object]],
        parent: QObject,
        *,
        first: Callable[[DeskPort], dict[str, object]] | None = None,
    ) -> None:
        """Asks for the draft.

        Args:
            ops: reads and writes it.
            name: of the draft.
            collect: what is typed now.
            parent: lives as long.
            first: what to begin with where no draft is kept.
        """
        super().__init__(parent)
        self.name = name
        self._ops = ops
        self._collect = collect
        self._last: dict[str, object] | None = None
        self._loading = True
        self._held = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.flush)
        ops.read(
            lambda desk: desk.drafts.get(name) or (first(desk) if first else None),
            self._loaded,
            lane=f"draft-{name}",
            failed=self._not_loaded,
        )

    def _loaded(self, body: dict[str, object] | None) -> None:
        self._loading = False
        if body is not None:
            self._last = body
            self.found.emit(body)
        elif self._collect():
            self._rest.start()

    def _not_loaded(self, error: DesktopError) -> None:
        self._loading = False
        self.unread.emit(error)

    @Slot()
    def touch(self) -> None:
        """Something was typed."""
        if not self._loading and not self._held:
            self._rest.start()

    @Slot()
    def flush(self) -> None:
        """Saves now what has not been saved. An empty draft is dropped."""
        self._rest.stop()
        if self._loading or self._held:
            return
        body = self._collect()
        if body == (self._last or {}):
            return
        self._last = body
        if body:
            self._ops.write(lambda desk: desk.drafts.save(self.name, body), initiator=self, done=self._kept)
        else:
            self.drop()

    def _kept(self, _written: object) -> None:
        self.kept.emit()

    def hold(self) -> None:
        """Saves nothing until `settle` or `release`: what is typed is being sent, and its draft goes with that."""
        self._rest.stop()
        self._held = True

    def release(self) -> None:
        """Saves again, since what was sent was refused."""
        self._held = False
        self.touch()

    def drop(self) -> None:
        """Lets the draft go for good."""
        self._rest.stop()
        self._last = None
        name = self.name
        self._ops.note(lambda desk: desk.drafts.drop(name))

    def settle(self) -> None:
        """The draft went with what was made of it: nothing is left to save."""
        self._rest.stop()
        self._held = False
        self._last = self._collect()
