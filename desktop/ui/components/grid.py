"""Services by kinds of component: what each uses, what it pays, and where it pays for the same thing again."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from desktop.domain.money import format_pence
from desktop.services.estate import COLOURS, Estate, EstatePart
from desktop.services.rows import Colour
from desktop.ui.formats import format_count
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import SPOKEN
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.table import Index

_HIGH = 58
_SERVICE_WIDE = 132
_PART_WIDE = 112


def service_name(service: str) -> str:
    """A service as it is shown: `public_health` as `Public health`."""
    words = service.replace("_", " ")
    return words[:1].upper() + words[1:]


def pounds(pence: int) -> str:
    """Whole pounds: `£18,400`."""
    return format_pence(round(pence / 100) * 100).removesuffix(".00")


class EstateModel(QAbstractTableModel):
    """A line for each service, and one for what each kind costs a year."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.estate: Estate | None = None

    def show(self, estate: Estate) -> None:
        """Shows an estate."""
        self.beginResetModel()
        self.estate = estate
        self.endResetModel()

    def parts_at(self, index: Index) -> tuple[EstatePart, ...]:
        """What a service uses of a kind; nothing for the last line and the first column."""
        estate = self.estate
        if estate is None or not index.isValid() or index.row() >= len(estate.rows) or not index.column():
            return ()
        return estate.rows[index.row()].parts[COLOURS[index.column() - 1]]

    def is_sum(self, row: int) -> bool:
        """Whether a line is the last, of the sums."""
        return self.estate is not None and row == len(self.estate.rows)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.estate is None else len(self.estate.rows) + 1

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLOURS) + 1

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return "Service" if not section else SPOKEN[COLOURS[section - 1]]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DecorationRole and section:
            return self._look.mark_icon(COLOURS[section - 1], self._look.px(18))
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.estate is None or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row, column = index.row(), index.column()
        if not column:
            return "A year" if self.is_sum(row) else service_name(self.estate.rows[row].service)
        if self.is_sum(row):
            return pounds(self.estate.by_colour[COLOURS[column - 1]])
        if role == Qt.ItemDataRole.DisplayRole:
            return ", ".join(part.name for part in self.parts_at(index)) or "Not used"
        return f"{SPOKEN[COLOURS[column - 1]]}: {'; '.join(map(spoken_part, self.parts_at(index))) or 'not used'}"


def price_of(part: EstatePart) -> str:
    """What a service pays for a component: its price, its share, or that nothing is known."""
    if not part.cost_pence:
        return "no price said"
    return f"{pounds(part.cost_pence)}, shared" if part.shared_by > 1 else pounds(part.cost_pence)


def spoken_part(part: EstatePart) -> str:
    """A component of a cell, as it is read out."""
    return f"{part.name}, {price_of(part)}{', paid for again' if part.is_again else ''}"


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: EstateModel, view: QTableView) -> None:
        super().__init__(view)
        self._look, self._model, self._view = look, model, view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(_PART_WIDE), self._look.px(_HIGH))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        rect = option.rect
        painter.fillRect(rect, self._look.colour("surface2" if self._model.is_sum(index.row()) else "surface"))
        at = brush.zoom(rect)
        if not index.column() or self._model.is_sum(index.row()):
            self._paint_words(brush, at.adjusted(16 if not index.column() else 12, 0, -4, 0), index)
        else:
            self._paint_parts(brush, at.adjusted(4, 4, -4, -4), index)
        painter.restore()

    def _paint_words(self, brush: Brush, at: QRectF, index: Index) -> None:
        estate = self._model.estate
        if estate is None or self._model.is_sum(index.row()):
            brush.text(at, str(index.data()), "small_title")
            return
        cases = estate.rows[index.row()].cases
        middle = at.center().y()
        brush.text(QRectF(at.left(), middle - 18, at.width(), 18), str(index.data()), "title")
        brush.text(QRectF(at.left(), middle, at.width(), 16), format_count(cases, "case"), "caption", "text2")

    def _paint_parts(self, brush: Brush, at: QRectF, index: Index) -> None:
        parts, look, painter = self._model.parts_at(index), self._look, brush.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour: Colour = COLOURS[index.column() - 1]
        again = any(part.is_again for part in parts)
        pen = QPen(look.colour(f"{colour}.ink" if again else f"{colour}.line" if parts else "line2"), 2 if again else 1)
        if again or not parts:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(look.colour(f"{colour}.tint" if parts else "surface"))
        painter.drawRoundedRect(at, 4, 4)
        if self._view.currentIndex() == index:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus" if self._view.hasFocus() else "accent"), 2))
            painter.drawRoundedRect(at.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
        if not parts:
            brush.text(at.adjusted(12, 0, -8, 0), "Not used", "small", "text3")
            return
        brush.mark(at.left() + 9, at.top() + 8, colour, 16)
        inside = at.adjusted(31, 5, -6, -5)
        brush.text(QRectF(inside.left(), inside.top(), inside.width(), 20), parts[0].name, "small_title")
        cost, more = sum(part.cost_pence for part in parts), f"+{len(parts) - 1}" if parts[1:] else ""
        price = " ".join([pounds(cost), more]) if cost else f"{more} more" if more else "no price said"
        lower = QRectF(inside.left(), inside.top() + 20, inside.width() - 18, 18)
        brush.text(lower, price, "caption", "text2")
        icon = "content-copy" if again else "share-variant" if any(part.shared_by > 1 for part in parts) else ""
        if icon:
            brush.icon(inside.right() - 14, lower.center().y(), icon, f"{colour}.ink" if again else "text2", 14)


class EstateGrid(QTableView):
    """The grid. Arrows go from cell to cell, which is shown at the side; Enter or two clicks open its component.

    Signals:
        chosen(str, object): the component in front of the cell that was gone to ("" for none), and its parts.
        opened(str): a component.
    """

    chosen = Signal(str, object)
    opened = Signal(str)

    def __init__(self, look: Look, model: EstateModel) -> None:
        super().__init__()
        self._look = look
        self._estate = model
        self.setModel(model)
        self._delegate = _Delegate(look, model, self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Services and what they use")
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        self.doubleClicked.connect(self._on_self_double_clicked)
        look.changed.connect(self._fit)
        model.modelReset.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.horizontalHeader().setMinimumSectionSize(self._look.px(_PART_WIDE))
        self.setColumnWidth(0, self._look.px(_SERVICE_WIDE))
        self.verticalHeader().setDefaultSectionSize(self._look.px(_HIGH))

    def go_to_again(self) -> None:
        """Goes to the first cell that pays again, else to the first that is used."""
        cells = [self._estate.index(n, c) for n in range(self._estate.rowCount()) for c in range(1, len(COLOURS) + 1)]
        used = [cell for cell in cells if self._estate.parts_at(cell)]
        again = [cell for cell in used if any(part.is_again for part in self._estate.parts_at(cell))]
        if used:
            self.setCurrentIndex((again or used)[0])

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        parts = self._estate.parts_at(current)
        self.chosen.emit(parts[0].id if parts else "", parts)
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_self_double_clicked(self, index: QModelIndex) -> None:
        parts = self._estate.parts_at(index)
        if parts:
            self.opened.emit(parts[0].id)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_self_double_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)
