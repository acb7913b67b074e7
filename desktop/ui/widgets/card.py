"""Cards: a white sheet with a head, and its body below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from desktop.ui.theme.look import Look
from desktop.ui.widgets.text import Mark, text_label


def clear_layout(layout: QLayout) -> None:
    """Takes every widget out of a layout and lets it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)


def row(*parts: QWidget | int | None, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """A row of widgets; a number is a space, None takes what room is left."""
    layout = QHBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        else:
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return layout


def column(gap: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """An empty column."""
    layout = QVBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    return layout


class Card(QFrame):
    """A card with a title, a count beside it, room for buttons at the right, and `body` for the rest."""

    def __init__(self, look: Look, title: str, *, mark: str = "", icon: str = "") -> None:
        super().__init__()
        self._look = look
        self.setProperty("card", "true")
        self.setAccessibleName(title)
        outer = column()
        outer.setContentsMargins(1, 1, 1, 1)
        self.setLayout(outer)
        self.head = QFrame()
        self.head.setProperty("edge", "hair")
        look.fix(self.head, height=40)
        self.head_row = row(gap=8, margins=(15, 0, 8, 0))
        self.head.setLayout(self.head_row)
        if mark:
            self.head_row.addWidget(Mark(look, mark, 18))
        elif icon:
            self.head_row.addWidget(Mark(look, icon, 18, token="text2"))
        self.title = text_label(look, title, role="section")
        self.head_row.addWidget(self.title)
        self.count: QLabel = text_label(look, "", role="small_title", ink="text3")
        self.head_row.addWidget(self.count)
        self.head_row.addStretch(1)
        outer.addWidget(self.head)
        self.body = column()
        outer.addLayout(self.body, 1)

    def add_action(self, widget: QWidget) -> None:
        """Puts a button at the right of the head."""
        self.head_row.addWidget(widget)

    def set_title(self, title: str) -> None:
        """Changes the title and what a screen reader calls the card."""
        self.title.setText(title)
        self.setAccessibleName(title)


class EmptyNote(QWidget):
    """Says why a list is empty and what to do next."""

    def __init__(self, look: Look, icon: str, title: str, detail: str) -> None:
        super().__init__()
        layout = column(gap=4, margins=(24, 24, 24, 24))
        self.setLayout(layout)
        layout.addStretch(1)
        self._icon = Mark(look, icon, 22, token="text3")
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = text_label(look, title, role="title", wrap=True)
        self._detail = text_label(look, detail, role="small", ink="text2", wrap=True)
        for label in (self._title, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addStretch(1)
        self.setAccessibleName(f"{title} {detail}")

    def say(self, title: str, detail: str) -> None:
        """Changes the words."""
        self._title.setText(title)
        self._detail.setText(detail)
        self.setAccessibleName(f"{title} {detail}")


class Notice(QFrame):
    """A calm box with one sentence, for something that needs care; hidden until it has something to say.

    `tone` is "warn", "bad", or "ok" for what went well.
    """

    def __init__(self, look: Look, *, tone: str = "warn") -> None:
        super().__init__()
        self.setProperty("box", "pale" if tone == "ok" else tone)
        icon = "check-circle-outline" if tone == "ok" else "alert-circle-outline"
        self._mark = Mark(look, icon, 18, token=tone)
        self.text = text_label(look, "", role="small", wrap=True)
        inner = row(margins=(12, 8, 12, 8))
        self.setLayout(inner)
        inner.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        inner.addWidget(self.text, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Shows a sentence, or nothing for ""."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
