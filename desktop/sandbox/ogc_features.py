"""OGC API Features: the town's assets as collections, with paging by links, boxes, and the national grid besides degrees.

As real ones do, it differs from collection to collection: trees are stored in the national grid, their links are relative
and nobody says how many there are. An unknown parameter is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from typing_extensions import override

from desktop.sandbox import plan
from desktop.sandbox.assets import Asset, build_assets
from desktop.sandbox.grid import ORIGIN_EAST, ORIGIN_NORTH, plan_to_wgs84
from desktop.sandbox.plan import XY
from desktop.sandbox.web import TownHandler

DEGREES: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GRID: Final = "http://www.opengis.net/def/crs/EPSG/0/27700"
ATTRIBUTION: Final = "\N{COPYRIGHT SIGN} Citytown Council, an invented town"
CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_TITLES = {
    "bins": ("Bins", "Litter and recycling bins along the streets and in the parks"),
    "street-trees": ("Street trees", "Trees on the council's streets"),
    "street-lamps": ("Street lamps", "Lamp columns"),
    "conservation-areas": ("Conservation areas", "Areas designated by the council"),
}
_ASKED = frozenset({"limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "f"})
_MOST = 1000
_PAGE = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Ask for f=json.</p></body></html>"
Link = dict[str, str]


class BadQuestion(Exception):
    """A question that is answered with 400; the text is the description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An asset with its ring in both systems, and the box of each as west, south, east, north."""

    asset: Asset
    rings: Mapping[str, tuple[XY, ...]]
    boxes: Mapping[str, tuple[float, float, float, float]]


@lru_cache(maxsize=4)
def place_assets(seed: str) -> dict[str, tuple[Placed, ...]]:
    """Every asset of a town where it stands."""
    return {name: tuple(_place(asset) for asset in assets) for name, assets in build_assets(seed).items()}


def _place(asset: Asset) -> Placed:
    degrees = tuple((lon, lat) for lat, lon in (plan_to_wgs84(*spot) for spot in asset.ring))
    grid = tuple((round(ORIGIN_EAST + x, 2), round(ORIGIN_NORTH + y, 2)) for x, y in asset.ring)
    rings = {DEGREES: degrees, GRID: grid}
    return Placed(asset=asset, rings=rings, boxes={name: _box(ring) for name, ring in rings.items()})


def _box(ring: tuple[XY, ...]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


class OgcHandler(TownHandler):
    """What all its resources have in common."""

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"code": "NoApplicableCode", "description": "The question could not be answered"})

    async def refuse(self, status: int, code: str, description: str) -> None:
        """An exception in its own shape."""
        await self.answer_json(status, {"code": code, "description": description})

    async def tell(self, title: str, tree: object, media: str = "application/json", crs: str = "") -> None:
        """JSON, or the page for people where that is asked for."""
        wanted = self.get_query_argument("f", "")
        accepts = self.request.headers.get("Accept", "")
        if wanted == "html" or (not wanted and accepts.startswith("text/html")):
            await self.answer(200, _PAGE.format(title).encode(), "text/html; charset=utf-8")
            return
        headers = {"Content-Crs": f"<{crs}>"} if crs else {}
        await self.answer_json(200, tree, headers | {"Content-Type": media})

    def link(self, path: str, rel: str, title: str, media: str = "application/json") -> Link:
        """A link below the landing page."""
        return {"href": f"{self.site.base}{path}", "rel": rel, "type": media, "title": title}

    def places(self, collection: str) -> tuple[Placed, ...] | None:
        """The assets of a collection, None where there is none of that name."""
        return place_assets(self.site.state.get_meta("seed")).get(collection)

    def describe(self, collection: str) -> dict[str, object]:
        """A collection, as it tells of itself."""
        title, text = _TITLES[collection]
        path = f"/collections/{collection}"
        w, h = plan.HALF_WIDTH + 60, plan.HALF_HEIGHT + 60
        corners = [plan_to_wgs84(x, y) for x in (-w, w) for y in (-h, h)]
        lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
        return {
            "id": collection, "title": title, "description": text, "itemType": "feature", "attribution": ATTRIBUTION,
            "extent": {"spatial": {"bbox": [[min(lons), min(lats), max(lons), max(lats)]], "crs": DEGREES}},
            "crs": [DEGREES, GRID], "storageCrs": GRID if collection == "street-trees" else DEGREES,
            "links": [
                self.link(path, "self", title),
                self.link(f"{path}/items", "items", title, "application/geo+json"),
                self.link(f"{path}/items?f=html", "items", title, "text/html"),
            ],
        }  # fmt: skip


class LandingHandler(OgcHandler):
    """The landing page."""

    async def get(self) -> None:
        links = [
            self.link("/", "self", "This document"),
            self.link("/api", "service-desc", "The API", "application/vnd.oai.openapi+json;version=3.0"),
            self.link("/conformance", "conformance", "What it conforms to"),
            self.link("/collections", "data", "The collections"),
        ]
        text = "What stands on the ground in Citytown"
        await self.tell("Assets of Citytown", {"title": "Assets of Citytown", "description": text, "links": links})


class ApiHandler(OgcHandler):
    """The contract, as far as a landing page must lead to one."""

    async def get(self) -> None:
        paths = (
            "/",
            "/conformance",
            "/collections",
            "/collections/{collectionId}",
            "/collections/{collectionId}/items",
        )
        answers = {"responses": {"200": {"description": "An answer of OGC API Features"}}}
        tree = {
            "openapi": "3.0.3", "info": {"title": "Assets of Citytown", "version": "1"},
            "paths": {path: {"get": answers} for path in paths},
        }  # fmt: skip
        await self.answer_json(200, tree)


class ConformanceHandler(OgcHandler):
    """What it conforms to."""

    async def get(self) -> None:
        await self.tell("Conformance", {"conformsTo": list(CONFORMS)})


class CollectionsHandler(OgcHandler):
    """Every collection."""

    async def get(self) -> None:
        tree = {
            "links": [self.link("/collections", "self", "This document")],
            "crs": [DEGREES, GRID],
            "collections": [self.describe(collection) for collection in _TITLES],
        }
        await self.tell("Collections", tree)


class CollectionHandler(OgcHandler):
    """One collection."""

    async def get(self, collection: str) -> None:
        if collection not in _TITLES:
            await self.refuse(404, "NotFound", "There is no such collection")
            return
        await self.tell(_TITLES[collection][0], self.describe(collection))


class ItemsHandler(OgcHandler):
    """The features of a collection."""

    async def get(self, collection: str) -> None:
        placed = self.places(collection)
        if placed is None:
            await self.refuse(404, "NotFound", "There is no such collection")
            return
        try:
            await self._answer(collection, placed)
        except BadQuestion as bad:
            await self.refuse(400, "InvalidParameterValue", str(bad))

    async def _answer(self, collection: str, placed: tuple[Placed, ...]) -> None:
        strange = set(self.request.query_arguments) - _ASKED
        if strange:
            raise BadQuestion(f"There is no parameter {min(strange)[:30]}")
        crs = self._read_crs("crs")
        limit, offset = self._whole("limit", 10, 1, 10_000), self._whole("offset", 0, 0, 1_000_000)
        limit = min(limit, _MOST)
        found = self._inside(placed)
        page = found[offset : offset + limit]
        tree: dict[str, object] = {
            "type": "FeatureCollection", "features": [build_feature(one, crs) for one in page],
            "numberReturned": len(page), "timeStamp": self.site.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "links": self._links(collection, offset + limit if offset + limit < len(found) else None),
        }  # fmt: skip
        if collection != "street-trees":
            tree["numberMatched"] = len(found)
        await self.tell(_TITLES[collection][0], tree, "application/geo+json", crs)

    def _links(self, collection: str, following: int | None) -> list[Link]:
        path = f"/collections/{collection}/items"
        links = [self.link(path, "self", "This page", "application/geo+json")]
        if following is None:
            return links
        kept = {name: values[-1].decode() for name, values in self.request.query_arguments.items()}
        query = urlencode({**kept, "offset": following})
        page = self.link(f"{path}?{query}", "next", "Next page", "application/geo+json")
        if collection == "street-trees":
            page["href"] = f"items?{query}"
        return [*links, page]

    def _inside(self, placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
        text = self.get_query_argument("bbox", "")
        name = self._read_crs("bbox-crs")
        if not text:
            return placed
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError as error:
            raise BadQuestion("bbox must be numbers separated by commas") from error
        if len(numbers) == 6:
            del numbers[5], numbers[2]
        if len(numbers) != 4 or numbers[0] > numbers[2] or numbers[1] > numbers[3]:
            raise BadQuestion("bbox must be four or six numbers, the lower corner first")
        west, south, east, north = numbers
        boxes = ((one, one.boxes[name]) for one in placed)
        return tuple(one for one, (w, s, e, n) in boxes if w <= east and e >= west and s <= north and n >= south)

    def _read_crs(self, name: str) -> str:
        crs = self.get_query_argument(name, "") or DEGREES
        if crs not in {DEGREES, GRID}:
            raise BadQuestion(f"{name} must be one of those that the collection offers")
        return crs

    def _whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.get_query_argument(name, "") or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadQuestion(f"{name} must be a number from {least} to {most}")
        return int(text)


class ItemHandler(OgcHandler):
    """One feature."""

    async def get(self, collection: str, id: str) -> None:
        found = next((one for one in self.places(collection) or () if one.asset.id == id), None)
        if found is None:
            await self.refuse(404, "NotFound", "There is no such feature")
            return
        feature = build_feature(found, DEGREES)
        links = [
            self.link(f"/collections/{collection}/items/{id}", "self", "This document", "application/geo+json"),
            self.link(f"/collections/{collection}", "collection", _TITLES[collection][0]),
        ]
        await self.tell(id, {**feature, "links": links}, "application/geo+json", DEGREES)


def build_feature(placed: Placed, crs: str) -> dict[str, object]:
    """An asset as GeoJSON, in one of the two systems."""
    ring = [list(spot) for spot in placed.rings[crs]]
    area = len(ring) > 1
    geometry = {"type": "Polygon", "coordinates": [ring]} if area else {"type": "Point", "coordinates": ring[0]}
    return {"type": "Feature", "id": placed.asset.id, "geometry": geometry, "properties": placed.asset.properties}


def ogc_routes() -> list[tuple[str, Callable[..., object]]]:
    """Its resources, below `/assets`."""
    return [
        (r"/assets/?", LandingHandler),
        (r"/assets/api", ApiHandler),
        (r"/assets/conformance", ConformanceHandler),
        (r"/assets/collections", CollectionsHandler),
        (r"/assets/collections/([^/]+)", CollectionHandler),
        (r"/assets/collections/([^/]+)/items", ItemsHandler),
        (r"/assets/collections/([^/]+)/items/([^/]+)", ItemHandler),
    ]
