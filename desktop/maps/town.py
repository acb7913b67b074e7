"""The base map of a town: streets, buildings, water and parks, read from one GeoJSON file. No Qt."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Layer = Literal["ward", "park", "water", "canal", "railway", "main", "street", "close", "building", "other"]
XY = tuple[float, float]

_WORDS: dict[str, Layer] = {
    "ward": "ward",
    "park": "park",
    "green": "park",
    "water": "water",
    "river": "water",
    "canal": "canal",
    "railway": "railway",
    "rail": "railway",
    "main": "main",
    "street": "street",
    "road": "street",
    "close": "close",
    "path": "close",
    "building": "building",
    "plot": "building",
}
_WIDTHS: dict[Layer, float] = {"main": 13.0, "street": 8.0, "close": 6.0, "railway": 3.0, "canal": 12.0, "water": 24.0}
"""Metres that a line is drawn wide where the file does not say."""
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One thing on the map. `points` are longitude and latitude; `closed` is an area, else a line `width` metres wide."""

    layer: Layer
    name: str
    points: tuple[XY, ...]
    closed: bool
    width: float
    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """All shapes of a town, in the order in which they are drawn, and the box round them."""

    shapes: tuple[Shape, ...]
    south: float
    west: float
    north: float
    east: float
    credit: str = ""

    @property
    def centre(self) -> XY:
        """Latitude and longitude of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    def within(self, south: float, west: float, north: float, east: float) -> tuple[Shape, ...]:
        """Shapes that touch a box, in drawing order."""
        return tuple(
            s for s in self.shapes if s.south <= north and s.north >= south and s.west <= east and s.east >= west
        )


EMPTY = Town(shapes=(), south=53.40, west=-1.53, north=53.42, east=-1.49)
"""A town with no map: views show pins on bare ground."""

_ORDER: tuple[Layer, ...] = (
    "ward", "park", "water", "canal", "other", "building", "railway", "close", "street", "main",
)  # fmt: skip


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in a degree of latitude and of longitude, near a latitude; good for the width of a town."""
    return _METRES_PER_DEGREE, _METRES_PER_DEGREE * math.cos(math.radians(lat))


def distance(one: XY, other: XY) -> float:
    """Metres between two points, latitude first, near enough for a town."""
    north, east = metres_per_degree((one[0] + other[0]) / 2)
    return math.hypot((one[0] - other[0]) * north, (one[1] - other[1]) * east)


def load_town(path: Path) -> Town:
    """The town of a GeoJSON file; a file that is absent or not a map gives the empty one."""
    try:
        body = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return EMPTY
    shapes = [shape for feature in _features(body) for shape in _shapes(feature)]
    if not shapes:
        return EMPTY
    shapes.sort(key=lambda s: _ORDER.index(s.layer))
    # Wards reach out to the edge of everything; what is built says how large the town is.
    built = [s for s in shapes if s.layer not in {"ward", "water", "railway"}] or shapes
    return Town(
        shapes=tuple(shapes),
        south=min(s.south for s in built),
        west=min(s.west for s in built),
        north=max(s.north for s in built),
        east=max(s.east for s in built),
        credit=str(body.get("attribution") or "").split(",")[0] if isinstance(body, dict) else "",
    )


def _features(body: object) -> list[dict[str, object]]:
    found = body.get("features") if isinstance(body, dict) else None
    return [f for f in found if isinstance(f, dict)] if isinstance(found, list) else []


def _layer_of(properties: dict[str, object]) -> Layer:
    words = [str(properties[k]).casefold() for k in ("layer", "kind", "class", "type") if properties.get(k)]
    # The finer word wins: a street that says it is a main road is one.
    found = [_WORDS[word.rstrip("s")] for word in words if word.rstrip("s") in _WORDS]
    return next((layer for layer in found if layer in {"main", "close", "canal"}), found[0] if found else "other")


def _shapes(feature: dict[str, object]) -> list[Shape]:
    properties = feature.get("properties")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return []
    said = properties if isinstance(properties, dict) else {}
    layer, name = _layer_of(said), str(said.get("name") or "")
    form, points = str(geometry.get("type")), geometry.get("coordinates")
    runs = _runs(form, points)
    wide = said.get("width")
    width = float(wide) if isinstance(wide, (int, float)) else _WIDTHS.get(layer, 2.0)
    return [_shape(layer, name, run, closed="Polygon" in form, width=width) for run in runs if len(run) > 1]


def _runs(form: str, points: object) -> list[list[object]]:
    if not isinstance(points, list):
        return []
    match form:
        case "LineString":
            return [points]
        case "MultiLineString":
            return [run for run in points if isinstance(run, list)]
        case "Polygon":
            return [run for run in points[:1] if isinstance(run, list)]
        case "MultiPolygon":
            return [run[0] for run in points if isinstance(run, list) and run and isinstance(run[0], list)]
        case _:
            return []


def _shape(layer: Layer, name: str, run: list[object], *, closed: bool, width: float) -> Shape:
    points = tuple((float(p[0]), float(p[1])) for p in run if isinstance(p, (list, tuple)) and len(p) >= 2)
    return Shape(
        layer=layer,
        name=name,
        points=points,
        closed=closed,
        width=width,
        south=min(y for _, y in points),
        west=min(x for x, _ in points),
        north=max(y for _, y in points),
        east=max(x for x, _ in points),
    )
