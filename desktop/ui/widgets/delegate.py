"""What the painted lists share: grounds, focus lines, and text that ends in dots."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop.ui.theme.look import Look, Role

_MOST = 300
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Brush:
    """A painter with the look, for one row. Grounds and lines are painted as they are; after `zoom`, at 100 %."""

    painter: QPainter
    look: Look

    def ground(self, option: QStyleOptionViewItem, *, bar: bool = True) -> None:
        """The row's ground: under the pointer, chosen, or plain; with a bar at the left when chosen."""
        state = option.state
        rect: QRect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        self.painter.fillRect(rect, self.look.colour("accent_tint" if chosen else "hover" if over else "surface"))
        if chosen and bar:
            self.painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), self.look.colour("accent"))

    def focus(self, rect: QRect) -> None:
        """The 2 px line inside the row that has the focus."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self.painter.setPen(QPen(self.look.colour("focus"), 2))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def line_below(self, rect: QRect, token: str = "line") -> None:
        """The hairline under a row."""
        self.painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self.look.colour(token))

    def zoom(self, rect: QRect) -> QRectF:
        """From here on at 100 %; gives the row's place in that measure."""
        return self.look.zoom(self.painter, rect)

    def text(self, at: QRectF, words: str, role: Role = "body", ink: str = "text", *, right: bool = False) -> float:
        """One line of text, cut with dots where it does not fit; gives the width that it took."""
        shown, taken = self.look.fit(words[:_MOST].replace("\n", " "), role, int(at.width()))
        self.painter.setFont(self.look.drawn(role))
        self.painter.setPen(self.look.colour(ink))
        self.painter.drawText(at, _RIGHT if right else _LEFT, shown)
        return float(taken)

    def width(self, words: str, role: Role) -> int:
        """Pixels that words take at 100 %."""
        return QFontMetrics(self.look.drawn(role)).horizontalAdvance(words[:_MOST])

    def icon(self, x: float, middle: float, name: str, token: str, size: int) -> None:
        """An icon, centred on a line."""
        ratio = self.painter.device().devicePixelRatio() * self.look.scale
        self.painter.drawPixmap(QPointF(x, middle - size / 2), self.look.icon_pixmap(name, token, size, ratio))

    def mark(self, x: float, y: float, kind: str, size: int) -> None:
        """A component's mark."""
        ratio = self.painter.device().devicePixelRatio() * self.look.scale
        self.painter.drawPixmap(QPointF(x, y), self.look.mark(kind, size, ratio))  # type: ignore[arg-type]
