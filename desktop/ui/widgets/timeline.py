"""A timeline: what happened, newest first, under the heads of its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.services.rows import TimelineItem
from desktop.ui.formats import format_date, format_day, format_time, local
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import SPOKEN
from desktop.ui.widgets.delegate import Brush

ITEM = Qt.ItemDataRole.UserRole + 1
ITEM_HEIGHT, DAY_HEIGHT = 48, 28
Index = QModelIndex | QPersistentModelIndex


class TimelineModel(QAbstractListModel):
    """Items of a timeline, with a row for each day when `days` is on."""

    def __init__(self, now: datetime, names: dict[str, str], *, days: bool) -> None:
        super().__init__()
        self._rows: list[TimelineItem | str] = []
        self._now = now
        self.names = dict(names)
        self._days = days

    def show(self, items: Sequence[TimelineItem], now: datetime) -> None:
        """Shows other items."""
        self._now = now
        rows: list[TimelineItem | str] = []
        day = ""
        for item in items:
            head = format_day(item.at, now)
            if self._days and head != day:
                rows.append(head)
                day = head
            rows.append(item)
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ITEM:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if isinstance(row, str):
                return row
            where = f"{SPOKEN[row.colour]}, {self.names.get(row.component, row.component)}"
            return f"{row.title[:300]}. {row.detail[:300]}. {format_date(row.at)} {format_time(row.at)}. {where}"
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, TimelineItem):
            return f"{row.title[:400]}\n{row.failed or row.detail[:400]}"
        return None

    def source(self, item: TimelineItem) -> str:
        """`Cases · Housing`, for the second line."""
        return f"{SPOKEN[item.colour]} · {self.names.get(item.component, item.component)}"

    def when(self, item: TimelineItem) -> str:
        """The time, or the date where no head says the day."""
        if self._days or local(item.at).date() == local(self._now).date():
            return format_time(item.at)
        return format_date(item.at)


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: TimelineModel) -> None:
        super().__init__()
        self._look = look
        self._model = model

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._look.px(DAY_HEIGHT if isinstance(index.data(ITEM), str) else ITEM_HEIGHT))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        rect = option.rect
        item = index.data(ITEM)
        if isinstance(item, str):
            painter.fillRect(rect, self._look.colour("surface2"))
            brush.line_below(rect)
            if index.row():
                painter.fillRect(rect.left(), rect.top(), rect.width(), 1, self._look.colour("line"))
            brush.text(brush.zoom(rect).adjusted(15, 0, -12, 0), item, "small_title", "text2")
        else:
            brush.ground(option)
            if option.state & QStyle.StateFlag.State_HasFocus:
                brush.focus(rect)
            self._paint_item(brush, brush.zoom(rect), item)
        painter.restore()

    def _paint_item(self, brush: Brush, at: QRectF, item: TimelineItem) -> None:
        left, right = at.left() + 15, at.right() - 15
        brush.painter.fillRect(QRectF(left + 9, at.top(), 2, at.height()), self._look.colour("line"))
        brush.mark(left, at.top() + 6, item.colour, 20)
        x = left + 32
        when = self._model.when(item)
        wide = brush.width(when, "small")
        top, low = at.top() + 5, at.top() + 24
        brush.text(QRectF(right - wide, top, wide + 1, 18), when, "small", "text3", right=True)
        brush.text(QRectF(x, top, right - wide - 12 - x, 18), item.title, "title")
        source = self._model.source(item)
        if item.failed:
            source, ink, icon = item.failed, "bad", "alert-octagon"
        elif item.pending:
            source, ink, icon = "waiting", "text2", "cloud-upload-outline"
        else:
            ink, icon = f"{item.colour}.ink", ""
        wide = min(brush.width(source, "caption"), int((right - x) * 0.55))
        brush.text(QRectF(right - wide, low, wide + 1, 16), source, "caption", ink, right=True)
        if icon:
            brush.icon(right - wide - 18, low + 8, icon, ink, 14)
            wide += 18
        brush.text(QRectF(x, low, right - wide - 12 - x, 16), item.detail, "small", "text2")


class TimelineView(QListView):
    """The list of a timeline.

    Signals:
        opened(object): the target of an item, `(kind, key)`, was asked for by click or Enter.
    """

    opened = Signal(object)

    def __init__(self, look: Look, *, now: datetime, names: dict[str, str], days: bool = True, name: str) -> None:
        super().__init__()
        self._items = TimelineModel(now, names, days=days)
        self._delegate = _Delegate(look, self._items)
        self.setModel(self._items)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.activated.connect(self._on_self_activated)
        self.clicked.connect(self._on_self_activated)
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def show_items(self, items: Sequence[TimelineItem], now: datetime) -> None:
        """Shows other items, with the scroll position and the selection kept where they can be."""
        chosen = self.currentIndex().data(ITEM)
        at = self.verticalScrollBar().value()
        self._items.show(items, now)
        for row in range(self._items.rowCount() if isinstance(chosen, TimelineItem) else 0):
            index = self._items.index(row)
            if index.data(ITEM) == chosen:
                self.setCurrentIndex(index)
                break
        self.verticalScrollBar().setValue(at)

    def set_names(self, names: dict[str, str]) -> None:
        """Names of components by their ids."""
        self._items.names.update(names)

    def lines(self) -> list[str]:
        """What the list says, line by line."""
        return [str(self._items.index(row).data()) for row in range(self._items.rowCount())]

    @Slot(QModelIndex)
    def _on_self_activated(self, index: QModelIndex) -> None:
        item = index.data(ITEM)
        if isinstance(item, TimelineItem) and item.target is not None:
            self.opened.emit(item.target)
