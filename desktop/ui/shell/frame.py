"""Room for a page: where it needs more than the window has, as with large text, it is scrolled and not cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QWidget
from typing_extensions import override

from desktop.ui.page import Page


class PageFrame(QScrollArea):
    """A page as large as the frame, or as it must be at the least.

    Qt's own `widgetResizable` takes what a page with wrapped text would like for what it must have, and scrolls too soon.
    """

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
        page.installEventFilter(self)
        self._fit()

    def _fit(self) -> None:
        room, least = self.maximumViewportSize(), self._page.minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        wide = max(room.width(), least.width())
        high = max(least.height(), _least_height(self._page, wide))
        if high > room.height():  # beside the bar it is narrower, and wraps into more lines
            wide = max(room.width() - bar, least.width())
            high = max(high, _least_height(self._page, wide))
        if wide > room.width():
            room.setHeight(room.height() - bar)
        self._page.resize(wide, max(high, room.height()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)


def _least_height(widget: QWidget, width: int) -> int:
    """Pixels that a widget needs at a width, with its words wrapped; 0 where its height does not depend on the width."""
    layout = widget.layout()
    if isinstance(layout, QStackedLayout):  # it would answer with what the widget in front would like
        front = layout.currentWidget()
        return _least_height(front, width) if front is not None else 0
    only = layout.itemAt(0) if layout is not None and layout.count() == 1 else None
    inner = only.widget() if only is not None else None
    if inner is not None:
        return _least_height(inner, width)
    return layout.minimumHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
