"""The payments capability on GOV.UK Pay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from desktop.adapters.api import AdapterContext, Answer, Page, build_outcome_unknown
from desktop.domain.components import Diagnosis
from desktop.domain.errors import BadResponse, InvalidInput, NotReady, RemoteConflict
from desktop.domain.ids import OutsideId
from desktop.domain.money import MOST, Pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState, Refund

from .client import GovukPayClient
from .mapping import build_request, parse_found, parse_payment, parse_refund, parse_refunds, parse_refusal
from .refunding import RefundMemory, RefundTry
from .refusing import NO_SUCH_PAGE, build_error

T = TypeVar("T")
_KEY = re.compile(r"[A-Za-z0-9-]{1,255}")
_LONGEST = 255
RECENTLY = timedelta(minutes=10)
"""A refund of the same amount made so shortly before, not by this process, may be this one: then the officer is asked."""


class GovukPayAdapter:
    """Payments through GOV.UK Pay."""

    key_lifetime = timedelta(hours=24)

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = GovukPayClient(context)
        self._settings = context.settings
        self._clock = context.clock
        self._memory = RefundMemory()

    def check(self) -> Diagnosis:
        """Asks for a page of payments: needs the key."""
        return Diagnosis(facts={"payments on the first page": str(len(self.search().items))})

    def create(self, request: PaymentRequest, key: str) -> Payment:
        """Makes a payment for someone to pay at its `next_url`; the same again for the same key within 24 hours."""
        return_url = request.return_url or self._settings["return_url"]
        _check_request(request, return_url=return_url)
        if not _KEY.fullmatch(key):
            raise InvalidInput("The key may have letters, digits and - only.", key="govuk_pay.key", field="key")
        answer = self._client.create_payment(build_request(request, return_url=return_url), key)
        return self._read_write(answer, lambda text: parse_payment(text, component=self._component))

    def get(self, id: OutsideId) -> Payment:
        """One payment as it is now. Raises NotFound."""
        return self._read(self._client.fetch_payment(id), lambda text: parse_payment(text, component=self._component))

    def search(self, reference: str = "", cursor: str = "", since: datetime | None = None) -> Page[Payment]:
        """Payments by reference or date, newest first as GOV.UK Pay gives them. It may lag behind `get`."""
        if cursor and not re.fullmatch(r"[1-9][0-9]{0,8}", cursor):
            raise InvalidInput("That is not a page of GOV.UK Pay.", key="govuk_pay.cursor", field="cursor")
        params = {"page": cursor or "1", "display_size": self._settings["page_size"]}
        if reference:
            params["reference"] = reference
        if since is not None:
            moment = since if since.tzinfo else since.replace(tzinfo=UTC)
            params["from_date"] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = self._client.fetch_payments(params)
        if answer.status == 404 and parse_refusal(_read(answer)).code == NO_SUCH_PAGE:
            return Page(items=())  # payments went away between two pages
        found = self._read(answer, lambda text: parse_found(text, component=self._component))
        forward = found.following is not None and found.following > int(cursor or "1")
        return Page(items=found.items, raws=found.raws, cursor=str(found.following) if forward else "")

    def cancel(self, id: OutsideId, key: str) -> Payment:  # noqa: ARG002 -- a payment is cancelled once: no key needed
        """Cancels a payment that is not finished; one that is cancelled already comes back as it is."""
        answer = self._client.cancel_payment(id)
        if answer.status < 400:
            return self.get(id)
        if answer.status in {400, 409}:
            payment = self.get(id)
            if payment.state is PaymentState.CANCELLED:
                return payment
        raise self._refuse(answer, writes=True)

    def refund(self, id: OutsideId, amount: Pence, key: str) -> Refund:
        """Gives money back, in pence.

        GOV.UK Pay knows no key for refunds. What it does know is the amount that the caller believes can still be
        refunded: a repeat with the amount from before the first try is refused if that one was carried out.

        Raises:
            InvalidInput: more than can be refunded, or nothing.
            RemoteConflict: someone else refunds the same payment at this moment.
            NotReady: a refund was made that the list does not show yet.
            OutcomeUnknown: an earlier try with this key may have been carried out and it cannot be told.
        """
        if amount <= 0:
            raise InvalidInput("Enter an amount of at least £0.01.", key="govuk_pay.amount", field="amount")
        earlier = self._memory.find(key)
        if earlier is not None:
            return self._repeat_refund(id, amount, key, earlier)
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
        answer = self._send_refund(payment, amount, key, known=known)
        if answer.status == 412:
            # Refused before anything was done, so one more try is safe: someone else refunded meanwhile.
            answer = self._send_refund(self.get(id), amount, key, known=self.refunds(id))
        return self._read_refund(answer, id, key)

    def refunds(self, id: OutsideId) -> tuple[Refund, ...]:
        """What was given back so far. It may lag behind `get`, whose `refunded` does not."""
        answer = self._client.fetch_refunds(id)
        return self._read(answer, lambda text: parse_refunds(text, payment=id, component=self._component))

    # ==== refunds ====

    def _send_refund(self, payment: Payment, amount: Pence, key: str, *, known: tuple[Refund, ...]) -> Answer:
        """One try; `payment` was read just now, and that read is never behind."""
        if amount > payment.refundable:
            raise _too_much(payment, component=self._component)
        ids = frozenset(refund.outside_id for refund in known)
        self._memory.keep(key, available=payment.refundable, known=ids)
        return self._client.create_refund(payment.outside_id, amount=amount, available=payment.refundable)

    def _read_refund(self, answer: Answer, id: OutsideId, key: str) -> Refund:
        if 400 <= answer.status < 500:
            self._memory.drop(key)  # refused: nothing was done
        refund = self._read_write(
            answer, lambda text: parse_refund(text, payment=id, component=self._component), refunding=True
        )
        self._memory.settle(key, refund)
        return refund

    def _repeat_refund(self, id: OutsideId, amount: Pence, key: str, earlier: RefundTry) -> Refund:
        """What an earlier try with this key did; sends again only where it did nothing."""
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

    # ==== reading ====

    def _read(self, answer: Answer, parse: Callable[[str], T]) -> T:
        if answer.status >= 300:
            raise self._refuse(answer, writes=False)
        return parse(_read(answer))

    def _read_write(self, answer: Answer, parse: Callable[[str], T], *, refunding: bool = False) -> T:
        """The answer to a write: one that cannot be read may still mean that it was carried out."""
        if answer.status >= 300:
            raise self._refuse(answer, writes=True, refunding=refunding)
        try:
            return parse(_read(answer))
        except BadResponse as error:
            raise build_outcome_unknown(self._component) from error

    def _refuse(self, answer: Answer, *, writes: bool, refunding: bool = False) -> Exception:
        refusal = parse_refusal(_read(answer))
        if refunding and answer.status == 412:
            return RemoteConflict(
                "Someone else is refunding this payment at this moment.",
                "Look at its refunds, then try again.",
                key="govuk_pay.refund",
                subject=self._component,
            )
        return build_error(answer, refusal, component=self._component, writes=writes, clock=self._clock)


def _read(answer: Answer) -> str:
    return answer.text


def _check_request(request: PaymentRequest, *, return_url: str) -> None:
    """Refuses beside the field what GOV.UK Pay would refuse."""
    if not 0 < request.amount <= MOST:
        raise InvalidInput("Enter an amount from £0.01 to £100,000.00.", key="govuk_pay.amount", field="amount")
    for field, text in (("reference", request.reference), ("description", request.description)):
        if not text.strip():
            raise InvalidInput(f"Enter a {field}.", key=f"govuk_pay.{field}", field=field)
        if len(text) > _LONGEST:
            raise InvalidInput(
                f"The {field} may have {_LONGEST} characters at most.", key=f"govuk_pay.{field}", field=field
            )
    if not re.match(r"https?://[^/\s]", return_url):
        raise InvalidInput(
            "The payment needs a page where the payer goes afterwards.",
            "Set “Page after paying” in the settings of the component.",
            key="govuk_pay.return_url",
            field="return_url",
        )


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
