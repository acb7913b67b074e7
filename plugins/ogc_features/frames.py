"""Coordinate reference systems: what a server calls them, in which order their numbers come, and to WGS 84. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from math import atan, degrees, exp, isfinite, log, pi, radians, tan

from desktop.adapters.api import degrees_to_grid, grid_to_degrees
from desktop.domain.layers import Bounds

XY = tuple[float, float]

_RADIUS = 6_378_137.0
_DEFINITIONS = "//www.opengis.net/def/crs"
"""Where the names of the systems begin; nothing is ever asked there."""


class Frame(StrEnum):
    """A system that Knit reads, and the order of its numbers."""

    DEGREES = "CRS84"
    """Longitude, latitude: what OGC API Features answers in unless it is asked for another."""
    LAT_LON = "EPSG:4326"
    """Latitude, longitude."""
    GRID = "EPSG:27700"
    """Easting, northing of the national grid, in metres."""
    WEB = "EPSG:3857"
    """Web Mercator metres, east and north."""


URIS = {
    Frame.DEGREES: f"http:{_DEFINITIONS}/OGC/1.3/CRS84",
    Frame.LAT_LON: f"http:{_DEFINITIONS}/EPSG/0/4326",
    Frame.GRID: f"http:{_DEFINITIONS}/EPSG/0/27700",
    Frame.WEB: f"http:{_DEFINITIONS}/EPSG/0/3857",
}
_CODES = {
    "crs84": Frame.DEGREES, "84": Frame.DEGREES, "crs84h": Frame.DEGREES,
    "4326": Frame.LAT_LON, "4258": Frame.LAT_LON, "4979": Frame.LAT_LON,
    "27700": Frame.GRID, "7405": Frame.GRID,
    "3857": Frame.WEB, "900913": Frame.WEB,
}  # fmt: skip


def find_frame(name: str) -> Frame | None:
    """The system of a name, None for one that Knit does not read.

    Takes the address of a definition, `urn:ogc:def:crs:EPSG::27700`, `EPSG:27700`, `CRS84`, and `<...>` of a header.
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    return _CODES.get(words[-1]) if words and {"epsg", "ogc", "crs", "crs84"} & set(words) else None


def to_degrees(frame: Frame, positions: Sequence[XY]) -> list[XY] | None:
    """Positions as longitude and latitude; None where one of them lies nowhere."""
    if frame is Frame.LAT_LON:
        found = [(x, y) for y, x in positions]
    elif frame is Frame.GRID:
        found = grid_to_degrees(positions)
    elif frame is Frame.WEB:
        found = [_web_to_degrees(x, y) for x, y in positions]
    else:
        found = list(positions)
    fits = all(isfinite(x) and isfinite(y) and abs(x) <= 180 and abs(y) <= 90 for x, y in found)
    return found if fits else None


def _web_to_degrees(x: float, y: float) -> XY:
    if abs(y) > _RADIUS * 10:  # beyond the pole by any reckoning; exp would overflow
        return x, 180.0
    return degrees(x / _RADIUS), degrees(2 * atan(exp(y / _RADIUS)) - pi / 2)


def format_box(frame: Frame, bounds: Bounds) -> str | None:
    """A box as a server wants it: the lower numbers, then the upper ones. None where it lies outside the system."""
    west, south, east, north = bounds.west, bounds.south, bounds.east, bounds.north
    if frame is Frame.LAT_LON:
        return _join(south, west, north, east)
    if frame is Frame.GRID:
        xs, ys = zip(*degrees_to_grid([(x, y) for x in (west, east) for y in (south, north)]), strict=True)
        return _join(min(xs), min(ys), max(xs), max(ys)) if all(map(isfinite, (*xs, *ys))) else None
    if frame is Frame.WEB:
        ends = (_web_north(south), _web_north(north))
        return _join(radians(west) * _RADIUS, ends[0], radians(east) * _RADIUS, ends[1])
    return _join(west, south, east, north)


def _web_north(lat: float) -> float:
    held = max(-85.0, min(85.0, lat))
    return _RADIUS * log(tan(pi / 4 + radians(held) / 2))


def _join(*numbers: float) -> str:
    return ",".join(f"{number:.7f}".rstrip("0").rstrip(".") for number in numbers)
