"""XML from outside, read as a stream: no entities, nothing fetched, and only as deep and as large as is sensible. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from desktop.adapters.api import build_bad_response, looks_like_html, read_body

MOST_BYTES = 8 * 1024 * 1024
"""Of a capabilities document: the largest that are known have 2 MB."""
MOST_DEEP = 100

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def iterate_events(body: bytes, media: str, *, component: str) -> Iterator[tuple[str, Element]]:
    """`start` and `end` of each element, whose tags have no namespace; who reads them clears what is done with.

    A document type is passed over: WMS 1.1.1 has one, and nothing that it names is ever fetched or put in.

    Raises:
        BadResponse: it is no XML, has entities, or is too large or too deep.
    """
    text = _decode(body, media)
    if not text.lstrip().startswith("<") or looks_like_html(text):
        raise build_bad_response(text, component=component)
    if len(body) > MOST_BYTES:
        raise build_bad_response(text, component=component, what="its answer is larger than 8 MB")
    # The text is decoded, whatever its declaration says: servers say UTF-8 and send something else.
    stream = BytesIO(_DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", "replace"))
    deep = 0
    try:
        for event, element in iterparse(stream, events=("start", "end")):
            deep += 1 if event == "start" else -1
            if deep > MOST_DEEP:
                raise build_bad_response(text, component=component, what="its answer is nested too deeply")
            if event == "start":
                element.tag = element.tag.rpartition("}")[2]
            yield event, element
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise build_bad_response(text, component=component) from error


def _decode(body: bytes, media: str) -> str:
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    return read_body(body, media).lstrip("\ufeff")


def find_text(element: Element, *path: str) -> str:
    """The text of an element below, by tags without namespaces; "" where there is none."""
    for name in path:
        found = next((child for child in element if child.tag == name), None)
        if found is None:
            return ""
        element = found
    return " ".join((element.text or "").split())


def iterate_below(element: Element, name: str) -> Iterator[Element]:
    """The children with a tag, whatever their namespace."""
    return (child for child in element if child.tag == name)


def find_attribute(element: Element, name: str) -> str:
    """An attribute by its name without namespace, "" where there is none."""
    return next((value.strip() for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
