"""GOV.UK Pay's public API: payments on a page or under an agreement, captured, cancelled, refunded, searched.

One payment is always read as it is. Searches and lists of refunds are behind by `search_lag_ms`: whoever decides from
them is wrong, as with the real one. `Idempotency-Key` is known for 24 hours.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

from desktop.sandbox.ledger import Happening, PaymentRow, RefundRow
from desktop.sandbox.pay_handler import NoSuchHandler, PayHandler, current, find_agreement, find_disputes, new_id
from desktop.sandbox.pay_lists import (
    AgreementEndHandler,
    AgreementHandler,
    AgreementsHandler,
    DisputesHandler,
    ListHandler,
    RefundsHandler,
)
from desktop.sandbox.pay_rules import (
    PayError,
    Wanted,
    check_idempotency,
    check_payment,
    check_refund,
    end,
    refundable,
    select,
    step,
)  # fmt: skip
from desktop.sandbox.pay_trees import Tree, events_tree, link, payment_tree, refund_tree

KEY_LIFE_MS = 24 * 3600 * 1000


class PaymentsHandler(ListHandler):
    """`/v1/payments`: a new one, and search."""

    async def post(self) -> None:
        try:
            status, payment = self._create()
        except PayError as error:
            await self.refuse(error)
            return
        location = str(link(self.site, "payments", payment.id)["href"])
        await self.answer_json(status, payment_tree(self.site, payment), {"Location": location})

    def _create(self) -> tuple[int, PaymentRow]:
        key = self.request.headers.get("Idempotency-Key", "")
        if "Idempotency-Key" in self.request.headers:
            check_idempotency(key)
        tree = self.body_tree("P0197")
        wanted = check_payment(tree)
        now = self.site.now_ms()
        digest = hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()
        if key and (known := self.site.state.find_idempotency(key, now - KEY_LIFE_MS)):
            if known[0] != digest:
                text = "The `Idempotency-Key` you sent in the request header has already been used to create a payment."
                raise PayError(409, "P0191", text, header="Idempotency-Key")
            return 200, self.payment_of(known[1])
        payment = self._build(wanted, now)
        self.site.state.add_payment(payment, key=key, digest=digest)
        return 201, payment

    def _build(self, wanted: Wanted, now: int) -> PaymentRow:
        """A payment on a page, or one that is taken by itself with the card of an agreement."""
        charged = find_agreement(self.site, wanted.agreement)
        if wanted.mode == "agreement" and (charged is None or charged.status != "active"):
            why = "Agreement does not exist" if charged is None else "Agreement must be active"
            raise PayError(400, "P0102", f"Invalid attribute value: agreement_id. {why}", field="agreement_id")
        if wanted.sets_up and find_agreement(self.site, wanted.sets_up) is None:
            text = "Invalid attribute value: set_up_agreement. Agreement ID does not exist"
            raise PayError(400, "P0103", text, field="set_up_agreement")
        return PaymentRow(
            id=new_id(), amount=wanted.amount, reference=wanted.reference, description=wanted.description,
            created=now, expires=now + self.site.tuning.expiry_ms, token=secrets.token_urlsafe(24),
            return_url=wanted.return_url, email=wanted.email, holder=wanted.holder, language=wanted.language,
            metadata=wanted.metadata, events=(Happening(status="created", at=now),), delayed=wanted.delayed,
            mode=wanted.mode, agreement=wanted.agreement, sets_up=wanted.sets_up, kind=wanted.kind,
            card=charged.card if charged else None, provider_id=secrets.token_hex(6) if charged else "",
            settles_at=now + self.site.tuning.capture_ms if charged else 0,
        )  # fmt: skip

    async def get(self) -> None:
        try:
            for payment in self.site.state.find_payments():
                current(self.site, payment)
            found = select(self.site.state.find_payments_as_of(self.seen_ms()), self.query())
            trees = [payment_tree(self.site, row, search=True) for row in found]
            await self.answer_list("payments", trees, invalid="P0401", missing="P0402")
        except PayError as error:
            await self.refuse(error)


class PaymentHandler(PayHandler):
    """`/v1/payments/ID`, its events and its refunds."""

    async def get(self, id: str, part: str = "", refund_id: str = "") -> None:
        try:
            if not part:
                tree = payment_tree(self.site, self.payment_of(id))
            elif part == "events":
                tree = events_tree(self.site, self.payment_of(id, "P0300"))
            elif refund_id:
                tree = self._refund(self.payment_of(id, "P0700"), refund_id)
            elif part == "refunds":
                tree = self._refunds(self.payment_of(id, "P0800"))
            else:
                self.send_error(405)
                return
        except PayError as error:
            await self.refuse(error)
            return
        await self.answer_json(200, tree)

    def _refunds(self, payment: PaymentRow) -> Tree:
        refunds = [refund_tree(self.site, payment, refund) for refund in payment.refunds if refund.at <= self.seen_ms()]
        links = {
            "self": link(self.site, "payments", payment.id, "refunds"),
            "payment": link(self.site, "payments", payment.id),
        }
        return {"payment_id": payment.id, "_links": links, "_embedded": {"refunds": refunds}}

    def _refund(self, payment: PaymentRow, refund_id: str) -> Tree:
        for refund in payment.refunds:
            if refund.id == refund_id:
                return refund_tree(self.site, payment, refund)
        raise PayError(404, "P0700", "Not found")

    async def post(self, id: str, part: str = "", refund_id: str = "") -> None:
        act = None if refund_id else self.ACTS.get(part)
        if act is None:
            self.send_error(405)
            return
        try:
            answer = act(self, id)
        except PayError as error:
            await self.refuse(error)
            return
        if answer:
            await self.answer_json(202, answer)
        else:
            await self.answer(204, b"", "application/json")

    def _cancel(self, id: str) -> Tree:
        payment = self.payment_of(id, "P0500")
        if payment.status not in {"created", "started", "submitted", "capturable"}:
            raise PayError(400, "P0501", "Cancellation of payment failed")
        ended = end(payment, "withdrawn", self.site.now_ms())
        self.site.state.save_payment(ended, ended.events[-1].at)
        return {}

    def _capture(self, id: str) -> Tree:
        payment = self.payment_of(id, "P1000")
        if not payment.delayed:
            raise PayError(400, "P1001", "Capture of payment failed")
        if payment.status != "capturable":
            raise PayError(409, "P1003", "Payment cannot be captured")
        captured = step(payment, "success", self.site.now_ms())
        self.site.state.save_payment(captured, captured.events[-1].at)
        return {}

    def _give_back(self, id: str) -> Tree:
        payment = self.payment_of(id, "P0600")
        asked = check_refund(self.body_tree("P0697"))
        if payment.status != "success":
            raise PayError(400, "P0603", "The payment is not available for refund")
        if any(dispute.payment == id and dispute.status != "won" for dispute in find_disputes(self.site)):
            raise PayError(400, "P0603", "The payment is disputed and cannot be refunded")
        if asked.available is not None and asked.available != refundable(payment):
            raise PayError(412, "P0604", "Refund amount available mismatch.")
        if not refundable(payment):
            raise PayError(400, "P0603", "The payment is not available for refund: it was refunded in full")
        if asked.amount > refundable(payment):
            text = "Invalid attribute value: amount. Must be less than or equal to what may still be refunded"
            raise PayError(422, "P0602", text, field="amount")
        now = self.site.now_ms()
        refund = RefundRow(id=new_id(), amount=asked.amount, at=now, settles_at=now + self.site.tuning.refund_ms)
        self.site.state.save_payment(replace(payment, refunds=(*payment.refunds, refund)), now)
        return {"payment_id": id, **refund_tree(self.site, payment, refund)}

    ACTS: ClassVar[Mapping[str, Callable[[PaymentHandler, str], Tree]]] = {
        "cancel": _cancel,
        "capture": _capture,
        "refunds": _give_back,
    }
    """What may be done to a payment; nothing comes back of what is done at once."""


def pay_routes() -> list[tuple[str, type[PayHandler]]]:
    """Paths of the API and who answers them."""
    return [
        (r"/v1/payments", PaymentsHandler),
        (r"/v1/payments/([^/]+)", PaymentHandler),
        (r"/v1/payments/([^/]+)/(cancel|capture|events|refunds)", PaymentHandler),
        (r"/v1/payments/([^/]+)/(refunds)/([^/]+)", PaymentHandler),
        (r"/v1/refunds", RefundsHandler),
        (r"/v1/disputes", DisputesHandler),
        (r"/v1/agreements", AgreementsHandler),
        (r"/v1/agreements/([^/]+)", AgreementHandler),
        (r"/v1/agreements/([^/]+)/cancel", AgreementEndHandler),
        (r"/.*", NoSuchHandler),
    ]
