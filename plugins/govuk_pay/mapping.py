"""GOV.UK Pay JSON to payments and refunds, and back. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from desktop.adapters.api import build_bad_response, parse_json, read_items, read_moment, read_record, read_text
from desktop.adapters.api import read_whole as read_pence
from desktop.domain.errors import BadResponse
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState, Refund

_STATES = {
    "created": PaymentState.CREATED,
    "started": PaymentState.STARTED,
    "submitted": PaymentState.SUBMITTED,
    "capturable": PaymentState.CAPTURABLE,
    "success": PaymentState.SUCCESS,
    "failed": PaymentState.FAILED,
    "cancelled": PaymentState.CANCELLED,
    "error": PaymentState.ERROR,
    "timedout": PaymentState.EXPIRED,
}
_CODES = {
    "P0010": PaymentState.FAILED,  # the card was refused
    "P0020": PaymentState.EXPIRED,  # not paid within 90 minutes
    "P0030": PaymentState.CANCELLED,  # by the payer
    "P0040": PaymentState.CANCELLED,  # by the service
    "P0050": PaymentState.ERROR,  # at the payment provider
}
"""What a finished payment's code says; it is finer than its status. "Finished" alone is not success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error body. Only `code` is decided on: descriptions change."""

    code: str
    field: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a search; `following` is the number of the next page, None on the last."""

    items: tuple[Payment, ...]
    following: int | None
    raws: tuple[bytes, ...] = ()


def build_request(request: PaymentRequest, *, return_url: str) -> dict[str, object]:
    """The body that makes a payment."""
    body: dict[str, object] = {
        "amount": request.amount,
        "reference": request.reference,
        "description": request.description,
        "return_url": return_url,
    }
    if request.email:
        body["email"] = request.email
    if request.metadata:
        body["metadata"] = dict(request.metadata)
    return body


def parse_refusal(text: str) -> Refusal:
    """What an error body says, as far as it says anything."""
    try:
        body = read_record(parse_json(text, component=""))
    except BadResponse:
        body = {}  # a gateway's web page: the status has to do
    field = read_text(body.get("field")) or read_text(body.get("header"))
    return Refusal(code=read_text(body.get("code")), field=field, said=read_text(body.get("description")))


def parse_payment(text: str, *, component: str) -> Payment:
    """One payment. Raises BadResponse where it is none."""
    return build_payment(parse_json(text, component=component), component=component)


def parse_found(text: str, *, component: str) -> Found:
    """A page of a search. Raises BadResponse where it is none."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "results" not in body:
        raise build_bad_response(text, component=component, what="it is not a list of payments")
    results = read_items(body["results"])
    return Found(
        items=tuple(build_payment(item, component=component) for item in results),
        following=_find_following(read_record(body.get("_links"))),
        raws=tuple(json.dumps(item).encode() for item in results),
    )


def _find_following(links: Mapping[str, object]) -> int | None:
    """The page number in the link to the next page."""
    href = read_text(read_record(links.get("next_page")).get("href"))
    try:
        number = parse_qs(urlsplit(href).query).get("page", [""])[0]
    except ValueError:
        return None
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None


def build_payment(value: object, *, component: str) -> Payment:
    """One payment from its JSON object.

    Raises:
        BadResponse: it has no id, no amount in whole pence, or no date.
    """
    body = read_record(value)
    payment, amount, created = (
        read_text(body.get("payment_id")),
        read_pence(body.get("amount")),
        read_moment(body.get("created_date")),
    )
    if not payment or amount is None or created is None:
        raise build_bad_response("", component=component, what="a payment has no id, amount or date")
    state, card, refunds = (read_record(body.get(name)) for name in ("state", "card_details", "refund_summary"))
    code, status = read_text(state.get("code")), read_text(state.get("status")).lower()
    found = build_state(status, code)
    return Payment(
        outside_id=OutsideId(payment),
        amount=Pence(amount),
        reference=read_text(body.get("reference")),
        description=read_text(body.get("description")),
        state=found,
        created_at=created,
        code=code or (status if found is PaymentState.NOT_KNOWN else ""),
        message=read_text(state.get("message")),
        email=read_text(body.get("email")),
        payer=read_text(card.get("cardholder_name")),
        card_last_digits=read_text(card.get("last_digits_card_number")),
        card_brand=read_text(card.get("card_brand")) or read_text(body.get("card_brand")),
        provider_id=read_text(body.get("provider_id")),
        next_url=_find_next_url(read_record(body.get("_links"))),
        refund_status=read_text(refunds.get("status")),
        refundable=_read_refundable(refunds),
        refunded=Pence(read_pence(refunds.get("amount_submitted")) or 0),
        fee=_read_money(body.get("fee")),
        net=_read_money(body.get("net_amount")),
        metadata=_read_metadata(body.get("metadata")),
    )


def build_state(status: str, code: str) -> PaymentState:
    """Our state for a status and its code; an unknown status is `NOT_KNOWN`, never guessed."""
    state = _STATES.get(status, PaymentState.NOT_KNOWN)
    return _CODES.get(code, state) if state in {PaymentState.FAILED, PaymentState.NOT_KNOWN} else state


def _find_next_url(links: Mapping[str, object]) -> str:
    """Where the payer pays. Only a web address: it is opened in a browser."""
    href = read_text(read_record(links.get("next_url")).get("href"))
    return href if re.match(r"https?://[^/\s]", href) else ""


def _read_refundable(summary: Mapping[str, object]) -> Pence:
    """What may be refunded now: a payment that is "pending" names an amount too, and refuses a refund."""
    available = read_pence(summary.get("amount_available"))
    return Pence(available if available and read_text(summary.get("status")) == "available" else 0)


def _read_money(value: object) -> Pence | None:
    pence = read_pence(value)
    return None if pence is None else Pence(pence)


def _read_metadata(value: object) -> dict[str, str] | None:
    found = {name: read_text(item) for name, item in read_record(value).items()}
    return found or None


def parse_refunds(text: str, *, payment: str, component: str) -> tuple[Refund, ...]:
    """The refunds of a payment. Raises BadResponse where it is no such list."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not isinstance(body.get("_embedded"), dict):
        raise build_bad_response(text, component=component, what="it is not a list of refunds")
    owner = read_text(body.get("payment_id")) or payment
    items = read_items(body["_embedded"].get("refunds"))
    return tuple(build_refund(item, payment=owner, component=component) for item in items)


def parse_refund(text: str, *, payment: str, component: str) -> Refund:
    """One refund. Raises BadResponse where it is none."""
    return build_refund(parse_json(text, component=component), payment=payment, component=component)


def build_refund(value: object, *, payment: str, component: str) -> Refund:
    """One refund from its JSON object. Raises BadResponse: it has no id, amount or date."""
    body = read_record(value)
    refund, amount, created = (
        read_text(body.get("refund_id")),
        read_pence(body.get("amount")),
        read_moment(body.get("created_date")),
    )
    if not refund or amount is None or created is None:
        raise build_bad_response("", component=component, what="a refund has no id, amount or date")
    return Refund(
        outside_id=OutsideId(refund),
        payment_id=OutsideId(read_text(body.get("payment_id")) or payment),
        amount=Pence(amount),
        status=read_text(body.get("status")),
        created_at=created,
    )
