"""What each file of the published contracts of OGC API Features and OS NGD is, and what the adapter must make of it."""

from __future__ import annotations

import json

from desktop.adapters.api import Checked, MapLayers
from desktop.domain.ids import OutsideId
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.ogc_features.driver import BINS, CONFORMANCE

_PROSE = "The text or schema of the contract, not an answer."
_XML = "The adapter asks for JSON; servers that have XML alone are not read."
_MAPS = "A capabilities document, for map_tiles."

OGC = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("*.yml", TEXT, maps=False, why=_PROSE),
    Entry("WebMercatorQuad.json", OTHER, maps=False, why="A tile matrix set of OGC API Tiles."),
    Entry("examples/ogcapi-LandingPage.json", "landing", maps=True),
    Entry("examples/ogcapi-Collection.json.txt", "collection", maps=False, why="It is not valid JSON as published."),
    Entry("examples/ogcapi-ConformsTo.json.txt", "conformance", maps=False, why="It is not valid JSON as published."),
    Entry("examples/ogcapi-*.xml", OTHER, maps=False, why=_XML),
    Entry("examples/pygeoapi-items.geojson", "items", maps=True),
    Entry("examples/*.xml", OTHER, maps=False, why=_MAPS),
)
NGD = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("examples/linked-*.json", OTHER, maps=False, why="Linked identifiers are another API of Ordnance Survey's."),
    Entry("examples/*.json", "items", maps=True),
)
_COLLECTIONS = json.dumps({"collections": [BINS]}).encode()
_LANDING = json.dumps({"title": "Maps", "links": [{"rel": "data", "href": "/collections"}]}).encode()


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, MapLayers)
    assert isinstance(adapter, Checked)
    bodies = {"": _LANDING, "collections": _COLLECTIONS, "conformance": json.dumps(CONFORMANCE).encode()}
    bodies["bins"] = json.dumps(BINS).encode()
    asked = {"landing": "", "collection": "bins", "conformance": "conformance", "items": "items"}.get(
        kind, "collections"
    )

    def answer(request: Request) -> Reply:
        last = request.path.rpartition("/")[2]
        return reply if last == asked else Reply(body=bodies[last])

    server.answer = answer
    if kind in {"items", "collection"}:
        return adapter.features(OutsideId("bins"))
    return adapter.check() if kind in {"landing", "conformance"} else adapter.layers()


ITEMS, PAGE = "examples/pygeoapi-items.geojson", "examples/ogcapi-LandingPage.json"
VALUES: list[tuple[str, str, object]] = [
    (PAGE, "facts.title", "Some Title for this API"),
    (ITEMS, "cursor", ""),
    (ITEMS, "items.0.outside_id", "1"),
    (ITEMS, "items.0.name", "LineString"),
    (ITEMS, "items.0.geometry.type", "LineString"),
    (ITEMS, "items.0.geometry.coordinates", [[30.0, 10.0], [10.0, 30.0], [40.0, 40.0]]),
    (ITEMS, "items.0.point.lat", 30.0),
    (ITEMS, "items.0.point.lon", 10.0),
    (ITEMS, "items.0.properties.uri", "http://localhost:5000/collections/objects/items/1"),
    (ITEMS, "items.1.geometry.type", "MultiPoint"),
    (ITEMS, "items.1.outside_id", "2"),
    (ITEMS, "items.2.outside_id", "3"),
    (ITEMS, "items.2.name", "Point"),
    (ITEMS, "items.2.point.lat", 33.0),
    (ITEMS, "items.2.point.lon", -85.0),
    (ITEMS, "items.3.name", "MultiLineString"),
    (ITEMS, "items.3.geometry.coordinates.1.2", [40.0, 20.0]),
    (ITEMS, "items.3.point.lon", 20.0),
    (ITEMS, "items.4.outside_id", "5"),
    (ITEMS, "items.4.layer", "bins"),
]
ONE, THREE = "examples/ngd-geojson_1_feature.json", "examples/ngd-geojson_3_features.json"
FIRST = "00000016-e0a2-45ca-855a-645753d72716"
NGD_VALUES: list[tuple[str, str, object]] = [
    (ONE, "items.0.outside_id", FIRST),
    (ONE, "items.0.geometry.type", "LineString"),
    (ONE, "items.0.geometry.coordinates", [[-3.8649573, 51.8129786], [-3.8649033, 51.8129757]]),
    (ONE, "items.0.point.lat", 51.8129757),
    (ONE, "items.0.point.lon", -3.8649033),
    (ONE, "items.0.name", "Building Internal Division"),
    (ONE, "items.0.layer", "bins"),
    (ONE, "items.0.properties.osid", FIRST),
    (ONE, "items.0.properties.toid", "osgb5000005271044468"),
    (ONE, "items.0.properties.theme", "Buildings"),
    (ONE, "items.0.properties.changetype", "New"),
    (ONE, "items.0.properties.isobscured", "false"),
    (ONE, "items.0.properties.physicallevel", "Surface Level"),
    (ONE, "items.0.properties.geometry_length", "3.734355"),
    (ONE, "items.0.properties.versiondate", "2022-08-26"),
    (ONE, "items.0.properties.capturespecification", "Rural"),
    (ONE, "items.0.properties.versionavailablefromdate", "2022-08-27T00:00:00Z"),
    (ONE, "cursor", "https://api.os.uk/features/ngd/ofa/v1/collections/bld-fts-buildingline/items?offset=1&limit=1"),
    (THREE, "items.0.outside_id", FIRST),
    (THREE, "items.0.properties.description", "Building Internal Division"),
]
CONTRACTS = (
    Contract(api="ogc", plugin="ogc_features", entries=OGC, run=run, values=tuple(VALUES)),
    Contract(api="os-ngd-and-links", plugin="ogc_features", entries=NGD, run=run, values=tuple(NGD_VALUES)),
)
