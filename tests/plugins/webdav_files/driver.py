"""How the suites drive webdav_files."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from desktop.domain.documents import DocumentDraft
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import CannedHttp, build_canned_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE, Driver, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

ID = OutsideId("C-1/plan.pdf")
RECORD: Record = {
    "href": "/dav/C-1/plan.pdf", "status": "HTTP/1.1 200 OK",
    "getetag": '"v-1"', "getlastmodified": "Mon, 14 Sep 2026 09:00:00 GMT", "getcontentlength": "9",
    "getcontenttype": "application/pdf", "creationdate": "2026-09-10T09:00:00Z", "resourcetype": "",
    "lockdiscovery": {"activelock": {"depth": "0"}},
}  # fmt: skip
DRAFT = DocumentDraft(
    case_id=OutsideId("C-1"), name="plan.pdf", media="application/pdf", body=b"new bytes", outside_id=ID
)


def to_xml(value: Any) -> str:
    """A tree of names and values as elements; what is no XML name or character is left out."""
    if isinstance(value, dict):
        named = [(name, inner) for name, inner in value.items() if re.fullmatch(r"[A-Za-z_][\w-]*", name)]
        return "".join(f"<D:{name}>{to_xml(inner)}</D:{name}>" for name, inner in named)
    if isinstance(value, list):
        return "".join(map(to_xml, value))
    return "" if value is None else escape(re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", str(value)))


def to_response(record: Record) -> str:
    """One record as a response of a multistatus."""
    inner = {name: value for name, value in record.items() if name not in {"href", "status"}}
    status = {"status": record["status"]} if "status" in record else {}
    return to_xml({"response": {"href": record.get("href"), "propstat": {"prop": inner, **status}}})


def encode(tree: Any) -> bytes:
    """Records as a multistatus; a document that is written as it is."""
    inner = "".join(map(to_response, tree)) if isinstance(tree, list) else to_xml(tree)
    return f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{inner}</D:multistatus>'.encode()


def answer_version(request: Request) -> Reply | None:
    """The version, which is asked for before a change."""
    if request.method == "PROPFIND" and request.body and b"getcontentlength" not in request.body:
        return Reply(status=207, body=encode([RECORD]), media="application/xml")
    return None


@cache
def _build() -> tuple[CannedHttp, Any]:
    http = CannedHttp(media="application/xml")
    return http, build_canned_adapter("webdav_files", http, settings={})


def _parse_list(body: bytes) -> object:
    http, adapter = _build()
    http.body = body
    listed: object = adapter.list(OutsideId("C-1"))
    return listed


DRIVERS = (
    Driver(
        plugin="webdav_files",
        capability="documents",
        record=RECORD,
        id_field="href",
        look=lambda adapter: adapter.get(ID),
        look_body=lambda record: [record],
        write=lambda adapter: adapter.put(DRAFT, '"v-1"', KEY, LEAVE),
        write_method="PUT",
        written=[],
        aside=answer_version,
        encode=encode,
        media="application/xml",
    ),
)
MAPPINGS = (
    Parsed(name="webdav_files folder", body=encode([RECORD, {**RECORD, "href": "/dav/C-1/"}]), parse=_parse_list),
)
