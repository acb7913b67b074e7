"""Sheets: panels that lie over the foot of the window and are put away with Escape."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from typing_extensions import override

from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.text import Mark, text_label

_BESIDE = 16
_GAP = 8
_TOP = 96


class Sheet(QFrame):
    """A sheet at the right, as wide and at most as high as it was made for (pixels at 100 %), down to the window's foot.

    The focus goes back to where it was when the sheet is put away.
    """

    def __init__(
        self, look: Look, window: QWidget, title: str, *, icon: str, wide: int, high: int, foot: Callable[[], int]
    ) -> None:
        """`foot` gives where the foot of the window begins, in pixels from its top."""
        super().__init__(window)
        self._look = look
        self._foot = foot
        self._wide, self._high = wide, high
        self._came_from: QWidget | None = None
        self.setAccessibleName(title)
        self.mark = Mark(look, icon, 18, token="text2")
        self.title = text_label(look, title, role="section")
        self.count = text_label(look, "", role="small_title", ink="text3")
        self.close_button = Button(look, icon="close", kind="quiet", size="tiny", name=f"Close: {title}", tip="Esc")
        self.close_button.clicked.connect(self.dismiss)
        head = QFrame()
        look.fix(head, height=40)
        head.setProperty("edge", "hair")
        head.setLayout(row(self.mark, self.title, self.count, None, self.close_button, margins=(16, 0, 8, 0)))
        self.body = column(margins=(1, 1, 1, 1))
        self.body.addWidget(head)
        self.setLayout(self.body)
        self.hide()

    def come(self, focus: QWidget | None = None) -> None:
        """Lies down over the window and takes the focus."""
        if self.isHidden():
            self._came_from = QApplication.focusWidget()
        self.fit()
        self.raise_()
        self.show()
        (focus or self.close_button).setFocus()

    def fit(self) -> None:
        """Takes its place in the window as it is now."""
        window, px, bottom = self.window(), self._look.px, self._foot() - _GAP
        high, wide = min(px(self._high), bottom - _TOP), min(px(self._wide), window.width() - 2 * _BESIDE)
        self.setGeometry(window.width() - wide - _BESIDE, bottom - high, wide, high)

    @Slot()
    def dismiss(self) -> None:
        """Goes away."""
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self.window())
        self.hide()
        if had_focus and self._came_from is not None:
            self._came_from.setFocus()
        self._came_from = None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        painter.setPen(self._look.colour("control"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
