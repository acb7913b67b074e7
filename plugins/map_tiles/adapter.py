"""Map layers on services of pictures: XYZ, WMTS and WMS."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer, Page, read_body, read_text
from desktop.domain.components import Diagnosis
from desktop.domain.errors import DesktopError, InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.layers import Bounds, Feature, MapLayer, Tile

from .client import MapTilesClient
from .exceptions import OUT_OF_RANGE, ServiceException, build_error, parse_exception
from .mapping import split_names
from .mercator import build_square, find_tile, is_tile, touches
from .pictures import check_picture, find_media
from .sources import Offer, Source, WmsSource, WmtsSource, XyzSource

BLANK = "image/png"
"""The type of a tile with nothing in it."""
_MOST_NAMED = 5


class MapTilesAdapter:
    """Layers of pictures by Web Mercator tile numbers, whatever the service speaks."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._component = context.component
        self._clock = context.clock
        self._client = MapTilesClient(context)
        self._kind = settings["kind"]
        self._named = split_names(settings["layers"])
        self._attribution = settings["attribution"]
        self._source: Source = XyzSource(settings)
        if self._kind == "wms":
            self._source = WmsSource(settings, context.component, context.clock, self._fetch)
        elif self._kind == "wmts":
            self._source = WmtsSource(settings, context.component, context.clock, self._fetch)

    # ==== component ====

    def check(self) -> Diagnosis:
        """Reads what the service has, and draws one tile in the middle of its first layer."""
        offer = self._source.offer(fresh=True)
        layers = self._choose(offer)
        known = {layer.id for layer in offer.layers} | offer.unfit.keys()
        warnings = [
            f"There is no layer {name}: correct the setting layers." for name in self._named if name not in known
        ]
        unfit = [name for name in offer.unfit if not self._named or name in self._named]
        if unfit:
            warnings.append(
                f"Left out, because they come in {offer.unfit[unfit[0]]} and not in Web Mercator: "
                f"{', '.join(unfit[:_MOST_NAMED])}{' and more' if len(unfit) > _MOST_NAMED else ''}."
            )
        facts = {"kind": self._kind, "version": offer.version or "none", "layers": str(len(layers))}
        facts |= {"title": offer.title} if offer.title else {}
        if not layers:
            warnings.append("It has no layer for the map: name one in the setting layers, or use another address.")
            return Diagnosis(facts=facts, warnings=tuple(warnings))
        if not any(layer.attribution for layer in layers):
            warnings.append("It names no source: write what the licence asks for into the setting attribution.")
        tile = self.tile(layers[0].id, *_find_middle(layers[0]))
        facts["first tile"] = f"{tile.media}, {len(tile.body)} bytes" if tile.body else "nothing"
        if not tile.body:
            warnings.append(f"The tile in the middle of {layers[0].name} is empty: check the address and the template.")
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    # ==== map layers ====

    def layers(self) -> tuple[MapLayer, ...]:
        """The layers that fit the map, all or those that the settings name."""
        return self._choose(self._source.offer(fresh=True))

    def _choose(self, offer: Offer) -> tuple[MapLayer, ...]:
        by_name = {layer.id: layer for layer in offer.layers}
        names = [OutsideId(name) for name in self._named] if self._named and self._kind != "xyz" else list(by_name)
        return tuple(by_name[name] for name in names if name in by_name)

    def features(self, layer: OutsideId, bounds: Bounds | None = None, cursor: str = "") -> Page[Feature]:  # noqa: ARG002 -- the protocol's arguments
        """Raises InvalidInput: these layers are pictures."""
        raise InvalidInput(
            "This layer comes as pictures, not as features.",
            "Ask for its tiles.",
            key="map_tiles.features",
            field="layer",
        )

    def tile(self, layer: OutsideId, z: int, x: int, y: int) -> Tile:
        """One picture. Empty where the layer has nothing there."""
        if not is_tile(z, x, y):
            raise InvalidInput("There is no such tile.", "Move the map or zoom out.", key="map_tiles.tile", field="z")
        chosen = self._find_layer(layer)
        if not chosen.min_zoom <= z <= chosen.max_zoom:
            raise InvalidInput(
                f"{chosen.name} is drawn from zoom {chosen.min_zoom} to {chosen.max_zoom}.",
                "Zoom in or out.",
                key="map_tiles.zoom",
                field="z",
            )
        blank = Tile(media=BLANK, body=b"", attribution=chosen.attribution)
        if chosen.bounds is not None and not touches(chosen.bounds, build_square(z, x, y).to_degrees()):
            return blank
        address = self._source.find(chosen, z, x, y)
        if address is None:
            return blank
        body = self._fetch_picture(address.path, address.params)
        if not body:
            return blank
        return Tile(media=find_media(body), body=body, attribution=chosen.attribution)

    def _find_layer(self, id: OutsideId) -> MapLayer:
        offer = self._source.offer()
        found = next((layer for layer in self._choose(offer) if layer.id == id), None)
        if found is not None:
            return found
        system = offer.unfit.get(id)
        if system is not None:
            raise InvalidInput(
                f"{id} comes in {system} only, and the map is in Web Mercator (EPSG:3857).",
                "Use a layer of the service in EPSG:3857, or the WMS of the same server, which draws in any system.",
                key="map_tiles.system",
                field="layer",
            )
        raise NotFound(
            f"{self._component} has no layer of that name.",
            "Choose one of its layers.",
            key="map_tiles.layer",
            subject=self._component,
        )

    # ==== requests ====

    def _fetch(self, path: str, params: Mapping[str, str]) -> Answer:
        """A document; raises for an answer that refuses."""
        answer = self._client.fetch(path, params)
        refusal = self._read_refusal(answer)
        if refusal is not None or answer.status >= 300:
            raise self._build_error(answer, refusal)
        return answer

    def _fetch_picture(self, path: str, params: Mapping[str, str]) -> bytes:
        """A picture, or nothing where there is no tile: a 204, or a 404 of anything but a WMS, which has no tiles."""
        answer = self._client.fetch(path, params)
        if answer.status == 204 or (answer.status == 404 and self._kind != "wms"):
            return b""
        refusal = self._read_refusal(answer)
        if refusal is not None and refusal.code == OUT_OF_RANGE:
            return b""
        if refusal is not None or answer.status >= 300:
            raise self._build_error(answer, refusal)
        if answer.body:
            check_picture(answer.body, answer.headers.get("Content-Type", ""), component=self._component)
        return answer.body

    def _read_refusal(self, answer: Answer) -> ServiceException | None:
        return parse_exception(answer.body, answer.headers.get("Content-Type", ""), component=self._component)

    def _build_error(self, answer: Answer, refusal: ServiceException | None) -> DesktopError:
        return build_error(
            answer.status,
            refusal,
            component=self._component,
            headers=answer.headers,
            body=read_text(read_body(answer.body[:4000], answer.headers.get("Content-Type", ""))),
            clock=self._clock,
        )


def _find_middle(layer: MapLayer) -> tuple[int, int, int]:
    """A tile in the middle of a layer, at a zoom that shows a town where it can."""
    z = max(layer.min_zoom, min(layer.max_zoom, 12))
    box = layer.bounds or Bounds(west=-6.0, south=50.0, east=2.0, north=56.0)
    lon, lat = (box.west + box.east) / 2, (box.south + box.north) / 2
    return z, *find_tile(lon, lat, z)
