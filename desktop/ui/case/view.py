"""One case."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import Kind, LocalKey
from desktop.services.rows import CaseFile
from desktop.ui.case.facts import FactsCard, PlaceCard
from desktop.ui.case.handler import HandlerCard
from desktop.ui.case.needs import NeedsYou
from desktop.ui.case.note import NoteEditor, StatusCard
from desktop.ui.case.people import PendingCard, PeopleCard
from desktop.ui.case.stepper import DeadlineBox, Stepper
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_when
from desktop.ui.page import Page, TabLook, add_keys
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, EmptyNote, column, row
from desktop.ui.widgets.pill import Pill, PillSpec, phase_pill
from desktop.ui.widgets.text import ElidedLabel, Mark, text_label
from desktop.ui.widgets.timeline import TimelineView


def _pending_pill(file: CaseFile) -> PillSpec | None:
    """How what waits on the case stands, where anything does."""
    if not file.row.pending:
        return None
    if any(op.state == "refused" for op in file.ops):
        return PillSpec("refused", "alert-octagon", "bad")
    return PillSpec("waiting to be sent", "cloud-upload-outline", "line")


class CaseView(Page):
    """A case: first as the store has it; then its component is asked again, and what it says comes in place."""

    def __init__(self, context: DeskContext, key: LocalKey) -> None:
        super().__init__(TabLook(text="Case", mark="cases"))
        self._context = context
        self._key = key
        self._lane = f"case-{id(self)}"
        self.file: CaseFile | None = None
        self._live_error = ""
        self._stack = QStackedWidget()
        self._missing = EmptyNote(context.look, "file-document-outline", "Opening…", "")
        body = QWidget()
        whole = column()
        whole.addWidget(self._build_head())
        whole.addLayout(self._build_columns(), 1)
        body.setLayout(whole)
        self._stack.addWidget(body)
        self._stack.addWidget(self._missing)
        self._stack.setCurrentIndex(1)
        layout = column()
        layout.addWidget(self._stack)
        self.setLayout(layout)
        self._connect()
        context.ops.note(lambda desk: desk.audit.viewed("case", key))
        self.reload()

    # ---- parts ----

    def _build_head(self) -> QFrame:
        look = self._context.look
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
        for widget in (self.previous, self.place_in_list, self.next, self.ask_again, self.change):
            top.addWidget(widget)
        self.stepper = Stepper(look)
        self.deadline = DeadlineBox(look)
        steps = row(gap=16, margins=(16, 2, 16, 10))
        steps.addWidget(self.stepper, 1)
        steps.addWidget(self.deadline)
        frame = QFrame()
        frame.setProperty("edge", "bottom")
        layout = column()
        layout.addLayout(top)
        layout.addLayout(steps)
        frame.setLayout(layout)
        return frame

    def _build_columns(self) -> QVBoxLayout:
        context, look = self._context, self._context.look
        self.facts = FactsCard(context)
        self.place = PlaceCard(context)
        left = column(gap=16)
        left.addWidget(self.facts, 3)
        left.addWidget(self.place, 2)
        self.status_card = StatusCard(context, self._key)
        self.history = Card(look, "History")
        self.note = NoteEditor(context, self._key)
        self.timeline = TimelineView(look, now=context.clock.now(), names={}, days=False, name="History")
        self.history.body.addWidget(self.note)
        self.history.body.addWidget(self.timeline, 1)
        self.needs = NeedsYou(context)
        middle = column(gap=16)
        middle.addWidget(self.needs)
        middle.addWidget(self.status_card)
        middle.addWidget(self.history, 1)
        self.people = PeopleCard(context)
        self.handler = HandlerCard(context, self._key)
        self.pending = PendingCard(context)
        self.pay = Button(look, "Take payment", icon="credit-card-outline", tip="For this reference")
        right = column(gap=16)
        right.addWidget(self.people)
        right.addWidget(self.handler)
        right.addWidget(self.pending)
        right.addWidget(self.pay)
        right.addStretch(1)
        columns = row(gap=16, margins=(16, 16, 16, 16))
        columns.addLayout(left, 344)
        columns.addLayout(middle, 584)
        columns.addLayout(right, 376)
        whole = column()
        whole.addLayout(columns, 1)
        return whole

    def _connect(self) -> None:
        self.change.clicked.connect(self.status_card.open)
        self.start_at = self.timeline
        self.needs.settled.connect(self.take_focus)
        self.note.soiled.connect(lambda typed: self.set_soiled(soiled=typed))
        self.timeline.opened.connect(self._on_timeline_opened)
        self.ask_again.clicked.connect(self.reload)
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.pay.clicked.connect(self._on_pay_clicked)
        self._context.ops.changed.connect(self._on_ops_changed)
        add_keys(
            self,
            {
                "Alt+C": self.needs.take_focus,
                "Alt+M": self._mend,
                "Alt+Up": lambda: self._step(-1),
                "Alt+Down": lambda: self._step(1),
            },
        )

    # ---- reading ----

    @override
    @Slot()
    def reload(self) -> None:
        self._read()
        self._ask_live()

    def _read(self) -> None:
        key = self._key
        self._context.ops.read(lambda desk: desk.cases.get(key), self._show, lane=self._lane, failed=self._fail)

    def _ask_live(self) -> None:
        file = self.file
        if file is None or self._key < 0:
            # The first answer of the store says which component to ask; a case made here has none yet.
            return
        self._context.live.refresh(
            "case", self._key, file.row.component, done=self._live_answered, failed=self._live_failed
        )

    def _live_answered(self, _answer: object) -> None:
        self._live_error = ""
        self._read()

    def _live_failed(self, error: DesktopError) -> None:
        self._live_error = error.title
        if self.file is not None:
            self._show_source(self.file)

    def _fail(self, error: DesktopError) -> None:
        if self.file is None:
            self._missing.say(error.title, error.hint)
            self._stack.setCurrentIndex(1)

    def _show(self, file: CaseFile) -> None:
        first = self.file is None
        self.file = file
        row_, now = file.row, self._context.clock.now()
        self.set_tab(TabLook(text=row_.reference or row_.title, mark="cases"))
        self.title.setText(row_.title)
        self.phase.show_pill(phase_pill(row_.phase))
        self.waiting.show_pill(_pending_pill(file))
        self.reference.setText(row_.reference or ("No number yet" if file.answered else "No number"))
        self._show_source(file)
        self.stepper.show_case(row_)
        self.deadline.show_due(row_.due_at, now, is_open=row_.phase.is_open)
        for part in (self.facts, self.place, self.people, self.handler):
            part.show_file(file)
        self.pending.show_ops(file.ops, now)
        self.status_card.show_statuses(file.statuses, row_.status)
        self.change.setEnabled(bool(file.statuses))
        self.change.setToolTip(
            "Alt+S" if file.statuses else f"{file.component_name} does not let anyone change the status."
        )
        self.timeline.set_names({row_.component: file.component_name})
        self.timeline.show_items(file.timeline, now)
        self.history.count.setText(f"{len(file.timeline):,}")
        self.needs.show_file(file)
        self._stack.setCurrentIndex(0)
        self._show_place_in_list()
        if first:
            self._ask_live()

    def _show_source(self, file: CaseFile) -> None:
        now = self._context.clock.now()
        fresh = f"as of {format_when(file.fetched_at, now)}" if file.fetched_at else "not sent yet"
        parts = [f"· from {file.component_name}, {fresh}"]
        if file.outside_id and file.outside_id != file.row.reference:
            parts.append(f"outside number {file.outside_id}")
        if self._live_error:
            parts.append(self._live_error)
        self.source.setText(" · ".join(parts))

    def _show_place_in_list(self) -> None:
        _, place = self._context.go.step_in_work(self._key, 0)
        self.place_in_list.setText(place)
        for widget in (self.previous, self.place_in_list, self.next):
            widget.setVisible(bool(place))

    # ---- what is pressed ----

    def _mend(self) -> None:
        if self.pending.mend is not None:
            self.pending.mend.click()
        else:
            self.needs.refused.open_form()

    def _step(self, by: int) -> None:
        to, _ = self._context.go.step_in_work(self._key, by)
        if to is not None:
            self._context.go.open_record("case", to)

    @Slot()
    def _on_pay_clicked(self) -> None:
        file = self.file
        email = file.reporter.email if file and file.reporter else ""
        self._context.go.open_payment(reference=file.row.reference if file else "", email=email)

    @Slot(object)
    def _on_timeline_opened(self, target: tuple[Kind, LocalKey]) -> None:
        if target != ("case", self._key):
            self._context.go.open_record(*target)

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.touches("case", self._key) or changes.outbox:
            self._read()

    @override
    def shown_again(self) -> None:
        QTimer.singleShot(0, self, self._show_place_in_list)

    @override
    def will_close(self) -> None:
        self.note.flush()
        self.status_card.flush()
        self._context.ops.runner.forget(self._lane)
