"""Requests to the ZGW APIs, each with a token of its own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from desktop.adapters.api import AdapterContext, Answer

from .tokens import build_token

CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
"""Sent along always: cases are refused without it, and the other resources do not mind."""


class ZgwClient:
    """Asks one server. A path is below one of the three APIs (`zaken`, `catalogi`, `documenten`), or a whole address."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._settings = context.settings
        self._secret = context.secrets["secret"]
        self._clock = context.clock
        self._base = urlsplit(context.settings["base_url"])

    def find_path(self, api: str, *steps: str) -> str:
        """A path of one API: `find_path("zaken", "statussen", id)`."""
        return "/".join([self._settings[f"{api}_path"].strip("/"), *(quote(step, safe="") for step in steps)])

    def is_own(self, url: str) -> bool:
        """Whether an address that the server wrote leads to the same server.

        Behind a proxy a server knows itself by plain http or another port: its host is what counts.
        """
        try:
            host = urlsplit(url).hostname
        except ValueError:
            return False
        return host is not None and host == self._base.hostname

    def _reach(self, path: str) -> str:
        """An address that the server wrote, by the way that the settings name; a path as it is."""
        if not self.is_own(path):
            return path
        return urlunsplit((self._base.scheme, self._base.netloc, *urlsplit(path)[2:]))

    def read(self, path: str, params: Mapping[str, str] | None = None, *, etag: str = "") -> Answer:
        """A read; with `etag`, only what has changed since."""
        condition = {"If-None-Match": etag} if etag else {}
        return self._http.request(
            "GET", self._reach(path), params=params or None, headers={**self._headers(), **condition}
        )

    def download(self, url: str) -> Answer:
        """The bytes of a document."""
        return self._http.request("GET", self._reach(url), headers={**self._headers(), "Accept": "*/*"})

    def write(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, note: str = "", etag: str = ""
    ) -> Answer:
        """A write. `note` goes into the audit trail, where it is found again; `etag` is heeded by some servers only."""
        headers = dict(self._headers())
        if note:
            headers["X-Audit-Toelichting"] = note
        if etag:
            headers["If-Match"] = etag
        return self._http.request(method, path, json=body, headers=headers)

    def upload(self, url: str, body: bytes, media: str) -> Answer:
        """One part of a large document. May be sent again: a part takes the place of itself."""
        headers = {**self._headers(), "Content-Type": media}
        return self._http.request("PUT", self._reach(url), data=body, headers=headers, retry=True)

    def _headers(self) -> Mapping[str, str]:
        token = build_token(
            client_id=self._settings["client_id"],
            secret=self._secret,
            user_id=self._settings["user_id"],
            user_name=self._settings["user_name"],
            at=self._clock.now(),
        )
        return {"Authorization": f"Bearer {token}", "Accept": "application/json", **CRS}
