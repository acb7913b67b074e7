"""Payments: the form at the left, the ledger in the middle, one payment at the right."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey
from desktop.domain.money import format_pence
from desktop.domain.payments import PaymentState
from desktop.services.rows import ComponentStatus, Cursor, PaymentRow, Resident
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_count, local
from desktop.ui.page import Page, TabLook
from desktop.ui.payments.detail import PaymentCard
from desktop.ui.payments.follow import PaymentFollower
from desktop.ui.payments.form import TakePaymentCard
from desktop.ui.payments.ledger import LedgerModel, LedgerTable
from desktop.ui.widgets.card import Card, EmptyNote, column, row
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.text import text_label

_PAGE = 60
PagePart = tuple[tuple[PaymentRow, ...], Cursor | None]

_ALL_THREE = 1_130
"""Pixels at 100 % that form, ledger and one payment need beside each other."""


class PaymentsView(Page):
    """The page. A payment that is made is shown at the right and followed until it is finished."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(TabLook(text="Payments", icon="cash-multiple"))
        self._context = context
        self._lane = f"payments-{id(self)}"
        self._after: Cursor | None = None
        look = context.look
        self.form = TakePaymentCard(context)
        self.model = LedgerModel()
        self.table = LedgerTable(look, self.model)
        self.search = LineEdit(
            look, placeholder="Whole reference", size="small", name="Find a payment by its reference"
        )
        self.search.setClearButtonEnabled(True)
        look.fix(self.search, width=200)
        self.detail = PaymentCard(context)
        look.fix(self.detail, width=300)
        self.detail.hide()
        look.fix(self.form, width=324)
        self.today = text_label(look, "", role="small", ink="text2")
        self.follower = PaymentFollower(context, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(150)
        self._rest.timeout.connect(self.reload)
        self._lay_out()
        self._connect()
        self.start_at = self.form.reference
        context.ops.read(lambda desk: desk.components.all(), self._show_components, lane=f"{self._lane}-components")
        self.reload()

    def _lay_out(self) -> None:
        look = self._context.look
        head = QFrame()
        head.setProperty("edge", "bottom")
        head.setLayout(row(text_label(look, "Payments", role="page"), None, margins=(16, 10, 16, 10)))
        ledger = Card(look, "Ledger")
        self._count = ledger.count
        ledger.add_action(self.search)
        self._empty = EmptyNote(look, "cash-multiple", "No payments yet", "The first one that you take appears here.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        ledger.body.addWidget(self._stack, 1)
        foot = QFrame()
        foot.setProperty("edge", "top")
        look.fix(foot, height=36)
        foot.setLayout(row(self.today, None, margins=(15, 0, 15, 0)))
        ledger.body.addWidget(foot)
        columns = row(gap=16, margins=(16, 16, 16, 16))
        for part, share in ((self.form, 0), (ledger, 1), (self.detail, 0)):
            holder = column()
            holder.addWidget(part)
            columns.addLayout(holder, share)
        whole = column()
        whole.addWidget(head)
        whole.addLayout(columns, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.form.taken.connect(self._on_form_taken)
        self.form.read_asked.connect(self._on_read_asked)
        self.search.textChanged.connect(self._rest.start)
        self.table.shown.connect(self._show_detail)
        self.model.more_wanted.connect(self._read_more)
        self.detail.closed.connect(self._on_detail_closed)
        self.detail.page_asked.connect(self._context.open_page)
        self.detail.read_asked.connect(self._on_read_asked)
        self.follower.moved.connect(self._on_follower_moved)
        self.follower.page_ready.connect(self._context.open_page)
        self.follower.troubled.connect(self._on_follower_troubled)
        self._context.ops.changed.connect(self._on_ops_changed)
        self._context.look.changed.connect(self._on_look_changed)

    def _show_parts(self, *, detail: bool) -> None:
        """Shows a payment or not; beside it the form has to give way where the text is large or the window narrow."""
        room = self.width() >= self._context.look.px(_ALL_THREE)
        self.detail.setVisible(detail)
        self.form.setVisible(room or not detail)

    @Slot()
    def _on_look_changed(self) -> None:
        self._show_parts(detail=not self.detail.isHidden())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_look_changed()

    # ---- what others ask ----

    def start(self, *, resident: LocalKey | None, reference: str, email: str) -> None:
        """Gets the form ready; for a resident with their e-mail address."""
        if self.form.isHidden():
            self._show_parts(detail=False)
        if resident is not None and not email:
            self._context.ops.read(
                lambda desk: desk.people.get(resident), self._fill_resident, lane=f"{self._lane}-who", failed=_ignore
            )
        self.form.start(reference=reference, email=email)

    def _fill_resident(self, resident: Resident) -> None:
        self.form.start(reference="", email=resident.person.email)

    def show_payment(self, key: LocalKey) -> None:
        """Shows one payment at the right."""
        self._context.ops.read(
            lambda desk: desk.payments.get(key), self._show_detail, lane=f"{self._lane}-one", failed=self._fail
        )

    # ---- the ledger ----

    @override
    @Slot()
    def reload(self) -> None:
        words = self.search.text().strip()
        self._context.ops.read(
            lambda desk: desk.payments.page(None, _PAGE, words), self._show_first, lane=self._lane, failed=self._fail
        )

    def _show_first(self, part: PagePart) -> None:
        rows, after = part
        if not self.model.rowCount() or after is None or len(rows) >= self.model.rowCount():
            self._after = after
        self.model.start(rows, more=self._after is not None)
        if not rows and self.search.text().strip():
            self._empty.say("No payment has this reference", "Clear the field to see them all.")
        elif not rows:
            self._empty.say("No payments yet", "The first one that you take appears here.")
        self._stack.setCurrentIndex(0 if rows else 1)
        self._say_counts()

    @Slot()
    def _read_more(self) -> None:
        after, words = self._after, self.search.text().strip()
        if after is not None:
            self._context.ops.read(
                lambda desk: desk.payments.page(after, _PAGE, words), self._show_more, lane=f"{self._lane}-more"
            )

    def _show_more(self, part: PagePart) -> None:
        rows, self._after = part
        self.model.add(rows, more=self._after is not None)
        self._say_counts()

    def _say_counts(self) -> None:
        rows = self.model.rows()
        more = "" if self._after is None else ", more below"
        self._count.setText(f"{len(rows):,} payments{more}" if rows else "")
        today = local(self._context.clock.now()).date()
        of_today = [r for r in rows if local(r.created_at).date() == today]
        paid = sum(r.amount for r in of_today if r.state is PaymentState.SUCCESS)
        parts = [f"Today: {format_count(len(of_today), 'payment')}", f"{format_pence(paid)} paid"]
        unknown = sum(r.amount for r in of_today if r.state is PaymentState.NOT_KNOWN)
        if unknown:
            parts.append(f"{format_pence(unknown)} not known")
        self.today.setText("    ".join(parts))

    def _fail(self, error: DesktopError) -> None:
        if not self.model.rowCount():
            self._empty.say(error.title, error.hint)
            self._stack.setCurrentIndex(1)

    # ---- one payment ----

    @Slot(object)
    def _show_detail(self, row_: PaymentRow) -> None:
        self.detail.show_row(row_)
        self._show_parts(detail=True)
        if self.follower.key != row_.key:
            if row_.state.is_final:
                self.follower.stop()
            else:
                self.follower.follow(row_.key, open_page=False)

    @Slot(object)
    def _on_form_taken(self, key: LocalKey) -> None:
        self.follower.follow(key, open_page=True)
        self.reload()

    @Slot(object)
    def _on_follower_moved(self, row_: PaymentRow) -> None:
        self.detail.show_row(row_)
        self._show_parts(detail=True)
        self.model.change([row_])
        self._say_counts()
        if row_.state.is_final:
            self.form.look_again()

    @Slot(str)
    def _on_follower_troubled(self, words: str) -> None:
        self.detail.trouble.say(f"{words} Asking again by itself." if words else "")

    @Slot(object)
    def _on_read_asked(self, row_: PaymentRow) -> None:
        if self.follower.key != row_.key:
            self._show_detail(row_)
        self.follower.ask_now()

    @Slot()
    def _on_detail_closed(self) -> None:
        self._show_parts(detail=False)
        self.follower.stop()
        self.table.setFocus()

    @Slot(object)
    def _show_components(self, components: tuple[ComponentStatus, ...]) -> None:
        self.form.show_components(components)

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.touches("payment"):
            self._rest.start()
            self.form.look_again()
        if changes.health or changes.base:
            self._context.ops.read(
                lambda desk: desk.components.all(), self._show_components, lane=f"{self._lane}-components"
            )

    @override
    def will_close(self) -> None:
        self.form.will_close()
        self.follower.stop()
        self._context.ops.runner.forget(self._lane)


def _ignore(_error: DesktopError) -> None:
    """The officer can type the address."""
