"""Planning data JSON to facts, layers and features. Pure.

Keys have hyphens, an absent date is "", `organisation-entity` is text or a number, and a dataset adds keys of its own.
Shapes may be huge or invalid: one that cannot be drawn is left out, and its point is kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_date,
    read_items,
    read_number,
    read_point,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.ids import OutsideId
from desktop.domain.insight import Fact
from desktop.domain.layers import Bounds, Feature, LayerKind, MapLayer
from desktop.domain.places import EARTH_M, Point

MOST_CORNERS = 5_000
"""A shape with more is not drawn: its point is."""
CORNERS = 24
_WKT_POINT = re.compile(r"\s*POINT\s*\(\s*([-+0-9.eE]+)\s+([-+0-9.eE]+)\s*\)\s*", re.IGNORECASE)
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_KNOWN = frozenset({"entity", "name", "dataset", "typology", "reference", "prefix", "geometry", "point", "json"})
_MOST_DETAILS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entities of one answer. `total` is how many there are in all, None when it does not say."""

    records: tuple[Mapping[str, object], ...]
    total: int | None


def parse_entities(text: str, *, component: str) -> Found:
    """A search without shapes. Raises BadResponse: it is none."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "entities" not in body:
        raise build_bad_response(text, component=component, what="it has no entities")
    records = tuple(record for record in map(read_record, read_items(body["entities"])) if record)
    return Found(records=records, total=read_whole(body.get("count")))


def parse_features(text: str, *, layer: OutsideId, component: str) -> tuple[tuple[Feature, ...], int]:
    """A search with shapes: the features that can be shown, and how many there were. Raises BadResponse."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "features" not in body:
        raise build_bad_response(text, component=component, what="it has no features")
    items = read_items(body["features"])
    built = (_build_feature(read_record(item), layer=layer) for item in items)
    return tuple(feature for feature in built if feature is not None), len(items)


def parse_datasets(text: str, *, component: str) -> tuple[MapLayer, ...]:
    """Datasets that have a place on the map. Raises BadResponse."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "datasets" not in body:
        raise build_bad_response(text, component=component, what="it has no datasets")
    layers = []
    for record in map(read_record, read_items(body["datasets"])):
        id = read_text(record.get("dataset"))
        if id and read_text(record.get("typology")) in {"", "geography"}:
            layers.append(
                MapLayer(
                    id=OutsideId(id),
                    name=read_text(record.get("plural")) or read_text(record.get("name")) or say(id),
                    kind=LayerKind.FEATURES,
                    description=read_text(record.get("text"))[:500],
                    attribution="Planning data for England, planning.data.gov.uk, Open Government Licence v3.0.",
                )
            )
    return tuple(layers)


def parse_said(text: str, *, component: str) -> str:
    """The words of a refusal: FastAPI's `{detail: [{loc, msg}]}` or a sentence. Raises BadResponse."""
    detail = read_record(parse_json(text, component=component)).get("detail")
    if isinstance(detail, str):
        return detail
    said = []
    for record in map(read_record, read_items(detail)):
        where = ".".join(map(read_text, read_items(record.get("loc"))[1:]))
        said.append(": ".join(filter(None, [where, read_text(record.get("msg"))])))
    return "; ".join(filter(None, said))


def build_fact(record: Mapping[str, object], *, base: str) -> Fact | None:
    """One constraint, or None where it has no number or dataset."""
    number, dataset = read_text(record.get("entity")), read_text(record.get("dataset"))
    if not (number and dataset):
        return None
    name, reference = read_text(record.get("name")), read_text(record.get("reference"))
    start, end = read_date(record.get("start-date")), read_date(record.get("end-date"))
    text = [f"reference {reference}" if reference else "", f"since {start:%d/%m/%Y}" if start else ""]
    text.append(f"ended {end:%d/%m/%Y}" if end else "")
    return Fact(
        outside_id=OutsideId(number),
        kind=dataset,
        title=": ".join(filter(None, [say(dataset), name])),
        text=", ".join(filter(None, text)),
        level="" if end else "info",
        url=f"{base}/entity/{number}",
        point=_read_wkt_point(record.get("point")),
        details=_build_details(record),
    )


def _build_details(record: Mapping[str, object]) -> dict[str, str]:
    kept = {key: read_text(value)[:300] for key, value in record.items() if key not in _KNOWN}
    return dict([(key, value) for key, value in kept.items() if value][:_MOST_DETAILS])


def _build_feature(item: Mapping[str, object], *, layer: OutsideId) -> Feature | None:
    record = read_record(item.get("properties"))
    number = read_text(record.get("entity"))
    if not number:
        return None
    shape = read_record(item.get("geometry"))
    point = _read_wkt_point(record.get("point"))
    if read_text(shape.get("type")) == "Point":
        lon, lat = (*read_items(shape.get("coordinates")), None, None)[:2]
        point = read_point(lat, lon) or point
    return Feature(
        outside_id=OutsideId(number),
        layer=layer,
        name=read_text(record.get("name")) or read_text(record.get("reference")) or say(layer),
        geometry=read_shape(shape),
        point=point,
        properties={"dataset": read_text(record.get("dataset")), **_build_details(record)},
    )


def read_shape(shape: Mapping[str, object]) -> dict[str, object] | None:
    """A GeoJSON geometry that can be drawn (RFC 7946), or None: of another type, broken, empty or too large."""
    kind = read_text(shape.get("type"))
    if kind not in _DEPTHS:
        return None
    corners = _count_corners(shape.get("coordinates"), _DEPTHS[kind])
    if not corners or corners > MOST_CORNERS:
        return None
    return {"type": kind, "coordinates": shape["coordinates"]}


def _count_corners(value: object, depth: int) -> int:
    """How many positions there are; 0 when any of them is none."""
    if not isinstance(value, list) or not value:
        return 0
    if depth == 0:
        sound = len(value) >= 2 and all(
            isinstance(part, int | float) and not isinstance(part, bool) and math.isfinite(part) for part in value[:2]
        )
        return int(sound and abs(value[0]) <= 180 and abs(value[1]) <= 90)
    counts = [_count_corners(part, depth - 1) for part in value]
    return sum(counts) if all(counts) else 0


def _read_wkt_point(value: object) -> Point | None:
    match = _WKT_POINT.fullmatch(read_text(value))
    return read_point(read_number(match[2]), read_number(match[1])) if match else None


def build_reach(near: Point, radius_m: float) -> str:
    """WKT of a point, or of a circle of 24 corners around it."""
    if radius_m <= 0:
        return f"POINT({near.lon:.6f} {near.lat:.6f})"
    step = math.degrees(radius_m / EARTH_M)
    across = step / max(0.01, math.cos(math.radians(near.lat)))
    turns = [2 * math.pi * number / CORNERS for number in (*range(CORNERS), 0)]
    corners = (f"{near.lon + across * math.sin(t):.6f} {near.lat + step * math.cos(t):.6f}" for t in turns)
    return f"POLYGON(({','.join(corners)}))"


def build_box(bounds: Bounds) -> str:
    """WKT of a box."""
    west, south, east, north = (f"{n:.6f}" for n in (bounds.west, bounds.south, bounds.east, bounds.north))
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


def say(dataset: str) -> str:
    """A dataset in words: `conservation-area` as "Conservation area"."""
    return dataset.replace("-", " ").capitalize()
