"""The left rail: where to go."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QWidget
from typing_extensions import override

from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import column


@dataclass(frozen=True, slots=True)
class RailItem:
    """A view of the rail: its name in code, its words and its icon."""

    view: str
    text: str
    icon: str


_WORDS = 60
"""What there is for the words of an item, in pixels: a longer one is drawn narrower."""
ITEMS = (
    RailItem("work", "My work", "tray-full"),
    RailItem("residents", "Residents", "account-multiple-outline"),
    RailItem("map", "Map", "map-outline"),
    RailItem("payments", "Payments", "cash-multiple"),
    RailItem("components", "Components", "view-grid-outline"),
)


class RailButton(QAbstractButton):
    """One item: icon over its word, a bar at the left when it is on, and a count."""

    def __init__(self, look: Look, item: RailItem, number: int) -> None:
        super().__init__()
        self._look = look
        self._item = item
        self._count = 0
        self._over = False
        self.setCheckable(True)
        look.fix(self, width=64, height=56)
        self.setText(item.text)
        self.setAccessibleName(item.text)
        self.setToolTip(f"{item.text} (Ctrl+{number})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ownFocus", True)
        look.changed.connect(self.update)

    def set_count(self, count: int) -> None:
        """Shows a number beside the icon; nothing for 0."""
        self._count = count
        self.setAccessibleName(f"{self._item.text}, {count:,}" if count else self._item.text)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._look.px(64), self._look.px(56))

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()

    @override
    def leaveEvent(self, event: object) -> None:
        self._over = False
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        at = self._look.zoom(painter, self.rect())
        if on or self._over:
            painter.setPen(Qt.PenStyle.NoPen)
            ground = self._look.colour("rail_sel")
            ground.setAlphaF(1.0 if on else 0.5)
            painter.setBrush(ground)
            painter.drawRoundedRect(at, 6, 6)
        ink = "rail_on" if on else "rail_text"
        ratio = self.devicePixelRatioF() * self._look.scale
        painter.drawPixmap(21, 8, self._look.icon_pixmap(self._item.icon, ink, 22, ratio))
        font = self._look.drawn("caption_title")
        wide = QFontMetricsF(font).horizontalAdvance(self._item.text)
        if wide > _WORDS:
            font.setStretch(int(100 * _WORDS / wide))
        painter.setFont(font)
        painter.setPen(self._look.colour(ink))
        painter.drawText(QRectF(0, 33, 64, 16), Qt.AlignmentFlag.AlignCenter, self._item.text)
        if self._count:
            self._paint_count(painter)
        if self.hasFocus():
            painter.setPen(QPen(self._look.colour("rail_on"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(at.adjusted(1, 1, -1, -1), 6, 6)

    def _paint_count(self, painter: QPainter) -> None:
        words = f"{self._count:,}" if self._count < 1000 else "999+"
        wide = max(18, painter.fontMetrics().horizontalAdvance(words) + 8)
        at = QRectF(min(60 - wide, 36), 4, wide, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("rail_on"))
        painter.drawRoundedRect(at, 8, 8)
        painter.setPen(self._look.colour("rail"))
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QFrame):
    """The rail.

    Signals:
        chosen(str): a view was asked for.
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        look.fix(self, width=72)
        self.setAccessibleName("Views")
        self._group = QButtonGroup(self)
        self.buttons: dict[str, RailButton] = {}
        layout = column(gap=4, margins=(4, 8, 4, 8))
        for number, item in enumerate(ITEMS, 1):
            button = RailButton(look, item, number)
            self._group.addButton(button)
            self.buttons[item.view] = button
            button.clicked.connect(lambda _on=False, view=item.view: self.chosen.emit(view))
            layout.addWidget(button)
        layout.addStretch(1)
        self.setLayout(layout)
        look.changed.connect(self.update)

    def show_view(self, view: str) -> None:
        """Marks a view as the one that is open; none for ""."""
        self._group.setExclusive(False)
        for name, button in self.buttons.items():
            button.setChecked(name == view)
        self._group.setExclusive(bool(view))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("rail"))
        for button in self.buttons.values():
            if button.isChecked():
                painter.fillRect(QRectF(0, button.y() + 8, 3, button.height() - 16), self._look.colour("rail_on"))


class Logo(QWidget):
    """The K of Knit: two strands, one over the other."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        look.fix(self, width=72, height=48)
        self.setAccessibleName("Knit")
        look.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("rail"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._look.zoom(painter, self.rect())
        painter.translate(20, 8)
        white = QPen(self._look.colour("rail_on"), 3.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pale = QPen(self._look.colour("rail_text"), 3.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(white)
        painter.drawLine(6, 4, 6, 28)
        over, under = QPainterPath(), QPainterPath()
        over.moveTo(26, 4)
        over.cubicTo(26, 14, 8, 10, 8, 18)
        under.moveTo(8, 14)
        under.cubicTo(8, 22, 26, 18, 26, 28)
        painter.drawPath(over)
        painter.setPen(pale)
        painter.drawPath(under)
