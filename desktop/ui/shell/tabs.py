"""The strip of open pages."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QTabBar
from typing_extensions import override

from desktop.ui.page import TabLook
from desktop.ui.theme.look import Look

_MOST, _LEAST = 236, 96


class _Close(QAbstractButton):
    """The cross of a tab; a dot while something typed there is not sent."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.soiled = False
        look.fix(self, width=20, height=30)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Close {name}")
        self.setToolTip("Close (Ctrl+W). What is typed is kept as a draft.")
        self.setCursor(Qt.CursorShape.ArrowCursor)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._look.px(20), self._look.px(30))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse()
        self._look.zoom(painter, self.rect())
        if over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("hover"))
            painter.drawRoundedRect(QRectF(0, 8, 20, 20), 4, 4)
        if self.soiled and not over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("accent"))
            painter.drawEllipse(QPointF(10, 18), 4, 4)
        else:
            ratio = self.devicePixelRatioF() * self._look.scale
            painter.drawPixmap(3, 11, self._look.icon_pixmap("close", "text3", 14, ratio))


class TabStrip(QTabBar):
    """Tabs of open pages, each known by an id in its data.

    Signals:
        close_asked(str): the cross of a tab, or a middle click on it.
    """

    close_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._looks: dict[str, TabLook] = {}
        self._soiled: set[str] = set()
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        look.dress(self, "small")
        look.fix(self, height=36)
        self.setAccessibleName("Open pages")
        self.setProperty("ownFocus", True)
        self.setMouseTracking(True)
        look.changed.connect(self.update)

    def add(self, tab: str, shown: TabLook) -> int:
        """Adds a tab at the end and gives its place."""
        self._looks[tab] = shown
        place = self.addTab(shown.text)
        self.setTabData(place, tab)
        close = _Close(self._look, shown.text)
        close.clicked.connect(lambda _on=False, tab=tab: self.close_asked.emit(tab))
        self.setTabButton(place, QTabBar.ButtonPosition.RightSide, close)
        self._name(place, shown)
        return place

    def place_of(self, tab: str) -> int:
        """The place of a tab, or -1."""
        return next((n for n in range(self.count()) if self.tabData(n) == tab), -1)

    def id_at(self, place: int) -> str:
        """The id of the tab at a place, "" where there is none."""
        return str(self.tabData(place) or "") if 0 <= place < self.count() else ""

    def ids(self) -> list[str]:
        """Every tab, from the left."""
        return [self.id_at(n) for n in range(self.count())]

    def look_of(self, tab: str) -> TabLook:
        """How a tab looks."""
        return self._looks[tab]

    def restyle(self, tab: str, shown: TabLook) -> None:
        """Changes how a tab looks."""
        place = self.place_of(tab)
        if place >= 0:
            self._looks[tab] = shown
            self.setTabText(place, shown.text)
            self._name(place, shown)

    def set_soiled(self, tab: str, *, soiled: bool) -> None:
        """Shows a dot in place of the cross."""
        place = self.place_of(tab)
        if place < 0:
            return
        (self._soiled.add if soiled else self._soiled.discard)(tab)
        button = self.tabButton(place, QTabBar.ButtonPosition.RightSide)
        if isinstance(button, _Close):
            button.soiled = soiled
            button.update()
        self._name(place, self._looks[tab])

    def remove(self, tab: str) -> None:
        """Takes a tab out."""
        place = self.place_of(tab)
        if place >= 0:
            self._looks.pop(tab, None)
            self._soiled.discard(tab)
            self.removeTab(place)

    def _name(self, place: int, shown: TabLook) -> None:
        draft = ", not sent yet" if self.id_at(place) in self._soiled else ""
        self.setTabToolTip(place, shown.text + draft)
        self.setAccessibleTabName(place, shown.text + draft)

    @override
    def tabSizeHint(self, index: int) -> QSize:
        words = QFontMetrics(self._look.drawn("small_title")).horizontalAdvance(self.tabText(index)[:80])
        natural = self._look.px(max(_LEAST, min(_MOST, 10 + 16 + 6 + words + 8 + 20 + 8)))
        room = (self.width() - 8) // max(1, self.count())
        least = self._look.px(_LEAST)
        return QSize(max(least, min(natural, room)) if room < natural else natural, self._look.px(36))

    @override
    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(self._look.px(_LEAST), self._look.px(36))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            tab = self.id_at(self.tabAt(event.position().toPoint()))
            if tab:
                self.close_asked.emit(tab)
        else:
            super().mousePressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._look.colour("canvas"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._look.colour("line2"))
        current = self.currentIndex()
        scale = self._look.scale
        self._look.zoom(painter, self.rect())
        for place in range(self.count()):
            real = self.tabRect(place)
            at = QRect(round(real.x() / scale), 0, round(real.width() / scale), round(real.height() / scale))
            if place == current:
                self._paint_front(painter, at)
            elif place > 0 and place - 1 != current:
                painter.fillRect(QRect(at.left(), at.top() + 13, 1, 14), self._look.colour("line2"))
            self._paint_words(painter, at, place, front=place == current)

    def _paint_front(self, painter: QPainter, at: QRect) -> None:
        box = QRectF(at).adjusted(0.5, 4.5, -0.5, 6)
        painter.setPen(QPen(self._look.colour("line2"), 1))
        painter.setBrush(self._look.colour("surface"))
        painter.drawRoundedRect(box, 6, 6)
        bar = QPainterPath()
        bar.addRoundedRect(QRectF(at.left(), at.top() + 4, at.width(), 12), 6, 6)
        painter.save()
        painter.setClipRect(QRectF(at.left(), at.top() + 4, at.width(), 3))
        painter.fillPath(bar, self._look.colour("accent"))
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(self._look.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(at).adjusted(3, 9, -3, -2), 4, 4)

    def _paint_words(self, painter: QPainter, at: QRect, place: int, *, front: bool) -> None:
        tab = self.id_at(place)
        shown = self._looks.get(tab)
        if shown is None:
            return
        middle = at.top() + 21
        ratio = self.devicePixelRatioF() * self._look.scale
        picture = (
            self._look.mark(shown.mark, 16, ratio)
            if shown.mark
            else self._look.icon_pixmap(shown.icon or "file-document-outline", "text2", 16, ratio)
        )
        painter.drawPixmap(at.left() + 10, middle - 8, picture)
        font = self._look.drawn("small_title" if front else "small")
        painter.setFont(font)
        painter.setPen(self._look.colour("text" if front else "text2"))
        room = at.width() - 32 - 30
        # Of a reference the end tells it from others.
        side = Qt.TextElideMode.ElideMiddle if shown.mark == "cases" else Qt.TextElideMode.ElideRight
        words = QFontMetrics(font).elidedText(shown.text[:120], side, room)
        painter.drawText(QRectF(at.left() + 32, at.top() + 10, room, 22), Qt.AlignmentFlag.AlignVCenter, words)
