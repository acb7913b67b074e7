"""Squares of the map as they are on screen: base.db's grid with pending edits laid over. On a reader's own thread.

The edits are joined to their base rows, never the other way about: there are few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select, text

from desktop.domain.cases import EARLY, MIDDLE
from desktop.store.base import tables as base
from desktop.store.base.counters import LEVELS, MICRO, grid, square
from desktop.store.desk import tables as desk

MOST_SQUARES: Final = 2_000
Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""


@dataclass(slots=True)
class Square:
    """Cases in a square of the map, by how far they are, and the sums of their places in millionths of a degree."""

    early: int = 0
    middle: int = 0
    late: int = 0
    open_lat: int = 0
    open_lon: int = 0
    late_lat: int = 0
    late_lon: int = 0

    @property
    def cases(self) -> int:
        """How many there are."""
        return self.early + self.middle + self.late

    @property
    def middle_point(self) -> tuple[float, float]:
        """Latitude and longitude of the middle of its cases; there must be one."""
        lat, lon = self.open_lat + self.late_lat, self.open_lon + self.late_lon
        return lat / self.cases / MICRO, lon / self.cases / MICRO

    def only_open(self) -> Square:
        """The same without the cases that are done."""
        return replace(self, late=0, late_lat=0, late_lon=0)

    def add(self, sign: int, phase: str, lat: float, lon: float) -> None:
        """Lays one case on (1) or takes it off (-1)."""
        self.early += sign * (phase in EARLY)
        self.middle += sign * (phase in MIDDLE)
        is_late = phase not in EARLY | MIDDLE
        self.late += sign * is_late
        self.open_lat += sign * (not is_late) * round(lat * MICRO)
        self.open_lon += sign * (not is_late) * round(lon * MICRO)
        self.late_lat += sign * is_late * round(lat * MICRO)
        self.late_lon += sign * is_late * round(lon * MICRO)


def load_squares(connection: Connection, box: Box, zoom: int) -> list[Square]:
    """The squares that a box touches, where there are cases: each about 64 pixels wide at that zoom, and counted whole.

    Of a box with more than 2,000 the squares are wider.
    """
    zoom = _fitting(box, zoom)
    west, south, east, north = _corners(box, zoom)
    level = min((level for level in LEVELS if level >= zoom), default=LEVELS[0])
    down = level - zoom
    # A seek for each column: a range of x alone would step over every square to the north and south of the box.
    found = connection.execute(
        text(
            "WITH RECURSIVE across(x) AS (SELECT :west UNION ALL SELECT x + 1 FROM across WHERE x < :east) "
            "SELECT g.x >> :down, g.y >> :down, sum(early), sum(middle), sum(late), sum(open_lat), sum(open_lon), "
            "sum(late_lat), sum(late_lon) "
            f"FROM across CROSS JOIN {base.NAME}.{grid.name} AS g "
            "ON g.level = :level AND g.x = across.x AND g.y BETWEEN :south AND :north GROUP BY 1, 2"
        ),
        {
            "west": west << down, "east": (east + 1 << down) - 1, "south": south << down, "north": (north + 1 << down) - 1,
            "level": level, "down": down,
        },
    )  # fmt: skip
    squares = {(row[0], row[1]): Square(*row[2:]) for row in found}
    for sign, phase, lat, lon in _edits(connection):
        x, y = square(lat, lon, zoom)
        if west <= x <= east and south <= y <= north:
            squares.setdefault((x, y), Square()).add(sign, phase, lat, lon)
    return [each for each in squares.values() if each.cases > 0]


def _edits(connection: Connection) -> Iterator[tuple[int, str, float, float]]:
    """What pending edits take off the squares (-1) and lay on them (1): phase, latitude and longitude."""
    edited, source = desk.edited["case"], base.records["case"]
    moved = (
        edited.c.lat.is_distinct_from(source.c.lat)
        | edited.c.lon.is_distinct_from(source.c.lon)
        | edited.c.phase.is_distinct_from(source.c.phase)
    )
    rows = connection.execute(
        select(source.c.phase, source.c.lat, source.c.lon, edited.c.phase, edited.c.lat, edited.c.lon)
        .select_from(edited.outerjoin(source, source.c.key == edited.c.key))
        .where(moved)
    )
    for row in rows:
        for sign, (phase, lat, lon) in ((-1, row[:3]), (1, row[3:])):
            if lat is not None and lon is not None:
                yield sign, phase, lat, lon


def _corners(box: Box, zoom: int) -> tuple[int, int, int, int]:
    south, west, north, east = box
    return (*square(south, west, zoom), *square(north, east, zoom))


def _fitting(box: Box, zoom: int) -> int:
    zoom = min(zoom, LEVELS[0])
    while zoom > 0:
        west, south, east, north = _corners(box, zoom)
        if (east - west + 1) * (north - south + 1) <= MOST_SQUARES:
            break
        zoom -= 1
    return zoom
