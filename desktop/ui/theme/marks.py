"""The mark of each kind of component: a shape with a letter, on a grid of 20 by 20."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from desktop.services.rows import Colour
from desktop.ui.theme.tokens import Theme

LETTERS: dict[Colour, tuple[str, float, float]] = {
    "cases": ("C", 14.2, 12),
    "maps": ("M", 12.6, 10.5),
    "payments": ("£", 14.2, 12),
    "addresses": ("A", 15.4, 12),
    "messages": ("@", 11.8, 11.5),
    "partners": ("P", 14.2, 12),
}
"""Letter, base line and size on the grid."""

SPOKEN: dict[Colour, str] = {
    "cases": "Cases",
    "maps": "Maps",
    "payments": "Payments",
    "addresses": "Addresses",
    "messages": "Messages",
    "partners": "Partners",
}


def mark_path(kind: Colour) -> QPainterPath:
    """The outline of a kind's mark on the 20 grid. The shapes differ, so that they are told apart in grey."""
    path = QPainterPath()
    match kind:
        case "cases":
            path.addRoundedRect(QRectF(1, 1, 18, 18), 4, 4)
        case "maps":
            path.moveTo(10, 19.4)
            path.cubicTo(5.6, 16.2, 2, 13, 2, 8.8)
            path.arcTo(QRectF(2, 0.8, 16, 16), 180, -180)
            path.cubicTo(18, 13, 14.4, 16.2, 10, 19.4)
        case "payments":
            path.addEllipse(QPointF(10, 10), 9.4, 9.4)
        case "addresses":
            path.moveTo(10, 0.8)
            path.lineTo(19.2, 8)
            path.lineTo(19.2, 17.7)
            path.quadTo(19.2, 19.2, 17.7, 19.2)
            path.lineTo(2.3, 19.2)
            path.quadTo(0.8, 19.2, 0.8, 17.7)
            path.lineTo(0.8, 8)
        case "messages":
            path.addRoundedRect(QRectF(1, 1.5, 18, 13.6), 3, 3)
            tail = QPainterPath()
            tail.addPolygon(QPolygonF([QPointF(6, 14), QPointF(12, 14), QPointF(6, 19.2)]))
            path = path.united(tail)
        case "partners":
            corners = ((5.6, 1), (14.4, 1), (19.4, 10), (14.4, 19), (5.6, 19), (0.6, 10))
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def paint_mark(painter: QPainter, theme: Theme, kind: Colour, at: QRectF) -> None:
    """Paints a mark into a square."""
    colours = theme.kinds[kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at.topLeft())
    painter.scale(at.width() / 20, at.height() / 20)
    painter.setBrush(QColor(colours.fill))
    painter.setPen(QPen(QColor(colours.ink), 1) if kind == "addresses" else Qt.PenStyle.NoPen)
    painter.drawPath(mark_path(kind))
    letter, line, size = LETTERS[kind]
    font = QFont("Inter")
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight.DemiBold)
    glyphs = QPainterPath()
    glyphs.addText(QPointF(0, 0), font, letter)
    glyphs.translate(10 - glyphs.boundingRect().center().x(), line)
    painter.fillPath(glyphs, QColor(colours.on))
    painter.restore()


def mark_pixmap(theme: Theme, kind: Colour, size: int, ratio: float) -> QPixmap:
    """A mark as a picture of `size` device-independent pixels."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_mark(painter, theme, kind, QRectF(0, 0, size, size))
    painter.end()
    return picture
