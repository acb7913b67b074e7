"""WMS 1.1.1 and 1.3.0: its capabilities, and what to ask for a tile. Pure.

Layers lie in layers: systems of coordinates are added to those of the outer ones; a box, a text to show and limits of scale
hold until an inner one says otherwise. Only a layer with a name can be asked for. In 1.3.0 the numbers of EPSG:4326 come
latitude first, in 1.1.1 longitude first; those of EPSG:3857 and EPSG:27700 come east first in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from xml.etree.ElementTree import Element

from desktop.adapters.api import build_bad_response, read_number
from desktop.domain.layers import Bounds

from .mercator import Square, find_zooms
from .trees import find_attribute, find_text, iterate_below, iterate_events

WEB = ("EPSG:3857", "EPSG:900913", "EPSG:102100", "EPSG:102113", "EPSG:3785")
"""Names of Web Mercator, best first."""
GEOGRAPHIC = ("CRS:84", "EPSG:4326")
DEGREES_FROM = 9
"""From this zoom on a tile that is drawn in degrees is off by less than half a pixel in Web Mercator, in Great Britain."""

_MOST_WORDS = 500
_ROOTS = frozenset({"WMS_Capabilities", "WMT_MS_Capabilities"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WmsLayer:
    """A layer that can be asked for; `systems` are the coordinates that it comes in, in capitals."""

    name: str
    title: str
    description: str
    systems: frozenset[str]
    bounds: Bounds | None
    attribution: str
    min_zoom: int
    max_zoom: int

    @property
    def system(self) -> str:
        """The system to ask for, "" where none fits the map."""
        return next((name for name in (*WEB, *GEOGRAPHIC) if name in self.systems), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WmsCapabilities:
    """What a WMS says of itself. `address` is where its maps are asked for, as it says it, maybe relative or wrong."""

    version: str
    title: str
    formats: tuple[str, ...]
    address: str
    layers: tuple[WmsLayer, ...]


@dataclass(slots=True, kw_only=True)
class _Node:
    """A layer as it stands in the document, with those in it."""

    name: str
    title: str
    description: str
    systems: frozenset[str]
    bounds: Bounds | None
    attribution: str
    scales: tuple[float | None, float | None]
    inner: list[_Node] = field(default_factory=list)


def parse_wms(body: bytes, media: str, *, component: str) -> WmsCapabilities:
    """The capabilities of a WMS, read as a stream: each layer is let go as soon as it is read.

    Raises:
        BadResponse: not the capabilities of a WMS.
    """
    version, title, address = "", "", ""
    formats: list[str] = []
    open_layers: list[list[_Node]] = [[]]
    root = ""
    for event, element in iterate_events(body, media, component=component):
        tag = str(element.tag)
        if not root:
            root, version = tag, find_attribute(element, "version")
            if root not in _ROOTS:
                break
        if tag == "Layer":
            _take_layer(event, element, open_layers)
        elif event == "end" and tag == "GetMap":
            formats = [
                text for text in (" ".join((f.text or "").split()) for f in iterate_below(element, "Format")) if text
            ]
            address = _find_get(element)
        elif event == "end" and tag == "Service":
            title = find_text(element, "Title")
    if root not in _ROOTS:
        raise build_bad_response("", component=component, what="it answered with something else than its capabilities")
    layers: dict[str, WmsLayer] = {}
    for layer in _flatten(open_layers[0], None):
        layers.setdefault(layer.name, layer)
    return WmsCapabilities(
        version="1.1.1" if version.startswith(("1.1", "1.0")) else "1.3.0",
        title=title,
        formats=tuple(formats),
        address=address,
        layers=tuple(layers.values()),
    )


def _find_get(element: Element) -> str:
    """Where a map is asked for by GET; a service may name where it takes POST before that."""
    gets = (resource for get in element.iter("Get") for resource in iterate_below(get, "OnlineResource"))
    return next((find_attribute(resource, "href") for resource in gets), "")


def _take_layer(event: str, element: Element, open_layers: list[list[_Node]]) -> None:
    """Opens a layer, or reads the one that ends and lets go of it."""
    if event == "start":
        open_layers.append([])
        return
    inner = open_layers.pop()
    node = _read_node(element)
    node.inner = inner
    open_layers[-1].append(node)
    element.clear()


def _read_node(element: Element) -> _Node:
    words = [
        word for name in ("CRS", "SRS") for child in iterate_below(element, name) for word in (child.text or "").split()
    ]
    return _Node(
        name=find_text(element, "Name"),
        title=find_text(element, "Title"),
        description=find_text(element, "Abstract")[:_MOST_WORDS],
        systems=frozenset(word.upper() for word in words),
        bounds=_read_bounds(element),
        attribution=find_text(element, "Attribution", "Title"),
        scales=_read_scales(element),
    )


def _read_bounds(element: Element) -> Bounds | None:
    """The box in degrees, as 1.3.0 or 1.1.1 writes it."""
    edges = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    numbers = [read_number(find_text(element, "EX_GeographicBoundingBox", edge)) for edge in edges]
    older = next(iterate_below(element, "LatLonBoundingBox"), None)
    if None in numbers and older is not None:
        numbers = [read_number(find_attribute(older, edge)) for edge in ("minx", "miny", "maxx", "maxy")]
    return build_bounds(numbers)


def build_bounds(numbers: Sequence[float | None]) -> Bounds | None:
    """A box of west, south, east, north; None where one is missing or it is none."""
    known = [number for number in numbers if number is not None]
    if len(known) != 4:
        return None
    west, south, east, north = known
    fits = -180.001 <= west < east <= 180.001 and -90.001 <= south < north <= 90.001
    return Bounds(west=west, south=south, east=east, north=north) if fits else None


def _read_scales(element: Element) -> tuple[float | None, float | None]:
    """The least and the most scale denominator; 1.1.1 writes them as the diagonal of a pixel in metres."""
    least, most = (read_number(find_text(element, name)) for name in ("MinScaleDenominator", "MaxScaleDenominator"))
    hint = next(iterate_below(element, "ScaleHint"), None)
    if hint is not None and least is None and most is None:
        ends = (read_number(find_attribute(hint, name)) for name in ("min", "max"))
        least, most = (None if end is None else end / sqrt(2) / 0.00028 for end in ends)
    return least, most


def _flatten(nodes: Sequence[_Node], outer: _Node | None) -> Iterator[WmsLayer]:
    """Every layer with a name, with what it inherits."""
    for node in nodes:
        if outer is not None:
            node.systems |= outer.systems
            node.bounds = node.bounds or outer.bounds
            node.attribution = node.attribution or outer.attribution
            node.scales = (node.scales[0] or outer.scales[0], node.scales[1] or outer.scales[1])
        if node.name:
            yield _build_layer(node)
        yield from _flatten(node.inner, node)


def _build_layer(node: _Node) -> WmsLayer:
    first, last = find_zooms(*node.scales)
    layer = WmsLayer(
        name=node.name, title=node.title or node.name, description=node.description, systems=node.systems,
        bounds=node.bounds, attribution=node.attribution, min_zoom=first, max_zoom=last,
    )  # fmt: skip
    if layer.system not in GEOGRAPHIC:
        return layer
    return WmsLayer(
        name=layer.name, title=layer.title, description=layer.description, systems=layer.systems,
        bounds=layer.bounds, attribution=layer.attribution, min_zoom=max(first, DEGREES_FROM), max_zoom=last,
    )  # fmt: skip


def build_map_question(capabilities: WmsCapabilities, layer: WmsLayer, square: Square) -> dict[str, str]:
    """The parameters of GetMap for one tile."""
    newer = capabilities.version == "1.3.0"
    return {
        "service": "WMS", "version": capabilities.version, "request": "GetMap", "layers": layer.name, "styles": "",
        "crs" if newer else "srs": layer.system, "bbox": format_box(square, layer.system, newer=newer),
        "width": "256", "height": "256", "format": choose_format(capabilities.formats), "transparent": "TRUE",
        "exceptions": "XML" if newer else "application/vnd.ogc.se_xml",
    }  # fmt: skip


def format_box(square: Square, system: str, *, newer: bool) -> str:
    """The box of a tile in the order that a version wants: latitude first for EPSG:4326 in 1.3.0, else east first."""
    if system in WEB:
        return f"{square.west:.6f},{square.south:.6f},{square.east:.6f},{square.north:.6f}"
    box = square.to_degrees()
    if newer and system == "EPSG:4326":
        return f"{box.south:.10f},{box.west:.10f},{box.north:.10f},{box.east:.10f}"
    return f"{box.west:.10f},{box.south:.10f},{box.east:.10f},{box.north:.10f}"


def choose_format(formats: Sequence[str]) -> str:
    """PNG where there is one, for it can be seen through; else JPEG, else the first picture."""
    for wanted in ("image/png", "image/png; mode=8bit", "image/png8", "image/jpeg"):
        if wanted in formats:
            return wanted
    return next((name for name in formats if name.startswith("image/") and "svg" not in name), "image/png")
