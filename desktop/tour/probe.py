"""The tour's own requests: what the components say, asked over HTTP past the desk; and the trainer's hand."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

SECONDS = 10.0


class Probe:
    """Asks the components of the training town directly."""

    def __init__(self, urls: Mapping[str, str], keys: Mapping[str, str]) -> None:
        self._urls = urls
        self._keys = keys

    def fetch_case(self, area: str, outside_id: str) -> dict[str, Any]:
        """A case as its component has it; {} when it has none."""
        rows = self._ask("GET", f"{self._urls[area]}/requests/{quote(outside_id)}.json")
        return dict(rows[0]) if rows else {}

    def fetch_updates(self, area: str, outside_id: str) -> list[dict[str, Any]]:
        """What happened on a case, as its component has it."""
        query = urlencode({"service_request_id": outside_id})
        rows = self._ask("GET", f"{self._urls[area]}/servicerequestupdates.json?{query}")
        return [dict(row) for row in rows or []]

    def find_payments(self) -> list[dict[str, Any]]:
        """Every payment as the provider really has it, newest first."""
        rows = self._trainer("GET", "state/payments")
        return sorted((dict(row) for row in rows), key=lambda row: row.get("created_at", 0), reverse=True)

    def fetch_payment(self, outside_id: str) -> dict[str, Any]:
        """A payment, asked of the provider's own API."""
        url = f"{self._urls['govuk_pay']}/v1/payments/{quote(outside_id)}"
        return dict(self._ask("GET", url, key=self._keys["govuk_pay"]) or {})

    def change_as_colleague(self, area: str, outside_id: str, *, status: str, text: str, by: str) -> dict[str, Any]:
        """A colleague changes a case in the component itself."""
        return dict(
            self._trainer("POST", f"cases/{area}/{quote(outside_id)}", {"status": status, "text": text, "by": by})
        )

    def set_power(self, component: str, *, up: bool) -> None:
        """Takes a component down, or brings it up."""
        self._trainer("POST", f"components/{component}", {"up": up})

    def tune(self, **milliseconds: int) -> None:
        """Changes times of the town, such as `expiry_ms`."""
        self._trainer("POST", "settings", milliseconds)

    def slow_down(self, component: str, milliseconds: int) -> None:
        """Makes a component answer late until it is mended."""
        self._trainer("POST", "faults", {"component": component, "kind": "slow", "ms": milliseconds, "times": 0})

    def mend(self) -> None:
        """Ends every fault."""
        self._trainer("DELETE", "faults")

    def _trainer(self, method: str, path: str, body: object | None = None) -> Any:
        return self._ask(method, f"{self._urls['admin']}/{path}", body, key=self._keys["admin"])

    def _ask(self, method: str, url: str, body: object | None = None, *, key: str = "") -> Any:
        request = urllib.request.Request(url, method=method)  # noqa: S310  # loopback, from the town's own line
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise
