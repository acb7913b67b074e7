"""The list of components: how each fares, what it costs and when its contract ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QTableView
from typing_extensions import override

from desktop.domain.components import Circuit, Component
from desktop.domain.money import format_pence
from desktop.services.rows import ComponentStatus
from desktop.ui.formats import format_date, format_health, format_when
from desktop.ui.theme.look import Look
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.table import Index, LineDelegate, LineModel, LineTable

HEADS = ("Component", "Health", "Last answer", "p50", "p95", "Failed", "Left of limit", "Cost a year", "Contract ends")
_WIDTHS = (0, 150, 118, 64, 64, 58, 92, 92, 104)
_LEAST_WORDS = 150
_FOLDING = (6, 3, 5, 8, 2, 4)
"""What goes first where there is no room: the rate limit, then p50, failures, contract, last answer and p95."""
_CIRCUITS = {Circuit.OPEN: "Left alone", Circuit.HALF_OPEN: "Being tried"}


@dataclass(frozen=True, slots=True)
class Line:
    """A component as it is set up, and how it fares; `status` None before the host has said anything."""

    component: Component
    status: ComponentStatus | None


def health_of(line: Line, now: datetime) -> tuple[str, str, str]:
    """Words, icon and tone: an open circuit says more than the last answer."""
    if line.status is None:
        return "Not asked yet", "history", "ok"
    circuit = _CIRCUITS.get(line.status.vitals.circuit)
    if circuit is not None:
        return circuit, "timer-sand", "warn"
    words, icon, tone = format_health(line.status, now)
    if not words:
        words = f"fresh, {line.status.latency_ms:,.0f} ms" if line.status.latency_ms >= 1 else "fresh"
    return words[:1].upper() + words[1:], icon, tone


def cell_text(line: Line, column: int, now: datetime) -> str:
    """What a cell says."""
    component, status = line.component, line.status
    vitals = status.vitals if status else None
    match column:
        case 0:
            return component.name
        case 1:
            return health_of(line, now)[0]
        case 2:
            return format_when(vitals.last_success, now) if vitals and vitals.last_success else "none yet"
        case 3:
            return f"{vitals.p50_ms:,.0f} ms" if vitals and vitals.p50_ms is not None else ""
        case 4:
            return f"{vitals.p95_ms:,.0f} ms" if vitals and vitals.p95_ms is not None else ""
        case 5:
            return f"{vitals.error_rate:.0%}" if vitals and vitals.calls else ""
        case 6:
            return f"{vitals.headroom:.0%}" if vitals and vitals.headroom is not None else "no limit"
        case 7:
            return format_pence(component.cost_pence) if component.cost_pence else "not said"
        case _:
            return format_date(date.fromisoformat(component.contract_ends)) if component.contract_ends else "not said"


class ComponentsModel(LineModel):
    """Every component of the profile, in its order."""

    heads = HEADS

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._now = now

    def show(self, lines: Sequence[Line], now: datetime) -> None:
        """Shows these; in place where the same components are there already."""
        self._now = now
        same = [line.component.id for line in lines] == [line.component.id for line in self._lines]
        if same and lines:
            self._lines = list(lines)
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(HEADS) - 1))
            return
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def line_at(self, n: int) -> Line:
        """A component by its place."""
        return self._lines[n]

    def health_at(self, n: int) -> tuple[str, str, str]:
        """Words, icon and tone of a component's health."""
        return health_of(self._lines[n], self._now)

    @override
    def count(self) -> int:
        return len(self._lines)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(line, index.column(), self._now)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                line.status.error if line.status and line.status.error else cell_text(line, index.column(), self._now)
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADS[index.column()]}: {cell_text(line, index.column(), self._now) or 'not known'}"
        return None


class _Delegate(LineDelegate):
    def __init__(self, look: Look, model: ComponentsModel, view: QTableView) -> None:
        super().__init__(look, view)
        self._model = model

    @override
    def paint_cell(self, brush: Brush, at: QRectF, index: Index) -> None:
        column, words = index.column(), str(index.data())
        if column == 0:
            status = self._model.line_at(index.row()).status
            colour = status.colour if status else "cases"
            mark = self.look.mark(colour, 18, self.view.devicePixelRatioF() * self.look.scale)
            brush.painter.drawPixmap(int(at.left()) + 8, int(at.center().y()) - 9, mark)
            brush.text(at.adjusted(34, 0, 0, 0), words, "small_title")
        elif column == 1:
            _words, icon, tone = self._model.health_at(index.row())
            token = {"ok": "ok", "warn": "warn", "bad": "bad", "lock": "info"}[tone]
            brush.icon(at.left() + 8, at.center().y(), icon, token, 15)
            brush.text(at.adjusted(26, 0, 0, 0), words, "small", token)
        else:
            brush.text(at, words, "small", "text2" if words in {"not said", "no limit", "none yet"} else "text")


class ComponentsTable(LineTable):
    """The table.

    Signals:
        shown(str): a component was chosen, by its id.
    """

    shown = Signal(str)

    def __init__(self, look: Look, model: ComponentsModel) -> None:
        widths = dict(enumerate(_WIDTHS))
        super().__init__(look, model, name="Components", widths=widths, least=_LEAST_WORDS, folding=_FOLDING)
        self._components = model
        self._delegate = _Delegate(look, model, self)
        self.setItemDelegate(self._delegate)
        self.opened.connect(self._on_self_opened)

    @Slot(int)
    def _on_self_opened(self, line: int) -> None:
        self.shown.emit(self._components.line_at(line).component.id)
