"""Requests to the public API of GOV.UK Pay, version 1."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer
from desktop.domain.errors import InvalidInput


class GovukPayClient:
    """Asks the operations of GOV.UK Pay."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"Authorization": f"Bearer {context.secrets['api_key']}", "Accept": "application/json"}

    def fetch_payment(self, payment: str) -> Answer:
        """One payment; this read is never behind."""
        return self._get("payments", payment)

    def fetch_events(self, payment: str) -> Answer:
        """What happened to a payment; this read is never behind."""
        return self._get("payments", payment, "events")

    def fetch_refunds(self, payment: str) -> Answer:
        """Refunds of a payment; this list may be behind."""
        return self._get("payments", payment, "refunds")

    def fetch_refund(self, payment: str, refund: str) -> Answer:
        """One refund; this read is never behind."""
        return self._get("payments", payment, "refunds", refund)

    def fetch_agreement(self, agreement: str) -> Answer:
        """One agreement; this read is never behind."""
        return self._get("agreements", agreement)

    def fetch_list(self, what: str, params: Mapping[str, str]) -> Answer:
        """One page of a search: of payments, refunds, agreements or disputes. It may be behind."""
        return self._get(what, params=params)

    def create_payment(self, body: Mapping[str, object], key: str) -> Answer:
        """Makes a payment. May be sent again: the key makes a repeat known for 24 hours."""
        return self._http.request(
            "POST", "v1/payments", json=body, headers={**self._headers, "Idempotency-Key": key}, retry=True
        )

    def cancel_payment(self, payment: str) -> Answer:
        """Cancels a payment. May be sent again: a payment is cancelled once, and a repeat is refused."""
        return self._act("payments", payment, "cancel")

    def capture_payment(self, payment: str) -> Answer:
        """Takes the money of a payment. May be sent again: a payment is captured once, and a repeat is refused."""
        return self._act("payments", payment, "capture")

    def create_refund(self, payment: str, *, amount: int, available: int) -> Answer:
        """Refunds part of a payment, refused where `available` pence is not what may still be refunded."""
        body = {"amount": amount, "refund_amount_available": available}
        return self._http.request("POST", _build_path("payments", payment, "refunds"), json=body, headers=self._headers)

    def create_agreement(self, body: Mapping[str, object]) -> Answer:
        """Makes an agreement. GOV.UK Pay knows no key for them: a repeat makes another."""
        return self._http.request("POST", "v1/agreements", json=body, headers=self._headers)

    def cancel_agreement(self, agreement: str) -> Answer:
        """Cancels an agreement. May be sent again: an agreement is cancelled once, and a repeat is refused."""
        return self._act("agreements", agreement, "cancel")

    def _act(self, *parts: str) -> Answer:
        # An empty body would be stopped by the firewall of GOV.UK Pay.
        return self._http.request("POST", _build_path(*parts), json={}, headers=self._headers, retry=True)

    def _get(self, *parts: str, params: Mapping[str, str] | None = None) -> Answer:
        return self._http.request("GET", _build_path(*parts), params=params or {}, headers=self._headers)


def _build_path(*parts: str) -> str:
    """A path of ids and words. Raises InvalidInput for an id that would lead elsewhere, such as to a whole list."""
    if any(part.strip(".") == "" for part in parts):
        raise InvalidInput("That is not an id of GOV.UK Pay.", key="govuk_pay.id", field="id")
    return "/".join(("v1", *(quote(part, safe="") for part in parts)))
