"""The outbox: what waits to be sent, what went wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.domain.errors import DesktopError
from desktop.services.rows import OutboxSummary, PendingOp
from desktop.ui.context import DeskContext
from desktop.ui.formats import along_words, format_count, format_time, format_when, mend_words
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import EmptyNote, clear_layout, column, row
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.sheet import Sheet
from desktop.ui.widgets.text import ElidedLabel, Mark, text_label

_STATES = {
    "waiting": ("cloud-upload-outline", "text2", "Waiting to be sent"),
    "sending": ("cloud-upload-outline", "accent", "On its way"),
    "conflict": ("call-split", "warn", "Two values: choose in the case"),
    "refused": ("alert-octagon", "bad", "Refused"),
    "unknown": ("help-circle-outline", "warn", "The answer was lost, and what came of it cannot be read: you decide"),
}


class OpRow(QFrame):
    """One line: what was done, to what, how it stands, and its buttons."""

    def __init__(self, context: DeskContext, op: PendingOp, now: datetime) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self._op = op
        self.setProperty("edge", "hair")
        icon, ink, words = _STATES[op.state]
        tries = f" · {format_count(op.tries, 'try', 'tries')}" if op.tries else ""
        later = f" · next try {format_time(op.next_try)}" if op.next_try else ""
        self.setAccessibleName(f"{op.act}, {op.subject}: {words}{tries}{later}. {op.error}")
        self.open = Button(look, op.subject or "Open", kind="link", name=f"Open {op.subject}")
        self.open.clicked.connect(self._on_open_clicked)
        head = row(Mark(look, icon, 16, token=ink))
        head.addWidget(ElidedLabel(look, op.act, role="title"), 1)
        head.addWidget(text_label(look, format_when(op.made_at, now), role="small", ink="text3"))
        layout = column(gap=3, margins=(16, 8, 16, 10))
        layout.addLayout(head)
        layout.addLayout(row(24, self.open, None, gap=0))
        layout.addLayout(row(24, text_label(look, f"{words}{tries}{later}", role="small", ink=ink, wrap=True), gap=0))
        if op.error:
            layout.addLayout(row(24, text_label(look, op.error[:400], role="small", ink="text2", wrap=True), gap=0))
        self.mend: Button | None = None
        if op.mendable:
            self.mend = Button(look, mend_words(op), size="tiny", name=f"{mend_words(op)}: {op.subject}")
            self.mend.clicked.connect(self._on_mend_clicked)
        self.retry = Button(look, "Try now", size="tiny", name=f"Try now: {op.act}, {op.subject}")
        self.retry.clicked.connect(self._on_retry_clicked)
        self.drop = Button(look, "Discard…", kind="quiet", size="tiny", name=f"Discard: {op.act}, {op.subject}")
        self.drop.clicked.connect(self._on_drop_clicked)
        self._reason = LineEdit(
            look, placeholder="Reason, kept in the history", size="small", name="Reason for discarding"
        )
        self._reason.hide()
        self._wrong = text_label(look, "", role="small", ink="bad", wrap=True)
        self._wrong.hide()
        self.along = text_label(look, along_words(op), role="small", ink="warn", wrap=True)
        self.along.hide()
        layout.addLayout(row(24, *([self.mend] if self.mend else []), self.retry, self.drop, None, gap=6))
        layout.addLayout(row(24, self.along, gap=0))
        layout.addLayout(row(24, self._reason, gap=0))
        layout.addWidget(self._wrong)
        self.setLayout(layout)

    @Slot()
    def _on_open_clicked(self) -> None:
        self._context.go.open_record(self._op.kind, self._op.key)

    @Slot()
    def _on_mend_clicked(self) -> None:
        self._context.go.mend_case(self._op.op)

    @Slot()
    def _on_retry_clicked(self) -> None:
        op = self._op.op
        self._context.ops.write(lambda desk: desk.outbox.retry(op), initiator=self, failed=self._fail)

    @Slot()
    def _on_drop_clicked(self) -> None:
        """First says what goes along and asks for a reason; then drops what was typed, with it."""
        if self._reason.isHidden():
            self._reason.show()
            self.along.setVisible(bool(self._op.along))
            self._reason.setFocus()
            self.drop.say("Discard it")
            return
        op, reason = self._op.op, self._reason.text().strip()
        if not reason:
            self._wrong.setText("Say why, so that the history can tell.")
            self._wrong.show()
            return
        self._context.ops.write(lambda desk: desk.outbox.discard(op, reason), initiator=self, failed=self._fail)

    def _fail(self, error: DesktopError) -> None:
        self._wrong.setText(str(error))
        self._wrong.show()


class OutboxPanel(Sheet):
    """The outbox over the foot of the window."""

    def __init__(self, context: DeskContext, window: QWidget, foot: Callable[[], int]) -> None:
        super().__init__(context.look, window, "Outbox", icon="tray-arrow-up", wide=420, high=520, foot=foot)
        self._context = context
        self._shown: tuple[PendingOp, ...] | None = None
        self._rows = column()
        inner = QWidget()
        inner.setProperty("ground", "surface")
        inner.setLayout(self._rows)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self._area.setProperty("ground", "surface")
        self.body.addWidget(self._area, 1)

    def show_summary(self, summary: OutboxSummary) -> None:
        """Shows what waits. Rows are made anew only when one of them changed, so that a reason being typed stays."""
        if summary.ops == self._shown:
            return
        self._shown = summary.ops
        now = self._context.clock.now()
        clear_layout(self._rows)
        self.count.setText(f"{len(summary.ops):,}" if summary.ops else "")
        for op in summary.ops[:200]:
            self._rows.addWidget(OpRow(self._context, op, now))
        if not summary.ops:
            note = EmptyNote(
                self._context.look,
                "check-circle-outline",
                "Everything is sent",
                "What you do appears here until its component has it.",
            )
            self._rows.addWidget(note)
        self._rows.addStretch(1)

    def lines(self) -> list[str]:
        """What the rows say."""
        return [op_row.accessibleName() for op_row in self.op_rows()]

    def op_rows(self) -> list[OpRow]:
        """The rows, from the top."""
        items = (self._rows.itemAt(n) for n in range(self._rows.count()))
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, OpRow)]
