"""What is kept of payments: searches by everything the API knows, their events, and disputes."""

from __future__ import annotations

import re
from datetime import date, datetime

from desktop.adapters.api import Page
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId
from desktop.domain.payments import Dispute, Payment, PaymentEvent, PaymentQuery

from .asking import Asking, build_times, check_choice
from .mapping import build_payment, parse_events
from .recurring import DISPUTE_STATUSES, build_dispute

STATUSES = ("created", "started", "submitted", "capturable", "success", "failed", "cancelled", "error")
_DIGITS = {"card_first_digits": 6, "card_last_digits": 4}


class Looking(Asking):
    """Searches and events."""

    def look_for(self, query: PaymentQuery, cursor: str = "") -> Page[Payment]:
        """Payments that fit all that is asked for, newest first. It may lag behind `get`."""
        check_choice("status", query.status, STATUSES)
        for field, count in _DIGITS.items():
            digits = getattr(query, field)
            if digits and not re.fullmatch(rf"[0-9]{{{count}}}", digits):
                raise InvalidInput(f"Enter {count} digits of the card.", key="govuk_pay.digits", field=field)
        params = {
            "reference": query.reference,
            "email": query.email,
            "state": query.status,
            "cardholder_name": query.payer,
            "card_brand": query.card_brand,
            "first_digits_card_number": query.card_first_digits,
            "last_digits_card_number": query.card_last_digits,
            "agreement_id": query.agreement,
            **build_times(query.since, query.until, query.settled_since, query.settled_until),
        }
        return self._fetch_page("payments", params, cursor, build_payment)

    def history(self, id: OutsideId) -> tuple[PaymentEvent, ...]:
        """The states that a payment came to, oldest first. Raises NotFound."""
        answer = self._client.fetch_events(id)
        return self._read(answer, lambda text: parse_events(text, payment=id, component=self._component))

    def disputes(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        settled_since: date | None = None,
        settled_until: date | None = None,
        status: str = "",
        cursor: str = "",
    ) -> Page[Dispute]:
        """Disputes by when they were raised and settled, and by status. Evidence is handed in on GOV.UK Pay's pages."""
        check_choice("status", status, DISPUTE_STATUSES)
        params = {"status": status, **build_times(since, until, settled_since, settled_until)}
        return self._fetch_page("disputes", params, cursor, build_dispute)
