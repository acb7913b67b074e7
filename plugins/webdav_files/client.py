"""Requests of WebDAV (RFC 4918)."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer

LOCK_S = 3_600
"""How long a lock lasts that nobody takes off."""

_PROPFIND = '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop>{}</D:prop></D:propfind>'
_ALL = _PROPFIND.format(
    "<D:resourcetype/><D:getetag/><D:getlastmodified/><D:getcontentlength/><D:getcontenttype/><D:creationdate/>"
    "<D:lockdiscovery/>"
).encode()
_VERSION = _PROPFIND.format("<D:resourcetype/><D:getetag/><D:getlastmodified/>").encode()
_LOCK = (
    b'<?xml version="1.0" encoding="utf-8"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype><D:owner>Knit</D:owner></D:lockinfo>"
)
_XML = {"Content-Type": "application/xml; charset=utf-8"}


class WebdavClient:
    """Asks a WebDAV server. `path` is always quoted already, "" for the folder of the settings itself."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        name, password = context.settings["username"], context.secrets.get("password", "")
        pair = base64.b64encode(f"{name}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"} if name or password else {}

    def find_options(self) -> Answer:
        """What the server can do."""
        return self._ask("OPTIONS", "", {})

    def fetch_folder(self, path: str) -> Answer:
        """Properties of a folder and of what lies in it."""
        return self._ask("PROPFIND", path, {**_XML, "Depth": "1"}, _ALL)

    def fetch_properties(self, path: str) -> Answer:
        """Properties of one file or folder."""
        return self._ask("PROPFIND", path, {**_XML, "Depth": "0"}, _ALL)

    def fetch_version(self, path: str) -> Answer:
        """Only the properties that tell one version of a file from another."""
        return self._ask("PROPFIND", path, {**_XML, "Depth": "0"}, _VERSION)

    def fetch_body(self, path: str) -> Answer:
        """A file's bytes. Not compressed: some servers give a compressed answer an ETag of its own."""
        return self._ask("GET", path, {"Accept-Encoding": "identity"})

    def put_body(self, path: str, body: bytes, conditions: Mapping[str, str], media: str) -> Answer:
        """Writes a file under conditions."""
        return self._ask("PUT", path, {**conditions, "Content-Type": media or "application/octet-stream"}, body)

    def make_folder(self, path: str) -> Answer:
        """Makes a folder. May be sent again: one that is there already is refused with 405."""
        return self._ask("MKCOL", path, {}, retry=True)

    def lock(self, path: str) -> Answer:
        """Locks a file against changes by others."""
        headers = {**_XML, "Timeout": f"Second-{LOCK_S}", "Depth": "0"}
        return self._ask("LOCK", path, headers, _LOCK)

    def unlock(self, path: str, token: str) -> Answer:
        """Takes a lock off. May be sent again: a lock is taken off once."""
        return self._ask("UNLOCK", path, {"Lock-Token": f"<{token}>"}, retry=True)

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        data: bytes | None = None,
        *,
        retry: bool | None = None,
    ) -> Answer:
        return self._http.request(method, path, headers={**self._headers, **headers}, data=data, retry=retry)
