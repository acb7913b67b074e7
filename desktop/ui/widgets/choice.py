"""Tick boxes, radio buttons, switches and drop-down lists, painted from the theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QListView, QRadioButton
from typing_extensions import override

from desktop.ui.theme.look import Look, Role

_BOX = 16


def _paint_words(painter: QPainter, look: Look, button: QAbstractButton, at: QRectF, role: Role = "body") -> None:
    painter.setFont(look.drawn(role))
    painter.setPen(look.colour("text" if button.isEnabled() else "text3"))
    painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic, button.text())


class CheckBox(QCheckBox):
    """A tick box."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(text)
        self._look = look
        look.dress(self, "body")
        self.setAccessibleName(text.replace("&", ""))
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text().replace("&", ""))
        return QSize(self._look.px(_BOX + 10) + words, self._look.px(24))

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        whole = self._look.zoom(painter, self.rect())
        at = QRectF(0.75, (whole.height() - _BOX) / 2 + 0.75, _BOX - 1.5, _BOX - 1.5)
        painter.setPen(QPen(self._look.colour("accent" if on else "control"), 1.5))
        painter.setBrush(self._look.colour("accent" if on else "surface"))
        painter.drawRoundedRect(at, 3, 3)
        if on:
            tick = self._look.icon_pixmap("check", "on_accent", 13, self.devicePixelRatioF() * self._look.scale)
            painter.drawPixmap(QPointF(1.5, (whole.height() - 13) / 2), tick)
        _paint_words(painter, self._look, self, whole.adjusted(_BOX + 8, 0, 0, 0))


class RadioButton(QRadioButton):
    """One of several."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(text)
        self._look = look
        look.dress(self, "body")
        self.setAccessibleName(text.replace("&", ""))
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text().replace("&", ""))
        return QSize(self._look.px(_BOX + 10) + words, self._look.px(24))

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        whole = self._look.zoom(painter, self.rect())
        middle = QPointF(_BOX / 2, whole.height() / 2)
        painter.setPen(QPen(self._look.colour("accent" if on else "control"), 1.5))
        painter.setBrush(self._look.colour("surface"))
        painter.drawEllipse(middle, 7.25, 7.25)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("accent"))
            painter.drawEllipse(middle, 4, 4)
        _paint_words(painter, self._look, self, whole.adjusted(_BOX + 8, 0, 0, 0))


class Switch(QCheckBox):
    """Something that is on or off at once."""

    def __init__(self, look: Look, text: str, name: str = "") -> None:
        super().__init__(text)
        self._look = look
        look.dress(self, "caption")
        self.setAccessibleName(name or text.replace("&", ""))
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text().replace("&", ""))
        return QSize(self._look.px(28 + 6 + 2) + words, self._look.px(20))

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        whole = self._look.zoom(painter, self.rect())
        at = QRectF(0, (whole.height() - 16) / 2, 28, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("accent" if on else "control"))
        painter.drawRoundedRect(at, 8, 8)
        painter.setBrush(self._look.colour("surface"))
        painter.drawEllipse(QPointF(20 if on else 8, whole.height() / 2), 5, 5)
        _paint_words(painter, self._look, self, whole.adjusted(34, 0, 0, 0), "caption")


class ComboBox(QComboBox):
    """A drop-down list that the wheel does not change by accident."""

    def __init__(self, look: Look, *, name: str, size: str = "") -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        look.dress(self, "small" if size else "body")
        if size:
            self.setProperty("fit", size)
        self.setView(QListView(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self.update)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = self._look.icon_pixmap("chevron-down", "text2", 16, self.devicePixelRatioF())
        at = QRect(self.width() - 22, (self.height() - 16) // 2, 16, 16)
        painter.drawPixmap(at, arrow)
