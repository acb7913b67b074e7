"""Components read in from a file and written out to one, without secrets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.tasks.estate import EstateTasks
from desktop.tasks.ports import EstatePort

_KIND = "Components (*.toml)"


class EstateFiles(QObject):
    """Asks for the file and does it.

    Signals:
        read(tuple): components were read in; sentences on what is still missing.
        written(str): they were written to a file of that name.
        failed(DesktopError): nothing was changed.
    """

    read = Signal(object)
    written = Signal(str)
    failed = Signal(object)

    def __init__(self, estate: EstateTasks, parent: QWidget) -> None:
        super().__init__(parent)
        self._estate = estate
        self._window = parent

    @Slot()
    def ask_and_read(self) -> None:
        """Asks for a file and takes components from it."""
        name, _kind = QFileDialog.getOpenFileName(self._window, "Read components in", "", _KIND)
        if name:
            self.take(Path(name))

    @Slot()
    def ask_and_write(self) -> None:
        """Asks for a file and writes every component to it."""
        name, _kind = QFileDialog.getSaveFileName(self._window, "Write components out", "components.toml", _KIND)
        if name:
            self.give(Path(name))

    def take(self, path: Path) -> None:
        """Takes components from a file."""
        self._estate.run(self, lambda estate: estate.read_in(path), self.read.emit, self.failed.emit)

    def give(self, path: Path) -> None:
        """Writes every component to a file, without a secret."""

        def write(estate: EstatePort) -> None:
            estate.write_out(path)

        self._estate.run(self, write, lambda _none: self.written.emit(path.name), self.failed.emit)
