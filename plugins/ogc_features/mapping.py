"""OGC API Features JSON to layers and features. Pure.

Collections are `{collections: [{id, title, description, extent, crs, storageCrs, links}]}`; features are GeoJSON with
`links`, of which `next` alone says that there is more: `numberMatched` may be absent and is never asked. An error is
`{code, description}`, or a problem object with `title` and `detail`, or a gateway's `{fault: {faultstring}}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from desktop.adapters.api import (
    build_bad_response,
    pack_raws,
    parse_json,
    read_flag,
    read_items,
    read_number,
    read_record,
    read_text,
)
from desktop.domain.ids import OutsideId
from desktop.domain.layers import Bounds, Feature

from .frames import Frame, find_frame
from .geometry import find_pin, read_geometry

_NAMES = ("name", "title", "label", "description")
_IDS = ("id", "fid", "osid", "uri", "gml_id", "objectid")
_SECRET_NAMES = frozenset({"key", "api_key", "apikey", "api-key", "token", "access_token"})
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection. `frames` are the systems that it offers, by their own names; empty where it names none."""

    id: str
    title: str
    description: str = ""
    attribution: str = ""
    bounds: Bounds | None = None
    frames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """A page of collections that have features; `following` is the address of the next page, "" on the last."""

    items: tuple[Collection, ...]
    following: str
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """A page of features with what came for each; `following` as in Collections."""

    items: tuple[Feature, ...]
    raws: tuple[bytes, ...]
    following: str


# ==== collections ====


def parse_collections(text: str, *, url: str, component: str) -> Collections:
    """A page of collections; `url` is where it came from.

    Raises:
        BadResponse: not an answer with collections.
    """
    body = _parse_object(text, component=component)
    if "collections" not in body:
        raise build_bad_response(text, component=component, what=f"it has no collections{_said_after(body)}")
    everywhere = tuple(filter(None, map(read_text, read_items(body.get("crs")))))
    found = [read_collection(item, everywhere) for item in read_items(body["collections"])]
    return Collections(
        items=tuple(collection for collection in found if collection is not None),
        following=find_following(body.get("links"), url),
        attribution=read_text(body.get("attribution")),
    )


def parse_collection(text: str, *, component: str) -> Collection:
    """One collection.

    Raises:
        BadResponse: not a collection with features.
    """
    found = read_collection(_parse_object(text, component=component), ())
    if found is None:
        raise build_bad_response(text, component=component, what="it is not a collection of features")
    return found


def read_collection(value: object, everywhere: tuple[str, ...]) -> Collection | None:
    """A collection, None where it has no id or no features. `everywhere` are the systems that all collections offer."""
    fields = read_record(value)
    id = read_text(fields.get("id"))
    links = [read_record(link) for link in read_items(fields.get("links"))]
    kinds = {read_text(link.get("rel")) for link in links}
    if not id or (links and "items" not in kinds and read_text(fields.get("itemType")) != "feature"):
        return None  # a coverage, or tiles
    named = [read_text(name) for name in read_items(fields.get("crs"))]
    frames = [name for name in named if name and not name.startswith("#")]
    if len(frames) < len(named) or not named:
        frames += everywhere
    storage = read_text(fields.get("storageCrs"))
    return Collection(
        id=id,
        title=read_text(fields.get("title")) or id,
        description=read_text(fields.get("description"))[:_MOST_KEPT],
        attribution=read_text(fields.get("attribution")),
        bounds=_read_bounds(read_record(read_record(fields.get("extent")).get("spatial"))),
        frames=tuple(dict.fromkeys([*frames, *([storage] if storage and frames else [])])),
    )


def _read_bounds(spatial: Mapping[str, object]) -> Bounds | None:
    """The first box, where it is one in degrees; of six numbers the heights are left out."""
    boxes = read_items(spatial.get("bbox"))
    first = boxes[0] if boxes and isinstance(boxes[0], list) else list(boxes)
    numbers = [number for number in map(read_number, read_items(first)) if number is not None]
    if len(numbers) == 6:
        del numbers[5], numbers[2]
    if len(numbers) != 4 or find_frame(read_text(spatial.get("crs")) or Frame.DEGREES) not in {None, Frame.DEGREES}:
        return None
    west, south, east, north = numbers
    fits = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return Bounds(west=west, south=south, east=east, north=north) if fits else None


def parse_landing(text: str, *, component: str) -> str:
    """The title that a landing page has. Raises BadResponse where it leads nowhere, as a landing page does."""
    body = _parse_object(text, component=component)
    if not any(read_text(read_record(link).get("href")) for link in read_items(body.get("links"))):
        raise build_bad_response(text, component=component, what=f"this is no landing page{_said_after(body)}")
    return read_text(body.get("title"))


