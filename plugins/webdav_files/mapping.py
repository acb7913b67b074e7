"""WebDAV's XML to files. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from desktop.adapters.api import build_bad_response, looks_like_html, read_body, read_moment, read_text, read_whole

from .paths import read_href

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DAV = "{DAV:}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or folder as the server says it is. `steps` are those of its address, from the server's root.

    `etag` has its quotes, and W/ where it is weak; `version` that, else the time of the last change as the server writes
    it, else "".
    """

    steps: tuple[str, ...]
    folder: bool = False
    etag: str = ""
    version: str = ""
    media: str = ""
    size: int | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None
    locked: bool = False


def parse_entries(body: bytes, media: str, *, component: str) -> tuple[Entry, ...]:
    """The entries of a 207 answer.

    Raises:
        BadResponse: it is no multistatus.
    """
    text = read_body(body, media)
    if looks_like_html(text) or not text.strip():
        raise build_bad_response(text, component=component)
    root = _find_root(body.strip())
    if root is None:  # a wrong charset is common: as the text that the bytes were read as
        root = _find_root(_DECLARATION.sub("", text).encode())
    if root is None:
        raise build_bad_response(text, component=component, what="its XML cannot be read")
    if root.tag != f"{_DAV}multistatus":
        raise build_bad_response(text, component=component, what="it does not speak WebDAV")
    return tuple(_iterate_entries(root))


def _find_root(body: bytes) -> Element | None:
    """The root of XML; None where it is broken, or has a document type or entities."""
    try:
        return fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _iterate_entries(root: Element) -> Iterator[Entry]:
    for response in root.iter(f"{_DAV}response"):
        steps = read_href(_text(response.find(f"{_DAV}href")))
        properties = _find_properties(response)
        if steps is not None and properties is not None:
            yield _build_entry(steps, properties)


def _find_properties(response: Element) -> dict[str, Element] | None:
    """Properties that are known (those of a propstat of 200, or of one that says no status); None where there are none."""
    found: dict[str, Element] | None = None
    for propstat in response.iter(f"{_DAV}propstat"):
        status = _text(propstat.find(f"{_DAV}status")).split()
        if len(status) < 2 or status[1] == "200":
            found = {} if found is None else found
            for group in propstat.iter(f"{_DAV}prop"):
                found.update({str(child.tag).removeprefix(_DAV): child for child in group})
    return found


def _build_entry(steps: tuple[str, ...], properties: dict[str, Element]) -> Entry:
    etag = read_etag(_text(properties.get("getetag")))
    kind, lock = properties.get("resourcetype"), properties.get("lockdiscovery")
    size = read_whole(_text(properties.get("getcontentlength")))
    return Entry(
        steps=steps,
        folder=kind is not None and kind.find(f"{_DAV}collection") is not None,
        etag=etag,
        version=etag or _text(properties.get("getlastmodified")),
        media=_text(properties.get("getcontenttype")).partition(";")[0].strip().lower(),
        size=size if size is not None and size >= 0 else None,
        created_at=read_moment(_text(properties.get("creationdate"))),
        changed_at=read_http_date(_text(properties.get("getlastmodified"))),
        locked=lock is not None and lock.find(f"{_DAV}activelock") is not None,
    )


def read_etag(text: str) -> str:
    """An ETag with its quotes: some servers leave them out of the property and have them in the header."""
    return f'"{text}"' if text and not text.endswith('"') else text


def _text(element: Element | None) -> str:
    return "" if element is None else read_text(element.text)


def read_http_date(text: str) -> datetime | None:
    """A date of HTTP (`Mon, 14 Sep 2026 09:00:00 GMT`), or RFC 3339, in UTC; None where it is neither."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return read_moment(text)


def parse_said(body: bytes) -> str:
    """What an error body says in words: a message of the server's own (`s:message` of sabre/dav), or ""."""
    root = _find_root(body.strip())
    if root is None:
        return ""
    return next((_text(child) for child in root.iter() if str(child.tag).endswith("}message")), "")
