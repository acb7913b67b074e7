"""The hands of the tour: keys and mouse on real widgets, or keys alone."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QModelIndex, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QMainWindow, QWidget
from typing_extensions import override

_MOST_TABS = 220
_NOT_OURS = ("QtWebEngine", "RenderWidget", "QQuick", "QWebEngine")
_MOUSE = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel}
)


class StepFailed(Exception):  # it names what happened, as in a report
    """A step did not go as it should; the text says what was waited for."""


def pause(milliseconds: int) -> None:
    """Lets the program run. An event loop, for `QTest.qWait` holds the interpreter while it waits."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Waits until something is so.

    Raises:
        StepFailed: it was not, in the time.
    """
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise StepFailed(f"Waited {seconds:.0f} s in vain: {what}")
        pause(25)


class MouseGuard(QObject):
    """Counts mouse events on our own widgets, so that a run with keys alone can prove that it was.

    It is put on each widget rather than on the application: there it would be handed the web engine's own objects
    while they are being made, and the program would crash.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def watch_all(self) -> None:
        """Watches the widgets that are there by now."""
        for widget in QApplication.allWidgets():
            if widget.metaObject().className().startswith(_NOT_OURS) or widget.property("watched"):
                continue
            widget.setProperty("watched", True)
            widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOUSE:
            self.seen += 1
        return False


class Hands:
    """Types and presses. With `keyboard` on, a widget is reached by Tab and arrows, and never by the mouse."""

    def __init__(self, window: QMainWindow, guard: MouseGuard | None = None) -> None:
        self.window = window
        self.keyboard = guard is not None
        self._guard = guard

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key, on what has the focus."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        pause(15)

    def shortcut(self, key: Qt.Key) -> None:
        """Ctrl and a key."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Types into what has the focus; letters that no key has come from the clipboard, by Ctrl+V."""
        target = QApplication.focusWidget() or self.window
        if text.isascii():
            QTest.keyClicks(target, text)
        else:
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(target, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        pause(30)

    def focus(self, widget: QWidget) -> None:
        """Puts the focus on a widget: by a click, or by Tab from where it is."""
        self._look()
        if widget.hasFocus():
            return
        if self.keyboard:
            self._tab_to(widget)
            return
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        pause(15)

    def into(self, widget: QWidget, text: str) -> None:
        """Puts a text into a field, in place of what is there."""
        self.focus(widget)
        self.shortcut(Qt.Key.Key_A)
        if text:
            self.type(text)
        else:
            self.press(Qt.Key.Key_Delete)

    def push(self, button: QAbstractButton) -> None:
        """Presses a button: by a click, or by Tab and Space."""
        self._look()
        wait_for(lambda: button.isVisible() and button.isEnabled(), f"the button {button.accessibleName()!r}")
        if not self.keyboard:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _inside(button))
        else:
            self._tab_to(button)
            if not (button.isCheckable() and button.group() is not None and button.isChecked()):
                QTest.keyClick(button, Qt.Key.Key_Space)
        pause(30)

    def open_line(self, view: QAbstractItemView, line: int) -> None:
        """Opens a line of a list: by a double click, or by arrows and Enter."""
        index = view.model().index(line, 0)
        if self.keyboard:
            self.focus(view)
            self.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
            for _ in range(_MOST_TABS):
                if view.currentIndex().row() == line:
                    break
                self.press(Qt.Key.Key_Down if view.currentIndex().row() < line else Qt.Key.Key_Up)
            self.press(Qt.Key.Key_Return)
            return
        self._click_line(view, index)

    def _look(self) -> None:
        if self._guard is not None:
            self._guard.watch_all()

    def _click_line(self, view: QAbstractItemView, index: QModelIndex) -> None:
        view.scrollTo(index)
        pause(30)
        spot = view.visualRect(index).center()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(view.viewport(), left, none, spot)
        if view.metaObject().className() == "CaseTable":
            QTest.mouseDClick(view.viewport(), left, none, spot)
        pause(30)

    def _tab_to(self, widget: QWidget) -> None:
        group = widget.group() if isinstance(widget, QAbstractButton) else None
        for _ in range(_MOST_TABS):
            now = QApplication.focusWidget()
            if now is widget:
                return
            if group is not None and isinstance(now, QAbstractButton) and now.group() is group:
                self._arrow_to(widget, len(group.buttons()))
                return
            QTest.keyClick(now or self.window, Qt.Key.Key_Tab)
            pause(3)
        raise StepFailed(f"Tab does not reach {widget.accessibleName()!r} ({widget.metaObject().className()})")

    def _arrow_to(self, widget: QWidget, most: int) -> None:
        """Goes through a group by arrows, each time towards where the widget lies."""
        for _ in range(2 * most + 2):
            now = QApplication.focusWidget()
            if now is None or now is widget:
                return
            here, there = now.mapToGlobal(QPoint(0, 0)), widget.mapToGlobal(QPoint(0, 0))
            if abs(there.y() - here.y()) > 4:
                key = Qt.Key.Key_Down if there.y() > here.y() else Qt.Key.Key_Up
            else:
                key = Qt.Key.Key_Right if there.x() > here.x() else Qt.Key.Key_Left
            QTest.keyClick(now, key)
            pause(3)
        raise StepFailed(f"The arrows do not reach {widget.accessibleName()!r}")


def _inside(button: QAbstractButton) -> QPoint:
    """A point that surely hits: the middle, or the mark of a tick box."""
    return QPoint(min(8, button.width() // 2), button.height() // 2) if button.isCheckable() else button.rect().center()
