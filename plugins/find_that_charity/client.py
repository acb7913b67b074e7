"""Requests to Find that Charity: its API for one organisation, and the Reconciliation API 0.2 for a search by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer


class FindThatCharityClient:
    """Asks for organisations. No key."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"Accept": "application/json"}

    def fetch_organisation(self, id: str) -> Answer:
        """One organisation by its org-id, such as `GB-CHC-1089464`."""
        return self._http.request("GET", f"api/v1/organisations/{quote(id, safe='')}", headers=self._headers)

    def search(self, queries: Mapping[str, object]) -> Answer:
        """A batch of reconciliation queries. It reads, though it is a POST, so it may be sent again."""
        return self._http.request(
            "POST", "reconcile", form={"queries": json.dumps(queries)}, headers=self._headers, retry=True
        )

    def fetch_manifest(self) -> Answer:
        """What the search knows: its types."""
        return self._http.request("GET", "reconcile", headers=self._headers)
