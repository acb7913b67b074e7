"""The box on top: people, places, references and commands, as they are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.services.rows import Hit
from desktop.ui.context import DeskContext
from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.text import Mark, text_label

_ROLE = Qt.ItemDataRole.UserRole + 1
_HEAD, _LINE = 24, 40
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the box can do: its words, its keys and what happens."""

    text: str
    keys: str
    icon: str
    run: Callable[[], None]


Row = Hit | Command | str
_GROUPS = (("People", ("person",)), ("Places", ("place",)), ("References", ("case", "payment")))
_MARKS = {"place": "addresses", "case": "cases", "payment": "payments"}


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        head = isinstance(self.rows[index.row()], str)
        return Qt.ItemFlag.NoItemFlags if head else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(found, str):
                return found
            return found.text if isinstance(found, Command) else f"{found.title}, {found.detail}"
        return found if role == _ROLE else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._look.px(_HEAD if isinstance(index.data(_ROLE), str) else _LINE))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        found = index.data(_ROLE)
        if isinstance(found, str):
            painter.fillRect(option.rect, self._look.colour("surface2"))
            brush.text(brush.zoom(option.rect).adjusted(12, 0, -12, 0), found, "caption_title", "text2")
        else:
            brush.ground(option)
            self._paint_found(brush, brush.zoom(option.rect), found)
        painter.restore()

    def _paint_found(self, brush: Brush, at: QRectF, found: Hit | Command) -> None:
        left, middle = at.left() + 14, at.center().y()
        if isinstance(found, Command):
            brush.icon(left, middle, found.icon, "text2", 20)
            wide = brush.width(found.keys, "caption_title")
            brush.text(
                QRectF(at.right() - wide - 14, at.top(), wide + 2, at.height()), found.keys, "caption_title", "text3"
            )
            brush.text(at.adjusted(46, 0, -wide - 24, 0), found.text, "title")
            return
        if found.kind in _MARKS:
            brush.mark(left, middle - 10, _MARKS[found.kind], 20)
        else:
            brush.icon(left, middle, "account-outline", "text2", 20)
        brush.text(QRectF(at.left() + 46, at.top() + 3, at.width() - 60, 18), found.title, "title")
        brush.text(QRectF(at.left() + 46, at.top() + 21, at.width() - 60, 16), found.detail, "small", "text2")


