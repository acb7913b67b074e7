"""Pushes of payments, cancellations and refunds."""

from __future__ import annotations

import msgspec

from desktop.adapters.api import Payments, find_part
from desktop.adapters.heard import call_heard
from desktop.domain import points
from desktop.domain.clocks import from_epoch
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence, format_pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState
from desktop.sync.incoming import payment_rows
from desktop.sync.ops import Offer, Op
from desktop.sync.outcomes import SKEW, Decided, Outcomes


class PaymentPusher:
    """One op of a payment. A search may lag behind, so what it does not find decides nothing."""

    def __init__(self, to: Outcomes, adapter: object) -> None:
        """Raises InvalidInput where the component takes no payments."""
        payments = find_part(adapter, "payments")
        if not isinstance(payments, Payments):
            raise to.cannot()
        self._to = to
        self._payments: Payments = payments

    def create(self, offer: Offer) -> Decided:
        op, payments = offer.op, self._payments
        request = msgspec.convert(op.send["request"], PaymentRequest)
        age = self._to.clock.now() - from_epoch(op.offered_at or op.made_at)
        if offer.offered_before and not -SKEW < age < payments.key_lifetime:  # before: the clock was set back
            # The component has forgotten the key: a repeat could take the money twice. A search that finds decides;
            # one that finds nothing does not, for it may lag behind.
            since = self._to.since(op)  # an older payment of the same reference and amount is another one
            page = payments.search(reference=request.reference, since=since)
            found = [p for p in page.items if p.amount == request.amount and p.created_at >= since]
            if len(found) != 1:
                raise self._to.ask(op, "Whether this payment was made cannot be known any more.")
            return self._decide_payment(op, found[0], b"")
        asked = self._to.base.tick()
        points.reach("host.push.before_send")
        payment, raw = call_heard(lambda: payments.create(request, op.id))
        points.reach("host.push.after_send")
        return self._decide_payment(op, payment, raw, asked=asked)

    def cancel(self, offer: Offer) -> Decided:
        op, payments, id = offer.op, self._payments, offer.outside_id
        if self._to.find_accepted(op) is not None:
            return self._read_again(op, id)
        now, raw = call_heard(lambda: payments.get(id))
        points.reach("host.push.read")
        if now.state == PaymentState.CANCELLED:
            return self._decide_payment(op, now, raw)
        if now.state.is_final:
            detail = {"error": f"The payment is already {now.state.value}, so it was not cancelled."}
            return self._to.decide(op, "refused", outside_id=id, rows=payment_rows((now,), (raw,)), detail=detail)
        points.reach("host.push.before_send")
        payments.cancel(id, op.id)
        points.reach("host.push.after_send")
        return self._read_again(op, id)

    def refund(self, offer: Offer) -> Decided:
        op, payments, id = offer.op, self._payments, offer.outside_id
        if self._to.find_accepted(op) is not None:
            return self._read_again(op, id)
        amount = Pence(int(op.send["amount"]))
        before = int(op.seen.get("refundable", "-1"))
        now, raw = call_heard(lambda: payments.get(id))
        points.reach("host.push.read")
        if offer.offered_before and now.refundable == before - amount:
            return self._decide_payment(op, now, raw)
        if now.refundable != before:
            if offer.offered_before:
                raise self._to.ask(op, "Whether this refund was made cannot be told: others were made meanwhile.")
            # Nothing was given back, and an amount is no field to choose between: the officer looks and asks anew.
            words = (
                f"Another refund was made meanwhile, so this one was not. {format_pence(now.refundable)} is left to "
                "refund. Discard this one, then refund again if it is still right."
            )
            return self._to.decide(
                op, "refused", outside_id=id, rows=payment_rows((now,), (raw,)), detail={"error": words}
            )
        points.reach("host.push.before_send")
        payments.refund(id, amount, op.id)
        points.reach("host.push.after_send")
        return self._read_again(op, id)

    def _read_again(self, op: Op, id: OutsideId) -> Decided:
        with self._to.taken(op, id):
            asked = self._to.base.tick()
            payment, raw = call_heard(lambda: self._payments.get(id))
        return self._decide_payment(op, payment, raw, asked=asked)

    def _decide_payment(self, op: Op, payment: Payment, raw: bytes, *, asked: int = 0) -> Decided:
        rows = payment_rows((payment,), (raw,))
        return self._to.decide(op, "done", outside_id=payment.outside_id, rows=rows, asked=asked)
