"""One resident, over all components."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QStackedWidget, QWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import Kind, LocalKey
from desktop.domain.money import format_pence
from desktop.services.rows import CaseRow, Colour, PaymentRow, Resident, TimelineItem
from desktop.ui.context import DeskContext
from desktop.ui.page import Page, TabLook, add_keys
from desktop.ui.resident.around import AroundCard
from desktop.ui.resident.chips import ChipRow
from desktop.ui.resident.head import ResidentHead
from desktop.ui.resident.places import PlacesCard
from desktop.ui.widgets.button import Button, FilterChip
from desktop.ui.widgets.card import Card, EmptyNote, column, row
from desktop.ui.widgets.records import RecordList
from desktop.ui.widgets.timeline import TimelineView

_COLOURS: tuple[Colour, ...] = ("cases", "payments", "messages", "addresses", "maps", "partners")
_MOST_ASKED = 6


class ResidentView(Page):
    """The resident's page. First what the store has; then each open record is asked for again, and fills in."""

    def __init__(self, context: DeskContext, key: LocalKey) -> None:
        super().__init__(TabLook(text="Resident", icon="account-outline"))
        self._context = context
        self._key = key
        self._lane = f"resident-{id(self)}"
        self._resident: Resident | None = None
        self._asked = False
        self._colour: Colour | None = None
        self._component = ""
        self.head = ResidentHead(context.look)
        self.chips = ChipRow(context.look)
        self._stack = QStackedWidget()
        self._missing = EmptyNote(context.look, "account-outline", "Opening…", "")
        self._build_body()
        layout = column()
        layout.addWidget(self._stack)
        self.setLayout(layout)
        self.start_at = self.timeline
        self.head.person_chosen.connect(lambda other: context.go.open_record("person", other))
        self.chips.chosen.connect(self._on_chips_chosen)
        context.ops.changed.connect(self._on_ops_changed)
        add_keys(self, {"N": self._on_new_case_clicked, "P": self._on_pay_clicked})
        context.ops.note(lambda desk: desk.audit.viewed("person", key))
        self.reload()

    # ---- parts ----

    def _build_body(self) -> None:
        top = QFrame()
        top.setProperty("edge", "bottom")
        head = column(margins=(0, 0, 0, 0))
        head.addWidget(self.head)
        chips = row(margins=(16, 4, 16, 12))
        chips.addWidget(self.chips, 1)
        head.addLayout(chips)
        top.setLayout(head)
        middle = column(gap=16)
        middle.addWidget(self._build_cases(), 3)
        middle.addWidget(self._build_payments(), 2)
        right = column(gap=16)
        right.addWidget(self._build_actions())
        self.places_card = PlacesCard(self._context)
        self.around = AroundCard(self._context)
        for card in (self.places_card, self.around):
            right.addWidget(card, 1)
        grid = row(gap=16, margins=(16, 16, 16, 16))
        grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        body = QWidget()
        whole = column()
        whole.addWidget(top)
        cards = QWidget()
        cards.setLayout(grid)
        timeline = column()
        timeline.addWidget(self._build_timeline())
        for part, share in ((timeline, 524), (middle, 436), (right, 344)):
            grid.addLayout(part, share)
        whole.addWidget(cards, 1)
        body.setLayout(whole)
        self._stack.addWidget(body)
        self._stack.addWidget(self._missing)
        self._stack.setCurrentIndex(1)

    def _build_timeline(self) -> Card:
        look = self._context.look
        self.timeline_card = Card(look, "Everything, newest first")
        self._kind_group = QButtonGroup(self)
        self.all_chip = FilterChip(look, "All", name="Everything")
        self.all_chip.setChecked(True)
        self.kind_chips = {colour: FilterChip(look, "0", mark=colour) for colour in _COLOURS}
        bar = row(self.all_chip, gap=6, margins=(15, 8, 15, 8))
        self._kind_group.addButton(self.all_chip)
        self.all_chip.clicked.connect(lambda: self._narrow_colour(None))
        for colour, chip in self.kind_chips.items():
            self._kind_group.addButton(chip)
            chip.clicked.connect(lambda _on=False, colour=colour: self._narrow_colour(colour))
            bar.addWidget(chip)
        bar.addStretch(1)
        self.timeline = TimelineView(look, now=self._context.clock.now(), names={}, name="Timeline")
        self.timeline.opened.connect(self._on_timeline_opened)
        self._quiet = EmptyNote(look, "history", "Nothing has happened yet", "New cases and payments appear here.")
        self._timeline_stack = QStackedWidget()
        self._timeline_stack.addWidget(self.timeline)
        self._timeline_stack.addWidget(self._quiet)
        self.timeline_card.body.addLayout(bar)
        line = QFrame()
        line.setProperty("edge", "top")
        line.setFixedHeight(1)
        self.timeline_card.body.addWidget(line)
        self.timeline_card.body.addWidget(self._timeline_stack, 1)
        return self.timeline_card

    def _build_cases(self) -> Card:
        look = self._context.look
        self.cases_card = Card(look, "Open cases")
        self.cases = RecordList(look, now=self._context.clock.now(), name="Open cases", name_of=self._context.name_of)
        self.cases.opened.connect(self._on_case_opened)
        self._no_cases = EmptyNote(look, "check-circle-outline", "No open cases", "Press N for a new one.")
        self.cases_card.body.addWidget(self.cases, 1)
        self.cases_card.body.addWidget(self._no_cases, 1)
        return self.cases_card

    def _build_payments(self) -> Card:
        look = self._context.look
        self.payments_card = Card(look, "Payments")
        ledger = Button(look, "Ledger", kind="quiet", size="tiny", name="Open the ledger")
        ledger.clicked.connect(lambda: self._context.go.open_view("payments"))
        self.payments_card.add_action(ledger)
        self.payments = RecordList(look, now=self._context.clock.now(), name="Payments")
        self.payments.opened.connect(self._on_payment_opened)
        self._no_payments = EmptyNote(look, "cash-multiple", "No payments", "Press P to take one.")
        self.payments_card.body.addWidget(self.payments, 1)
        self.payments_card.body.addWidget(self._no_payments, 1)
        return self.payments_card

    def _build_actions(self) -> Card:
        look = self._context.look
        card = Card(look, "Next actions")
        self.new_case = Button(look, "New case   N", kind="main", icon="folder-plus-outline", name="New case", tip="N")
        self.pay = Button(look, "Take payment   P", icon="credit-card-outline", name="Take payment", tip="P")
        self.new_case.clicked.connect(self._on_new_case_clicked)
        self.pay.clicked.connect(self._on_pay_clicked)
        grid = QGridLayout()
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setSpacing(8)
        for place, button in enumerate((self.new_case, self.pay)):
            look.fix(button, height=36)
            grid.addWidget(button, 0, place)
        card.body.addLayout(grid)
        return card

    # ---- reading ----

    @override
    def reload(self) -> None:
        key = self._key
        self._context.ops.read(lambda desk: desk.people.get(key), self._show, lane=self._lane, failed=self._fail)

    def _fail(self, error: DesktopError) -> None:
        if self._resident is None:
            self._missing.say(error.title, error.hint)
            self._stack.setCurrentIndex(1)

    def _show(self, resident: Resident) -> None:
        first = self._resident is None
        self._resident = resident
        now = self._context.clock.now()
        self.set_tab(TabLook(text=resident.person.name or "Resident", icon="account-outline"))
        self.head.show_resident(resident, now)
        self.chips.show_chips(resident.chips, now)
        self.timeline.set_names({chip.component: chip.name for chip in resident.chips})
        self._show_timeline()
        self._show_records(resident)
        self.places_card.show_resident(resident)
        self._stack.setCurrentIndex(0)
        if first:
            self._ask_live(resident)

    def _show_timeline(self) -> None:
        resident = self._resident
        if resident is None:
            return
        items = resident.timeline
        if self._component:
            items = tuple(item for item in items if item.component == self._component)
        counts = {colour: sum(item.colour == colour for item in items) for colour in _COLOURS}
        self.all_chip.say(f"All {len(items):,}")
        for colour, chip in self.kind_chips.items():
            chip.say(f"{counts[colour]:,}")
            chip.setVisible(bool(counts[colour]) or chip.isChecked())
        shown: tuple[TimelineItem, ...] = items
        if self._colour is not None:
            shown = tuple(item for item in items if item.colour == self._colour)
        self.timeline_card.count.setText(f"{len(shown):,}")
        self.timeline.show_items(shown, self._context.clock.now())
        self._timeline_stack.setCurrentIndex(0 if shown else 1)

    def _show_records(self, resident: Resident) -> None:
        now = self._context.clock.now()
        open_cases = [case for case in resident.cases if case.phase.is_open]
        self.cases.records.show(open_cases, now)
        self.cases_card.count.setText(f"{len(open_cases):,}" if open_cases else "")
        self.cases.setVisible(bool(open_cases))
        self._no_cases.setVisible(not open_cases)
        self.payments.records.show(resident.payments, now)
        due = sum(p.amount for p in resident.payments if not p.state.is_final)
        self.payments_card.count.setText(f"{format_pence(due)} not paid yet" if due else f"{len(resident.payments):,}")
        self.payments.setVisible(bool(resident.payments))
        self._no_payments.setVisible(not resident.payments)

    def _ask_live(self, resident: Resident) -> None:
        """Asks the components again for what is open; answers come as changes and fill in where they belong."""
        self.around.ask(resident.person.home)
        records: list[tuple[Kind, CaseRow | PaymentRow]] = [("case", c) for c in resident.cases if c.phase.is_open]
        records += [("payment", p) for p in resident.payments if not p.state.is_final]
        for kind, record in records[:_MOST_ASKED]:
            if record.key > 0:
                self._context.live.refresh(kind, record.key, record.component, done=_no_more, failed=_no_more)

    # ---- what is pressed ----

    def _narrow_colour(self, colour: Colour | None) -> None:
        self._colour = colour
        self._show_timeline()

    @Slot(str)
    def _on_chips_chosen(self, component: str) -> None:
        self._component = component
        self._show_timeline()

    @Slot(object)
    def _on_timeline_opened(self, target: tuple[Kind, LocalKey]) -> None:
        self._context.go.open_record(*target)

    @Slot(object)
    def _on_case_opened(self, record: CaseRow) -> None:
        self._context.go.open_record("case", record.key)

    @Slot(object)
    def _on_payment_opened(self, record: PaymentRow) -> None:
        self._context.go.open_record("payment", record.key)

    @Slot()
    def _on_new_case_clicked(self) -> None:
        self._context.go.open_new_case(self._key)

    @Slot()
    def _on_pay_clicked(self) -> None:
        email = self._resident.person.email if self._resident else ""
        self._context.go.open_payment(resident=self._key, email=email)

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        resident = self._resident
        mine = changes.touches("person", self._key) or changes.health
        if resident is not None and not mine:
            mine = any(changes.touches("case", case.key) for case in resident.cases) or any(
                changes.touches("payment", payment.key) for payment in resident.payments
            )
            # A record made here a moment ago may be this resident's, and is not in what is shown yet.
            mine = mine or any(key < 0 for _, key in changes.keys)
        if mine:
            self.reload()

    @override
    def will_close(self) -> None:
        self.around.stop()
        self._context.ops.runner.forget(self._lane)


def _no_more(_answer: object) -> None:
    """What came back is shown when the store says that it changed; a component that fails says so on its chip."""
