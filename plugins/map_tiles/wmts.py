"""WMTS 1.0.0: its capabilities, and where a tile is. Pure.

A set of tile matrices is laid over Web Mercator: a matrix is a zoom where its tiles span what those of the zoom do
(ScaleDenominator * 0.00028 m a pixel) and its corner lies on whole tiles. Sets in other systems are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from urllib.parse import quote
from xml.etree.ElementTree import Element

from desktop.adapters.api import build_bad_response, read_number, read_whole
from desktop.domain.layers import Bounds

from .mercator import HALF, MOST_ZOOM, WORLD
from .trees import find_attribute, find_text, iterate_below, iterate_events
from .wms import build_bounds, choose_format

_WEB = frozenset({"3857", "900913", "102100", "102113", "3785"})
_PIXEL_M = 0.00028
_MOST_WORDS = 500
_ROUGH = 1e-5
"""Scales are written rounded; more than this is another scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A matrix that is a zoom: the XYZ column and row of its first tile, and how many it has."""

    id: str
    column: int
    row: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLimits:
    """The tiles that a layer really has of a matrix, both ends included."""

    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WmtsLayer:
    """A layer. `sets` are those it comes in, each with its limits by matrix; `templates` by format; `fixed` its dimensions."""

    name: str
    title: str
    description: str
    bounds: Bounds | None
    style: str
    formats: tuple[str, ...]
    sets: Mapping[str, Mapping[str, TileLimits]]
    templates: Mapping[str, str]
    fixed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WmtsCapabilities:
    """What a WMTS says of itself. `sets` are those of Web Mercator: their matrices by zoom. `address` is that of GetTile."""

    title: str
    attribution: str
    address: str
    layers: tuple[WmtsLayer, ...]
    sets: Mapping[str, Mapping[int, Matrix]]
    other_systems: Mapping[str, str] = field(default_factory=dict)

    def find_set(self, layer: WmtsLayer) -> str:
        """The set of Web Mercator that a layer comes in, the one with most zooms; "" where it comes in none."""
        known = [name for name in layer.sets if self.sets.get(name)]
        return max(known, key=lambda name: len(self.sets[name]), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileAddress:
    """Where a tile is: a template filled in, or parameters of GetTile."""

    path: str
    params: Mapping[str, str]


def parse_wmts(body: bytes, media: str, *, component: str) -> WmtsCapabilities:
    """The capabilities of a WMTS, read as a stream.

    Raises:
        BadResponse: not the capabilities of a WMTS.
    """
    reading, root = _Reading(), ""
    for event, element in iterate_events(body, media, component=component):
        root = root or str(element.tag)
        if root != "Capabilities":
            raise build_bad_response(
                "", component=component, what="it answered with something else than its capabilities"
            )
        reading.take(event, element)
    return WmtsCapabilities(
        title=reading.title,
        attribution=reading.provider,
        address=reading.address,
        layers=tuple(reading.layers.values()),
        sets=reading.sets,
        other_systems=reading.other_systems,
    )


@dataclass(slots=True)
class _Reading:
    """What was read of a document so far. A set is named by an element of the same tag in a layer's link: `inside` tells."""

    title: str = ""
    provider: str = ""
    address: str = ""
    layers: dict[str, WmtsLayer] = field(default_factory=dict)
    sets: dict[str, Mapping[int, Matrix]] = field(default_factory=dict)
    other_systems: dict[str, str] = field(default_factory=dict)
    inside: int = 0

    def take(self, event: str, element: Element) -> None:
        """One event; what a layer or a set holds is let go when it ends."""
        tag = str(element.tag)
        if tag == "Layer":
            self.inside += 1 if event == "start" else -1
        if event == "start":
            return
        if tag == "Layer":
            layer = _read_layer(element)
            if layer is not None:
                self.layers.setdefault(layer.name, layer)
            element.clear()
        elif tag == "TileMatrixSet" and not self.inside:
            _take_set(element, self.sets, self.other_systems)
            element.clear()
        else:
            self._take_words(tag, element)

    def _take_words(self, tag: str, element: Element) -> None:
        if tag == "ServiceIdentification":
            self.title = find_text(element, "Title")
        elif tag == "ProviderName":
            self.provider = " ".join((element.text or "").split())
        elif tag == "Operation" and find_attribute(element, "name") == "GetTile":
            self.address = _find_get(element)


def _find_get(element: Element) -> str:
    """Where a tile is asked for by parameters: a service may name before that where it has templates (GetEncoding REST)."""
    gets = list(element.iter("Get"))
    encoded = [get for get in gets if "KVP" in {" ".join((v.text or "").split()).upper() for v in get.iter("Value")}]
    return next((find_attribute(get, "href") for get in (*encoded, *gets)), "")


# ==== layers ====


