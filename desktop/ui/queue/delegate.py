"""Paints the cells of My work."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView
from typing_extensions import override

from desktop.services.rows import CaseRow
from desktop.ui.formats import PHASE_ICONS, format_phase
from desktop.ui.queue.model import (
    ASSIGNEE,
    PHASE,
    PLACE,
    RECEIVED,
    REFERENCE,
    SERVICE,
    TARGET,
    TITLE,
    CaseModel,
    cell_text,
)
from desktop.ui.theme.look import Look, Role
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.folding import FoldingColumns
from desktop.ui.widgets.pill import deadline_parts


class CaseDelegate(QStyledItemDelegate):
    """Paints from the model's row and asks it for nothing else: one call a cell, not seven roles."""

    def __init__(self, look: Look, model: CaseModel, view: QTableView) -> None:
        super().__init__(view)
        self._look = look
        self._model = model
        self._view = view
        self.hovered = -1
        self.columns: FoldingColumns | None = None

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "accent_tint" if chosen else "hover" if index.row() == self.hovered else "surface"
        painter.fillRect(rect, self._look.colour(ground))
        brush.line_below(rect)
        if chosen and index.column() == 0:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), self._look.colour("accent"))
        row = self._model.row_at(index.row())
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            self._paint_focus(painter, rect, index.column())
        if row is not None:
            self._paint_cell(brush, brush.zoom(rect).adjusted(8, 0, -8, 0), row, index.column())
        painter.restore()

    def _paint_cell(self, brush: Brush, at: QRectF, row: CaseRow, column: int) -> None:
        middle = at.center().y()
        match column:
            case 0:
                at = at.adjusted(8, 0, 0, 0)
                if row.pending:
                    brush.icon(at.left(), middle, "cloud-upload-outline", "text2", 15)
                    at = at.adjusted(20, 0, 0, 0)
                brush.text(at, row.reference, "small")
            case 1:
                brush.text(at, row.title, "small_title")
            case 4:
                brush.icon(at.left(), middle, PHASE_ICONS[row.phase], "text2", 15)
                brush.text(at.adjusted(20, 0, 0, 0), format_phase(row.phase), "small", "text2")
            case 6:
                self._paint_due(brush, at, row)
            case 7:
                left = 0
                if not row.assignee:
                    brush.icon(at.left(), middle, "account-off-outline", "text3", 15)
                    left = 20
                brush.text(
                    at.adjusted(left, 0, 0, 0),
                    self._model.text(row, ASSIGNEE),
                    "small",
                    "text" if row.assignee else "text3",
                )
            case _:
                brush.text(at, cell_text(row, column), "small", "text2")

    def _paint_due(self, brush: Brush, at: QRectF, row: CaseRow) -> None:
        parts = deadline_parts(row.due_at, self._model.now, is_open=row.phase.is_open)
        if parts is None:
            return
        icon, token, words = parts
        brush.icon(at.left(), at.center().y(), icon, token, 15)
        role: Role = "small_title" if token in {"bad", "warn"} else "small"
        brush.text(at.adjusted(20, 0, 0, 0), words, role, token)

    def _paint_focus(self, painter: QPainter, rect: QRect, column: int) -> None:
        painter.setPen(QPen(self._look.colour("focus"), 2))
        header = self._view.horizontalHeader()
        painter.drawLine(rect.left(), rect.top() + 1, rect.right() + 1, rect.top() + 1)
        painter.drawLine(rect.left(), rect.bottom(), rect.right() + 1, rect.bottom())
        if header.visualIndex(column) == 0:
            painter.drawLine(rect.left() + 1, rect.top(), rect.left() + 1, rect.bottom())
        if self.columns is not None and column == self.columns.last():
            painter.drawLine(rect.right(), rect.top(), rect.right(), rect.bottom())


WIDTHS = {REFERENCE: 148, TITLE: 0, SERVICE: 190, PLACE: 150, PHASE: 108, RECEIVED: 92, TARGET: 124, ASSIGNEE: 120}
"""Pixels of each column at 100 %; 0 takes what is left."""
LEAST_TITLE = 356
"""What the title keeps: every column has its place in a window of 1,360 px."""
FOLDING = (RECEIVED, SERVICE, ASSIGNEE, PLACE, PHASE)
"""Columns that fold away in a narrow window or with large text, the least important first."""
