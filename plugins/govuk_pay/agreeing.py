"""The agreements of the adapter: made, set up by a payment, charged with nobody there, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.adapters.api import AdapterContext, Page, build_outcome_unknown
from desktop.domain.errors import InvalidInput, OutcomeUnknown
from desktop.domain.ids import OutsideId
from desktop.domain.payments import Agreement, Payment, PaymentRequest

from .asking import LONGEST, Asking, build_other_words, check_choice, check_key, check_text
from .checking import check_charge
from .mapping import build_charge
from .recurring import AGREEMENT_STATUSES, build_agreement, build_agreement_request, parse_agreement

RECENTLY = timedelta(minutes=10)
"""An agreement of the same words made so shortly before, not known here, may be that of a try whose answer was lost."""


class Agreeing(Asking):
    """Agreements for recurring payments."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        self._made: dict[str, Agreement] = {}
        self._lost: dict[str, datetime] = {}
        self._words: dict[str, tuple[str, str, str]] = {}

    def agree(self, reference: str, description: str, user: str, key: str) -> Agreement:
        """Makes an agreement; it becomes active with the payment that sets it up.

        GOV.UK Pay knows no key for agreements. A repeat gives the agreement that the first try made, where the list
        shows it; an equal one of the last ten minutes that was not made from here is asked about rather than doubled.

        Raises:
            OutcomeUnknown: an earlier try may have made it, and the list, which lags, does not tell.
            RemoteConflict: the key is that of another agreement.
        """
        check_text("reference", reference)
        check_text("description", description)
        if user:
            check_text("user", user)
        words = (reference, description, user)
        if self._words.get(key, words) != words:
            raise build_other_words(self._component)
        if key in self._made:
            return self._made[key]
        self._find_lost(key, reference=reference, description=description, user=user)
        if key in self._made:
            return self._made[key]
        body = build_agreement_request(reference=reference, description=description, user=user)
        try:
            made = self._read_write(self._client.create_agreement(body), self._parse_agreement)
        except OutcomeUnknown:
            self._lost[key], self._words[key] = self._clock.now(), words
            raise
        self._made[key], self._words[key] = made, words
        return made

    def agreement(self, id: OutsideId) -> Agreement:
        """One agreement as it is now. Raises NotFound."""
        return self._read(self._client.fetch_agreement(id), self._parse_agreement)

    def agreements(self, reference: str = "", status: str = "", cursor: str = "") -> Page[Agreement]:
        """Agreements by reference or status, newest first. It may lag behind `agreement`."""
        check_choice("status", status, AGREEMENT_STATUSES)
        if len(reference) > LONGEST:
            check_text("reference", reference)
        return self._fetch_page("agreements", {"reference": reference, "status": status}, cursor, build_agreement)

    def end_agreement(self, id: OutsideId, key: str) -> Agreement:  # noqa: ARG002 -- it is ended once: no key needed
        """Cancels an active agreement; one that is cancelled already comes back as it is."""
        answer = self._client.cancel_agreement(id)
        if answer.status < 300:
            return self.agreement(id)
        if answer.status in {400, 409}:
            agreement = self.agreement(id)
            if agreement.status == "cancelled":
                return agreement
        raise self._refuse(answer, writes=True)

    def charge(self, agreement: OutsideId, request: PaymentRequest, key: str) -> Payment:
        """Takes a payment under an active agreement; the same again for the same key within 24 hours.

        `can_retry` of the payment says, once it failed, whether another may be taken under the agreement.

        Raises:
            RemoteConflict: the key took another payment.
        """
        if not agreement:
            raise InvalidInput("Name the agreement.", key="govuk_pay.agreement", field="agreement")
        check_charge(request)
        check_key(key)
        answer = self._client.create_payment(build_charge(request, agreement=agreement), key)
        return self._read_write(answer, self._parse_payment)

    def _find_lost(self, key: str, *, reference: str, description: str, user: str) -> None:
        """Keeps under the key what an earlier try made. Raises OutcomeUnknown where that cannot be told."""
        now = self._clock.now()
        own = {made.outside_id for made in self._made.values()}
        fresh = [
            found
            for found in self.agreements(reference=reference).items
            if (found.reference, found.description, found.user) == (reference, description, user)
            and found.outside_id not in own
            and found.created_at is not None
            and found.created_at >= now - RECENTLY
        ]
        lost = self._lost.get(key)
        if lost is not None and len(fresh) == 1:
            self._made[key] = fresh[0]
        elif fresh or (lost is not None and now - lost < RECENTLY):
            raise build_outcome_unknown(self._component)

    def _parse_agreement(self, text: str) -> Agreement:
        return parse_agreement(text, component=self._component)
