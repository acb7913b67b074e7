"""The refunds of the adapter: GOV.UK Pay knows no key for them, so what may still be refunded guards each one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from desktop.adapters.api import AdapterContext, Answer, Page, build_outcome_unknown
from desktop.domain.errors import InvalidInput, NotReady
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, Refund

from .asking import Asking, build_other_words, build_times
from .mapping import build_refund, parse_refund, parse_refunds
from .refunding import RefundMemory, RefundTry

RECENTLY = timedelta(minutes=10)
"""A refund of the same amount made so shortly before, not by this process, may be this one: then the officer is asked."""


class Refunding(Asking):
    """Gives money back, once."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        self._memory = RefundMemory()

    def refund(self, id: OutsideId, amount: Pence, key: str) -> Refund:
        """Gives money back, in pence.

        GOV.UK Pay knows no key for refunds. What it does know is the amount that the caller believes can still be
        refunded: a repeat with the amount from before the first try is refused if that one was carried out.

        Raises:
            InvalidInput: more than can be refunded, or nothing.
            RemoteConflict: someone else refunds the same payment at this moment, or the key is that of another refund.
            NotReady: a refund was made that the list does not show yet.
            OutcomeUnknown: an earlier try with this key may have been carried out and it cannot be told.
        """
        if amount <= 0:
            raise InvalidInput("Enter an amount of at least £0.01.", key="govuk_pay.amount", field="amount")
        earlier = self._memory.find(key)
        if earlier is not None:
            return self._repeat_refund(id, amount, key, earlier)
        answer = self._send_checked(id, amount, key)
        if answer.status == 412:
            # Refused before anything was done. What was refunded meanwhile may be an earlier try with this key.
            self._memory.drop(key)
            answer = self._send_checked(id, amount, key)
        return self._read_refund(answer, id, key)

    def refunds(self, id: OutsideId) -> tuple[Refund, ...]:
        """What was given back so far. It may lag behind `get`, whose `refunded` does not."""
        answer = self._client.fetch_refunds(id)
        return self._read(answer, lambda text: parse_refunds(text, payment=id, component=self._component))

    def refund_now(self, payment: OutsideId, refund: OutsideId) -> Refund:
        """One refund as it is now. Raises NotFound."""
        answer = self._client.fetch_refund(payment, refund)
        return self._read(answer, lambda text: parse_refund(text, payment=payment, component=self._component))

    def refunds_made(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        settled_since: date | None = None,
        settled_until: date | None = None,
        cursor: str = "",
    ) -> Page[Refund]:
        """Refunds of all payments, newest first. The list may lag; days of settlement are known of Stripe only."""
        params = build_times(since, until, settled_since, settled_until)
        return self._fetch_page("refunds", params, cursor, build_refund)

    def _send_checked(self, id: OutsideId, amount: Pence, key: str) -> Answer:
        """One try, sent only where no refund may be this one already; `get` is never behind, the list may be."""
        known = self.refunds(id)
        payment = self.get(id)
        if self._memory.find_missing(known, payment=id, refunded=payment.refunded):
            raise NotReady(
                "GOV.UK Pay's list of refunds is behind: it cannot be told yet what was refunded already.",
                "Try again in a moment.",
                key="govuk_pay.behind",
                subject=self._component,
                retry_after=5.0,
            )
        if self._memory.find_unexplained(known, amount=amount, after=self._clock.now() - RECENTLY):
            raise build_outcome_unknown(self._component)
        if amount > payment.refundable:
            raise _too_much(payment, component=self._component)
        ids = frozenset(refund.outside_id for refund in known)
        self._memory.keep(key, RefundTry(payment=id, amount=amount, available=payment.refundable, known=ids))
        return self._client.create_refund(id, amount=amount, available=payment.refundable)

    def _read_refund(self, answer: Answer, id: OutsideId, key: str) -> Refund:
        if 400 <= answer.status < 500:
            self._memory.drop(key)  # refused: nothing was done
        refund = self._read_write(answer, lambda text: parse_refund(text, payment=id, component=self._component))
        self._memory.settle(key, refund)
        return refund

    def _repeat_refund(self, id: OutsideId, amount: Pence, key: str, earlier: RefundTry) -> Refund:
        """What an earlier try with this key did; sends again only where it did nothing."""
        if (id, amount) != (earlier.payment, earlier.amount):
            raise build_other_words(self._component)
        if earlier.refund is not None:
            return earlier.refund
        if self.get(id).refundable == earlier.available:
            answer = self._client.create_refund(id, amount=amount, available=earlier.available)
            if answer.status != 412:
                return self._read_refund(answer, id, key)
        new = [r for r in self.refunds(id) if r.outside_id not in earlier.known and r.amount == amount]
        if len(new) != 1:
            raise build_outcome_unknown(self._component)
        self._memory.settle(key, new[0])
        return new[0]


def _too_much(payment: Payment, *, component: str) -> InvalidInput:
    if payment.refundable == 0:
        return InvalidInput(
            "This payment cannot be refunded now.",
            f"GOV.UK Pay says: {payment.refund_status or 'nothing about refunds'}.",
            key="govuk_pay.refund",
            field="amount",
            subject=component,
        )
    return InvalidInput(
        f"At most £{payment.refundable // 100:,}.{payment.refundable % 100:02} can still be refunded.",
        key="govuk_pay.refund",
        field="amount",
        subject=component,
    )
