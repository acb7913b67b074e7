"""Finds words that have not the room they need."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QLineEdit, QWidget

from desktop.ui.widgets.text import ElidedLabel


def find_cut(window: QWidget) -> list[str]:
    """Labels, buttons and fields whose words are cut by their own edge or by that of a parent, in words."""
    return [f"{type(widget).__name__} {_words(widget)[:60]!r}: {why}" for widget, why in _cut(window)]


def _cut(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not _words(widget):
            continue
        need, have = _needed(widget), widget.size()
        if need[0] > have.width() + 1 or need[1] > have.height() + 1:
            yield widget, f"needs {need[0]} x {need[1]}, has {have.width()} x {have.height()}"
        elif (hidden := _hidden(widget)) > 1:
            yield widget, f"{hidden} px lie outside what is round it"


def _words(widget: QWidget) -> str:
    if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


def _needed(widget: QWidget) -> tuple[int, int]:
    letters = widget.fontMetrics().height()
    if isinstance(widget, (ElidedLabel, QLineEdit)):
        return 0, letters  # it ends in dots, or scrolls
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    return widget.sizeHint().width(), letters if isinstance(widget, QLabel) else min(
        letters, widget.sizeHint().height()
    )


def _hidden(widget: QWidget) -> int:
    """Pixels by which it goes beyond a parent; what can be scrolled to is not hidden."""
    most, parent = 0, widget.parentWidget()
    while parent is not None and not parent.isWindow():
        at = QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size())
        if isinstance(parent, QAbstractScrollArea) or isinstance(parent.parentWidget(), QAbstractScrollArea):
            return most
        most = max(most, at.right() - parent.width(), at.bottom() - parent.height(), -at.left(), -at.top())
        parent = parent.parentWidget()
    return most
