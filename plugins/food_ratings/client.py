"""Requests to the ratings API, version 2. No key; without the version header it answers nothing of use."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer


class FoodRatingsClient:
    """Asks for establishments and authorities."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"x-api-version": "2", "Accept": "application/json", "Accept-Language": "en-GB"}

    def fetch(self, path: str, params: Mapping[str, str]) -> Answer:
        """One resource, such as `Establishments`."""
        return self._http.request("GET", path, params=params, headers=self._headers)
