"""GOV.UK Pay's public API: create, get, events, cancel, refunds and search.

One payment is always read as it is. Searches and lists of refunds are behind by `search_lag_ms`: whoever decides from
them is wrong, as with the real one. `Idempotency-Key` is known for 24 hours.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from typing_extensions import override

from desktop.sandbox.ledger import Happening, PaymentRow, RefundRow
from desktop.sandbox.pay_rules import (
    PayError,
    advance,
    check_idempotency,
    check_payment,
    check_refund,
    day,
    end,
    page_of,
    refund_status,
    refundable,
    select,
    stamp,
)  # fmt: skip
from desktop.sandbox.web import Site, TownHandler

KEY_LIFE_MS = 24 * 3600 * 1000
_LETTERS = "0123456789abcdefghijklmnopqrstuv"
Tree = dict[str, object]


def new_id() -> str:
    """26 letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(26))


def current(site: Site, payment: PaymentRow | None) -> PaymentRow | None:
    """A payment after what time has done to it; kept when that is something."""
    if payment is not None and (moved := advance(payment, site.now_ms())):
        site.state.save_payment(moved, moved.events[-1].at)
        return moved
    return payment


class PayHandler(TownHandler):
    """What the operations share: the key, JSON bodies and errors."""

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if self._finished:
            return
        scheme, _, given = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), self.site.key.encode()):
            body = b"Credentials are required to access this resource."
            await self.answer(401, body, "text/plain", {"WWW-Authenticate": 'Bearer realm=""'})

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"code": "P0198", "description": "There is a problem with the service"})

    async def refuse(self, error: PayError) -> None:
        """Answers with an error."""
        await self.answer_json(error.status, error.body)

    def payment_of(self, id: str, code: str = "P0200") -> PaymentRow:
        """A payment as it is now."""
        payment = current(self.site, self.site.state.find_payment(id))
        if payment is None:
            raise PayError(404, code, "Not found")
        return payment

    def body_tree(self, code: str) -> object:
        """The JSON body."""
        if not self.request.headers.get("Content-Type", "").lower().startswith("application/json"):
            raise PayError(400, "P0920", "Request blocked by firewall")
        try:
            tree: object = json.loads(self.request.body or b"null")
        except ValueError as error:
            raise PayError(400, code, "Unable to parse JSON") from error
        return tree

    def link(self, *parts: str, method: str = "GET") -> Tree:
        """A link below the payments."""
        return {"href": "/".join((self.site.base, "v1/payments", *parts)), "method": method}

    def query(self) -> dict[str, str]:
        """The query, the last of each name."""
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def refund_tree(self, payment: PaymentRow, refund: RefundRow) -> Tree:
        """A refund as it is now."""
        done = refund.settles_at <= self.site.now_ms()
        return {
            "refund_id": refund.id,
            "created_date": stamp(refund.at),
            "amount": refund.amount,
            "status": "success" if done else "submitted",
            "settlement_summary": {"settled_date": day(refund.settles_at)} if done else {},
            "_links": {"self": self.link(payment.id, "refunds", refund.id), "payment": self.link(payment.id)},
        }


