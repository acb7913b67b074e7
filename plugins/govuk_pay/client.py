"""Requests to the public API of GOV.UK Pay, version 1."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer


class GovukPayClient:
    """Asks the operations of GOV.UK Pay."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"Authorization": f"Bearer {context.secrets['api_key']}", "Accept": "application/json"}

    def fetch_payment(self, payment: str) -> Answer:
        """One payment; this read is never behind."""
        return self._get(f"v1/payments/{quote(payment, safe='')}", {})

    def fetch_refunds(self, payment: str) -> Answer:
        """Refunds of a payment; this list may be behind."""
        return self._get(f"v1/payments/{quote(payment, safe='')}/refunds", {})

    def fetch_payments(self, params: Mapping[str, str]) -> Answer:
        """One page of a search, which may be behind."""
        return self._get("v1/payments", params)

    def create_payment(self, body: Mapping[str, object], key: str) -> Answer:
        """Makes a payment. May be sent again: the key makes a repeat known for 24 hours."""
        return self._http.request(
            "POST", "v1/payments", json=body, headers={**self._headers, "Idempotency-Key": key}, retry=True
        )

    def cancel_payment(self, payment: str) -> Answer:
        """Cancels a payment. May be sent again: a payment is cancelled once, and a repeat is refused."""
        path = f"v1/payments/{quote(payment, safe='')}/cancel"
        return self._http.request("POST", path, json={}, headers=self._headers, retry=True)

    def create_refund(self, payment: str, *, amount: int, available: int) -> Answer:
        """Refunds part of a payment, refused where `available` pence is not what may still be refunded."""
        path = f"v1/payments/{quote(payment, safe='')}/refunds"
        body = {"amount": amount, "refund_amount_available": available}
        return self._http.request("POST", path, json=body, headers=self._headers)

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._http.request("GET", path, params=params, headers=self._headers)
