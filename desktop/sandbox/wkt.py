"""Well-known text of points and areas, and how two of them lie to each other. Positions are longitude and latitude."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from desktop.sandbox.plan import in_polygon

XY = tuple[float, float]
_RING = r"\([^()]+\)"
_AREA = rf"\(\s*({_RING})(?:\s*,\s*{_RING})*\s*\)"
_POINT = re.compile(r"\s*POINT\s*\(([^()]+)\)\s*", re.IGNORECASE)
_POLYGON = re.compile(rf"\s*POLYGON\s*{_AREA}\s*", re.IGNORECASE)
_AREAS = re.compile(rf"\s*MULTIPOLYGON\s*\(\s*({_AREA}(?:\s*,\s*{_AREA})*)\s*\)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A point (one corner), or areas by their outer rings, each closed; holes are not kept."""

    rings: tuple[tuple[XY, ...], ...]

    @property
    def is_point(self) -> bool:
        """Whether it is one point."""
        return len(self.rings) == 1 and len(self.rings[0]) == 1

    @property
    def corners(self) -> tuple[XY, ...]:
        """Every corner."""
        return tuple(spot for ring in self.rings for spot in ring)


def parse_wkt(text: str) -> Shape | None:
    """A point, an area or several areas; None where it is something else or broken."""
    if point := _POINT.fullmatch(text):
        outer = [point[1]]
    elif area := _POLYGON.fullmatch(text):
        outer = [area[1]]
    elif areas := _AREAS.fullmatch(text):
        outer = re.findall(_AREA, areas[1])
    else:
        return None
    try:
        rings = tuple(tuple(_read_spot(spot) for spot in ring.strip("()").split(",")) for ring in outer)
    except ValueError:
        return None
    sound = all(len(ring) >= 4 and ring[0] == ring[-1] for ring in rings)
    return Shape(rings=rings) if sound or (point and len(rings[0]) == 1) else None


def _read_spot(text: str) -> XY:
    lon, lat = (float(part) for part in text.split())
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(text)
    return lon, lat


def format_wkt(shape: Shape) -> str:
    """A shape as text: `POINT (…)` or `MULTIPOLYGON (((…)))`, six decimals."""
    if shape.is_point:
        return f"POINT ({_say(shape.rings[0][0])})"
    return "MULTIPOLYGON (" + ", ".join(f"(({', '.join(map(_say, ring))}))" for ring in shape.rings) + ")"


def _say(spot: XY) -> str:
    return f"{spot[0]:.6f} {spot[1]:.6f}"


def format_geojson(shape: Shape) -> dict[str, object]:
    """A shape as a GeoJSON geometry."""
    if shape.is_point:
        return {"type": "Point", "coordinates": list(shape.rings[0][0])}
    return {"type": "MultiPolygon", "coordinates": [[[list(spot) for spot in ring]] for ring in shape.rings]}


def _covers(area: Shape, spot: XY) -> bool:
    return any(len(ring) >= 4 and in_polygon(*spot, ring) for ring in area.rings) or spot in area.corners


def _edges(shape: Shape) -> Iterator[tuple[XY, XY]]:
    for ring in shape.rings:
        yield from pairwise(ring)


def _cross(a: tuple[XY, XY], b: tuple[XY, XY]) -> bool:
    def side(edge: tuple[XY, XY], spot: XY) -> float:
        (ax, ay), (bx, by) = edge
        return (bx - ax) * (spot[1] - ay) - (by - ay) * (spot[0] - ax)

    return side(a, b[0]) * side(a, b[1]) < 0 and side(b, a[0]) * side(b, a[1]) < 0


def intersects(one: Shape, other: Shape) -> bool:
    """Whether two shapes have a spot in common."""
    if any(_covers(one, spot) for spot in other.corners) or any(_covers(other, spot) for spot in one.corners):
        return True
    return any(_cross(a, b) for a in _edges(one) for b in _edges(other))


def is_within(one: Shape, other: Shape) -> bool:
    """Whether the first lies wholly in the second."""
    inside = all(_covers(other, spot) for spot in one.corners)
    return inside and not any(_cross(a, b) for a in _edges(one) for b in _edges(other))


RELATIONS: dict[str, Callable[[Shape, Shape], bool]] = {
    "intersects": intersects,
    "within": is_within,
    "contains": lambda one, other: is_within(other, one),
    "disjoint": lambda one, other: not intersects(one, other),
}
"""How an entity may lie to what is asked for."""
