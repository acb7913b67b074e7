"""What the tables of the desk share: heads and sizes, how a row is painted, and how one is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyledItemDelegate, QStyleOptionViewItem, QTableView
from typing_extensions import override

from desktop.ui.theme.look import Look
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.folding import FoldingColumns

Index = QModelIndex | QPersistentModelIndex


class LineModel(QAbstractTableModel):
    """Lines under fixed heads. `right` are the columns whose heads stand at the right."""

    heads: tuple[str, ...] = ()
    right: frozenset[int] = frozenset()

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.count()

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in self.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class LineDelegate(QStyledItemDelegate):
    """Paints the ground, the lines and the focus of a row, and leaves the cell to `paint_cell`."""

    def __init__(self, look: Look, view: QTableView) -> None:
        super().__init__(view)
        self.look = look
        self.view = view

    def paint_cell(self, brush: Brush, at: QRectF, index: Index) -> None:
        """What a cell says; `at` is its inside at 100 %."""
        raise NotImplementedError

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self.look)
        rect: QRect = option.rect
        brush.ground(option, bar=index.column() == 0)
        brush.line_below(rect)
        if self.view.hasFocus() and index.row() == self.view.currentIndex().row():
            painter.setPen(QPen(self.look.colour("focus"), 2))
            painter.drawLine(rect.left(), rect.top() + 1, rect.right() + 1, rect.top() + 1)
            painter.drawLine(rect.left(), rect.bottom(), rect.right() + 1, rect.bottom())
        self.paint_cell(brush, brush.zoom(rect).adjusted(6, 0, -6, 0), index)
        painter.restore()


class LineTable(QTableView):
    """A table of whole lines. Enter opens one, and so does a click, or two where `clicks` says so.

    Signals:
        opened(int): a line, by its place.
    """

    opened = Signal(int)

    def __init__(
        self,
        look: Look,
        model: LineModel,
        *,
        name: str,
        widths: Mapping[int, int],
        least: int,
        folding: Sequence[int],
        clicks: int = 1,
    ) -> None:
        super().__init__()
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.columns = FoldingColumns(self, look, widths=widths, least=least, order=folding)
        self.setAccessibleName(name)
        (self.clicked if clicks == 1 else self.doubleClicked).connect(self._on_self_clicked)

    @Slot(QModelIndex)
    def _on_self_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
