"""One case."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import Kind, LocalKey
from desktop.services.rows import CaseFile
from desktop.ui.case.facts import FactsCard, PlaceCard
from desktop.ui.case.handler import HandlerCard
from desktop.ui.case.head import CaseHead
from desktop.ui.case.needs import NeedsYou
from desktop.ui.case.note import NoteEditor, StatusCard
from desktop.ui.case.people import PendingCard, PeopleCard
from desktop.ui.context import DeskContext
from desktop.ui.page import Page, TabLook, add_keys
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, EmptyNote, column, row
from desktop.ui.widgets.timeline import TimelineView


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
        self.head = CaseHead(context)
        whole.addWidget(self.head)
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
        self.head.change.clicked.connect(self.status_card.open)
        self.start_at = self.timeline
        self.needs.settled.connect(self.take_focus)
        self.note.soiled.connect(lambda typed: self.set_soiled(soiled=typed))
        self.timeline.opened.connect(self._on_timeline_opened)
        self.head.ask_again.clicked.connect(self.reload)
        self.head.what_it_said.clicked.connect(self._on_what_it_said_clicked)
        self.head.previous.clicked.connect(lambda: self._step(-1))
        self.head.next.clicked.connect(lambda: self._step(1))
        self.pay.clicked.connect(self._on_pay_clicked)
        self._context.ops.changed.connect(self._on_ops_changed)
        add_keys(
            self,
            {
                "Alt+C": self.needs.take_focus,
                "Alt+M": self._mend,
                "Alt+W": self.head.what_it_said.click,
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
            self.head.show_source(self.file, self._context.clock.now(), self._live_error)

    def _fail(self, error: DesktopError) -> None:
        if self.file is None:
            self._missing.say(error.title, error.hint)
            self._stack.setCurrentIndex(1)

    def _show(self, file: CaseFile) -> None:
        first = self.file is None
        self.file = file
        row_, now = file.row, self._context.clock.now()
        self.set_tab(TabLook(text=row_.reference or row_.title, mark="cases"))
        self.head.show_file(file, now, self._live_error)
        for part in (self.facts, self.place, self.people, self.handler, self.note):
            part.show_file(file)
        self.pending.show_ops(file.ops, now)
        self.status_card.show_statuses(file.statuses, row_.status)
        self.timeline.set_names({row_.component: file.component_name})
        self.timeline.show_items(file.timeline, now)
        self.history.count.setText(f"{len(file.timeline):,}")
        self.needs.show_file(file)
        self._stack.setCurrentIndex(0)
        self._show_place_in_list()
        if first:
            self._ask_live()

    def _show_place_in_list(self) -> None:
        _, place = self._context.go.step_in_work(self._key, 0)
        self.head.show_place_in_list(place)

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
    def _on_what_it_said_clicked(self) -> None:
        key, about = self._key, self.tab.text
        self._context.ops.read(
            lambda desk: desk.said.kept("case", key, about), self._context.go.show_said, lane=f"said-{self._lane}"
        )

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
