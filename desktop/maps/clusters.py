"""Pins of a viewport, gathered into clusters where they would lie on each other. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.cases import EARLY, MIDDLE, Phase
from desktop.domain.ids import LocalKey


class Pinned(Protocol):
    """A case as the map needs it; the rows of a list are such."""

    @property
    def key(self) -> LocalKey: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def phase(self) -> Phase: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...


CELL_PIXELS = 64
ALONE_FROM_ZOOM = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A pin, or a cluster of several. `early`, `middle` and `late` count its cases by how far they are.

    `keys` are those of at most 200 of them; a cluster of the kept counts has none, and is opened by going nearer.
    """

    lat: float
    lon: float
    keys: tuple[LocalKey, ...]
    early: int
    middle: int
    late: int
    title: str


def to_pixels(lat: float, lon: float, zoom: int) -> tuple[float, float]:
    """Web Mercator pixels at a zoom, as Leaflet counts them."""
    size = 256 * 2**zoom
    sine = min(0.9999, max(-0.9999, math.sin(math.radians(lat))))
    return (lon + 180) / 360 * size, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * size


def build_spots(rows: Iterable[Pinned], zoom: int) -> tuple[Spot, ...]:
    """Spots for the cases with a point: one for each cell of the screen's grid, or for each case when close."""
    cells: dict[tuple[int, int], list[Pinned]] = {}
    cell = CELL_PIXELS if zoom < ALONE_FROM_ZOOM else 6
    for row in rows:
        if row.lat is None or row.lon is None:
            continue
        x, y = to_pixels(row.lat, row.lon, zoom)
        cells.setdefault((int(x // cell), int(y // cell)), []).append(row)
    return tuple(_spot(group) for group in cells.values())


def _spot(group: Sequence[Pinned]) -> Spot:
    count = len(group)
    early = sum(row.phase in EARLY for row in group)
    middle = sum(row.phase in MIDDLE for row in group)
    return Spot(
        lat=sum(row.lat or 0.0 for row in group) / count,
        lon=sum(row.lon or 0.0 for row in group) / count,
        keys=tuple(row.key for row in group[:200]),
        early=early,
        middle=middle,
        late=count - early - middle,
        title=f"{group[0].reference}, {group[0].title[:80]}" if count == 1 else describe(count),
    )


def describe(count: int) -> str:
    """What a cluster says when it is pointed at."""
    return f"{count:,} case{'s' * (count != 1)}"
