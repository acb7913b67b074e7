"""What a component really said, over the page: for support, and for whoever doubts what is on screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from desktop.services.said import Said, read_heard
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_when
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Notice, column, row
from desktop.ui.widgets.sheet import Sheet
from desktop.ui.widgets.text import ElidedLabel, text_label


class SaidPanel(Sheet):
    """The bodies as text that can be selected and copied; secrets and card numbers are out of them already."""

    def __init__(self, context: DeskContext, window: QWidget, foot: Callable[[], int]) -> None:
        look = context.look
        super().__init__(look, window, "What it said", icon="text-box-search-outline", wide=680, high=640, foot=foot)
        self._context = context
        self._said: Said | None = None
        self._call: object = None
        self.about = ElidedLabel(look, "", role="small", ink="text2")
        self.notice = Notice(look)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("What the component said")
        look.dress(self.text, "small")
        self.ask_now = Button(look, "Ask it &now", icon="refresh", size="small", tip="What it says at this moment")
        self.copy = Button(look, "Cop&y", icon="content-copy", size="small")
        removed = text_label(look, "Secrets and card numbers are taken out.", role="caption", ink="text3")
        inside = column(gap=8, margins=(15, 10, 15, 12))
        inside.addWidget(self.about)
        inside.addWidget(self.notice)
        inside.addWidget(self.text, 1)
        inside.addLayout(row(self.ask_now, self.copy, None, removed))
        self.body.addLayout(inside, 1)
        self.ask_now.clicked.connect(self._on_ask_clicked)
        self.copy.clicked.connect(self._on_copy_clicked)

    def show_said(self, said: Said) -> None:
        """Comes up with what is kept; where nothing is, the component is asked at once."""
        self._stop()
        self._show(said)
        self.come(self.text)
        if not said.spoken:
            self._on_ask_clicked()

    @override
    def dismiss(self) -> None:
        self._stop()
        super().dismiss()

    def _stop(self) -> None:
        if self._call is not None:
            self._context.live.cancel(self._call)
            self._call = None

    def _show(self, said: Said) -> None:
        self._said = said
        self.title.setText(f"What {said.name} said")
        self.setAccessibleName(self.title.text())
        now = self._context.clock.now()
        when = f"as of {format_when(said.at, now)}" if said.at else "just now"
        self.about.setText(f"{said.about} · {when}" if said.spoken else said.about)
        self.notice.say(said.error)
        self.text.setPlainText(said.text)
        self.copy.setEnabled(bool(said.spoken))
        self.ask_now.setEnabled(bool(said.method))

    @Slot()
    def _on_ask_clicked(self) -> None:
        said = self._said
        if said is None or not said.method:
            return
        self._stop()
        if not said.spoken:
            self.about.setText(f"{said.about} · asking…")
        self._call = self._context.live.hear(
            said.component,
            said.method,
            said.arguments,
            read=partial(read_heard, said),
            done=self._answered,
            failed=lambda error: self._fail(str(error)),
        )

    def _answered(self, said: Said) -> None:
        self._call = None
        if said.spoken:
            self._show(said)
        else:
            self._fail(said.error or f"{said.name} said nothing.")

    def _fail(self, sentence: str) -> None:
        """What was there stays; the sentence says what went wrong."""
        self._call = None
        self.notice.say(sentence)
        if self._said is not None:
            self.about.setText(self._said.about)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
