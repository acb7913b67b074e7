"""A small painted map: the town's streets, and pins. No web view."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from desktop.domain.places import Point
from desktop.maps.town import Shape, Town, metres_per_degree
from desktop.services.rows import Colour
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import paint_mark

_ROADS = frozenset({"main", "street", "close"})
_CLOSEST, _FARTHEST = 0.15, 6.0


@dataclass(frozen=True, slots=True)
class Pin:
    """Something on the map."""

    point: Point
    kind: Colour
    name: str


class MiniMap(QWidget):
    """The map round its pins. With `picking` a click, or arrows and Enter, choose a point.

    Signals:
        picked(Point): a point was chosen.
    """

    picked = Signal(object)

    def __init__(self, look: Look, town: Town, *, name: str, picking: bool = False) -> None:
        super().__init__()
        self._look = look
        self._town = town
        self._name = name
        self._pins: tuple[Pin, ...] = ()
        self._centre = town.centre
        self._scale = 0.75
        self._aim: tuple[float, float] | None = None
        self._picking = picking
        self._base = QPixmap()
        self._base_key: tuple[object, ...] = ()
        self.setMinimumHeight(90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        if picking:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.CrossCursor)
            self.setToolTip("Click to choose a point. Keys: arrows move, Enter chooses, plus and minus zoom.")
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, 190)

    def show_pins(self, pins: tuple[Pin, ...], *, move: bool = True) -> None:
        """Shows pins and moves to them, at a scale that holds them all; without `move` the map stays as it is."""
        self._pins = pins
        points = [pin.point for pin in pins]
        if points and move:
            self._aim = None
            self._centre = (sum(p.lat for p in points) / len(points), sum(p.lon for p in points) / len(points))
            self._scale = self._fitting()
        spoken = ", ".join(pin.name for pin in pins)
        self.setAccessibleName(f"{self._name}: {spoken}" if spoken else self._name)
        self.update()

    def _fitting(self) -> float:
        north, east = metres_per_degree(self._centre[0])
        wide = max((abs(p.point.lon - self._centre[1]) * east for p in self._pins), default=0.0)
        high = max((abs(p.point.lat - self._centre[0]) * north for p in self._pins), default=0.0)
        need = max(wide / max(60, self.width() / 2 - 40), high / max(30, self.height() / 2 - 36))
        return min(_FARTHEST, max(0.55, need))

    def to_screen(self, lat: float, lon: float) -> QPointF:
        """Where a point of the earth is on the widget."""
        north, east = metres_per_degree(self._centre[0])
        x = (lon - self._centre[1]) * east / self._scale + self.width() / 2
        return QPointF(x, (self._centre[0] - lat) * north / self._scale + self.height() / 2)

    def to_point(self, at: QPointF) -> Point:
        """Which point of the earth is at a place of the widget."""
        north, east = metres_per_degree(self._centre[0])
        lat = self._centre[0] - (at.y() - self.height() / 2) * self._scale / north
        lon = self._centre[1] + (at.x() - self.width() / 2) * self._scale / east
        return Point(lat=round(lat, 6), lon=round(lon, 6))

    # ---- painting ----

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        key = (
            self._look.theme.name,
            self._look.percent,
            self._centre,
            self._scale,
            self.size(),
            self.devicePixelRatioF(),
        )
        if key != self._base_key:
            self._base, self._base_key = self._draw_base(), key
        painter.drawPixmap(0, 0, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pin in self._pins:
            self._paint_pin(painter, pin)
        if self._picking and self.hasFocus():
            self._paint_aim(painter)
        self._paint_credit(painter)

    def _draw_base(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        colours = self._look.theme.map
        picture.fill(QColor(colours.land))
        low, high = self.to_point(QPointF(0, self.height())), self.to_point(QPointF(self.width(), 0))
        shapes = self._town.within(low.lat, low.lon, high.lat, high.lon)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape in shapes:
            self._paint_shape(painter, shape, casing=True)
        for shape in shapes:
            if shape.layer in _ROADS:
                self._paint_shape(painter, shape, casing=False)
        if self._scale < 1.6:
            self._paint_names(painter, shapes)
        painter.end()
        return picture

    def _paint_shape(self, painter: QPainter, shape: Shape, *, casing: bool) -> None:
        colours = self._look.theme.map
        line = QPolygonF([self.to_screen(lat, lon) for lon, lat in shape.points])
        if shape.layer in _ROADS:
            main = shape.layer == "main"
            width = shape.width / self._scale
            colour = (
                (colours.main_line if main else colours.block) if casing else colours.main if main else colours.street
            )
            pen = QPen(QColor(colour), width + (2 if casing else 0))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(line)
        elif shape.layer in {"railway", "canal", "water"} and not shape.closed:
            colour = colours.railway if shape.layer == "railway" else colours.water
            painter.setPen(QPen(QColor(colour), shape.width / self._scale))
            painter.drawPolyline(line)
        elif shape.closed:
            fill = {"park": colours.park, "water": colours.water, "building": colours.building}.get(shape.layer, "")
            if fill:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(fill))
                painter.drawPolygon(line)

    def _paint_names(self, painter: QPainter, shapes: tuple[Shape, ...]) -> None:
        colours = self._look.theme.map
        painter.setFont(self._look.font("caption_title"))
        taken: list[QRectF] = []
        for shape in reversed(shapes):
            if not shape.name or shape.layer not in {"main", "street", "park", "water"}:
                continue
            spot = self._name_spot(shape)
            if spot is None:
                continue
            middle, angle = spot
            words = painter.fontMetrics().horizontalAdvance(shape.name)
            high = self._look.px(18)
            box = QRectF(middle.x() - words / 2, middle.y() - high * 2 / 3, words, high * 4 / 3)
            if any(box.intersects(other) for other in taken) or not QRectF(self.rect()).adjusted(4, 4, -4, -4).contains(
                box
            ):
                continue
            taken.append(box)
            ink = {"park": colours.park_ink, "water": colours.water_ink}.get(shape.layer, colours.label)
            painter.save()
            painter.translate(middle)
            painter.rotate(angle)
            at = QRectF(-words / 2 - 4, -high / 2, words + 8, high)
            painter.setPen(QColor(colours.halo))
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)):
                painter.drawText(at.translated(dx, dy), Qt.AlignmentFlag.AlignCenter, shape.name)
            painter.setPen(QColor(ink))
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, shape.name)
            painter.restore()

    def _name_spot(self, shape: Shape) -> tuple[QPointF, float] | None:
        points = [self.to_screen(lat, lon) for lon, lat in shape.points]
        if shape.closed:
            return QPointF(sum(p.x() for p in points) / len(points), sum(p.y() for p in points) / len(points)), 0.0
        inner = QRectF(self.rect()).adjusted(24, 14, -24, -14)
        seen = [i for i, p in enumerate(points) if inner.contains(p)]
        if len(seen) < 2:
            return None
        a, b = points[seen[0]], points[seen[-1]]
        angle = math.degrees(math.atan2(b.y() - a.y(), b.x() - a.x()))
        return points[seen[len(seen) // 2]], angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle

    def _paint_pin(self, painter: QPainter, pin: Pin) -> None:
        at = self.to_screen(pin.point.lat, pin.point.lon)
        box = QRectF(at.x() - 15, at.y() - 36, 30, 30)
        painter.setPen(QPen(self._look.colour("text"), 1.2))
        painter.setBrush(self._look.colour("text"))
        painter.drawPolygon(QPolygonF([at, QPointF(at.x() - 5, at.y() - 7), QPointF(at.x() + 5, at.y() - 7)]))
        painter.setBrush(self._look.colour("surface"))
        painter.drawRoundedRect(box, 7, 7)
        paint_mark(painter, self._look.theme, pin.kind, box.adjusted(6, 6, -6, -6))

    def _paint_aim(self, painter: QPainter) -> None:
        at = QPointF(*self._aim) if self._aim else QPointF(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(self._look.colour("focus"), 2))
        painter.drawLine(at - QPointF(10, 0), at + QPointF(10, 0))
        painter.drawLine(at - QPointF(0, 10), at + QPointF(0, 10))

    def _paint_credit(self, painter: QPainter) -> None:
        painter.setFont(self._look.font("caption"))
        words = painter.fontMetrics().horizontalAdvance(self._town.credit)
        high = self._look.px(17)
        box = QRectF(self.width() - words - 14, self.height() - high - 3, words + 10, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("surface"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(self._look.colour("text2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._town.credit)

    # ---- choosing a point ----

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._picking and event.button() == Qt.MouseButton.LeftButton:
            self._aim = (event.position().x(), event.position().y())
            self.picked.emit(self.to_point(event.position()))
            event.accept()
        else:
            super().mousePressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._picking and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(0.8 if event.angleDelta().y() > 0 else 1.25)
            event.accept()
        else:
            event.ignore()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-8, 0),
            Qt.Key.Key_Right: (8, 0),
            Qt.Key.Key_Up: (0, -8),
            Qt.Key.Key_Down: (0, 8),
        }
        key = Qt.Key(event.key())
        x, y = self._aim or (self.width() / 2, self.height() / 2)
        if self._picking and key in steps:
            dx, dy = steps[key]
            self._aim = (min(max(x + dx, 0), self.width()), min(max(y + dy, 0), self.height()))
            self.update()
        elif self._picking and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.picked.emit(self.to_point(QPointF(x, y)))
        elif self._picking and key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self._zoom(1.25 if key == Qt.Key.Key_Minus else 0.8)
        else:
            super().keyPressEvent(event)

    def _zoom(self, factor: float) -> None:
        self._scale = min(_FARTHEST, max(_CLOSEST, self._scale * factor))
        self.update()
