"""The people of a case, and what of it waits to be sent."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame

from desktop.domain.ids import NO_KEY, LocalKey
from desktop.services.rows import CaseFile, PendingOp
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_when, initials, mend_words
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, EmptyNote, clear_layout, column, row
from desktop.ui.widgets.text import Avatar, ElidedLabel, Mark, text_label

_STATES = {
    "waiting": ("cloud-upload-outline", "text2", "waiting to be sent"),
    "sending": ("cloud-upload-outline", "accent", "on its way"),
    "conflict": ("call-split", "warn", "two values, choose"),
    "refused": ("alert-octagon", "bad", "refused"),
    "unknown": ("help-circle-outline", "warn", "answer lost, you decide"),
}


class PeopleCard(Card):
    """Who reported a case and who handles it."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "People")
        self._context = context
        self._key = NO_KEY
        self._shown: tuple[object, ...] = ()
        self._rows = column(margins=(0, 4, 0, 8))
        self.body.addLayout(self._rows)
        self.open_reporter: Button | None = None

    def show_file(self, file: CaseFile) -> None:
        """Shows the people of a case."""
        shown = (file.reporter, file.row.reporter, file.row.assignee, file.team, file.reporter_key)
        if shown == self._shown:
            return
        self._shown = shown
        self._key = file.reporter_key
        clear_layout(self._rows)
        self.open_reporter = None
        people = 0
        name = file.reporter.name if file.reporter and file.reporter.name else file.row.reporter
        if name:
            reach = (file.reporter.phone or file.reporter.email) if file.reporter else ""
            self._add(name, "Reported it", reach, link=file.reporter_key != NO_KEY)
            people += 1
        if file.row.assignee:
            self._add(
                self._context.name_of(file.row.assignee),
                f"Handler{f', {file.team}' if file.team else ''}",
                "",
                link=False,
            )
            people += 1
        if not people:
            note = "The component does not say who reported it."
            self._rows.addWidget(EmptyNote(self._look, "account-outline", "Nobody is named", note))
        self.count.setText(str(people) if people else "")

    def _add(self, name: str, part: str, reach: str, *, link: bool) -> None:
        look = self._look
        words = column()
        if link:
            button = Button(look, name, kind="link", name=f"Open {name}")
            button.clicked.connect(self._on_reporter_clicked)
            self.open_reporter = button
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            words.addWidget(ElidedLabel(look, name, role="title"))
        words.addWidget(ElidedLabel(look, part, role="small", ink="text2"))
        line = row(Avatar(look, initials(name), 28), gap=8, margins=(15, 5, 15, 5))
        line.addLayout(words, 1)
        line.addWidget(text_label(look, reach, role="small", ink="text2"))
        holder = QFrame()
        holder.setLayout(line)
        self._rows.addWidget(holder)

    @Slot()
    def _on_reporter_clicked(self) -> None:
        self._context.go.open_record("person", LocalKey(self._key))


class PendingCard(Card):
    """What of a case waits to be sent; hidden when nothing does."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Waiting to be sent", icon="tray-arrow-up")
        self._context = context
        self.mend: Button | None = None
        self._rows = column(margins=(0, 4, 0, 8))
        self.body.addLayout(self._rows)
        self._shown: tuple[PendingOp, ...] = ()
        self.hide()

    def show_ops(self, ops: tuple[PendingOp, ...], now: datetime) -> None:
        """Shows what waits."""
        self.setVisible(bool(ops))
        if ops == self._shown:
            return
        self._shown = ops
        clear_layout(self._rows)
        self.mend = None
        self.count.setText(str(len(ops)))
        for op in ops[:6]:
            icon, ink, words = _STATES[op.state]
            lines = column()
            lines.addWidget(ElidedLabel(self._look, op.act, role="small_title"))
            said = f"{words} since {format_when(op.made_at, now)}" if op.state == "waiting" else words
            lines.addWidget(ElidedLabel(self._look, f"{said}. {op.error}" if op.error else said, role="small", ink=ink))
            line = row(Mark(self._look, icon, 18, token=ink), gap=10, margins=(15, 4, 15, 4))
            line.addLayout(lines, 1)
            if op.mendable and op.state == "waiting":
                self.mend = Button(self._look, "Mend", size="tiny", name=mend_words(op), tip=mend_words(op))
                self.mend.clicked.connect(partial(self._context.go.mend_case, op.op))
                line.addWidget(self.mend)
            holder = QFrame()
            holder.setLayout(line)
            holder.setAccessibleName(f"{op.act}: {said}. {op.error}")
            self._rows.addWidget(holder)
