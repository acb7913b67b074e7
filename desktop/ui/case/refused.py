"""A new case that its component refused: why, and the way back into its form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame

from desktop.domain.errors import DesktopError
from desktop.services.rows import PendingOp
from desktop.ui.context import DeskContext
from desktop.ui.formats import mend_words
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.text import Mark, text_label


class RefusedCard(QFrame):
    """The card, above all else on the case's page; hidden while nothing is refused."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self._op: PendingOp | None = None
        self.setProperty("card", "warn")
        self._title = text_label(look, "", role="section", wrap=True)
        self._why = text_label(look, "", role="small", wrap=True)
        self._safe = text_label(
            look,
            "Nothing is lost: the case and what was typed on it since are kept here.",
            role="small",
            ink="text3",
            wrap=True,
        )
        words = column(gap=2)
        for label in (self._title, self._why, self._safe):
            words.addWidget(label)
        head = row(gap=8, margins=(14, 10, 16, 6))
        head.addWidget(Mark(look, "alert-octagon", 18, token="bad"), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.mend = Button(look, "Mend and send again", kind="main", size="small", tip="Alt+M")
        self.retry = Button(look, "Try now", size="small", name="Try to send the case again as it is")
        self._wrong = text_label(look, "", role="small", ink="bad", wrap=True)
        self._wrong.setContentsMargins(14, 0, 14, 10)
        self._wrong.hide()
        layout = column()
        layout.addLayout(head)
        layout.addLayout(row(self.mend, self.retry, None, margins=(40, 4, 14, 12)))
        layout.addWidget(self._wrong)
        self.setLayout(layout)
        self.mend.clicked.connect(self.open_form)
        self.retry.clicked.connect(self._on_retry_clicked)
        self.hide()

    def show_ops(self, ops: tuple[PendingOp, ...], component: str) -> None:
        """Shows the case's making, where it was refused."""
        op = next((op for op in ops if op.mendable and op.state == "refused"), None)
        self.setVisible(op is not None)
        if op is None or op == self._op:
            self._op = op
            return
        self._op = op
        self._title.setText(f"{component} refused this case")
        self._why.setText(op.error or "It did not say why.")
        self._wrong.hide()
        self.mend.say(mend_words(op))
        self.setAccessibleName(f"{self._title.text()}. {self._why.text()}")

    @Slot()
    def open_form(self) -> None:
        """Opens the form with everything that was typed (Alt+M)."""
        if self._op is not None:
            self._context.go.mend_case(self._op.op)

    @Slot()
    def _on_retry_clicked(self) -> None:
        if self._op is not None:
            op = self._op.op
            self._context.ops.write(lambda desk: desk.outbox.retry(op), initiator=self, failed=self._fail)

    def _fail(self, error: DesktopError) -> None:
        self._wrong.setText(str(error))
        self._wrong.show()
