"""The three kinds of service, alike: which layers there are, and where a tile of one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, quote

from desktop.adapters.api import Answer
from desktop.domain.clocks import Clock
from desktop.domain.layers import MapLayer

from .mapping import (
    build_wms_layer,
    build_wmts_layer,
    build_xyz_layer,
    resolve_address,
    resolve_template,
    split_names,
)
from .mercator import build_square
from .wms import WmsCapabilities, build_map_question, parse_wms
from .wmts import TileAddress, WmtsCapabilities, find_address, parse_wmts

KEPT_S = 3600.0
"""How long capabilities are believed."""

T = TypeVar("T")
Fetch = Callable[[str, Mapping[str, str]], Answer]
"""Asks by a path and parameters; raises for an answer that refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a service has: its title and version, the layers that fit the map, and the system of those that do not."""

    title: str
    version: str
    layers: tuple[MapLayer, ...]
    unfit: Mapping[str, str]


class Source(Protocol):
    """A service of one kind."""

    def offer(self, *, fresh: bool = False) -> Offer:
        """What it has; asked again where it must be `fresh`."""
        ...

    def find(self, layer: MapLayer, z: int, x: int, y: int) -> TileAddress | None:
        """Where a tile is; None where the layer has none there."""
        ...


class XyzSource:
    """Tiles by a template; it says nothing of itself."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._template = settings["template"]
        self._names = split_names(settings["layers"])
        self._attribution = settings["attribution"]
        self._max_zoom = int(settings["max_zoom"])

    def offer(self, *, fresh: bool = False) -> Offer:  # noqa: ARG002 -- nothing is asked
        """The layers that the settings name, or the one that there is."""
        names = self._names if "{layer}" in self._template else ("tiles",)
        layers = tuple(build_xyz_layer(name, self._attribution, self._max_zoom) for name in names)
        return Offer(title="", version="", layers=layers, unfit={})

    def find(self, layer: MapLayer, z: int, x: int, y: int) -> TileAddress | None:
        """The template, filled in."""
        values = {"layer": quote(layer.id, safe=""), "z": z, "x": x, "y": y, "-y": (1 << z) - 1 - y}
        path = self._template
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", str(value))
        return TileAddress(path=path, params={})


class WmsSource:
    """Maps drawn to measure."""

    def __init__(self, settings: Mapping[str, str], component: str, clock: Clock, fetch: Fetch) -> None:
        self._base_url = settings["base_url"]
        self._parameters = dict(parse_qsl(settings["parameters"], keep_blank_values=True))
        self._version = settings["wms_version"]
        self._attribution = settings["attribution"]
        self._component = component
        self._fetch = fetch
        self._kept = _Kept(clock, self._load)

    def _load(self) -> WmsCapabilities:
        asked = {**self._parameters, "service": "WMS", "request": "GetCapabilities", "version": self._version}
        answer = self._fetch("", asked)
        return parse_wms(answer.body, answer.headers.get("Content-Type", ""), component=self._component)

    def offer(self, *, fresh: bool = False) -> Offer:
        """The layers with a name."""
        found = self._kept.get(fresh=fresh)
        layers = tuple(build_wms_layer(layer, self._attribution) for layer in found.layers if layer.system)
        unfit = {layer.name: ", ".join(sorted(layer.systems)[:3]) for layer in found.layers if not layer.system}
        return Offer(title=found.title, version=found.version, layers=layers, unfit=unfit)

    def find(self, layer: MapLayer, z: int, x: int, y: int) -> TileAddress | None:
        """GetMap for the tile's box."""
        found = self._kept.get()
        own = next(one for one in found.layers if one.name == layer.id)
        path, params = resolve_address(self._base_url, found.address)
        question = build_map_question(found, own, build_square(z, x, y))
        return TileAddress(path=path, params={**params, **self._parameters, **question})


class WmtsSource:
    """Tiles by capabilities."""

    def __init__(self, settings: Mapping[str, str], component: str, clock: Clock, fetch: Fetch) -> None:
        self._base_url = settings["base_url"]
        self._parameters = dict(parse_qsl(settings["parameters"], keep_blank_values=True))
        self._document = settings["capabilities"]
        self._attribution = settings["attribution"]
        self._component = component
        self._fetch = fetch
        self._kept = _Kept(clock, self._load)

    def _load(self) -> WmtsCapabilities:
        asked = {**self._parameters, "service": "WMTS", "request": "GetCapabilities", "version": "1.0.0"}
        answer = self._fetch(self._document, self._parameters if self._document else asked)
        return parse_wmts(answer.body, answer.headers.get("Content-Type", ""), component=self._component)

    def offer(self, *, fresh: bool = False) -> Offer:
        """The layers in a set of Web Mercator."""
        found = self._kept.get(fresh=fresh)
        layers = tuple(
            build_wmts_layer(layer, found, self._attribution) for layer in found.layers if found.find_set(layer)
        )
        unfit = {
            layer.name: ", ".join(sorted({found.other_systems.get(name, name) for name in layer.sets})[:3])
            for layer in found.layers
            if not found.find_set(layer)
        }
        return Offer(title=found.title, version="1.0.0", layers=layers, unfit=unfit)

    def find(self, layer: MapLayer, z: int, x: int, y: int) -> TileAddress | None:
        """The template of the layer, else GetTile."""
        found = self._kept.get()
        own = next(one for one in found.layers if one.name == layer.id)
        address = find_address(found, own, z, x, y)
        if address is None:
            return None
        if address.path:
            return TileAddress(path=resolve_template(self._base_url, address.path), params=self._parameters)
        path, params = resolve_address(self._base_url, found.address)
        return TileAddress(path=path, params={**params, **self._parameters, **address.params})


class _Kept(Generic[T]):
    """Capabilities, loaded when they are first needed and again when they are old."""

    def __init__(self, clock: Clock, load: Callable[[], T]) -> None:
        self._clock = clock
        self._load = load
        self._held: tuple[float, T] | None = None

    def get(self, *, fresh: bool = False) -> T:
        """What is known. Two threads may load at once: the later one counts."""
        held, now = self._held, self._clock.monotonic()
        if fresh or held is None or now - held[0] > KEPT_S:
            held = self._held = (now, self._load())
        return held[1]
