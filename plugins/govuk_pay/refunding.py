"""What is remembered of refunds that were sent, for GOV.UK Pay knows no key for them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTry:
    """A refund that was sent: what could be refunded and which refunds there were before; `refund` once it is known."""

    payment: OutsideId
    amount: Pence
    available: Pence
    known: frozenset[OutsideId]
    refund: Refund | None = None


class RefundMemory:
    """Refunds sent since the component host started, by key. Each method is one step of a dict, so threads may share it."""

    def __init__(self) -> None:
        self._tries: dict[str, RefundTry] = {}

    @property
    def _refunds(self) -> tuple[Refund, ...]:
        """Refunds that are known to have been made from here."""
        return tuple(attempt.refund for attempt in list(self._tries.values()) if attempt.refund is not None)

    def find(self, key: str) -> RefundTry | None:
        """An earlier try with this key, or None."""
        return self._tries.get(key)

    def keep(self, key: str, attempt: RefundTry) -> None:
        """Remembers a try, before it is sent."""
        self._tries[key] = attempt

    def settle(self, key: str, refund: Refund) -> None:
        """Remembers what a try did."""
        self._tries[key] = replace(self._tries[key], refund=refund)

    def drop(self, key: str) -> None:
        """Forgets a try that did nothing."""
        self._tries.pop(key, None)

    def find_unexplained(self, refunds: tuple[Refund, ...], *, amount: Pence, after: datetime) -> tuple[Refund, ...]:
        """Refunds of this amount since `after` that no try remembered here has made.

        One of them may be from a try with the same key before the component host was started anew.
        """
        own = {refund.outside_id for refund in self._refunds}
        return tuple(
            refund
            for refund in refunds
            if refund.amount == amount and refund.created_at >= after and refund.outside_id not in own
        )

    def find_missing(self, refunds: tuple[Refund, ...], *, payment: OutsideId, refunded: Pence) -> Pence:
        """Pence that the payment says were refunded and neither the list nor this memory knows of."""
        known = {refund.outside_id: refund for refund in refunds}
        known |= {own.outside_id: own for own in self._refunds if own.payment_id == payment}
        listed = sum(refund.amount for refund in known.values() if refund.status != "error")
        return Pence(max(0, refunded - listed))
