"""What GOV.UK Pay accepts and how its payments go on: checks and steps, apart from HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desktop.sandbox.ledger import REASONS, Happening, PaymentRow

MOST = 10_000_000
_KEY = re.compile(r"[a-zA-Z0-9-]{1,255}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
STATES = frozenset({"created", "started", "submitted", "capturable", "success", "failed", "cancelled", "error"})


class PayError(Exception):
    """An answer that refuses, as GOV.UK Pay writes it; branch on `code`, its words change."""

    def __init__(self, status: int, code: str, description: str, *, field: str = "", header: str = "") -> None:
        super().__init__(description)
        self.status = status
        named = {"field": field} if field else {"header": header} if header else {}
        self.body: dict[str, str] = {**named, "code": code, "description": description}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A payment that was asked for, checked."""

    amount: int
    reference: str
    description: str
    return_url: str
    email: str
    language: str
    holder: str
    metadata: dict[str, str | int | bool]


def check_idempotency(key: str) -> None:
    """Refuses a key that is not 1 to 255 letters, digits and hyphens."""
    if not _KEY.fullmatch(key):
        raise PayError(
            422, "P0102", "Header [Idempotency-Key] can have a size between 1 and 255 of [a-zA-Z0-9-]",
            header="Idempotency-Key",
        )  # fmt: skip


def check_payment(tree: object) -> Wanted:
    """A payment to be made, from its JSON.

    Raises:
        PayError: P0101 for what is missing (400), P0102 for what is wrong (422).
    """
    if not isinstance(tree, dict):
        raise PayError(400, "P0197", "Unable to parse JSON")
    for name in ("amount", "reference", "description", "return_url"):
        if tree.get(name) is None:
            raise PayError(400, "P0101", f"Missing mandatory attribute: {name}", field=name)
    amount = tree["amount"]
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount <= MOST:
        raise _wrong("amount", f"Must be a whole number of pence from 0 to {MOST}")
    for name, most in (("reference", 255), ("description", 255), ("return_url", 2000), ("email", 254)):
        value = tree.get(name, "")
        if not isinstance(value, str) or len(value) > most:
            raise _wrong(name, f"Must be text of at most {most} characters")
    if not re.fullmatch(r"https?://[^\s/]+\S*", tree["return_url"]):
        raise _wrong("return_url", "Must be a valid URL format")
    if tree.get("language", "en") not in {"en", "cy"}:
        raise _wrong("language", 'Must be "en" or "cy"')
    prefilled = tree.get("prefilled_cardholder_details") or {}
    holder = prefilled.get("cardholder_name", "") if isinstance(prefilled, dict) else ""
    return Wanted(
        amount=amount, reference=tree["reference"], description=tree["description"], return_url=tree["return_url"],
        email=tree.get("email") or "", language=tree.get("language", "en"), holder=str(holder or ""),
        metadata=_metadata(tree.get("metadata")),
    )  # fmt: skip


def _metadata(tree: object) -> dict[str, str | int | bool]:
    if tree is None:
        return {}
    if not isinstance(tree, dict) or len(tree) > 15:
        raise _wrong("metadata", "Must be an object of at most 15 pairs")
    for key, value in tree.items():
        if not 1 <= len(str(key)) <= 30 or not isinstance(value, str | int | bool) or len(str(value)) > 100:
            raise _wrong("metadata", "Keys have 1 to 30 characters; values are text, number or boolean of at most 100")
    return dict(tree)


