"""Taking a payment: amount, reference, what for, and where the receipt goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId
from desktop.domain.money import Pence, format_pence, parse_pounds
from desktop.domain.payments import PaymentRequest, PaymentState
from desktop.services.choosing import order_for
from desktop.services.rows import ComponentStatus, PaymentRow, Written
from desktop.ui.context import DeskContext
from desktop.ui.drafts import DraftKeeper
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, Notice, column, row
from desktop.ui.widgets.choice import ComboBox
from desktop.ui.widgets.field import Field, LineEdit
from desktop.ui.widgets.text import Mark, text_label

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 255


def check_payment(typed: Mapping[str, str]) -> tuple[PaymentRequest | None, dict[str, str]]:
    """What to take, or None; and a sentence for each field that is wrong."""
    wrong: dict[str, str] = {}
    amount = Pence(0)
    try:
        amount = parse_pounds(typed["amount"])
    except InvalidInput as error:
        wrong["amount"] = str(error)
    texts = {name: " ".join(typed[name].split()) for name in ("reference", "description", "email")}
    if not texts["reference"]:
        wrong["reference"] = "Enter a reference, so that the money finds its case."
    if not texts["description"]:
        wrong["description"] = "Say what it is for. The payer sees these words."
    if texts["email"] and not _EMAIL.fullmatch(texts["email"]):
        wrong["email"] = "Enter an e-mail address, like name@example.org."
    for name in ("reference", "description"):
        if len(texts[name]) > _LONGEST:
            wrong[name] = f"Use {_LONGEST} letters or fewer; these are {len(texts[name]):,}."
    if wrong:
        return None, wrong
    reference, description, email = texts["reference"], texts["description"], texts["email"]
    return PaymentRequest(amount=amount, reference=reference, description=description, email=email), {}


class TakePaymentCard(Card):
    """The form. What is typed is a draft; a payment whose answer was lost blocks a second try.

    Signals:
        taken(LocalKey): a payment was saved and is on its way.
        read_asked(PaymentRow): the officer wants a payment that is not known to be read back now.
    """

    taken = Signal(object)
    read_asked = Signal(object)

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Take payment", mark="payments")
        look = context.look
        self._context = context
        self._unknown: PaymentRow | None = None
        self._busy = False
        self.amount = LineEdit(look, placeholder="0.00")
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        look.dress(self.amount, "title")
        self.reference = LineEdit(look, placeholder="WST-2026-010388")
        self.description = LineEdit(look, placeholder="Bulky waste, up to 3 items")
        self.email = LineEdit(look, placeholder="name@example.org")
        self.provider = ComboBox(look, name="Taken through")
        self.fields = {
            "amount": Field(look, "&Amount", self.amount, required=True),
            "reference": Field(look, "&Reference", self.reference, required=True),
            "description": Field(look, "What &for", self.description, required=True),
            "email": Field(look, "&E-mail for the receipt", self.email),
        }
        self._provider_field = Field(look, "Taken &through", self.provider, required=True)
        self.notice = Notice(look, tone="bad")
        self.unknown = Notice(look)
        self.read_now = Button(look, "Read now", size="tiny", name="Read the payment back now")
        self.read_now.hide()
        self.take = Button(look, "Make the payment", kind="main", icon="credit-card-outline")
        self.clear = Button(look, "Clear", kind="quiet")
        self.kept = text_label(look, "", role="caption", ink="text3")
        self._lay_out()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(250)
        self._rest.timeout.connect(self._look_for_unknown)
        self.draft = DraftKeeper(context.ops, "payment/new", self.collect, self)
        self._connect()
        self._say_amount()

    def _lay_out(self) -> None:
        look = self._context.look
        inner = QWidget()
        inner.setProperty("ground", "surface")
        form = column(gap=12, margins=(15, 12, 15, 12))
        pair = row(gap=8)
        pair.addWidget(self.fields["reference"], 1, Qt.AlignmentFlag.AlignTop)
        pair.addWidget(self.fields["amount"], 0, Qt.AlignmentFlag.AlignTop)
        look.fix(self.fields["amount"], width=122)
        form.addWidget(self.notice)
        form.addLayout(pair)
        form.addWidget(self.fields["description"])
        form.addWidget(self.fields["email"])
        form.addWidget(self._provider_field)
        form.addWidget(self.unknown)
        form.addWidget(self.read_now, 0, Qt.AlignmentFlag.AlignLeft)
        safe = row(gap=8)
        safe.addWidget(Mark(look, "shield-lock-outline", 16, token="text2"), 0, Qt.AlignmentFlag.AlignTop)
        words = "Card details go only to the payment page, never to this desk."
        safe.addWidget(text_label(look, words, role="small", ink="text2", wrap=True), 1)
        form.addLayout(safe)
        form.addStretch(1)
        inner.setLayout(form)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(area, 1)
        foot = QFrame()
        foot.setProperty("edge", "top")
        buttons = row(gap=8, margins=(15, 12, 15, 12))
        buttons.addWidget(self.take, 1)
        buttons.addWidget(self.clear)
        foot.setLayout(buttons)
        self.body.addWidget(foot)
        self.add_action(self.kept)

    def _connect(self) -> None:
        for edit in (self.amount, self.reference, self.description, self.email):
            edit.textChanged.connect(self._on_any_edited)
        self.reference.textChanged.connect(self._rest.start)
        self.take.clicked.connect(self._on_take_clicked)
        self.clear.clicked.connect(self._on_clear_clicked)
        self.read_now.clicked.connect(self._on_read_now_clicked)
        self.draft.found.connect(self._on_draft_found)
        self.draft.kept.connect(lambda: self.kept.setText("Draft kept"))

    # ---- what comes in ----

    def show_components(self, components: Sequence[ComponentStatus]) -> None:
        """Offers the components that take payments, the one to ask first in front."""
        takers = order_for(components, "payments")
        if [c.id for c in takers] != [self.provider.itemData(n) for n in range(self.provider.count())]:
            self.provider.clear()
            for taker in takers:
                self.provider.addItem(taker.name, taker.id)
        self._provider_field.setVisible(len(takers) > 1)
        self._say_amount()

    def start(self, *, reference: str, email: str) -> None:
        """Fills in what is known; the officer's own words in the other fields stay."""
        if reference:
            self.reference.setText(reference)
        if email:
            self.email.setText(email)
        (self.amount if self.reference.text() else self.reference).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(object)
    def _on_draft_found(self, body: dict[str, object]) -> None:
        for name in ("amount", "reference", "description", "email"):
            edit: LineEdit = getattr(self, name)
            if not edit.text():
                edit.setText(str(body.get(name) or ""))

    def collect(self) -> dict[str, object]:
        """What is typed, as the draft keeps it."""
        names = ("amount", "reference", "description", "email")
        return {name: text for name in names if (text := getattr(self, name).text())}

    @Slot()
    def _on_any_edited(self) -> None:
        self.kept.setText("")
        for field in self.fields.values():
            if field.widget is self.sender():
                field.say_wrong("")
        self._say_amount()
        self.draft.touch()

    def _say_amount(self) -> None:
        """The button names the sum that it takes."""
        try:
            words = f"Make a payment of {format_pence(parse_pounds(self.amount.text()))}"
        except InvalidInput:
            words = "Make the payment"
        self.take.say(words)
        self.take.setEnabled(self._unknown is None and not self._busy and self.provider.count() > 0)
        if not self.provider.count():
            self.take.setToolTip("No component takes payments yet.")

    # ---- a payment that is not known ----

    @Slot()
    def _look_for_unknown(self) -> None:
        reference = self.reference.text().strip()
        if not reference:
            self._show_unknown(())
            return
        self._context.ops.read(
            lambda desk: desk.payments.page(None, 50, reference)[0],
            self._show_unknown,
            lane=f"unknown-{id(self)}",
            failed=lambda _error: None,
        )

    def look_again(self) -> None:
        """Looks again whether a payment for this reference is not known."""
        self._look_for_unknown()

    def _show_unknown(self, rows: Sequence[PaymentRow]) -> None:
        reference = self.reference.text().strip()
        same = [r for r in rows if r.reference == reference and r.state is PaymentState.NOT_KNOWN]
        self._unknown = same[0] if same else None
        words = ""
        if self._unknown is not None:
            amount = format_pence(self._unknown.amount)
            words = (
                f"{amount} for this reference is not known: the answer was lost. It is read back before any second try."
            )
        self.unknown.say(words)
        self.read_now.setVisible(bool(words))
        self._say_amount()

    @Slot()
    def _on_read_now_clicked(self) -> None:
        if self._unknown is not None:
            self.read_asked.emit(self._unknown)

    # ---- taking it ----

    def _request(self) -> PaymentRequest | None:
        """What to take, or None when a field is wrong; each says its own sentence."""
        request, wrong = check_payment({name: getattr(self, name).text() for name in self.fields})
        for name, field in self.fields.items():
            field.say_wrong(wrong.get(name, ""))
        if wrong:
            first = next(name for name in ("reference", "amount", "description", "email") if name in wrong)
            self.fields[first].widget.setFocus()
        return request

    @Slot()
    def _on_take_clicked(self) -> None:
        request = self._request()
        if request is None or self._busy:
            return
        component = ComponentId(str(self.provider.currentData()))
        name = self.draft.name
        self._busy = True
        self.draft.hold()
        self.notice.say("")
        self._say_amount()
        self._context.ops.write(
            lambda desk: desk.payments.take(component, request, draft_name=name),
            initiator=self,
            done=self._taken,
            failed=self._fail,
        )

    def _taken(self, written: Written) -> None:
        self._busy = False
        self._empty()
        self.reference.setFocus()
        self.taken.emit(written.key)

    def _fail(self, error: DesktopError) -> None:
        self._busy = False
        self.draft.release()
        self._say_amount()
        field = error.field if isinstance(error, InvalidInput) else ""
        if field in self.fields:
            self.fields[field].say_wrong(str(error))
            self.fields[field].widget.setFocus()
        else:
            self.notice.say(str(error))

    @Slot()
    def _on_clear_clicked(self) -> None:
        self._empty()
        self.draft.drop()
        self.reference.setFocus()

    def _empty(self) -> None:
        for edit in (self.amount, self.reference, self.description, self.email):
            edit.clear()
        for field in self.fields.values():
            field.say_wrong("")
        self._show_unknown(())
        self.draft.settle()
        self._say_amount()

    def will_close(self) -> None:
        """Keeps what is typed."""
        self.draft.flush()
