"""The focus ring: one overlay that follows the keyboard's focus, 2 px wide, 2 px outside the widget."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QPlainTextEdit, QWidget
from typing_extensions import override

from desktop.ui.theme.look import Look

_GAP = 4
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange})


class FocusRing(QWidget):
    """Draws the ring round the widget that has the focus.

    QSS has no outline with an offset. Item views and the widgets that set `ownFocus` draw their own line inside.
    """

    def __init__(self, window: QWidget, look: Look, app: QApplication) -> None:
        super().__init__(window)
        self._look = look
        self._target: QWidget | None = None
        self._watched: list[QObject] = []
        self._clip = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("")
        self.hide()
        app.focusChanged.connect(self._on_app_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_app_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._watch([])
        self._target = new if new is not None and self._wants_ring(new) else None
        if self._target is not None:
            chain: list[QObject] = []
            widget: QWidget | None = self._target
            while widget is not None and widget is not self.window():
                chain.append(widget)
                widget = widget.parentWidget()
            self._watch(chain)
        self._place()

    def _wants_ring(self, widget: QWidget) -> bool:
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or bool(widget.property("ownFocus")):
            return False
        if widget.window() is not self.window():
            return False
        return not isinstance(widget, QAbstractItemView) and (
            not isinstance(widget, QAbstractScrollArea) or isinstance(widget, QPlainTextEdit)
        )

    def _watch(self, chain: list[QObject]) -> None:
        for watched in self._watched:
            if shiboken6.isValid(watched):
                watched.removeEventFilter(self)
        self._watched = chain
        for watched in chain:
            watched.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def _place(self) -> None:
        target = self._target
        if target is None or not shiboken6.isValid(target) or not target.isVisible():
            self.hide()
            return
        at = QRect(target.mapTo(self.window(), QPoint(0, 0)), target.size()).adjusted(-_GAP, -_GAP, _GAP, _GAP)
        clip = self.window().rect()
        parent = target.parentWidget()
        while parent is not None and parent is not self.window():
            if isinstance(parent, QAbstractScrollArea):
                view = parent.viewport()
                clip &= QRect(view.mapTo(self.window(), QPoint(0, 0)), view.size())
            parent = parent.parentWidget()
        shown = at & clip
        if shown.isEmpty():
            self.hide()
            return
        self._clip = at.translated(-shown.topLeft())
        self.setGeometry(shown)
        self.raise_()
        self.show()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("focus"), 2))
        painter.drawRoundedRect(QRectF(self._clip).adjusted(1, 1, -1, -1), 8, 8)
