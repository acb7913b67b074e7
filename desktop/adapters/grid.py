"""The national grid (EPSG:27700) to WGS 84 and back, by Ordnance Survey's own definition (OSTN15): good to a centimetre.

Outside Great Britain there is no such definition, and the numbers are NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from desktop.adapters.reading import read_number
from desktop.domain.places import Point

XY = tuple[float, float]


def grid_to_degrees(positions: Sequence[XY]) -> list[XY]:
    """Eastings and northings in metres as longitudes and latitudes."""
    from convertbng.cutil import convert_lonlat  # late: it takes as long as a small program to start, and few need it

    longitudes, latitudes = convert_lonlat([x for x, _ in positions], [y for _, y in positions])
    return list(zip(map(float, longitudes), map(float, latitudes), strict=True))


def degrees_to_grid(positions: Sequence[XY]) -> list[XY]:
    """Longitudes and latitudes as eastings and northings in metres."""
    from convertbng.cutil import convert_bng  # late: as above

    eastings, northings = convert_bng([x for x, _ in positions], [y for _, y in positions])
    return list(zip(map(float, eastings), map(float, northings), strict=True))


def read_grid_point(east: object, north: object) -> Point | None:
    """A WGS 84 point from what an API says of the grid, or None where one half is missing or it is not in Great Britain."""
    x, y = read_number(east), read_number(north)
    if x is None or y is None:
        return None
    lon, lat = grid_to_degrees([(x, y)])[0]
    return Point(lat=round(lat, 7), lon=round(lon, 7)) if isfinite(lon) and isfinite(lat) else None
