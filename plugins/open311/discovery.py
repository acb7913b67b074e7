"""Service discovery of Open311: where a council's endpoints are, and what they speak. Pure; bodies are read by `trees`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import build_bad_response, read_record, read_text

from .trees import find_items, iterate_texts

_GEOREPORT = re.compile(r"georeport[-_ ]?v2/?", re.IGNORECASE)
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEndpoint:
    """One endpoint. `kind` is production or test; `formats` are xml and json as far as it names them."""

    url: str
    kind: str
    formats: tuple[str, ...]
    changeset: str
    is_georeport: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryFile:
    """What a discovery address says: its endpoints, whom to ask and how to get a key."""

    endpoints: tuple[FoundEndpoint, ...]
    changeset: str
    contact: str
    key_service: str


def read_discovery(tree: object, *, component: str) -> DiscoveryFile:
    """The file from what `parse_body` gave. Raises BadResponse where it is none."""
    record = read_record(tree)
    record = read_record(record.get("discovery")) or record
    found = find_items(record, lists=("endpoints",), item="endpoint")
    if found is None:
        raise build_bad_response("", component=component, what="it is not a service discovery")
    endpoints = tuple(_build_endpoint(read_record(item)) for item in found)
    return DiscoveryFile(
        endpoints=tuple(endpoint for endpoint in endpoints if endpoint.url),
        changeset=read_text(record.get("changeset")),
        contact=read_text(record.get("contact"))[:LONGEST_WORDS],
        key_service=read_text(record.get("key_service"))[:LONGEST_WORDS],
    )


def _build_endpoint(record: Mapping[str, object]) -> FoundEndpoint:
    formats = record.get("formats")
    inner = formats.get("format") if isinstance(formats, dict) else formats
    media = " ".join(iterate_texts(inner)).lower()
    specification = read_text(record.get("specification")).rstrip("/")
    return FoundEndpoint(
        url=read_text(record.get("url")).rstrip("/"),
        kind="test" if read_text(record.get("type")).lower() == "test" else "production",
        formats=tuple(name for name in ("xml", "json") if name in media),
        changeset=read_text(record.get("changeset")),
        is_georeport=_GEOREPORT.fullmatch(specification.rpartition("/")[2]) is not None,
    )


def find_endpoint(found: DiscoveryFile, kind: str) -> FoundEndpoint | None:
    """The GeoReport v2 endpoint of a kind, the first where there are several."""
    return next((one for one in found.endpoints if one.is_georeport and one.kind == kind), None)
