"""Requests to the flood-monitoring API. No key."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer

MOST = 100
"""Items of one list; there may be more where as many come."""


class EaFloodsClient:
    """Asks lists of things near a point."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http

    def fetch(self, path: str, params: Mapping[str, str]) -> Answer:
        """One list, such as `id/floods`, at most 100 items."""
        return self._http.request(
            "GET", path, params={**params, "_limit": str(MOST)}, headers={"Accept": "application/json"}
        )
