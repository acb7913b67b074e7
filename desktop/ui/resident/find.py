"""Residents: find a person by name, and go back to those opened lately."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStackedWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.services.rows import Hit
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_count, initials
from desktop.ui.page import Page, TabLook
from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import Card, EmptyNote, column, row
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.text import paint_avatar, text_label

_HIT = Qt.ItemDataRole.UserRole + 1
_MOST = 50
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._hits: list[Hit] = []

    def show(self, hits: list[Hit]) -> None:
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._hits)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{hit.title}, {hit.detail}"
        return hit if role == _HIT else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._look.px(52))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        brush.ground(option)
        brush.line_below(option.rect)
        hit: Hit = index.data(_HIT)
        if option.state & QStyle.StateFlag.State_HasFocus:
            brush.focus(option.rect)
        at = brush.zoom(option.rect)
        paint_avatar(painter, self._look, QRectF(at.left() + 16, at.top() + 10, 32, 32), initials(hit.title))
        brush.text(QRectF(at.left() + 60, at.top() + 7, at.width() - 76, 18), hit.title, "title")
        brush.text(QRectF(at.left() + 60, at.top() + 27, at.width() - 76, 16), hit.detail, "small", "text2")
        painter.restore()


class PeopleList(QListView):
    """People that were found; Enter opens one."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.people = _Model()
        self._delegate = _Delegate(look)
        self.setModel(self.people)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setAccessibleName("People found")

    def lines(self) -> list[str]:
        """What the list says."""
        return [str(self.people.index(n).data()) for n in range(self.people.rowCount())]


class _FindEdit(LineEdit):
    """Down goes into the list."""

    def __init__(self, look: Look, below: QListView) -> None:
        super().__init__(look, placeholder="Name, phone, e-mail, address or reference", name="Find a resident")
        self._below = below

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self._below.model().rowCount():
            self._below.setFocus()
            self._below.setCurrentIndex(self._below.model().index(0, 0))
        else:
            super().keyPressEvent(event)


class ResidentsView(Page):
    """A field and what it finds among people."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(TabLook(text="Residents", icon="account-multiple-outline"))
        self._context = context
        look = context.look
        self.list = PeopleList(look)
        self.edit = _FindEdit(look, self.list)
        self.edit.setClearButtonEnabled(True)
        self._empty = EmptyNote(look, "account-search-outline", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        card = Card(look, "Residents")
        self._count = card.count
        field = row(margins=(15, 12, 15, 12))
        field.addWidget(self.edit, 1)
        card.body.addLayout(field)
        card.body.addWidget(self._stack, 1)
        card.setMaximumWidth(760)
        layout = column(gap=12, margins=(16, 16, 16, 16))
        layout.addWidget(text_label(look, "Find a resident", role="page"))
        layout.addWidget(card, 1)
        self.setLayout(layout)
        self.start_at = self.edit
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(900)
        self._rest.timeout.connect(self._on_rest)
        self.edit.textChanged.connect(self._on_edit_changed)
        self.edit.returnPressed.connect(self._on_edit_returned)
        self.list.activated.connect(self._on_list_activated)
        self.list.clicked.connect(self._on_list_activated)
        self._on_edit_changed("")

    @Slot(str)
    def _on_edit_changed(self, text: str) -> None:
        words = text.strip()
        if len(words) < 2:
            self._context.ops.runner.forget("residents")
            self._show([], words)
            return
        self._rest.start()
        self._context.ops.read(
            lambda desk: [hit for hit in desk.search.find(words, _MOST) if hit.kind == "person"],
            lambda hits: self._show(hits, words),
            lane="residents",
            failed=self._fail,
        )

    def _show(self, hits: list[Hit], words: str) -> None:
        self.list.people.show(hits)
        self._count.setText(format_count(len(hits), "person", "people") if hits else "")
        if not hits and len(words) < 2:
            self._empty.say("Who is it about?", "Type two letters or more. Everybody that any component knows is here.")
        elif not hits:
            self._empty.say(
                "Nobody fits", "Try fewer letters, a postcode or a phone number; or make a case without a resident."
            )
        self._stack.setCurrentWidget(self.list if hits else self._empty)

    def _fail(self, error: DesktopError) -> None:
        self._empty.say(error.title, error.hint)
        self._stack.setCurrentWidget(self._empty)

    @Slot()
    def _on_rest(self) -> None:
        length = len(self.edit.text().strip())
        self._context.ops.note(lambda desk: desk.audit.searched(length))

    @Slot()
    def _on_edit_returned(self) -> None:
        if self.list.people.rowCount():
            self._on_list_activated(self.list.people.index(0))

    @Slot(QModelIndex)
    def _on_list_activated(self, index: QModelIndex) -> None:
        hit = index.data(_HIT)
        if isinstance(hit, Hit):
            self._context.go.open_record("person", hit.key)
