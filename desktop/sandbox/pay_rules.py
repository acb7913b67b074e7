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
CAPTURE_BY_MS = 120 * 3600 * 1000
"""A payment whose capture is delayed expires 120 hours after it was made."""
PAYOUT_MS = 2 * 86_400 * 1000
REFUSED_LATER = {"0341": True, "9979": False}
"""Test cards, by their last digits, that are taken on the page and refused under an agreement; whether to try again."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
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
    delayed: bool
    mode: str
    agreement: str
    sets_up: str
    kind: str


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
    mode = _choice(tree, "authorisation_mode", ("web", "agreement", "moto_api")) or "web"
    if mode == "moto_api":
        raise PayError(422, "P0195", "Using authorisation_mode of moto_api is not allowed for this account")
    if tree.get("moto") is True:
        raise PayError(422, "P0196", "MOTO payments are not enabled for this account.")
    _check_fields(tree, mode)
    amount = tree["amount"]
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount <= MOST:
        raise _wrong("amount", f"Must be a whole number of pence from 0 to {MOST}")
    for name, most in (("reference", 255), ("description", 255), ("return_url", 2000), ("email", 254)):
        value = tree.get(name) or ""
        if not isinstance(value, str) or len(value) > most:
            raise _wrong(name, f"Must be text of at most {most} characters")
    if mode == "web" and not re.fullmatch(r"https?://[^\s/]+\S*", tree["return_url"]):
        raise _wrong("return_url", "Must be a valid URL format")
    if not isinstance(tree.get("delayed_capture", False), bool):
        raise _wrong("delayed_capture", "Must be true or false")
    prefilled = tree.get("prefilled_cardholder_details") or {}
    holder = prefilled.get("cardholder_name", "") if isinstance(prefilled, dict) else ""
    return Wanted(
        amount=amount, reference=tree["reference"], description=tree["description"],
        return_url=tree.get("return_url") or "", email=tree.get("email") or "", holder=str(holder or ""),
        language=_choice(tree, "language", ("en", "cy")) or "en", metadata=_metadata(tree.get("metadata")),
        delayed=tree.get("delayed_capture", False), mode=mode, agreement=_id(tree, "agreement_id"),
        sets_up=_id(tree, "set_up_agreement"),
        kind=_choice(tree, "agreement_payment_type", ("instalment", "recurring", "unscheduled")),
    )  # fmt: skip


def _check_fields(tree: Mapping[str, object], mode: str) -> None:
    """Refuses what is missing, and what may not come together."""
    page, agreement = ("return_url", "email", "prefilled_cardholder_details", "set_up_agreement"), ("agreement_id",)
    for name in ("amount", "reference", "description", *(agreement if mode == "agreement" else ("return_url",))):
        if tree.get(name) is None:
            raise PayError(400, "P0101", f"Missing mandatory attribute: {name}", field=name)
    for name in page if mode == "agreement" else agreement:
        if tree.get(name) is not None:
            raise PayError(400, "P0104", f"Unexpected attribute: {name}", field=name)


def _choice(tree: Mapping[str, object], name: str, choices: tuple[str, ...]) -> str:
    value = tree.get(name)
    if value is not None and value not in choices:
        raise _wrong(name, f"Must be one of {', '.join(choices)}")
    return str(value or "")


def _id(tree: Mapping[str, object], name: str) -> str:
    value = tree.get(name)
    if value is not None and (not isinstance(value, str) or len(value) != 26):
        raise _wrong(name, "Field [agreement ID] length must be 26")
    return str(value or "")


def check_agreement(tree: object) -> tuple[str, str, str]:
    """Reference, description and user of an agreement to be made, from its JSON."""
    if not isinstance(tree, dict):
        raise PayError(400, "P2197", "Unable to parse JSON")
    for name in ("reference", "description"):
        if tree.get(name) is None:
            raise PayError(400, "P2101", f"Missing mandatory attribute: {name}", field=name)
    for name in ("reference", "description", "user_identifier"):
        value = tree.get(name)
        if value is not None and (not isinstance(value, str) or not 1 <= len(value) <= 255):
            text = f"Invalid attribute value: {name}. Must be text of 1 to 255 characters"
            raise PayError(422, "P2102", text, field=name)
    return tree["reference"], tree["description"], tree.get("user_identifier") or ""


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
    if payment.mode == "agreement" and payment.status == "created" and payment.settles_at <= now:
        sent = step(payment, "submitted", payment.settles_at)
        return step(sent, "success", now) if can_retry(payment) is None else end(sent, "declined", now)
    if payment.status in {"created", "started"} and payment.expires <= now:
        return end(payment, "expired", payment.expires)
    if payment.status == "capturable" and payment.created + CAPTURE_BY_MS <= now:
        return end(payment, "expired", payment.created + CAPTURE_BY_MS)
    return None


def can_retry(payment: PaymentRow) -> bool | None:
    """Whether a payment under an agreement may be tried again once its card was refused; None for a card that is good."""
    return REFUSED_LATER.get(payment.card.last) if payment.card and payment.mode == "agreement" else None


def settled_at(payment: PaymentRow) -> int:
    """When the money of a payment was paid out (ms), 0 for never."""
    return payment.events[-1].at + PAYOUT_MS if payment.status == "success" else 0


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


@dataclass(frozen=True, slots=True)
class Times:
    """From when and until when (left out itself) a search looks, in milliseconds; None for any."""

    start: int | None
    finish: int | None

    def holds(self, at: int) -> bool:
        """Whether a moment lies in it; 0, which is never, only where every moment does."""
        if self.start is None and self.finish is None:
            return True
        return at > 0 and (self.start is None or at >= self.start) and (self.finish is None or at < self.finish)


def bad_search(name: str, code: str) -> PayError:
    """The answer to a parameter that is not in the right form."""
    text = f"Invalid parameters: {name}. See Public API documentation for the correct data formats"
    return PayError(422, code, text)


def times_of(ask: Mapping[str, str], code: str = "P0401", *, settled: bool = False) -> Times:
    """When a search looks, of making or of settlement."""
    form, middle = (_DATE, "settled_") if settled else (_MOMENT, "")
    found: list[int | None] = []
    for name in (f"from_{middle}date", f"to_{middle}date"):
        text = ask.get(name, "")
        if text and not form.fullmatch(text):
            raise bad_search(name, code)
        moment = datetime.fromisoformat(text) if text else None
        found.append(int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000) if moment else None)
    return Times(found[0], found[1])


def select(payments: list[PaymentRow], ask: Mapping[str, str]) -> list[PaymentRow]:
    """The payments that fit a search, newest first."""
    made, settled = times_of(ask), times_of(ask, settled=True)
    state = ask.get("state", "").lower()
    if state and state not in STATES:
        raise bad_search("state", "P0401")

    def fits(row: PaymentRow) -> bool:
        card = row.card
        return (
            (not ask.get("reference") or row.reference.casefold() == ask["reference"].casefold())
            and (not ask.get("email") or ask["email"].casefold() in row.email.casefold())
            and (not state or row.status == state)
            and (not ask.get("agreement_id") or row.agreement == ask["agreement_id"])
            and made.holds(row.created)
            and settled.holds(settled_at(row))
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


def page_of(ask: Mapping[str, str], code: str = "P0401") -> tuple[int, int]:
    """Page from 1 and its size, 1 to 500."""
    found = []
    for name, default in (("page", "1"), ("display_size", "500")):
        text = ask.get(name) or default
        if not text.isdecimal() or not 1 <= int(text) <= (500 if name == "display_size" else 1_000_000):
            raise bad_search(name, code)
        found.append(int(text))
    return found[0], found[1]


def stamp(at: int) -> str:
    """`2026-09-14T08:52:00.123Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(at: int) -> str:
    """`2026-09-14`."""
    return stamp(at)[:10]
