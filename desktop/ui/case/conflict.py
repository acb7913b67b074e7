"""A field that the officer and somebody else both changed: both values, and the choice between them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.services.rows import Conflict
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_when
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.choice import RadioButton
from desktop.ui.widgets.field import LineEdit, set_wrong
from desktop.ui.widgets.text import ElidedLabel, Mark, text_label


class _Option(QFrame):
    """One of the two values; a click anywhere in it chooses it."""

    def __init__(self, context: DeskContext, who: str, value: str, when: str) -> None:
        super().__init__()
        look = context.look
        self.setProperty("box", "plain")
        self.radio = RadioButton(look, "")
        look.fix(self.radio, width=18)
        self.radio.setAccessibleName(f"{who}: {value}. {when}")
        words = column(gap=1)
        words.addWidget(text_label(look, who, role="small", ink="text2"))
        words.addWidget(ElidedLabel(look, value or "(empty)", role="section"))
        words.addWidget(text_label(look, when, role="small", ink="text2", wrap=True))
        layout = row(gap=10, margins=(12, 8, 12, 8))
        layout.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.setLayout(layout)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()


class ConflictCard(QFrame):
    """The card. Its main button names the value that is kept, and needs a reason."""

    def __init__(self, context: DeskContext, conflict: Conflict) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self.conflict = conflict
        now = context.clock.now()
        who = conflict.theirs_by or "Somebody else"
        self.setProperty("card", "warn")
        title = (
            f"You and {who if conflict.theirs_by else 'somebody else'} both changed {conflict.field.replace('_', ' ')}"
        )
        self.setAccessibleName(title)
        head = row(Mark(look, "call-split", 18, token="warn"), margins=(14, 10, 16, 6))
        was = f"It was {conflict.before}. Nothing is lost." if conflict.before else "Nothing is lost."
        words = column()
        words.addWidget(text_label(look, title, role="section", wrap=True))
        words.addWidget(text_label(look, was, role="small", ink="text3", wrap=True))
        head.addLayout(words, 1)
        theirs_when = format_when(conflict.theirs_at, now) if conflict.theirs_at else "Time not said"
        self.mine = _Option(context, "Yours", conflict.mine, f"{format_when(conflict.mine_at, now)}, waiting here")
        self.theirs = _Option(
            context, who[:1].upper() + who[1:] if conflict.theirs_by else "Theirs", conflict.theirs, theirs_when
        )
        group = QButtonGroup(self)
        group.addButton(self.mine.radio)
        group.addButton(self.theirs.radio)
        options = row(gap=12, margins=(14, 0, 14, 0))
        options.addWidget(self.mine, 1)
        options.addWidget(self.theirs, 1)
        self.reason = LineEdit(
            look, placeholder="Reason, kept in the history", size="small", name="Reason for the choice"
        )
        self.keep = Button(look, "Keep…", kind="main", size="small")
        self.keep.setEnabled(False)
        foot = row(margins=(14, 10, 14, 12))
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.keep)
        self.wrong = text_label(look, "", role="small", ink="bad", wrap=True)
        self.wrong.setContentsMargins(14, 0, 14, 10)
        self.wrong.hide()
        layout = column()
        layout.addLayout(head)
        layout.addLayout(options)
        layout.addLayout(foot)
        layout.addWidget(self.wrong)
        self.setLayout(layout)
        group.buttonToggled.connect(self._on_option_toggled)
        self.keep.clicked.connect(self._on_keep_clicked)
        self.reason.returnPressed.connect(self._on_keep_clicked)

    def take_focus(self) -> None:
        """Puts the focus on the first choice (Alt+C)."""
        self.mine.radio.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_option_toggled(self) -> None:
        for option in (self.mine, self.theirs):
            option.setProperty("box", "on" if option.radio.isChecked() else "plain")
            option.style().unpolish(option)
            option.style().polish(option)
        value = self.conflict.mine if self.mine.radio.isChecked() else self.conflict.theirs
        self.keep.say(f"Keep {value[:24] or 'empty'}")
        self.keep.setEnabled(True)

    @Slot()
    def _on_keep_clicked(self) -> None:
        if not self.keep.isEnabled():
            self._say("Choose one of the two first.")
            return
        reason = self.reason.text().strip()
        set_wrong(self.reason, wrong=not reason)
        if not reason:
            self._say("Say why, so that the history can tell.")
            self.reason.setFocus()
            return
        op, mine = self.conflict.op, self.mine.radio.isChecked()
        self.mine.radio.setFocus()  # a button that is off hands the focus on, out of this card
        self.keep.setEnabled(False)
        self._context.ops.write(
            lambda desk: desk.cases.resolve(op, keep="mine" if mine else "theirs", reason=reason),
            initiator=self,
            failed=self._fail,
        )

    def _fail(self, error: DesktopError) -> None:
        self.keep.setEnabled(True)
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()
