"""Requests to postcodes.io. No key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer

MOST_AT_ONCE = 100
"""The most postcodes in one bulk request."""


class PostcodesIoClient:
    """Asks for postcodes."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http

    def fetch(self, postcode: str) -> Answer:
        """One postcode that is in use."""
        return self._get(f"postcodes/{quote(postcode, safe='')}", {})

    def fetch_terminated(self, postcode: str) -> Answer:
        """One postcode that was in use once."""
        return self._get(f"terminated_postcodes/{quote(postcode, safe='')}", {})

    def search(self, params: Mapping[str, str]) -> Answer:
        """Postcodes by their start, or near a point."""
        return self._get("postcodes", params)

    def fetch_many(self, postcodes: Sequence[str]) -> Answer:
        """At most 100 postcodes. It reads, though it is a POST, so it may be sent again."""
        return self._http.request("POST", "postcodes", json={"postcodes": list(postcodes)}, retry=True)

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._http.request("GET", path, params=params, headers={"Accept": "application/json"})