class PaymentsHandler(PayHandler):
    """`/v1/payments`: a new one, and search."""

    async def post(self) -> None:
        try:
            status, payment = self._create()
        except PayError as error:
            await self.refuse(error)
            return
        await self.answer_json(status, payment_tree(self, payment), {"Location": str(self.link(payment.id)["href"])})

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
        payment = PaymentRow(
            id=new_id(), amount=wanted.amount, reference=wanted.reference, description=wanted.description,
            created=now, expires=now + self.site.tuning.expiry_ms, token=secrets.token_urlsafe(24),
            return_url=wanted.return_url, email=wanted.email, holder=wanted.holder, language=wanted.language,
            metadata=wanted.metadata, events=(Happening(status="created", at=now),),
        )  # fmt: skip
        self.site.state.add_payment(payment, key=key, digest=digest)
        return 201, payment

    async def get(self) -> None:
        ask = self.query()
        try:
            for payment in self.site.state.find_payments():
                current(self.site, payment)
            seen = self.site.state.find_payments_as_of(self.site.now_ms() - self.site.tuning.search_lag_ms)
            found = select(seen, ask)
            page, size = page_of(ask)
            last = max(1, -(-len(found) // size))
            if page > last:
                raise PayError(404, "P0402", "Page not found")
        except PayError as error:
            await self.refuse(error)
            return
        shown = found[(page - 1) * size : page * size]
        links = {"self": self._page(ask, page), "first_page": self._page(ask, 1), "last_page": self._page(ask, last)}
        links |= {"prev_page": self._page(ask, page - 1)} if page > 1 else {}
        links |= {"next_page": self._page(ask, page + 1)} if page < last else {}
        results = [payment_tree(self, row, search=True) for row in shown]
        await self.answer_json(
            200, {"total": len(found), "count": len(shown), "page": page, "results": results, "_links": links}
        )

    def _page(self, ask: dict[str, str], page: int) -> Tree:
        query = urlencode({"display_size": "500", **ask, "page": str(page)})
        return {"href": f"{self.site.base}/v1/payments?{query}"}


class PaymentHandler(PayHandler):
    """`/v1/payments/ID`, its events and its refunds."""

    async def get(self, id: str, part: str = "", refund_id: str = "") -> None:
        try:
            if not part:
                tree = payment_tree(self, self.payment_of(id))
            elif part == "events":
                tree = self._events(self.payment_of(id, "P0300"))
            elif refund_id:
                tree = self._refund(self.payment_of(id, "P0700"), refund_id)
            else:
                tree = self._refunds(self.payment_of(id, "P0800"))
        except PayError as error:
            await self.refuse(error)
            return
        await self.answer_json(200, tree)

    async def post(self, id: str, part: str = "", refund_id: str = "") -> None:
        if part not in {"cancel", "refunds"} or refund_id:
            await self.answer_json(405, {"code": "P0999", "description": "Method not allowed"})
            return
        try:
            answer = self._cancel(id) if part == "cancel" else self._give_back(id)
        except PayError as error:
            await self.refuse(error)
            return
        if answer:
            await self.answer_json(202, answer)
        else:
            await self.answer(204, b"", "application/json")

    def _cancel(self, id: str) -> Tree:
        payment = self.payment_of(id, "P0500")
        if payment.status not in {"created", "started", "submitted"}:
            raise PayError(400, "P0501", "Cancellation of payment failed")
        ended = end(payment, "withdrawn", self.site.now_ms())
        self.site.state.save_payment(ended, ended.events[-1].at)
        return {}

    def _give_back(self, id: str) -> Tree:
        payment = self.payment_of(id, "P0600")
        asked = check_refund(self.body_tree("P0697"))
        if payment.status != "success":
            raise PayError(400, "P0603", "The payment is not available for refund")
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
        return {"payment_id": id, **self.refund_tree(payment, refund)}

    def _events(self, payment: PaymentRow) -> Tree:
        events = [
            {
                "payment_id": payment.id,
                "state": _state(happening.status, happening.code, happening.message),
                "updated": stamp(happening.at),
                "_links": {"payment_url": self.link(payment.id)},
            }
            for happening in payment.events
        ]
        return {"payment_id": payment.id, "events": events, "_links": {"self": self.link(payment.id, "events")}}

    def _refunds(self, payment: PaymentRow) -> Tree:
        seen = self.site.now_ms() - self.site.tuning.search_lag_ms
        refunds = [self.refund_tree(payment, refund) for refund in payment.refunds if refund.at <= seen]
        links = {"self": self.link(payment.id, "refunds"), "payment": self.link(payment.id)}
        return {"payment_id": payment.id, "_links": links, "_embedded": {"refunds": refunds}}

    def _refund(self, payment: PaymentRow, refund_id: str) -> Tree:
        for refund in payment.refunds:
            if refund.id == refund_id:
                return self.refund_tree(payment, refund)
        raise PayError(404, "P0700", "Not found")


class RefundsHandler(PayHandler):
    """`/v1/refunds`: search over the refunds of all payments."""

    async def get(self) -> None:
        ask = self.query()
        try:
            seen = self.site.now_ms() - self.site.tuning.search_lag_ms
            payments = select(self.site.state.find_payments(), {})
            page, size = page_of(ask)
            found = [(p, r) for p in payments for r in p.refunds if r.at <= seen]
            last = max(1, -(-len(found) // size))
            if page > last:
                raise PayError(404, "P0402", "Page not found")
        except PayError as error:
            await self.refuse(error)
            return
        shown = sorted(found, key=lambda pair: -pair[1].at)[(page - 1) * size : page * size]
        results = [{"payment_id": payment.id, **self.refund_tree(payment, refund)} for payment, refund in shown]
        links = {"self": {"href": f"{self.site.base}/v1/refunds?page={page}&display_size={size}"}}
        await self.answer_json(
            200, {"total": len(found), "count": len(shown), "page": page, "results": results, "_links": links}
        )


class NoSuchHandler(PayHandler):
    """Anything else."""

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished:
            await self.answer_json(404, {"code": 404, "message": "HTTP 404 Not Found"})


def _state(status: str, code: str, message: str) -> Tree:
    finished = status in {"success", "failed", "cancelled", "error"}
    return {"status": status, "finished": finished, **({"code": code, "message": message} if code else {})}


def payment_tree(handler: PayHandler, row: PaymentRow, *, search: bool = False) -> Tree:
    """A payment as the API shows it. A search has null for the links that do not hold, as in the documents."""
    last = row.events[-1]
    submitted = next((h.at for h in row.events if h.status == "submitted"), 0)
    tree: Tree = {
        "amount": row.amount, "description": row.description, "reference": row.reference, "language": row.language,
        "state": _state(last.status, last.code, last.message), "payment_id": row.id, "payment_provider": "sandbox",
        "created_date": stamp(row.created), "authorisation_mode": "web",
        "refund_summary": {
            "status": refund_status(row), "amount_available": refundable(row), "amount_submitted": row.amount - refundable(row),
        },
        "settlement_summary": {}, "delayed_capture": False, "moto": False,
        "return_url": row.return_url or f"{handler.site.public}/pay/return",
    }  # fmt: skip
    tree |= {"email": row.email} if row.email else {}
    tree |= {"metadata": dict(row.metadata)} if row.metadata else {}
    tree |= {"provider_id": row.provider_id} if row.provider_id else {}
    if row.card:
        card = row.card
        tree["card_brand"] = card.brand
        tree["card_details"] = {
            "card_brand": card.brand, "card_type": card.kind, "cardholder_name": card.holder, "expiry_date": card.expiry,
            "first_digits_card_number": card.first, "last_digits_card_number": card.last,
        }  # fmt: skip
    if row.status == "success":
        tree["settlement_summary"] = {"capture_submit_time": stamp(submitted or last.at), "captured_date": day(last.at)}
        tree["total_amount"] = row.amount
    return {**tree, "_links": _links(handler, row, search=search)}


def _links(handler: PayHandler, row: PaymentRow, *, search: bool) -> Tree:
    links: Tree = {
        "self": handler.link(row.id), "events": handler.link(row.id, "events"), "refunds": handler.link(row.id, "refunds"),
    }  # fmt: skip
    if row.is_final:
        return {**links, "cancel": None, "capture": None} if search else links
    if row.status in {"created", "started"} and not search:
        secure = f"{handler.site.public}/secure"
        links["next_url"] = {"href": f"{secure}/{row.token}", "method": "GET"}
        links["next_url_post"] = {
            "type": "application/x-www-form-urlencoded", "params": {"chargeTokenId": row.token}, "href": secure, "method": "POST",
        }  # fmt: skip
    return {**links, "cancel": handler.link(row.id, "cancel", method="POST")}


def pay_routes() -> list[tuple[str, type[PayHandler]]]:
    """Paths of the API and who answers them."""
    return [
        (r"/v1/payments", PaymentsHandler),
        (r"/v1/payments/([^/]+)", PaymentHandler),
        (r"/v1/payments/([^/]+)/(cancel|events|refunds)", PaymentHandler),
        (r"/v1/payments/([^/]+)/(refunds)/([^/]+)", PaymentHandler),
        (r"/v1/refunds", RefundsHandler),
        (r"/.*", NoSuchHandler),
    ]
