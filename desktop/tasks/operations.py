"""What the views use: read, write, and one signal that says what changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.services.rows import Written
from desktop.tasks.ports import DeskPort
from desktop.tasks.runner import TaskRunner, is_alive

T = TypeVar("T")


class Operations(QObject):
    """Reads and writes of the desk. Used on the window's thread only.

    Signals:
        changed(Changes, QObject | None): once per write and once per change that the host reports. Each view decides
            whether it cares; the initiator already knows.
        failed(DesktopError): something went wrong that no view took in hand.
        saved(): a write was committed.
    """

    changed = Signal(object, object)
    failed = Signal(object)
    saved = Signal()

    def __init__(self, open_desk: Callable[[], DeskPort], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = TaskRunner(open_desk, self)
        self.runner.failed.connect(self.failed)

    def read(
        self,
        work: Callable[[DeskPort], T],
        done: Callable[[T], None],
        *,
        lane: str,
        failed: Callable[[DesktopError], None] | None = None,
        slow: bool = False,
    ) -> None:
        """Reads off this thread, then calls `done` here. The newest read of a lane takes the place of the older one.

        Args:
            work: gets the services; runs on a reader thread.
            done: gets what `work` gave.
            lane: names what is read, for whom.
            failed: gets the error; without it `failed` is emitted.
            slow: may take longer than a frame or two; kept off the reader that serves pages.
        """
        self.runner.read(work, done, lane=lane, failed=failed, slow=slow)

    def write(
        self,
        work: Callable[[DeskPort], Written],
        *,
        initiator: QObject | None,
        done: Callable[[Written], None] | None = None,
        failed: Callable[[DesktopError], None] | None = None,
    ) -> None:
        """Writes off this thread, in order; then emits `changed` once and calls `done` here."""
        self.runner.write(work, partial(self._written, initiator, done), failed)

    def note(self, work: Callable[[DeskPort], object]) -> None:
        """Writes something that changes nothing on any screen, such as a line of the audit."""
        self.runner.write(work, None)

    def report(self, changes: Changes) -> None:
        """Passes on what the host changed."""
        self.changed.emit(changes, None)

    def close(self) -> None:
        """Finishes what is being written and ends the threads."""
        self.runner.close()

    def _written(self, initiator: QObject | None, done: Callable[[Written], None] | None, written: Written) -> None:
        self.saved.emit()
        if done is not None and is_alive(done):
            done(written)
        if written.changes:
            self.changed.emit(written.changes, initiator)
