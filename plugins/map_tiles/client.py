"""Requests to a service of map pictures."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer


class MapTilesClient:
    """Asks for documents and pictures. The key goes in a header, never in the address, which servers write to logs."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        key = context.secrets.get("api_key", "")
        self._headers = {context.settings["key_header"]: key} if key else {}

    def fetch(self, path: str, params: Mapping[str, str]) -> Answer:
        """One document or picture, by a path below the service's address or a whole address; "" is that address."""
        return self._http.request("GET", path, params=params or None, headers=self._headers)
