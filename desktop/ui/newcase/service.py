"""What a new case is about: every kind of case of every component, found as it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.domain.cases import CaseType
from desktop.services.rows import ComponentStatus
from desktop.ui.context import DeskContext
from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import Card, EmptyNote, row
from desktop.ui.widgets.delegate import Brush
from desktop.ui.widgets.field import LineEdit

_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A kind of case of one component."""

    component: ComponentStatus
    type: CaseType

    def fits(self, words: Sequence[str]) -> bool:
        """Whether every word is somewhere in its name, group, description or keywords."""
        kind = self.type
        text = " ".join((kind.name, kind.group, kind.description, *kind.keywords, self.component.name)).casefold()
        return all(word in text for word in words)


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.choices: list[ServiceChoice] = []

    def show(self, choices: list[ServiceChoice]) -> None:
        self.beginResetModel()
        self.choices = choices
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.choices)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{choice.type.name}, {choice.component.name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return choice.type.description
        return choice if role == _ROLE else None


class _Delegate(QStyledItemDelegate):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._look.px(48))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        brush = Brush(painter, self._look)
        brush.ground(option)
        brush.line_below(option.rect)
        choice: ServiceChoice = index.data(_ROLE)
        if option.state & QStyle.StateFlag.State_HasFocus:
            brush.focus(option.rect)
        at = brush.zoom(option.rect)
        brush.mark(at.left() + 14, at.top() + 14, "cases", 20)
        brush.text(QRectF(at.left() + 46, at.top() + 5, at.width() - 60, 18), choice.type.name, "title")
        group = f" · {choice.type.group}" if choice.type.group else ""
        brush.text(
            QRectF(at.left() + 46, at.top() + 25, at.width() - 60, 16),
            f"{choice.component.name}{group}",
            "small",
            "text2",
        )
        painter.restore()


class _ServiceEdit(LineEdit):
    """Down goes into the list, Enter takes the first."""

    def __init__(self, look: Look, below: QListView) -> None:
        super().__init__(look, placeholder="Fly-tipping, bin, damp…", name="What is it about?")
        self._below = below

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self._below.model()
        if event.key() == Qt.Key.Key_Down and model.rowCount():
            self._below.setFocus()
            if not self._below.currentIndex().isValid():
                self._below.setCurrentIndex(model.index(0, 0))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and model.rowCount():
            self._below.setCurrentIndex(model.index(0, 0))
        else:
            super().keyPressEvent(event)


class ServiceCard(Card):
    """The list of kinds of case.

    Signals:
        chosen(ServiceChoice): one was chosen.
    """

    chosen = Signal(object)

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "What is it about?", mark="cases")
        self._all: list[ServiceChoice] = []
        self._model = _Model()
        self._delegate = _Delegate(context.look)
        self.list = QListView()
        self.list.setModel(self._model)
        context.look.changed.connect(self.list.scheduleDelayedItemsLayout)
        self.list.setItemDelegate(self._delegate)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName("Kinds of case")
        self.edit = _ServiceEdit(context.look, self.list)
        self.edit.setClearButtonEnabled(True)
        field = row(margins=(15, 12, 15, 12))
        field.addWidget(self.edit, 1)
        self.empty = EmptyNote(context.look, "magnify", "No kind of case fits", "Try another word, or clear the field.")
        self.empty.hide()
        self.body.addLayout(field)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)
        self.edit.textChanged.connect(self._on_edit_changed)
        self.list.selectionModel().currentChanged.connect(self._on_list_current_changed)

    def show_components(self, components: Sequence[ComponentStatus]) -> None:
        """Offers the kinds of case of these components."""
        self._all = [ServiceChoice(c, t) for c in components if "cases" in c.capabilities for t in c.types]
        if not self._all:
            self.empty.say("No component takes cases yet", "As soon as one has been read, its kinds of case are here.")
        self._on_edit_changed(self.edit.text())

    @property
    def has_choices(self) -> bool:
        """Whether any component has said which kinds of case it takes."""
        return bool(self._all)

    def find_choice(self, component: str, code: str) -> ServiceChoice | None:
        """The kind of case with a code, or None."""
        return next((c for c in self._all if c.component.id == component and c.type.code == code), None)

    def select(self, choice: ServiceChoice) -> None:
        """Shows a kind of case as the chosen one."""
        if choice not in self._model.choices:
            self.edit.clear()
        self.list.setCurrentIndex(self._model.index(self._model.choices.index(choice)))

    def lines(self) -> list[str]:
        """What the list says."""
        return [str(self._model.index(n).data()) for n in range(self._model.rowCount())]

    @Slot(str)
    def _on_edit_changed(self, text: str) -> None:
        current = self.list.currentIndex().data(_ROLE)
        words = text.casefold().split()
        fitting = [choice for choice in self._all if choice.fits(words)]
        self._model.show(fitting)
        self.count.setText(f"{len(fitting):,}" if fitting else "")
        self.list.setVisible(bool(fitting))
        self.empty.setVisible(not fitting)
        if isinstance(current, ServiceChoice) and current in fitting:
            self.list.setCurrentIndex(self._model.index(fitting.index(current)))

    @Slot(QModelIndex, QModelIndex)
    def _on_list_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        choice = current.data(_ROLE) if current.isValid() else None
        if isinstance(choice, ServiceChoice):
            self.chosen.emit(choice)