class SearchPanel(QFrame):
    """What was found, under the box. It lies in the window, so the focus stays in the box."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self.model = _Model()
        self.view = QListView(self)
        self._delegate = _Delegate(look)
        self.view.setModel(self.model)
        look.changed.connect(self.view.scheduleDelayedItemsLayout)
        self.view.setItemDelegate(self._delegate)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("Found")
        self.note = text_label(look, "", role="small", ink="text2", wrap=True)
        self.note.setContentsMargins(14, 10, 14, 10)
        layout = column(margins=(1, 1, 1, 1))
        layout.addWidget(self.view)
        layout.addWidget(self.note)
        self.setLayout(layout)
        self.hide()

    def place(self, box: QWidget) -> None:
        """Lies down under the box, as high as its rows."""
        at = box.mapTo(self.window(), box.rect().bottomLeft())
        rows = sum(self._look.px(_HEAD if isinstance(r, str) else _LINE) for r in self.model.rows)
        note = 0 if self.note.isHidden() else max(self._look.px(36), self.note.heightForWidth(box.width() - 2))
        high = min(rows + note + 4, self.window().height() - at.y() - 60)
        self.setGeometry(at.x(), at.y() + 5, box.width(), high)
        self.view.setVisible(bool(rows))
        self.raise_()
        self.show()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.setPen(QPen(self._look.colour("control"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class SearchBox(QFrame):
    """The box. Down and Up move in what was found, Enter opens it, Escape leaves.

    Signals:
        chosen(Hit): a person, place or reference was chosen.
    """

    chosen = Signal(object)

    def __init__(self, context: DeskContext, window: QWidget) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self._commands: tuple[Command, ...] = ()
        look.fix(self, height=32)
        self._measure()
        self.edit = QLineEdit()
        self.edit.setProperty("bare", "true")
        look.dress(self.edit, "body")
        self.edit.setPlaceholderText("Find a person, place, reference or command")
        self.edit.setAccessibleName("Find a person, place, reference or command")
        self.edit.setProperty("ownFocus", True)
        self.keys = text_label(look, "Ctrl+K", role="caption_title", ink="text2")
        self.setLayout(row(Mark(look, "magnify", 18, token="text3"), self.edit, self.keys, margins=(10, 0, 8, 0)))
        self.panel = SearchPanel(look, window)
        self.setFocusProxy(self.edit)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(900)
        self._rest.timeout.connect(self._on_rest)
        self.edit.textChanged.connect(self._on_edit_changed)
        self.edit.installEventFilter(self)
        self.panel.view.clicked.connect(self._on_view_clicked)
        look.changed.connect(self._measure)

    @Slot()
    def _measure(self) -> None:
        """Leaves the names beside it their room, where the text is large."""
        self.setMinimumWidth(self._context.look.px(240))
        self.setMaximumWidth(self._context.look.px(520))
        self.update()

    def set_commands(self, commands: Sequence[Command]) -> None:
        """What the box can do besides finding."""
        self._commands = tuple(commands)

    def lines(self) -> list[str]:
        """What the panel says, line by line."""
        return [str(self.panel.model.index(n).data()) for n in range(self.panel.model.rowCount())]

    @Slot(str)
    def _on_edit_changed(self, text: str) -> None:
        words = text.strip()
        if len(words) < 2:
            self._context.ops.runner.forget("search")
            self._show((), words)
            return
        self._rest.start()
        self._context.ops.read(
            lambda desk: desk.search.find(words), lambda hits: self._show(hits, words), lane="search", failed=self._fail
        )

    def _show(self, hits: Sequence[Hit], words: str) -> None:
        rows: list[Row] = []
        for title, kinds in _GROUPS:
            group = [hit for hit in hits if hit.kind in kinds]
            rows += [title, *group] if group else []
        commands = [c for c in self._commands if words.casefold() in c.text.casefold()]
        if commands:
            rows += ["Commands", *commands[: 10 if not words else 4]]
        self.panel.model.show(rows)
        if hits or not words:
            note = ""
        elif len(words) < 2:
            note = "Type one more letter."
        else:
            note = (
                "Nobody, no place and no reference fits. Try fewer letters, a postcode, or press Ctrl+N for a new case."
            )
        self.panel.note.setText(note)
        self.panel.note.setVisible(bool(note))
        if self.edit.hasFocus():
            self.panel.place(self)
            self._move(1, start=True)

    def _fail(self, error: DesktopError) -> None:
        self.panel.model.show([])
        self.panel.note.setText(str(error))
        self.panel.note.show()
        self.panel.place(self)

    @Slot()
    def _on_rest(self) -> None:
        length = len(self.edit.text().strip())
        self._context.ops.note(lambda desk: desk.audit.searched(length))

    def _move(self, by: int, *, start: bool = False) -> None:
        rows = self.panel.model.rows
        at = -1 if start else self.panel.view.currentIndex().row()
        to = at + by
        while 0 <= to < len(rows) and isinstance(rows[to], str):
            to += by
        if 0 <= to < len(rows):
            self.panel.view.setCurrentIndex(self.panel.model.index(to))

    @Slot(QModelIndex)
    def _on_view_clicked(self, index: QModelIndex) -> None:
        self.panel.view.setCurrentIndex(index)
        self._take()

    def _take(self) -> None:
        found = self.panel.view.currentIndex().data(_ROLE)
        if isinstance(found, (Hit, Command)):
            self.leave()
            if isinstance(found, Command):
                found.run()
            else:
                self.chosen.emit(found)

    def leave(self) -> None:
        """Empties the box and gives the focus back to the page."""
        self.panel.hide()
        self.edit.clear()
        self.panel.hide()
        self.edit.clearFocus()
        self._rest.stop()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._show((), self.edit.text().strip())
            self.update()
        elif event.type() == QEvent.Type.FocusOut:
            self.panel.hide()
            self.update()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(Qt.Key(event.key()))
        return False

    def _take_key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Down:
                self._move(1)
            case Qt.Key.Key_Up:
                self._move(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take()
            case Qt.Key.Key_Escape:
                self.leave()
            case _:
                return False
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.edit.hasFocus()
        painter.setPen(QPen(self._context.look.colour("focus" if focused else "control"), 2 if focused else 1))
        painter.setBrush(self._context.look.colour("surface"))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
