"""Requests to a server of OGC API Features."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer

ACCEPT = "application/geo+json, application/json;q=0.9"


class OgcFeaturesClient:
    """Asks for JSON. The key goes in a header, never in the address, which servers write to logs."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        key = context.secrets.get("api_key", "")
        self._headers = {"Accept": ACCEPT, **({context.settings["key_header"]: key} if key else {})}

    def fetch(self, path: str, params: Mapping[str, str]) -> Answer:
        """One resource, by a path below the landing page or a whole address."""
        return self._http.request("GET", path, params=params, headers=self._headers)
