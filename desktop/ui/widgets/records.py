"""Short lists of cases and payments in two-line rows, as beside a resident and on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
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

from desktop.domain.ids import LocalKey
from desktop.domain.money import format_pence
from desktop.services.rows import CaseRow, PaymentRow
from desktop.ui.formats import PHASE_ICONS, format_date, format_phase, format_when
from desktop.ui.theme.look import Look, Role
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.pill import PillSpec, deadline_parts, paint_pill, payment_pill, phase_pill, pill_width

RECORD = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
Record = CaseRow | PaymentRow


class RecordModel(QAbstractListModel):
    """Cases or payments. Rows that are shown already are changed in place, so that nothing moves."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self._rows: list[Record] = []

    def show(self, rows: Sequence[Record], now: datetime) -> None:
        """Shows other rows; in place where they are the same records in the same order."""
        self.now = now
        fresh = list(rows)
        if [r.key for r in fresh] == [r.key for r in self._rows]:
            for n, (old, new) in enumerate(zip(self._rows, fresh, strict=True)):
                if old != new:
                    self._rows[n] = new
                    self.dataChanged.emit(self.index(n), self.index(n))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def record(self, row: int) -> Record:
        """The record of a row."""
        return self._rows[row]

    def row_of(self, key: LocalKey) -> int:
        """The row of a record, or -1."""
        return next((n for n, r in enumerate(self._rows) if r.key == key), -1)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record = self._rows[index.row()]
        if role == RECORD:
            return record
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken_record(record)
        return None


def spoken_record(record: Record) -> str:
    """A record in one sentence, as a screen reader says it."""
    waiting = ", waiting to be sent" if record.pending else ""
    if isinstance(record, CaseRow):
        due = f", due {format_date(record.due_at)}" if record.due_at else ""
        return f"{record.title[:300]}, {record.reference}, {format_phase(record.phase)}{due}{waiting}"
    state = payment_pill(record.state).text
    return f"{record.description[:300]}, {record.reference}, {format_pence(record.amount)}, {state}{waiting}"


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look, model: RecordModel, height: int, name_of: Callable[[str], str]) -> None:
        super().__init__()
        self._look = look
        self._model = model
        self._height = height
        self._name_of = name_of
        self.lit = -1

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._look.px(self._height))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        brush.ground(option)
        if index.row() == self.lit:
            painter.fillRect(option.rect, self._look.colour("hover"))
        brush.line_below(option.rect)
        record = self._model.record(index.row())
        if option.state & QStyle.StateFlag.State_HasFocus:
            brush.focus(option.rect)
        at = brush.zoom(option.rect)
        mark = "cases" if isinstance(record, CaseRow) else "payments"
        brush.mark(at.left() + 14, at.center().y() - 10, mark, 20)
        if isinstance(record, CaseRow):
            self._paint_case(brush, at, record)
        else:
            self._paint_payment(brush, at, record)
        painter.restore()

    def _lines(self, at: QRectF) -> tuple[float, float, float, float]:
        middle = at.center().y()
        return at.left() + 44, at.right() - 12, middle - 19, middle + 1

    def _paint_case(self, brush: Brush, at: QRectF, record: CaseRow) -> None:
        left, right, top, low = self._lines(at)
        if self._height > 52:
            self._paint_narrow(brush, at, record)
            return
        spec = phase_pill(record.phase)
        wide = pill_width(self._look, spec)
        paint_pill(brush.painter, self._look, spec, left=right - wide, middle=top + 9)
        brush.text(QRectF(left, top, right - wide - 10 - left, 18), record.title, "title")
        used = self._paint_due(brush, right, low, record)
        detail = f"{record.reference} · {self._name_of(record.assignee) or record.service_name}"
        brush.text(QRectF(left, low, right - used - 10 - left, 16), detail, "small", "text2")

    def _paint_due(self, brush: Brush, right: float, low: float, record: CaseRow) -> float:
        """Paints the deadline, or that the case waits, at the right; gives the width that it took."""
        due = deadline_parts(record.due_at, self._model.now, is_open=record.phase.is_open)
        used = 0.0
        if record.pending:
            due = ("cloud-upload-outline", "text2", "waiting")
        if due is not None:
            icon, token, words = due
            role: Role = "small_title" if token in {"bad", "warn"} else "small"
            used = brush.width(words, role) + 18
            brush.icon(right - used, low + 8, icon, token, 14)
            brush.text(QRectF(right - used + 18, low, used, 16), words, role, token)
        return used

    def _paint_narrow(self, brush: Brush, at: QRectF, record: CaseRow) -> None:
        """The form for a narrow list: the title has the whole first line, the phase is an icon."""
        left, right, top, low = self._lines(at)
        brush.text(QRectF(left, top, right - left, 18), record.title, "title")
        used = self._paint_due(brush, right, low, record)
        brush.icon(left, low + 8, PHASE_ICONS[record.phase], "text2", 14)
        brush.text(QRectF(left + 19, low, right - used - 29 - left, 16), record.reference, "small", "text2")

    def _paint_payment(self, brush: Brush, at: QRectF, record: PaymentRow) -> None:
        left, right, top, low = self._lines(at)
        spec = PillSpec("waiting", "cloud-upload-outline") if record.pending else payment_pill(record.state)
        wide = pill_width(self._look, spec)
        paint_pill(brush.painter, self._look, spec, left=right - wide, middle=at.center().y())
        room = right - wide - 10 - left
        brush.text(QRectF(left, top, room, 18), record.description or record.reference, "title")
        detail = (
            f"{format_pence(record.amount)} · {record.reference} · {format_when(record.created_at, self._model.now)}"
        )
        brush.text(QRectF(left, low, room, 16), detail, "small", "text2")


class RecordList(QListView):
    """A list of cases or payments.

    Signals:
        opened(record): a row was clicked or Enter pressed on it.
        hovered(key): the pointer or the keyboard's row is on a record; 0 for none.
    """

    opened = Signal(object)
    hovered = Signal(object)

    def __init__(
        self, look: Look, *, now: datetime, name: str, name_of: Callable[[str], str] = str, height: int = 52
    ) -> None:
        super().__init__()
        self._look = look
        self._most = 0
        self.records = RecordModel(now)
        self._delegate = _Delegate(look, self.records, height, name_of)
        self._height = height
        self.setModel(self.records)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.activated.connect(self._on_self_activated)
        self.clicked.connect(self._on_self_activated)
        self.entered.connect(self._on_self_entered)
        self.viewport().installEventFilter(self)
        look.changed.connect(self._on_look_changed)

    def fit_rows(self, most: int) -> None:
        """Makes the list as high as its rows, up to so many of them."""
        self._most = most
        self.setFixedHeight(max(1, min(most, self.records.rowCount())) * self._look.px(self._height))

    def light(self, line: int) -> None:
        """Draws a row as pointed at, as when the pointer is on its pin; -1 for none."""
        if line != self._delegate.lit:
            self._delegate.lit = line
            self.viewport().update()

    def lines(self) -> list[str]:
        """What the list says, line by line."""
        return [spoken_record(self.records.record(n)) for n in range(self.records.rowCount())]

    @Slot()
    def _on_look_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        if self._most:
            self.fit_rows(self._most)

    @Slot(QModelIndex)
    def _on_self_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.records.record(index.row()))

    @Slot(QModelIndex)
    def _on_self_entered(self, index: QModelIndex) -> None:
        self.hovered.emit(self.records.record(index.row()).key)

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.hovered.emit(self.records.record(current.row()).key)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(LocalKey(0))
        return super().eventFilter(watched, event)
