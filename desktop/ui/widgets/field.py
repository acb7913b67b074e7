"""Fields of a form: a label above, a hint, and the sentence that says what is wrong, beside the field it is about."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from desktop.ui.theme.look import Look
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.text import Mark, text_label

_LONG_WORD = 5_000


def set_wrong(widget: QWidget, *, wrong: bool) -> None:
    """Draws a field with the edge of an error, or without."""
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", "true" if wrong else None)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Field(QWidget):
    """A label, a widget to type or choose in, and room for a hint and an error.

    The label's mnemonic moves the focus to the widget, and its words are the widget's spoken name.
    """

    def __init__(self, look: Look, label: str, widget: QWidget, *, hint: str = "", required: bool = False) -> None:
        super().__init__()
        self.widget = widget
        self._look = look
        self._name = label.replace("&", "")
        layout = column(gap=4)
        self.setLayout(layout)
        self.label = QLabel(label)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        look.dress(self.label, "small_title")
        self.label.setProperty("ink", "text2")
        self.label.setWordWrap(True)
        self.label.setBuddy(widget)
        head = row(gap=6)
        head.addWidget(self.label, 1)
        if not required:
            self.optional = text_label(look, "optional", role="caption", ink="text3")
            head.addWidget(self.optional)
        layout.addLayout(head)
        layout.addWidget(widget)
        self.hint = text_label(look, hint, role="caption", ink="text3", wrap=True)
        if not hint:
            self.hint.hide()
        layout.addWidget(self.hint)
        self._error_row = QWidget()
        inner = row(gap=4)
        self._error_row.setLayout(inner)
        inner.addWidget(Mark(look, "alert-circle-outline", 14, token="bad"), 0, Qt.AlignmentFlag.AlignTop)
        self.error = text_label(look, "", role="small_title", ink="bad", wrap=True)
        inner.addWidget(self.error, 1)
        self._error_row.hide()
        layout.addWidget(self._error_row)
        widget.setAccessibleName(self._name + (", needed" if required else ""))
        if hint:
            widget.setAccessibleDescription(hint)

    def say_wrong(self, sentence: str) -> None:
        """Shows what is wrong below the field, or clears it for ""."""
        self.error.setText(sentence)
        self._error_row.setVisible(bool(sentence))
        set_wrong(self.widget, wrong=bool(sentence))
        self.widget.setAccessibleDescription(sentence)


def fit_wrapping(edit: QPlainTextEdit, text: str) -> None:
    """Lets a text with a very long word break anywhere.

    Qt looks through the whole word again for each of its lines: a word of a megabyte would take a minute.
    """
    long = len(text) > _LONG_WORD and max(map(len, text.split()), default=0) > _LONG_WORD
    mode = QTextOption.WrapMode.WrapAnywhere if long else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
    if edit.wordWrapMode() != mode:
        edit.setWordWrapMode(mode)


class LineEdit(QLineEdit):
    """One line of text."""

    def __init__(self, look: Look, *, placeholder: str = "", size: str = "", name: str = "") -> None:
        super().__init__()
        look.dress(self, "small" if size else "body")
        self.setPlaceholderText(placeholder)
        if size:
            self.setProperty("fit", size)
        if name:
            self.setAccessibleName(name)


class TextEdit(QPlainTextEdit):
    """Several lines of plain text; Tab leaves it, Ctrl+Enter sends.

    Signals:
        sent(): Ctrl+Enter was pressed.
    """

    sent = Signal()

    def __init__(self, look: Look, *, placeholder: str = "", lines: int = 4, name: str = "") -> None:
        super().__init__()
        look.dress(self, "body")
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self._look = look
        self._lines = lines
        look.fix(self, height=lines * 20 + 14)
        if name:
            self.setAccessibleName(name)

    @override
    def setPlainText(self, text: str) -> None:
        fit_wrapping(self, text)
        super().setPlainText(text)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        fit_wrapping(self, self.toPlainText() + source.text())
        super().insertFromMimeData(source)

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, self._look.px(self._lines * 20 + 14))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)
