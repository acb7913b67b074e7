"""The payments capability on GOV.UK Pay."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.adapters.api import Page
from desktop.domain.clocks import LONDON
from desktop.domain.components import Diagnosis
from desktop.domain.ids import OutsideId
from desktop.domain.payments import Dispute, Payment, PaymentRequest, PaymentState

from .agreeing import Agreeing
from .asking import check_key, format_moment
from .checking import check_request
from .looking import Looking
from .mapping import build_payment, build_request
from .refunds import Refunding


class GovukPayAdapter(Refunding, Agreeing, Looking):
    """Payments through GOV.UK Pay: taken on its pages or under an agreement, captured later, refunded, looked up."""

    key_lifetime = timedelta(hours=24)

    def check(self) -> Diagnosis:
        """Asks for a page of payments and one of disputes: needs the key."""
        payments, open_disputes = self.search().items, self.disputes(status="needs_response").items
        facts = {"payments on the first page": str(len(payments)), "disputes to answer": str(len(open_disputes))}
        return Diagnosis(facts=facts, warnings=tuple(self._warn(open_disputes)))

    def _warn(self, disputes: tuple[Dispute, ...]) -> list[str]:
        """What will bite, in sentences."""
        due = min((dispute.evidence_due for dispute in disputes if dispute.evidence_due), default=None)
        until = f" by {due.astimezone(LONDON).day} {due.astimezone(LONDON):%B %Y}" if due else ""
        warnings = [f"A payer's bank waits for evidence{until}: answer it at GOV.UK Pay."] if disputes else []
        if not self._settings["return_url"]:
            warnings.append("“Page after paying” is not set: a payment that names no page of its own is refused.")
        return warnings

    def create(self, request: PaymentRequest, key: str) -> Payment:
        """Makes a payment for someone to pay at its `next_url`; the same again for the same key within 24 hours.

        One with `delayed_capture` waits as capturable, once it is paid, for `capture`: within five days of its making.
        """
        return_url = request.return_url or self._settings["return_url"]
        check_request(request, return_url=return_url)
        check_key(key)
        answer = self._client.create_payment(build_request(request, return_url=return_url), key)
        return self._read_write(answer, self._parse_payment)

    def search(self, reference: str = "", cursor: str = "", since: datetime | None = None) -> Page[Payment]:
        """Payments by reference or date, newest first as GOV.UK Pay gives them. It may lag behind `get`."""
        params = {"reference": reference, "from_date": format_moment(since)}
        return self._fetch_page("payments", params, cursor, build_payment)

    def cancel(self, id: OutsideId, key: str) -> Payment:  # noqa: ARG002 -- a payment is cancelled once: no key needed
        """Cancels a payment that is not finished; one that is cancelled already comes back as it is."""
        answer = self._client.cancel_payment(id)
        if answer.status < 300:
            return self.get(id)
        if answer.status in {400, 409}:
            payment = self.get(id)
            if payment.state is PaymentState.CANCELLED:
                return payment
        raise self._refuse(answer, writes=True)

    def capture(self, id: OutsideId, key: str) -> Payment:  # noqa: ARG002 -- a payment is captured once: no key needed
        """Takes the money of a payment that waits for it; one that was captured already comes back as it is."""
        answer = self._client.capture_payment(id)
        if answer.status < 300:
            return self.get(id)
        if answer.status in {400, 409}:
            payment = self.get(id)
            if payment.delayed_capture and payment.state is PaymentState.SUCCESS:
                return payment
        raise self._refuse(answer, writes=True)