def parse_conformance(text: str, *, component: str) -> tuple[str, ...]:
    """The conformance classes that a server declares. Raises BadResponse where it does not say."""
    body = _parse_object(text, component=component)
    if "conformsTo" not in body:
        raise build_bad_response(
            text, component=component, what=f"it does not say what it conforms to{_said_after(body)}"
        )
    return tuple(filter(None, map(read_text, read_items(body["conformsTo"]))))


# ==== features ====


def parse_features(text: str, *, layer: OutsideId, url: str, frame: Frame, name_field: str, component: str) -> Features:
    """A page of features. `frame` is the system of its coordinates, unless it says another itself.

    Raises:
        BadResponse: not a collection of GeoJSON features.
    """
    body = _parse_object(text, component=component)
    if read_text(body.get("type")) != "FeatureCollection" and not isinstance(body.get("features"), list):
        raise build_bad_response(text, component=component, what=f"it has no features{_said_after(body)}")
    frame = _find_own_frame(body) or frame
    rows = [item for item in read_items(body.get("features")) if isinstance(item, dict)]
    return Features(
        items=tuple(build_feature(row, layer=layer, frame=frame, name_field=name_field) for row in rows),
        raws=pack_raws(rows),
        following=find_following(body.get("links"), url),
    )


def _find_own_frame(body: Mapping[str, object]) -> Frame | None:
    """What the `crs` of older GeoJSON says; its degrees came longitude first, whatever they are called."""
    name = read_text(read_record(read_record(body.get("crs")).get("properties")).get("name"))
    found = find_frame(name) if name else None
    return Frame.DEGREES if found is Frame.LAT_LON else found


def build_feature(row: Mapping[str, object], *, layer: OutsideId, frame: Frame, name_field: str) -> Feature:
    """One feature. Without an id of its own it gets one made from what it says, so that it is the same next time."""
    properties = read_properties(row.get("properties"))
    geometry = read_geometry(row.get("geometry"), frame)
    id = read_text(row.get("id")) or next((properties[name] for name in _IDS if name in properties), "")
    if not id:
        id = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]
    names = (name_field,) if name_field else _NAMES
    return Feature(
        outside_id=OutsideId(id),
        layer=layer,
        name=next((properties[name] for name in names if name in properties), ""),
        geometry=geometry,
        point=find_pin(geometry) if geometry else None,
        properties=properties,
    )


def read_properties(value: object) -> dict[str, str]:
    """Properties as text, without those that say nothing (null, "null", ""); several values are separated by commas."""
    found: dict[str, str] = {}
    for name, held in read_record(value).items():
        texts = [read_text(item) for item in read_items(held)]
        text = ", ".join(filter(None, texts))[:_MOST_KEPT]
        if name and text:
            found[name] = text
    return found


# ==== links ====


def find_following(links: object, url: str) -> str:
    """The whole address of the link `next`, or "". One to JSON is preferred; a key in it is taken out of it."""
    found = [record for record in map(read_record, read_items(links)) if read_text(record.get("rel")) == "next"]
    found.sort(key=lambda link: "json" not in read_text(link.get("type")))
    href = read_text(found[0].get("href")) if found else ""
    if not href or read_flag(found[0].get("templated")):
        return ""
    try:
        parts = urlsplit(urljoin(url, href))
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _SECRET_NAMES]
        base = urlsplit(url)
        # A server behind a gateway knows itself by plain http: the same host is asked as it was asked before.
        origin = (base.scheme, base.netloc) if parts.hostname == base.hostname else (parts.scheme, parts.netloc)
        return urlunsplit((*origin, parts.path, urlencode(kept), ""))
    except ValueError:
        return ""


def is_same_question(one: str, other: str) -> bool:
    """Whether two addresses ask the same, in whatever order their parameters come."""
    first, second = urlsplit(one), urlsplit(other)
    return first.path == second.path and sorted(parse_qsl(first.query)) == sorted(parse_qsl(second.query))


# ==== refusals ====


def parse_said(text: str) -> str:
    """A server's own words in an error, "" where there are none; never fails."""
    try:
        body = read_record(json.loads(text))
    except (ValueError, RecursionError):
        return ""
    return _find_said(body)


def _find_said(body: Mapping[str, object]) -> str:
    fault = read_record(body.get("fault")) or read_record(body.get("error"))
    texts = [
        body.get("description"),
        body.get("detail"),
        body.get("title"),
        fault.get("faultstring"),
        fault.get("message"),
    ]
    return next(filter(None, map(read_text, texts)), "")


def _said_after(body: Mapping[str, object]) -> str:
    said = _find_said(body) if "code" in body or "fault" in body or "error" in body else ""
    return f" ({said[:100]})" if said else ""


def _parse_object(text: str, *, component: str) -> Mapping[str, object]:
    body = parse_json(text, component=component)
    if not isinstance(body, dict):
        raise build_bad_response(text, component=component)
    return body
