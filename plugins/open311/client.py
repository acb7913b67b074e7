"""Requests to an Open311 endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer

from .endpoint import EndpointFinder

_MEDIA = {"xml": "text/xml, application/xml", "json": "application/json"}


class Open311Client:
    """Asks one jurisdiction of GeoReport v2 in one format, and the updates of the FixMyStreet dialect."""

    def __init__(self, context: AdapterContext, finder: EndpointFinder, jurisdiction: str) -> None:
        self._http = context.http
        self._finder = finder
        self._format = context.settings["format"]
        self._key = context.secrets.get("api_key", "")
        self._key_for_reads = context.settings["key_for_reads"]
        self._common = {"jurisdiction_id": jurisdiction} if jurisdiction else {}

    def fetch_services(self) -> Answer:
        """The list of services."""
        return self._get("services")

    def fetch_service(self, code: str) -> Answer:
        """The definition of a service."""
        return self._get(f"services/{quote(code, safe='')}")

    def fetch_requests(self, params: Mapping[str, str]) -> Answer:
        """Requests by time, service or ids."""
        return self._get("requests", params)

    def fetch_request(self, id: str) -> Answer:
        """One request."""
        return self._get(f"requests/{quote(id, safe='')}")

    def fetch_token(self, token: str) -> Answer:
        """The request that a token stands for, once there is one."""
        return self._get(f"tokens/{quote(token, safe='')}")

    def create_request(self, form: Mapping[str, str | list[str]]) -> Answer:
        """Makes a request. Never sent twice: Open311 knows no repeat."""
        return self._post("requests", form)

    def fetch_updates(self, params: Mapping[str, str]) -> Answer:
        """Updates by time."""
        return self._get("servicerequestupdates", params)

    def create_update(self, form: Mapping[str, str | list[str]]) -> Answer:
        """Adds an update. Never sent twice."""
        return self._post("servicerequestupdates", form)

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        query, headers = {**self._common, **(params or {})}, {"Accept": _MEDIA[self._format]}
        if self._key and self._key_for_reads == "query":
            query["api_key"] = self._key
        if self._key and self._key_for_reads == "header":
            headers["Authorization"] = f"Bearer {self._key}"
        return self._http.request("GET", self._url(path), params=query, headers=headers)

    def _post(self, path: str, form: Mapping[str, str | list[str]]) -> Answer:
        body = {**self._common, **form}
        if self._key:
            body["api_key"] = self._key  # GeoReport wants it in the body
        return self._http.request(
            "POST", self._url(path), form=body, headers={"Accept": _MEDIA[self._format]}, retry=False
        )

    def _url(self, path: str) -> str:
        return f"{self._finder.get_base()}/{path}.{self._format}"
