"""Map layers: what a component can lay over the base map, as features or as picture tiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.ids import OutsideId
from desktop.domain.places import Point


class LayerKind(StrEnum):
    """How a layer comes."""

    FEATURES = "features"
    TILES = "tiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A box in WGS 84 degrees. West of east; it never crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """One layer. `attribution` must be shown wherever its data is; zooms are those of Web Mercator tiles.

    `filters` names properties that the component can narrow features by.
    """

    id: OutsideId
    name: str
    kind: LayerKind
    description: str = ""
    attribution: str = ""
    bounds: Bounds | None = None
    min_zoom: int = 0
    max_zoom: int = 22
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing on a layer, such as a bin, a tree or a conservation area.

    `geometry` is GeoJSON (RFC 7946) in WGS 84, longitude first, or None; `point` is where its pin goes. `properties`
    are the component's own, as text.
    """

    outside_id: OutsideId
    layer: OutsideId
    name: str = ""
    geometry: dict[str, object] | None = None
    point: Point | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture of 256 by 256 pixels (or the layer's own size), as it came; `media` is its type, `image/png` mostly.

    `body` is empty where the layer has nothing there.
    """

    media: str
    body: bytes
    attribution: str = ""
