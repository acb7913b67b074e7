"""Requests to an Open Referral UK directory. No key: directories are open data."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer


class OpenReferralClient:
    """Asks for services, terms and taxonomies."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http

    def fetch_details(self) -> Answer:
        """What the directory says of itself."""
        return self._get("", {})

    def fetch_services(self, params: Mapping[str, str]) -> Answer:
        """A page of services."""
        return self._get("services", params)

    def fetch_places(self, params: Mapping[str, str]) -> Answer:
        """A page of services at locations."""
        return self._get("service_at_locations", params)

    def fetch_service(self, id: str) -> Answer:
        """One service, whole."""
        return self._get(f"services/{quote(id, safe='')}", {})

    def fetch_terms(self, params: Mapping[str, str]) -> Answer:
        """A page of terms."""
        return self._get("taxonomy_terms", params)

    def fetch_taxonomies(self, params: Mapping[str, str]) -> Answer:
        """A page of taxonomies; of terms in the older shape."""
        return self._get("taxonomies", params)

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._http.request("GET", path, params=params, headers={"Accept": "application/json"})
