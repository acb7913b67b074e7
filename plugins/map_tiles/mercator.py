"""Web Mercator tiles (XYZ, rows from the north): where they lie, in metres and degrees. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, ceil, degrees, exp, floor, log, log2, pi, radians, tan

from desktop.domain.layers import Bounds

RADIUS = 6_378_137.0
HALF = pi * RADIUS
"""Metres from the middle of the map to its edge."""
WORLD = 2 * HALF
WORLD_SCALE = WORLD / 256 / 0.00028
"""The scale denominator of zoom 0: a pixel of 0.28 mm, 256 to a tile."""
MOST_ZOOM = 24


@dataclass(frozen=True, slots=True)
class Square:
    """A tile's box in Web Mercator metres."""

    west: float
    south: float
    east: float
    north: float

    def to_degrees(self) -> Bounds:
        """The same box in WGS 84."""
        west, east = (degrees(x / RADIUS) for x in (self.west, self.east))
        south, north = (degrees(2 * atan(exp(y / RADIUS)) - pi / 2) for y in (self.south, self.north))
        return Bounds(west=west, south=south, east=east, north=north)


def build_square(z: int, x: int, y: int) -> Square:
    """Where a tile lies."""
    span = WORLD / (1 << z)
    return Square(x * span - HALF, HALF - (y + 1) * span, (x + 1) * span - HALF, HALF - y * span)


def find_tile(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the tile that a point lies in."""
    north = RADIUS * log(tan(pi / 4 + radians(max(-85.0, min(85.0, lat))) / 2))
    side = 1 << z
    column, row = (radians(lon) * RADIUS + HALF) / WORLD * side, (HALF - north) / WORLD * side
    return max(0, min(side - 1, int(column))), max(0, min(side - 1, int(row)))


def is_tile(z: int, x: int, y: int) -> bool:
    """Whether there is such a tile."""
    return 0 <= z <= MOST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z


def touches(one: Bounds, other: Bounds) -> bool:
    """Whether two boxes overlap."""
    return one.west < other.east and other.west < one.east and one.south < other.north and other.south < one.north


def find_zooms(least_scale: float | None, most_scale: float | None) -> tuple[int, int]:
    """The first and last zoom at which a layer is drawn, from its scale denominators; None for no limit."""
    first = ceil(log2(WORLD_SCALE / _hold(most_scale)) - 1e-6) if most_scale and most_scale > 0 else 0
    last = floor(log2(WORLD_SCALE / _hold(least_scale)) + 1e-6) if least_scale and least_scale > 0 else MOST_ZOOM
    return max(0, min(first, MOST_ZOOM)), max(0, min(last, MOST_ZOOM))


def _hold(scale: float) -> float:
    """A scale within what a map can have: services write 1e308 for "no limit"."""
    return max(1.0, min(1e10, scale))
