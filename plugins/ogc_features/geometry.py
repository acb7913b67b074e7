"""Geometry of GeoJSON (RFC 7946): read and put into degrees, where its pin goes, and how far it is from a point. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import cast

from desktop.adapters.api import read_items, read_number, read_record
from desktop.domain.places import Point

from .frames import XY, Frame, to_degrees

_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How deeply the positions of each kind are nested."""
_MOST_NESTED = 3
METRES = 111_195.0
"""Of one degree of latitude."""

Geometry = dict[str, object]
Part = tuple[str, tuple[tuple[XY, ...], ...]]
"""`point`, `line` or `area`, with its rings; a point or a line has one."""


def read_geometry(value: object, frame: Frame, nested: int = 0) -> Geometry | None:
    """A geometry in degrees, longitude first; None where there is none, or it is not one."""
    fields = read_record(value)
    kind = fields.get("type")
    if kind == "GeometryCollection":
        inner = read_items(fields.get("geometries")) if nested < _MOST_NESTED else ()
        found = [part for part in (read_geometry(item, frame, nested + 1) for item in inner) if part is not None]
        return {"type": kind, "geometries": found} if found else None
    if not isinstance(kind, str) or kind not in _DEPTHS:
        return None
    positions: list[XY] = []
    shape = _read_shape(fields.get("coordinates"), _DEPTHS[kind], positions)
    if shape is None or not positions:
        return None
    moved = to_degrees(frame, positions)
    return None if moved is None else {"type": kind, "coordinates": _put(shape, iter(moved))}


def _read_shape(value: object, depth: int, positions: list[XY]) -> object | None:
    """The nesting of coordinates with 0 for each position, which goes into `positions`; None where it is broken."""
    if not isinstance(value, list):
        return None
    if depth == 0:
        x, y = (read_number(number) for number in value[:2]) if len(value) >= 2 else (None, None)
        if x is None or y is None:
            return None
        positions.append((x, y))
        return 0
    shapes = [_read_shape(item, depth - 1, positions) for item in value]
    return None if not shapes or any(shape is None for shape in shapes) else shapes


def _put(shape: object, positions: Iterator[XY]) -> object:
    if isinstance(shape, list):
        return [_put(inner, positions) for inner in shape]
    return list(next(positions))


def iterate_parts(geometry: Geometry) -> Iterator[Part]:
    """The points, lines and areas of a geometry that was read."""
    kind = str(geometry["type"])
    if kind == "GeometryCollection":
        for inner in cast("list[Geometry]", geometry["geometries"]):
            yield from iterate_parts(inner)
        return
    coordinates = cast("list[object]", geometry["coordinates"])
    single = kind.removeprefix("Multi")
    for one in coordinates if kind.startswith("Multi") else [coordinates]:
        if single == "Point":
            yield "point", (_line([one]),)
        elif single == "LineString":
            yield "line", (_line(one),)
        else:
            yield "area", tuple(_line(ring) for ring in cast("list[object]", one))


def _line(coordinates: object) -> tuple[XY, ...]:
    return tuple((x, y) for x, y in cast("list[list[float]]", coordinates))


def find_pin(geometry: Geometry) -> Point:
    """Where the pin goes: on a point or a line; in the middle of an area, or on its edge where the middle is outside."""
    kind, rings = next(iterate_parts(geometry))
    ring = rings[0]
    lon, lat = ring[len(ring) // 2]
    if kind == "area":
        middle = (
            (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2,
            (min(y for _, y in ring) + max(y for _, y in ring)) / 2,
        )
        lon, lat = middle if is_inside(middle, rings) else ring[0]
    return Point(lat=lat, lon=lon)


def is_inside(position: XY, rings: Sequence[Sequence[XY]]) -> bool:
    """Whether a position lies in an area and not in a hole of it (even-odd rule)."""
    x, y = position
    inside = False
    for ring in rings:
        for (px, py), (qx, qy) in pairwise((*ring, ring[0])):
            if (qy > y) != (py > y) and x < (px - qx) * (y - qy) / (py - qy) + qx:
                inside = not inside
    return inside


def find_distance(geometry: Geometry, point: Point) -> float:
    """Metres from a point to the nearest of a geometry, 0 within an area. For some kilometres, on a flat earth."""
    squeeze = cos(radians(point.lat))

    def flat(position: XY) -> XY:
        return (position[0] - point.lon) * squeeze * METRES, (position[1] - point.lat) * METRES

    nearest = float("inf")
    for kind, rings in iterate_parts(geometry):
        moved = [[flat(position) for position in ring] for ring in rings]
        if kind == "area" and is_inside((0.0, 0.0), moved):
            return 0.0
        for ring in moved:
            edges = pairwise(ring) if len(ring) > 1 else [(ring[0], ring[0])]
            nearest = min(nearest, *(_from_edge(start, end) for start, end in edges))
    return nearest


def _from_edge(start: XY, end: XY) -> float:
    """Metres from the origin to a straight edge."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(start[0] * dx + start[1] * dy) / length))
    return hypot(start[0] + along * dx, start[1] + along * dy)
