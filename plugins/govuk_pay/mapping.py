"""GOV.UK Pay JSON to payments and refunds, and back; pages of any list, and what refuses. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from desktop.adapters.api import (
    build_bad_response,
    pack_raws,
    parse_json,
    read_date,
    read_flag,
    read_items,
    read_moment,
    read_record,
    read_text,
)
from desktop.adapters.api import read_whole as read_pence
from desktop.domain.errors import BadResponse
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentEvent, PaymentRequest, PaymentState, Refund

T = TypeVar("T")
LONGEST_PAGE = 500
"""The most that the API gives at once."""

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
"""What of a payer a refusal may say back: their address is all that is sent of them."""
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
class Found(Generic[T]):
    """A page of a search; `following` is the number of the next page, None on the last."""

    items: tuple[T, ...]
    following: int | None
    raws: tuple[bytes, ...] = ()


def build_request(request: PaymentRequest, *, return_url: str) -> dict[str, object]:
    """The body that makes a payment for someone to pay on a page."""
    return {
        **_build_common(request),
        "return_url": return_url,
        **({"email": request.email} if request.email else {}),
        **({"language": request.language} if request.language else {}),
        **({"delayed_capture": True} if request.delayed_capture else {}),
        **({"set_up_agreement": request.sets_up} if request.sets_up else {}),
    }


def build_charge(request: PaymentRequest, *, agreement: OutsideId) -> dict[str, object]:
    """The body that takes a payment under an agreement; it may not name a page or an e-mail address."""
    return {**_build_common(request), "authorisation_mode": "agreement", "agreement_id": agreement}


def _build_common(request: PaymentRequest) -> dict[str, object]:
    return {
        "amount": request.amount,
        "reference": request.reference,
        "description": request.description,
        **({"agreement_payment_type": request.agreement_kind} if request.agreement_kind else {}),
        **({"metadata": dict(request.metadata)} if request.metadata else {}),
    }


def parse_refusal(text: str) -> Refusal:
    """What an error body says, as far as it says anything."""
    try:
        body = read_record(parse_json(text, component=""))
    except BadResponse:
        body = {}  # a gateway's web page: the status has to do
    field = read_text(body.get("field")) or read_text(body.get("header"))
    said = _EMAIL.sub("…", read_text(body.get("description")))
    return Refusal(code=read_text(body.get("code")), field=field, said=said)


def parse_payment(text: str, *, component: str) -> Payment:
    """One payment. Raises BadResponse where it is none."""
    return build_payment(parse_json(text, component=component, private=True), component)


def parse_found(
    text: str, *, build: Callable[[object, str], T], component: str, asked: int = 1, size: int = LONGEST_PAGE
) -> Found[T]:
    """A page of a search, each result by `build`. Raises BadResponse where it is none.

    `asked` is the number of the page, `size` how many were asked for: with the total they stand in for absent links.
    """
    body = parse_json(text, component=component, private=True)
    if not isinstance(body, dict) or ("results" not in body and read_pence(body.get("total")) != 0):
        raise build_bad_response("", component=component, what="it is not a list of results")
    results = read_items(body.get("results"))
    # The contract writes the links of disputes without the underscore, the documents with it.
    links = read_record(body.get("_links")) or read_record(body.get("links"))
    return Found(
        items=tuple(build(item, component) for item in results),
        following=_find_following(links) if links else _count_following(body, len(results), asked=asked, size=size),
        raws=pack_raws(results),
    )


def _find_following(links: Mapping[str, object]) -> int | None:
    """The page number in the link to the next page."""
    href = read_text(read_record(links.get("next_page")).get("href"))
    try:
        number = parse_qs(urlsplit(href).query).get("page", [""])[0]
    except ValueError:
        return None
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None


def _count_following(body: Mapping[str, object], count: int, *, asked: int, size: int) -> int | None:
    """The page after the one that was asked for, where the total says that there is more; the documents show such pages."""
    total = read_pence(body.get("total"))
    return asked + 1 if total is not None and count and asked * size < total else None


def build_payment(value: object, component: str) -> Payment:
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
    state, card, refunds, settlement = (
        read_record(body.get(name)) for name in ("state", "card_details", "refund_summary", "settlement_summary")
    )
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
        fee=read_money(body.get("fee")),
        net=read_money(body.get("net_amount")),
        metadata=_read_metadata(body.get("metadata")),
        delayed_capture=read_flag(body.get("delayed_capture")),
        agreement=OutsideId(read_text(body.get("agreement_id"))),
        can_retry=_read_choice(state.get("can_retry")),
        captured_on=read_date(settlement.get("captured_date")),
        settled_on=read_date(settlement.get("settled_date")),
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


def _read_choice(value: object) -> bool | None:
    """True, False, or None where it is not said."""
    return read_flag(value) if read_flag(value) == read_flag(value, default=True) else None


def read_money(value: object) -> Pence | None:
    """Whole pence, or None where they are not said."""
    pence = read_pence(value)
    return None if pence is None else Pence(pence)


def _read_metadata(value: object) -> dict[str, str] | None:
    found = {name: read_text(item) for name, item in read_record(value).items()}
    return found or None


def parse_events(text: str, *, payment: str, component: str) -> tuple[PaymentEvent, ...]:
    """What happened to a payment, oldest first. Raises BadResponse where it is no such list."""
    body = parse_json(text, component=component, private=True)
    if not isinstance(body, dict) or "events" not in body:
        raise build_bad_response("", component=component, what="it is not a list of events")
    owner = read_text(body.get("payment_id")) or payment
    found = (_build_event(item, payment=owner) for item in read_items(body["events"]))
    return tuple(sorted((event for event in found if event is not None), key=lambda event: event.at))


def _build_event(value: object, *, payment: str) -> PaymentEvent | None:
    """One event; None for one that names no moment."""
    body = read_record(value)
    state, at = read_record(body.get("state")), read_moment(body.get("updated"))
    if at is None:
        return None
    code, status = read_text(state.get("code")), read_text(state.get("status")).lower()
    found = build_state(status, code)
    return PaymentEvent(
        payment_id=OutsideId(read_text(body.get("payment_id")) or payment),
        state=found,
        at=at,
        code=code or (status if found is PaymentState.NOT_KNOWN else ""),
        message=read_text(state.get("message")),
    )


def parse_refunds(text: str, *, payment: str, component: str) -> tuple[Refund, ...]:
    """The refunds of a payment; none where it names the payment alone. Raises BadResponse where it is no such list."""
    body = parse_json(text, component=component, private=True)
    if not isinstance(body, dict) or not ("_embedded" in body or ("payment_id" in body and "amount" not in body)):
        raise build_bad_response("", component=component, what="it is not a list of refunds")
    owner = read_text(body.get("payment_id")) or payment
    items = read_items(read_record(body.get("_embedded")).get("refunds"))
    return tuple(build_refund(item, component, payment=owner) for item in items)


def parse_refund(text: str, *, payment: str, component: str) -> Refund:
    """One refund. Raises BadResponse where it is none."""
    return build_refund(parse_json(text, component=component, private=True), component, payment=payment)


def build_refund(value: object, component: str, *, payment: str = "") -> Refund:
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
        payment_id=OutsideId(read_text(body.get("payment_id")) or payment or _find_payment(body)),
        amount=Pence(amount),
        status=read_text(body.get("status")),
        created_at=created,
        settled_on=read_date(read_record(body.get("settlement_summary")).get("settled_date")),
    )


def _find_payment(body: Mapping[str, object]) -> str:
    """The payment that a refund links to: searches of the documents name it there only."""
    href = read_text(read_record(read_record(body.get("_links")).get("payment")).get("href"))
    found = re.search(r"/v1/payments/([A-Za-z0-9]+)$", href)
    return found[1] if found else ""
