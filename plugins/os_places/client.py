"""Requests to OS Places."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer, find_client_tokens
from desktop.domain.errors import NotReady, OutcomeUnknown

GRID = "EPSG:27700"
"""The system in which areas and points are asked for: the API turns degrees into it by 8 metres only, Knit to a centimetre."""
DEGREES = "WGS84"
"""Asked for in answers: with it, records carry LAT and LNG beside the national grid."""


class OsPlacesClient:
    """Asks the operations of OS Places. Key and token go in headers, never in the address, which servers write to logs."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._component = context.component
        self._tokens = find_client_tokens(context)
        self._key = context.secrets.get("api_key", "")
        languages = "EN,CY" if "," in context.settings["language"] else context.settings["language"]
        self._common = {"dataset": context.settings["dataset"], "lr": languages, "output_srs": DEGREES}

    @property
    def signs_in_with(self) -> str:
        """How it signs in, in words."""
        return "API key" if self._tokens is None else "client id and secret"

    def fetch(self, operation: str, params: Mapping[str, str]) -> Answer:
        """One operation: find, postcode, uprn, nearest, bbox or radius."""
        return self._ask("GET", operation, params, None)

    def fetch_within(self, shape: Mapping[str, object], params: Mapping[str, str]) -> Answer:
        """Places in a polygon, given as GeoJSON. It only reads, so it may be sent again."""
        try:
            return self._ask("POST", "polygon", params, shape)
        except OutcomeUnknown as error:  # nothing was to be carried out
            raise NotReady(
                f"{self._component} did not answer.",
                "Knit tries again by itself.",
                key="os_places.lost",
                subject=self._component,
            ) from error

    def _ask(self, method: str, operation: str, params: Mapping[str, str], json: object | None) -> Answer:
        def ask(authorised: dict[str, str]) -> Answer:
            headers = {"Accept": "application/json", **authorised}
            given = {**self._common, **params}
            return self._http.request(method, operation, params=given, headers=headers, json=json, retry=True)

        if self._tokens is not None:
            return self._tokens.authorise(ask)
        return ask({"key": self._key})
