"""Payments, in whole pence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence


class PaymentState(StrEnum):
    """Where a payment stands. `EXPIRED` is a failure by time; `NOT_KNOWN` waits for a read-back."""

    CREATED = "created"
    STARTED = "started"
    SUBMITTED = "submitted"
    CAPTURABLE = "capturable"
    SUCCESS = "success"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ERROR = "error"
    NOT_KNOWN = "not known"

    @property
    def word(self) -> str:
        """The state as an officer reads it: `success` is "Paid"."""
        return _WORDS[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in {
            PaymentState.SUCCESS,
            PaymentState.FAILED,
            PaymentState.EXPIRED,
            PaymentState.CANCELLED,
            PaymentState.ERROR,
        }


_WORDS = {
    PaymentState.CREATED: "Link made",
    PaymentState.STARTED: "Started",
    PaymentState.SUBMITTED: "Submitted",
    PaymentState.CAPTURABLE: "To be captured",
    PaymentState.SUCCESS: "Paid",
    PaymentState.FAILED: "Declined",
    PaymentState.EXPIRED: "Expired",
    PaymentState.CANCELLED: "Cancelled",
    PaymentState.ERROR: "Provider error",
    PaymentState.NOT_KNOWN: "Not known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """A payment to be taken. `return_url` is where the payer's browser goes afterwards.

    `delayed_capture` has the money kept back on the card until it is captured. `sets_up` is an agreement that keeps the
    card for later payments; `agreement_kind` why they come: instalment, recurring or unscheduled. `language` of the page
    is `en` or `cy`.
    """

    amount: Pence
    reference: str
    description: str
    return_url: str = ""
    email: str = ""
    metadata: dict[str, str] | None = None
    delayed_capture: bool = False
    sets_up: OutsideId = OutsideId("")
    agreement_kind: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuery:
    """Which payments; "" and None mean any. `status` is the component's own word.

    `since` and `until` are of their making (`until` itself is left out), the settled days those of the payout.
    """

    reference: str = ""
    email: str = ""
    status: str = ""
    payer: str = ""
    card_brand: str = ""
    card_first_digits: str = ""
    card_last_digits: str = ""
    agreement: OutsideId = OutsideId("")
    since: datetime | None = None
    until: datetime | None = None
    settled_since: date | None = None
    settled_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its component says it is.

    `code` is the component's own reason for the state (GOV.UK Pay `P0020` and so on), `next_url` the page where the
    payer pays while that is open, `refundable` what may still be refunded in pence, `refund_status` the component's
    word. `amount` is what was asked, `fee` and `net` pence or None when not said. `agreement` is the one that it was
    taken under, `can_retry` whether a failed one may be taken again under it, None where that is not said.
    """

    outside_id: OutsideId
    amount: Pence
    reference: str
    description: str
    state: PaymentState
    created_at: datetime
    code: str = ""
    message: str = ""
    email: str = ""
    payer: str = ""
    card_last_digits: str = ""
    card_brand: str = ""
    provider_id: str = ""
    next_url: str = ""
    refund_status: str = ""
    refundable: Pence = Pence(0)
    refunded: Pence = Pence(0)
    fee: Pence | None = None
    net: Pence | None = None
    metadata: dict[str, str] | None = None
    delayed_capture: bool = False
    agreement: OutsideId = OutsideId("")
    can_retry: bool | None = None
    captured_on: date | None = None
    settled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """A state that a payment came to at a moment; `code` and `message` are the component's reason for it."""

    payment_id: OutsideId
    state: PaymentState
    at: datetime
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund of a payment; `status` is submitted, success or error, `settled_on` the day of the payout it came off."""

    outside_id: OutsideId
    payment_id: OutsideId
    amount: Pence
    status: str
    created_at: datetime
    settled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement to take payments again and again from a card that is kept.

    `status` is the component's word; payments can be taken while it is `active`. `user` is what the council calls the
    payer.
    """

    outside_id: OutsideId
    reference: str
    description: str
    status: str
    created_at: datetime | None = None
    cancelled_at: datetime | None = None
    user: str = ""
    payer: str = ""
    card_brand: str = ""
    card_last_digits: str = ""
    card_expiry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A payment that the payer's bank questions. `status` and `reason` are the component's words.

    Amounts are pence, None when not said; `net` is below nought: what a lost dispute takes off the next payout.
    Evidence is wanted by `evidence_due`.
    """

    outside_id: OutsideId
    payment_id: OutsideId
    status: str
    reason: str = ""
    amount: Pence | None = None
    fee: Pence | None = None
    net: Pence | None = None
    created_at: datetime | None = None
    evidence_due: datetime | None = None
    settled_on: date | None = None
