"""Which places lie in an area, as OS Places is asked: near a point, within a radius, in a box, in a GeoJSON polygon."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any, Final

from desktop.sandbox.addresses import Address

DEGREES: Final = frozenset({"WGS84", "EPSG:4326"})
GRID: Final = frozenset({"BNG", "EPSG:27700"})
_DEGREE_M = 111_200.0
MOST_BOX_M2 = 1_000_000.0
_SLACK = 1.001
"""Rounding of coordinates does not make a box too large."""

XY = tuple[float, float]


class BadQuery(Exception):
    """A query that is answered with 400; the text is the message."""


def numbers_of(text: str, count: int, name: str) -> list[float]:
    """So many numbers separated by commas."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count:
        raise BadQuery(f"Parameter {name} must be {count} numbers separated by commas.")
    return found


def radius_of(text: str, default: float) -> float:
    """A radius in metres."""
    radius = numbers_of(text, 1, "radius")[0] if text else default
    if not 0 < radius <= 1000:
        raise BadQuery("Parameter radius must be between 0.01 and 1000 metres.")
    return radius


def measure(place: Address, point: Sequence[float], *, degrees: bool) -> float:
    """Metres from a place to a point: latitude, longitude, or east, north."""
    first, second = point
    if degrees:
        return hypot(place.lat - first, (place.lon - second) * cos(radians(first))) * _DEGREE_M
    return hypot(place.east - first, place.north - second)


def in_box(places: Sequence[Address], text: str, *, degrees: bool) -> list[Address]:
    """Places in a box: lower left, upper right."""
    one, two, three, four = numbers_of(text, 4, "bbox")
    if one >= three or two >= four:
        raise BadQuery("Parameter bbox must be the lower left and upper right coordinates.")
    high, wide = three - one, four - two
    area = high * _DEGREE_M * wide * _DEGREE_M * cos(radians(one)) if degrees else high * wide
    if area > MOST_BOX_M2 * _SLACK:
        raise BadQuery("Requested bbox is larger than the maximum of 1km2.")

    def holds(place: Address) -> bool:
        x, y = (place.lat, place.lon) if degrees else (place.east, place.north)
        return one <= x <= three and two <= y <= four

    return [place for place in places if holds(place)]


def in_shape(places: Sequence[Address], tree: Any, *, degrees: bool) -> list[Address]:
    """Places in a GeoJSON polygon or multi-polygon, whose positions are longitude, latitude, or east, north."""
    polygons = _polygons(tree)

    def holds(place: Address) -> bool:
        at = (place.lon, place.lat) if degrees else (place.east, place.north)
        return any(_inside(at, rings) for rings in polygons)

    return [place for place in places if holds(place)]


def _polygons(tree: Any) -> list[list[list[XY]]]:
    try:
        shape = tree["geometry"] if tree["type"] == "Feature" else tree
        one = {"Polygon": True, "MultiPolygon": False}[shape["type"]]
        many = [shape["coordinates"]] if one else shape["coordinates"]
        polygons = [[[(float(x), float(y)) for x, y in ring] for ring in rings] for rings in many]
    except (KeyError, TypeError, ValueError) as error:
        raise BadQuery("Request body must be a GeoJSON Polygon or MultiPolygon.") from error
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise BadQuery("Each ring of the polygon must have four positions at least, and end where it starts.")
    return polygons


def _inside(at: XY, rings: list[list[XY]]) -> bool:
    """Even-odd rule."""
    x, y = at
    inside = False
    for ring in rings:
        for (px, py), (qx, qy) in pairwise(ring):
            if (qy > y) != (py > y) and x < (px - qx) * (y - qy) / (py - qy) + qx:
                inside = not inside
    return inside
