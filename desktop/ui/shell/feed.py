"""Keeps the status bar, the outbox and the rail's count in step with the store."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.domain.changes import Changes
from desktop.services.rows import CaseQuery, ComponentStatus, OutboxSummary
from desktop.ui.context import DeskContext


class StatusFeed(QObject):
    """Reads the components and the outbox again whenever they change.

    Signals:
        components_read(tuple): every component as it stands.
        outbox_read(OutboxSummary): what waits.
        work_counted(int): open cases of the officer.
        progress_said(str): how far a first filling is; "" when none is under way.
    """

    components_read = Signal(object)
    outbox_read = Signal(object)
    work_counted = Signal(int)
    progress_said = Signal(str)

    def __init__(self, context: DeskContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._filling: dict[str, int] = {}
        self.components: tuple[ComponentStatus, ...] = ()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(600)
        self._rest.timeout.connect(self._count)
        context.ops.changed.connect(self._on_ops_changed)
        context.live.progressed.connect(self._on_live_progressed)
        self.read_all()

    def read_all(self) -> None:
        """Reads everything that the foot of the window shows."""
        self._read_components()
        self._read_outbox()
        self._count()

    def _read_components(self) -> None:
        self._context.ops.read(lambda desk: desk.components.all(), self._take_components, lane="components")

    def _read_outbox(self) -> None:
        self._context.ops.read(lambda desk: desk.outbox.summary(), self._take_outbox, lane="outbox")

    def _take_components(self, components: tuple[ComponentStatus, ...]) -> None:
        self.components = components
        self.components_read.emit(components)

    def _take_outbox(self, summary: OutboxSummary) -> None:
        self.outbox_read.emit(summary)

    @Slot()
    def _count(self) -> None:
        query = CaseQuery(assignee=self._context.officer.staff_id)
        self._context.ops.read(
            lambda desk: desk.cases.count(query), self.work_counted.emit, lane="work-count", slow=True
        )

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.health or changes.base:
            self._read_components()
        if changes.outbox or changes.base:
            self._read_outbox()
        if changes.touches("case"):
            self._rest.start()

    @Slot(str, int, bool)
    def _on_live_progressed(self, component: str, rows: int, filled: bool) -> None:
        if filled:
            self._filling.pop(component, None)
        else:
            self._filling[component] = rows
        names = {status.id: status.name for status in self.components}
        words = [f"{names.get(id, id)} {rows:,}" for id, rows in self._filling.items()]  # type: ignore[call-overload]
        self.progress_said.emit(f"Reading {', '.join(words)}" if words else "")