def _wrong(field: str, why: str) -> PayError:
    return PayError(422, "P0102", f"Invalid attribute value: {field}. {why}", field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsked:
    """A refund that was asked for; `available` is what the asker believes may be refunded, None when not said."""

    amount: int
    available: int | None


def check_refund(tree: object) -> RefundAsked:
    """A refund to be made, from its JSON."""
    if not isinstance(tree, dict):
        raise PayError(400, "P0697", "Unable to parse JSON")
    amount, available = tree.get("amount"), tree.get("refund_amount_available")
    if amount is None:
        raise PayError(400, "P0601", "Missing mandatory attribute: amount", field="amount")
    for name, value in (("amount", amount), ("refund_amount_available", available)):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and (not whole or not 1 <= value <= MOST):
            raise PayError(422, "P0602", f"Invalid attribute value: {name}. Must be 1 to {MOST}", field=name)
    return RefundAsked(amount=amount, available=available)


def refundable(payment: PaymentRow) -> int:
    """Pence that may still be refunded."""
    return payment.amount - sum(refund.amount for refund in payment.refunds)


def refund_status(payment: PaymentRow) -> str:
    """`pending` until it is paid, then available or full; unavailable when it never will be."""
    if payment.status != "success":
        return "unavailable" if payment.is_final else "pending"
    return "available" if refundable(payment) else "full"


def advance(payment: PaymentRow, now: int) -> PaymentRow | None:
    """The payment after what time alone has done to it by `now` (ms): captured or expired; None when nothing."""
    if payment.status == "submitted" and payment.settles_at and payment.settles_at <= now:
        return step(payment, "success", payment.settles_at)
    if payment.status in {"created", "started"} and payment.expires <= now:
        return end(payment, "expired", payment.expires)
    return None


def step(payment: PaymentRow, status: str, at: int) -> PaymentRow:
    """The payment moved on to a status; never earlier than the one before."""
    moment = max(at, payment.events[-1].at + 1)
    return replace(payment, events=(*payment.events, Happening(status=status, at=moment)))


def end(payment: PaymentRow, how: str, at: int) -> PaymentRow:
    """The payment ended as `REASONS` names it."""
    status, code, message = REASONS[how]
    moment = max(at, payment.events[-1].at + 1)
    happening = Happening(status=status, at=moment, code=code, message=message)
    return replace(payment, events=(*payment.events, happening))


def _moment_of(ask: Mapping[str, str], name: str) -> int | None:
    text = ask.get(name, "")
    if not text:
        return None
    if not _MOMENT.fullmatch(text):
        raise PayError(
            422, "P0401", f"Invalid parameters: {name}. See Public API documentation for the correct data formats"
        )
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def select(payments: list[PaymentRow], ask: Mapping[str, str]) -> list[PaymentRow]:
    """The payments that fit a search, newest first."""
    start, finish = _moment_of(ask, "from_date"), _moment_of(ask, "to_date")
    state = ask.get("state", "").lower()
    if state and state not in STATES:
        raise PayError(
            422, "P0401", "Invalid parameters: state. See Public API documentation for the correct data formats"
        )

    def fits(row: PaymentRow) -> bool:
        card = row.card
        return (
            (not ask.get("reference") or row.reference.casefold() == ask["reference"].casefold())
            and (not ask.get("email") or ask["email"].casefold() in row.email.casefold())
            and (not state or row.status == state)
            and (start is None or row.created >= start)
            and (finish is None or row.created < finish)
            and all(
                not ask.get(name) or (card is not None and ask[name].casefold() in have.casefold())
                for name, have in (
                    ("cardholder_name", card.holder if card else ""),
                    ("card_brand", card.brand if card else ""),
                    ("first_digits_card_number", card.first if card else ""),
                    ("last_digits_card_number", card.last if card else ""),
                )
            )
        )

    return sorted((row for row in payments if fits(row)), key=lambda row: (-row.created, row.id))


def page_of(ask: Mapping[str, str]) -> tuple[int, int]:
    """Page from 1 and its size, 1 to 500."""
    found = []
    for name, default in (("page", "1"), ("display_size", "500")):
        text = ask.get(name) or default
        if not text.isdecimal() or not 1 <= int(text) <= (500 if name == "display_size" else 1_000_000):
            raise PayError(
                422, "P0401", f"Invalid parameters: {name}. See Public API documentation for the correct data formats"
            )
        found.append(int(text))
    return found[0], found[1]


def stamp(at: int) -> str:
    """`2026-09-14T08:52:00.123Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(at: int) -> str:
    """`2026-09-14`."""
    return stamp(at)[:10]
