"""One payment: where it stands, its receipt line, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame

from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.money import format_pence, parse_pounds
from desktop.domain.payments import PaymentState
from desktop.services.rows import PaymentRow
from desktop.ui.context import DeskContext
from desktop.ui.formats import PAYMENT_WORDS, format_moment
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, Notice, column, row
from desktop.ui.widgets.field import Field, LineEdit
from desktop.ui.widgets.text import Mark, set_ink, text_label

_SENTENCES = {
    PaymentState.CREATED: "The payment page is open for the payer. This changes by itself when they are done.",
    PaymentState.STARTED: "The payer has opened the page and is filling it in.",
    PaymentState.SUBMITTED: "The card has been sent to the bank.",
    PaymentState.CAPTURABLE: "The bank has agreed. The provider takes the money later.",
    PaymentState.SUCCESS: "Paid.",
    PaymentState.FAILED: "The card was declined. No money was taken. You can make another payment.",
    PaymentState.EXPIRED: "Nobody paid in time. No money was taken. You can make another payment.",
    PaymentState.CANCELLED: "It was cancelled. No money was taken.",
    PaymentState.ERROR: "The provider had a fault. No money was taken. You can make another payment.",
    PaymentState.NOT_KNOWN: "The answer was lost. It is read back before any second try.",
}


def receipt_line(row_: PaymentRow) -> str:
    """`Paid £22.00 · WST-2026-010388 · card ending 4242 · 14 Sep 2026 09:47`."""
    parts = [f"Paid {format_pence(row_.amount)}", row_.reference]
    if row_.card:
        parts.append(f"card ending {row_.card}" if row_.card.isdigit() else row_.card)
    parts.append(format_moment(row_.created_at))
    return " · ".join(parts)


class PaymentCard(Card):
    """The payment at the right of the ledger.

    Signals:
        page_asked(str): its page should be opened again.
        read_asked(PaymentRow): its component should be asked now.
        closed(): put away.
    """

    page_asked = Signal(str)
    read_asked = Signal(object)
    closed = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "This payment", icon="receipt-text-outline")
        look = context.look
        self._context = context
        self.row: PaymentRow | None = None
        close = Button(look, icon="close", kind="quiet", size="tiny", name="Put this payment away")
        close.clicked.connect(self.closed)
        self.what_it_said = Button(
            look, icon="text-box-search-outline", kind="quiet", size="tiny", name="What the component really said"
        )
        self.what_it_said.clicked.connect(self._on_what_it_said_clicked)
        self.add_action(self.what_it_said)
        self.add_action(close)
        self.amount = text_label(look, "", role="figure")
        self._mark = Mark(look, "link-variant", 22, token="text2")
        self.state = text_label(look, "", role="strong")
        self.sentence = text_label(look, "", role="small", ink="text2", wrap=True)
        self.receipt = text_label(look, "", role="small_title", ink="ok", wrap=True)
        self.receipt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = text_label(look, "", role="small", ink="text2", wrap=True)
        self.trouble = Notice(look)
        self.open_page = Button(look, "&Open the payment page again", icon="open-in-new")
        self.read_now = Button(look, "Read &now", icon="refresh")
        self.cancel = Button(look, "&Cancel the payment", kind="danger")
        self.refund_amount = LineEdit(look)
        self.refund_field = Field(look, "Refund", self.refund_amount, required=True)
        self.refund = Button(look, "Refund", kind="danger")
        self.wrong = text_label(look, "", role="small_title", ink="bad", wrap=True)
        self.wrong.hide()
        top = column(gap=6, margins=(15, 12, 15, 12))
        top.addWidget(self.amount)
        top.addLayout(row(self._mark, self.state, None, gap=8))
        for widget in (self.sentence, self.receipt, self.facts, self.trouble):
            top.addWidget(widget)
        top.addStretch(1)
        self.body.addLayout(top, 1)
        foot = self._foot = QFrame()
        foot.setProperty("edge", "top")
        acts = column(gap=8, margins=(15, 12, 15, 12))
        for act in (self.open_page, self.read_now, self.refund_field, self.refund, self.cancel, self.wrong):
            acts.addWidget(act)
        foot.setLayout(acts)
        self.body.addWidget(foot)
        self.open_page.clicked.connect(self._on_open_clicked)
        self.read_now.clicked.connect(self._on_read_clicked)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.refund.clicked.connect(self._on_refund_clicked)
        self.refund_amount.textChanged.connect(self._say_refund)

    def show_row(self, row_: PaymentRow) -> None:
        """Shows a payment."""
        other = self.row is None or self.row.key != row_.key
        self.row = row_
        word, icon, ink = PAYMENT_WORDS[row_.state]
        sentence = _SENTENCES[row_.state]
        if row_.pending and row_.state is PaymentState.CREATED and not row_.next_url:
            word, icon, ink = "Waiting to be sent", "cloud-upload-outline", "text2"
            sentence = "It is saved here and goes to its provider next. Its page opens as soon as there is one."
        self.amount.setText(format_pence(row_.amount))
        self._mark.set_name(icon, ink)
        self.state.setText(word)
        set_ink(self.state, ink)
        reason = f" {row_.message} ({row_.code})" if row_.code and row_.state is not PaymentState.SUCCESS else ""
        self.sentence.setText(f"{sentence}{reason}{' ' + row_.error if row_.error else ''}")
        paid = row_.state is PaymentState.SUCCESS
        self.receipt.setText(receipt_line(row_) if paid else "")
        self.receipt.setVisible(paid)
        self.sentence.setVisible(not paid)
        lines = [row_.description, row_.reference, f"Made {format_moment(row_.created_at)}"]
        lines += [f"Receipt to {row_.email}"] if row_.email else []
        lines += [f"Refunded {format_pence(row_.refunded)}"] if row_.refunded else []
        lines += [f"Provider's number {row_.provider_id}"] if row_.provider_id else []
        self.facts.setText("\n".join(line[:300] for line in lines if line))
        is_open = not row_.state.is_final
        self.open_page.setVisible(is_open and bool(row_.next_url) and row_.state is not PaymentState.SUBMITTED)
        self.read_now.setVisible(is_open and not (row_.pending and not row_.next_url))
        self.cancel.setVisible(row_.state in {PaymentState.CREATED, PaymentState.STARTED} and not row_.pending)
        can_refund = paid and row_.refundable > 0 and not row_.pending
        self.refund.setVisible(can_refund)
        self.refund_field.setVisible(can_refund)
        acts = (self.open_page, self.read_now, self.cancel, self.refund)
        self._foot.setVisible(any(not act.isHidden() for act in acts))
        if other or (can_refund and not self.refund_amount.text() and not self.refund_amount.hasFocus()):
            self.refund_amount.setText(format_pence(row_.refundable).removeprefix("£") if can_refund else "")
            self.trouble.say("")
            self.wrong.hide()
        self._say_refund()
        self.setAccessibleName(f"Payment of {self.amount.text()}, {word}")

    @Slot()
    def _say_refund(self) -> None:
        try:
            self.refund.say(f"Refund {format_pence(parse_pounds(self.refund_amount.text()))}")
        except InvalidInput:
            self.refund.say("Refund")
        self.refund_field.say_wrong("")

    @Slot()
    def _on_open_clicked(self) -> None:
        if self.row is not None and self.row.next_url:
            self.page_asked.emit(self.row.next_url)

    @Slot()
    def _on_what_it_said_clicked(self) -> None:
        if self.row is not None:
            key, about = self.row.key, self.row.reference
            self._context.ops.read(
                lambda desk: desk.said.kept("payment", key, about), self._context.go.show_said, lane=f"said-{id(self)}"
            )

    @Slot()
    def _on_read_clicked(self) -> None:
        if self.row is not None:
            self.read_asked.emit(self.row)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self.row is not None:
            key = self.row.key
            self._context.ops.write(lambda desk: desk.payments.cancel(key), initiator=self, failed=self._fail)

    @Slot()
    def _on_refund_clicked(self) -> None:
        row_ = self.row
        if row_ is None:
            return
        try:
            amount = parse_pounds(self.refund_amount.text())
        except InvalidInput as error:
            self.refund_field.say_wrong(str(error))
            return
        if amount > row_.refundable:
            self.refund_field.say_wrong(f"You can refund {format_pence(row_.refundable)} at most.")
            return
        self._context.ops.write(lambda desk: desk.payments.refund(row_.key, amount), initiator=self, failed=self._fail)

    def _fail(self, error: DesktopError) -> None:
        self.wrong.setText(str(error))
        self.wrong.show()
