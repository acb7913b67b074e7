"""The head of a case: what it is, where it came from, how far it is, and what can be done with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from desktop.services.rows import CaseFile
from desktop.ui.case.stepper import DeadlineBox, Stepper
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_when
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.pill import Pill, PillSpec, phase_pill
from desktop.ui.widgets.text import ElidedLabel, Mark, text_label


def _pending_pill(file: CaseFile) -> PillSpec | None:
    """How what waits on the case stands, where anything does."""
    if not file.row.pending:
        return None
    if any(op.state == "refused" for op in file.ops):
        return PillSpec("refused", "alert-octagon", "bad")
    return PillSpec("waiting to be sent", "cloud-upload-outline", "line")


class CaseHead(QFrame):
    """Its buttons are wired by the page."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        look = context.look
        self.title = ElidedLabel(look, "", role="page", hug=True)
        self.phase = Pill(look, PillSpec("New"))
        self.waiting = Pill(look)
        self.reference = text_label(look, "", role="small_title")
        self.source = ElidedLabel(look, "", role="small", ink="text2")
        self.reference.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.previous = Button(look, icon="chevron-left", size="small", name="The case before in My work", tip="Alt+Up")
        self.next = Button(look, icon="chevron-right", size="small", name="The next case in My work", tip="Alt+Down")
        self.place_in_list = text_label(look, "", role="small", ink="text2")
        self.change = Button(look, "Change &status", kind="main", icon="chevron-down", tip="Alt+S")
        self.change.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.ask_again = Button(look, icon="refresh", size="small", name="Ask the component again", tip="F5")
        self.what_it_said = Button(
            look, icon="text-box-search-outline", size="small", name="What the component really said", tip="Alt+W"
        )
        first = row(gap=8)
        first.addWidget(self.title, 0)
        first.addWidget(self.phase)
        first.addWidget(self.waiting)
        first.addStretch(1)
        second = row(self.reference, gap=6)
        second.addWidget(self.source, 1)
        words = column(gap=2)
        words.addLayout(first)
        words.addLayout(second)
        top = row(Mark(look, "cases", 32), gap=12, margins=(16, 10, 16, 8))
        top.addLayout(words, 1)
        for widget in (
            self.previous, self.place_in_list, self.next, self.what_it_said, self.ask_again, self.change
        ):  # fmt: skip
            top.addWidget(widget)
        self.stepper = Stepper(look)
        self.deadline = DeadlineBox(look)
        steps = row(gap=16, margins=(16, 2, 16, 10))
        steps.addWidget(self.stepper, 1)
        steps.addWidget(self.deadline)
        self.setProperty("edge", "bottom")
        layout = column()
        layout.addLayout(top)
        layout.addLayout(steps)
        self.setLayout(layout)

    def show_file(self, file: CaseFile, now: datetime, trouble: str) -> None:
        """Shows the case; `trouble` is why its component did not answer just now, "" where it did."""
        row_ = file.row
        self.title.setText(row_.title)
        self.phase.show_pill(phase_pill(row_.phase))
        self.waiting.show_pill(_pending_pill(file))
        self.reference.setText(row_.reference or ("No number yet" if file.answered else "No number"))
        self.show_source(file, now, trouble)
        self.stepper.show_case(row_)
        self.deadline.show_due(row_.due_at, now, is_open=row_.phase.is_open)
        self.what_it_said.setEnabled(bool(file.outside_id))
        self.change.setEnabled(bool(file.statuses))
        self.change.setToolTip(
            "Alt+S" if file.statuses else f"{file.component_name} does not let anyone change the status."
        )

    def show_source(self, file: CaseFile, now: datetime, trouble: str) -> None:
        """Says which component it came from, and how fresh it is."""
        fresh = f"as of {format_when(file.fetched_at, now)}" if file.fetched_at else "not sent yet"
        parts = [f"· from {file.component_name}, {fresh}"]
        if file.outside_id and file.outside_id != file.row.reference:
            parts.append(f"outside number {file.outside_id}")
        if trouble:
            parts.append(trouble)
        self.source.setText(" · ".join(parts))

    def show_place_in_list(self, place: str) -> None:
        """Says where in My work it is, such as `9 of 4,821`; "" puts the way to its neighbours away."""
        self.place_in_list.setText(place)
        for widget in (self.previous, self.place_in_list, self.next):
            widget.setVisible(bool(place))
