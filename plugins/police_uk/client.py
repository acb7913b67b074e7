"""Requests to data.police.uk. No key."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from desktop.adapters.api import AdapterContext, Answer

LONGEST_ADDRESS = 3_900
"""The service refuses a GET of over 4,094 characters; a long polygon is posted instead."""


class PoliceUkClient:
    """Asks for teams and crimes."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._headers = {"Accept": "application/json"}

    def locate(self, lat: float, lon: float) -> Answer:
        """The force and neighbourhood of a point."""
        return self._get("locate-neighbourhood", {"q": f"{lat:.6f},{lon:.6f}"})

    def fetch_team(self, force: str, neighbourhood: str, part: str = "") -> Answer:
        """A neighbourhood, or one `part` of it: people, priorities, events or boundary."""
        path = f"{quote(force, safe='')}/{quote(neighbourhood, safe='')}"
        return self._get(f"{path}/{part}" if part else path, {})

    def fetch_updated(self) -> Answer:
        """When crimes were last added."""
        return self._get("crime-last-updated", {})

    def fetch_crimes(self, polygon: str) -> Answer:
        """Crimes of the last month inside `lat,lng:lat,lng…`. Not tried again: 503 says that there are too many."""
        path = "crimes-street/all-crime"
        if len(urlencode({"poly": polygon})) > LONGEST_ADDRESS:  # its commas and colons are three letters each there
            return self._http.request("POST", path, form={"poly": polygon}, headers=self._headers, retry=False)
        return self._http.request("GET", path, params={"poly": polygon}, headers=self._headers, retry=False)

    def _get(self, path: str, params: dict[str, str]) -> Answer:
        return self._http.request("GET", path, params=params, headers=self._headers)
