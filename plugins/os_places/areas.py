"""Areas as OS Places takes them: turned from WGS 84 into the national grid, within the limits of the API. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from desktop.adapters.api import degrees_to_grid
from desktop.domain.errors import InvalidInput
from desktop.domain.layers import Bounds
from desktop.domain.places import Place, Point

MOST_BOX_M2 = 1_000_000.0
"""A square kilometre: the largest box that OS Places looks in."""
MOST_RADIUS_M = 1000.0
MOST_CORNERS = 1_000
"""OS Places names no limit of its own; an outline beyond this is drawn by mistake, and its request would be huge."""

XY = tuple[float, float]


def to_grid(points: Sequence[Point], *, field: str) -> list[XY]:
    """Points in metres of the national grid, to the centimetre. Raises InvalidInput where one is not in Great Britain."""
    if not all(-90 <= p.lat <= 90 and -180 <= p.lon <= 180 for p in points):
        raise InvalidInput("That is not a point on the earth.", key="os_places.point", field=field)
    found = degrees_to_grid([(p.lon, p.lat) for p in points])
    if not all(isfinite(x) and isfinite(y) for x, y in found):
        raise InvalidInput(
            "OS Places knows Great Britain only.",
            "Choose a place on its map.",
            key="os_places.outside",
            field=field,
        )
    return [(round(x, 2), round(y, 2)) for x, y in found]


def format_point(point: Point, *, field: str) -> str:
    """A point as the API takes it: easting, northing."""
    x, y = to_grid([point], field=field)[0]
    return f"{x:.2f},{y:.2f}"


def format_radius(radius: float) -> str:
    """A radius in metres. Raises InvalidInput beyond what the API takes."""
    if not 0 < radius <= MOST_RADIUS_M:
        raise InvalidInput("Enter a radius of 1 to 1,000 metres.", key="os_places.radius", field="radius")
    return f"{max(radius, 0.01):.2f}"


def format_box(bounds: Bounds) -> str:
    """The upright box of the grid around a box of degrees: lower left, upper right.

    Raises:
        InvalidInput: it is larger than a square kilometre, empty, or outside Great Britain.
    """
    if bounds.west >= bounds.east or bounds.south >= bounds.north:
        raise InvalidInput(
            "The box has no inside.",
            "Give west before east, and south before north.",
            key="os_places.box",
            field="bounds",
        )
    corners = [Point(lat=lat, lon=lon) for lat in (bounds.south, bounds.north) for lon in (bounds.west, bounds.east)]
    xs, ys = zip(*to_grid(corners, field="bounds"), strict=True)
    area = (max(xs) - min(xs)) * (max(ys) - min(ys))
    if area > MOST_BOX_M2:
        raise InvalidInput(
            f"The box covers {area / 1e6:,.1f} km²; OS Places looks in boxes of 1 km² at most.",
            "Choose a smaller box, such as by going closer on the map.",
            key="os_places.box",
            field="bounds",
        )
    return f"{min(xs):.2f},{min(ys):.2f},{max(xs):.2f},{max(ys):.2f}"


def build_polygon(outline: Sequence[Point]) -> dict[str, object]:
    """A GeoJSON polygon in metres of the grid, closed. Raises InvalidInput where the outline is none."""
    corners = list(outline[:-1]) if len(outline) > 1 and outline[0] == outline[-1] else list(outline)
    if not 3 <= len(set(corners)) <= len(corners) <= MOST_CORNERS:
        raise InvalidInput(
            f"An outline has 3 to {MOST_CORNERS:,} corners.",
            "Draw it around the places that are wanted, with fewer corners where there are too many.",
            key="os_places.outline",
            field="outline",
        )
    ring = to_grid(corners, field="outline")
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in (*ring, ring[0])]]}


def is_in_box(place: Place, bounds: Bounds) -> bool:
    """Whether a place lies in a box of degrees; one without a point does, for the API found it there."""
    point = place.point
    return point is None or (bounds.west <= point.lon <= bounds.east and bounds.south <= point.lat <= bounds.north)
