"""Payments, in whole pence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """A payment to be taken. `return_url` is where the payer's browser goes afterwards."""

    amount: Pence
    reference: str
    description: str
    return_url: str = ""
    email: str = ""
    metadata: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its component says it is.

    `code` is the component's own reason for the state (GOV.UK Pay `P0020` and so on), `next_url` the page where the
    payer pays while that is open, `refundable` what may still be refunded in pence, `refund_status` the component's
    word. `amount` is what was asked, `fee` and `net` pence or None when not said.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund of a payment; `status` is submitted, success or error."""

    outside_id: OutsideId
    payment_id: OutsideId
    amount: Pence
    status: str
    created_at: datetime