def _read_layer(element: Element) -> WmtsLayer | None:
    name = find_text(element, "Identifier")
    if not name:
        return None
    corners = [find_text(element, "WGS84BoundingBox", corner).split() for corner in ("LowerCorner", "UpperCorner")]
    links = iterate_below(element, "TileMatrixSetLink")
    addresses = [
        link for link in iterate_below(element, "ResourceURL") if find_attribute(link, "resourceType") in {"", "tile"}
    ]
    dimensions = list(iterate_below(element, "Dimension"))
    return WmtsLayer(
        name=name,
        title=find_text(element, "Title") or name,
        description=find_text(element, "Abstract")[:_MOST_WORDS],
        bounds=build_bounds([read_number(number) for corner in corners for number in corner]),
        style=_find_style(element),
        formats=tuple(
            text for text in (" ".join((f.text or "").split()) for f in iterate_below(element, "Format")) if text
        ),
        sets={find_text(link, "TileMatrixSet"): _read_limits(link) for link in links},
        templates={find_attribute(link, "format"): find_attribute(link, "template") for link in addresses},
        fixed={
            find_text(one, "Identifier"): find_text(one, "Default")
            for one in dimensions
            if find_text(one, "Identifier")
        },
    )


def _find_style(element: Element) -> str:
    styles = list(iterate_below(element, "Style"))
    preferred = [style for style in styles if find_attribute(style, "isDefault").lower() == "true"]
    return next((find_text(style, "Identifier") for style in (*preferred, *styles)), "")


def _read_limits(link: Element) -> Mapping[str, TileLimits]:
    found: dict[str, TileLimits] = {}
    for group in iterate_below(link, "TileMatrixSetLimits"):
        for one in iterate_below(group, "TileMatrixLimits"):
            names = ("MinTileRow", "MaxTileRow", "MinTileCol", "MaxTileCol")
            ends = [number for number in (read_whole(find_text(one, name)) for name in names) if number is not None]
            if len(ends) == 4:
                found[find_text(one, "TileMatrix")] = TileLimits(rows=(ends[0], ends[1]), columns=(ends[2], ends[3]))
    return found


# ==== matrices ====


def _take_set(element: Element, sets: dict[str, Mapping[int, Matrix]], others: dict[str, str]) -> None:
    """Keeps the matrices of a set of Web Mercator, and the system of any other."""
    name, system = find_text(element, "Identifier"), find_text(element, "SupportedCRS")
    code = re.split(r"[^0-9A-Za-z]+", system)[-1]
    if code not in _WEB:
        others[name] = f"EPSG:{code}" if code.isdecimal() else system
        return
    found = (read_matrix(one) for one in iterate_below(element, "TileMatrix"))
    sets[name] = dict(filter(None, found))


def read_matrix(element: Element) -> tuple[int, Matrix] | None:
    """The zoom that a matrix is, and the matrix; None where its tiles are none of the map's."""
    scale = read_number(find_text(element, "ScaleDenominator"))
    pixels = read_whole(find_text(element, "TileWidth"))
    size = [read_whole(find_text(element, name)) for name in ("MatrixWidth", "MatrixHeight")]
    corner = [read_number(word) for word in find_text(element, "TopLeftCorner").split()]
    if scale is None or not 1e-3 < scale < 1e12 or pixels is None or not 0 < pixels <= 8192 or len(corner) != 2:
        return None
    span = scale * _PIXEL_M * pixels
    zoom = round(log2(WORLD / span))
    x, y = corner
    if not 0 <= zoom <= MOST_ZOOM or x is None or y is None or max(abs(x), abs(y)) > 2 * WORLD or None in size:
        return None
    exact = WORLD / (1 << zoom)
    column, row = (x + HALF) / exact, (HALF - y) / exact
    if abs(span / exact - 1) > _ROUGH or abs(column - round(column)) > 0.01 or abs(row - round(row)) > 0.01:
        return None
    matrix = Matrix(
        id=find_text(element, "Identifier"),
        column=round(column),
        row=round(row),
        width=size[0] or 0,
        height=size[1] or 0,
    )
    return zoom, matrix


# ==== a tile ====


def find_address(capabilities: WmtsCapabilities, layer: WmtsLayer, z: int, x: int, y: int) -> TileAddress | None:
    """Where the tile is, None where the layer has none there. The template of the layer comes before GetTile."""
    name = capabilities.find_set(layer)
    matrix = capabilities.sets.get(name, {}).get(z)
    if matrix is None:
        return None
    column, row = x - matrix.column, y - matrix.row
    limits = layer.sets[name].get(matrix.id) or TileLimits(rows=(0, matrix.height - 1), columns=(0, matrix.width - 1))
    if not (limits.rows[0] <= row <= limits.rows[1] and limits.columns[0] <= column <= limits.columns[1]):
        return None
    place = {
        "TileMatrixSet": name, "TileMatrix": matrix.id, "TileRow": str(row), "TileCol": str(column), "Style": layer.style,
    }  # fmt: skip
    wanted = choose_format(layer.formats)
    template = layer.templates.get(wanted) or next(iter(layer.templates.values()), "")
    if template:
        filled = {key.lower(): value for key, value in {**layer.fixed, **place}.items()}
        path = re.sub(r"\{(\w+)\}", lambda found: quote(filled.get(found[1].lower(), ""), safe=""), template)
        return TileAddress(path=path, params={})
    kept = {"service": "WMTS", "request": "GetTile", "version": "1.0.0", "layer": layer.name, "format": wanted}
    return TileAddress(path="", params={**kept, **layer.fixed, **{key.lower(): value for key, value in place.items()}})
