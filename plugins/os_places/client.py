"""Requests to OS Places."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer

SRS = "WGS84"
"""Asked for in and out: with it, results carry LAT and LNG beside the national grid."""


class OsPlacesClient:
    """Asks the operations of OS Places. The key goes in a header, never in the address, which servers write to logs."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"key": context.secrets["api_key"], "Accept": "application/json"}
        self._common = {"dataset": context.settings["dataset"], "output_srs": SRS}

    def fetch(self, operation: str, params: Mapping[str, str]) -> Answer:
        """One operation: find, postcode, uprn or nearest."""
        return self._http.request("GET", operation, params={**self._common, **params}, headers=self._headers)
