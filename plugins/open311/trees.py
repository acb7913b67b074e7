"""Open311 bodies, XML or JSON, as one shape of plain values. Pure.

XML elements become dicts of their children's names, a repeated name a list, an element without children its text. So
an XML body reads like its JSON twin, except that a single child is not in a list: readers take both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import defusedxml
from defusedxml.ElementTree import ParseError, fromstring

from desktop.adapters.api import build_bad_response, looks_like_html, parse_json, read_body, read_items, read_text
from desktop.domain.errors import BadResponse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST = 30
"""Levels of elements; GeoReport needs six."""

_ZERO_FIRST = re.compile(r"([:\[,]\s*)(0\d+)(?=\s*[,}\]])")
"""A number written 001, as in GeoReport's own examples: not JSON, and it means the text "001"."""

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_body(body: bytes, *, media: str, component: str) -> object:
    """A body of either format as plain values.

    Raises:
        BadResponse: it is empty, a web page, broken, too deep, or XML with a document type or entities.
    """
    text = read_body(body, media)
    if looks_like_html(text) or not text.strip():
        raise build_bad_response(text, component=component)
    if text.lstrip().startswith("<"):
        return _parse_xml(body, text, component=component)
    return _parse_loose_json(text, component=component)


def _parse_loose_json(text: str, *, component: str) -> object:
    try:
        return parse_json(text, component=component)
    except BadResponse:
        mended = _ZERO_FIRST.sub(r'\1"\2"', text)
        if mended == text:
            raise
        return parse_json(mended, component=component)


def _parse_xml(body: bytes, text: str, *, component: str) -> object:
    """XML by its own declaration, else by the text that the bytes were read as (a wrong charset is common)."""
    try:
        root = _find_root(body.strip())
        if root is None:
            root = _find_root(_DECLARATION.sub("", text).encode())
    except (defusedxml.DefusedXmlException, ValueError, LookupError) as error:
        raise build_bad_response(text, component=component, what="its XML is not allowed") from error
    if root is None:
        raise build_bad_response(text, component=component, what="its XML is broken")
    tree = _build_value(root, DEEPEST)
    if tree is None:
        raise build_bad_response(text, component=component, what="its XML is too deep")
    return {_name(root): tree}


def _find_root(body: bytes) -> Element | None:
    try:
        return fromstring(body, forbid_dtd=True)
    except ParseError:
        return None


def _build_value(element: Element, levels: int) -> object:
    """An element as plain values; None where it is deeper than `levels`."""
    if not len(element):
        return (element.text or "").strip()
    if levels == 0:
        return None
    fields: dict[str, object] = {}
    for child in element:
        value = _build_value(child, levels - 1)
        if value is None:
            return None
        name, present = _name(child), fields.get(_name(child))
        if name not in fields:
            fields[name] = value
        elif isinstance(present, list):
            present.append(value)
        else:
            fields[name] = [present, value]
    return fields


def _name(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def find_items(
    tree: object, *, lists: tuple[str, ...], item: str, fields: tuple[str, ...] = ()
) -> tuple[object, ...] | None:
    """The records of a collection, whichever way it is wrapped; None where the body is no such collection.

    Takes `[record]`, `{list: [record]}`, `{list: {item: record}}`, `{list: {item: [record]}}`, `{item: record}`,
    and a record by itself, which is known by one of its `fields`.

    Args:
        tree: what `parse_body` gave.
        lists: names that the collection has been seen under.
        item: the name of one record.
        fields: fields by which one record without any wrapping is known; servers are seen that drop the list around one.
    """
    if isinstance(tree, list):
        return tuple(tree)
    if not isinstance(tree, dict):
        return None
    for name in lists:
        if name in tree:
            return _unwrap(tree[name], item)
    if item in tree:
        return read_items(tree[item])
    return (tree,) if any(name in tree for name in fields) else None


def _unwrap(value: object, item: str) -> tuple[object, ...]:
    if isinstance(value, dict):
        return read_items(value[item]) if item in value else (value,) if value else ()
    return tuple(found for found in read_items(value) if not isinstance(found, str))


def find_errors(tree: object) -> tuple[Mapping[str, object], ...]:
    """The records of an error body; empty where it is none."""
    found = find_items(tree, lists=("errors",), item="error", fields=("code",)) or ()
    records = [record for record in found if isinstance(record, dict)]
    named = isinstance(tree, dict) and ("errors" in tree or "error" in tree)
    shaped = [r for r in records if named or ("description" in r and "code" in r and len(r) <= 3)]
    return tuple(shaped)


def iterate_texts(values: object) -> Iterator[str]:
    """Every text of a value or list."""
    for value in read_items(values):
        if text := read_text(value):
            yield text
