"""How the suites drive ogc_features."""

from __future__ import annotations

import json

from desktop.domain.ids import OutsideId
from plugins.ogc_features.frames import Frame
from plugins.ogc_features.mapping import (
    parse_collection,
    parse_collections,
    parse_conformance,
    parse_features,
    parse_landing,
    parse_said,
)
from tests.helpers.conformance_drivers import Driver, Paging, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

BIN: Record = {
    "type": "Feature",
    "id": "b-1",
    "geometry": {"type": "Point", "coordinates": [-1.25, 51.5]},
    "properties": {"name": "Bin at the mill", "kind": "litter", "locked": "false", "emptied": "null", "litres": 90},
}
BINS: Record = {
    "id": "bins",
    "title": "Bins",
    "description": "Litter bins",
    "itemType": "feature",
    "extent": {"spatial": {"bbox": [[-1.3, 51.4, -1.2, 51.6]], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
    "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/27700"],
    "links": [{"rel": "items", "type": "application/geo+json", "href": "/collections/bins/items"}],
}
AREA: Record = {
    "type": "Feature",
    "id": "7",
    "geometry": {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "MultiPolygon", "coordinates": [[[[-1.0, 51.0], [-0.9, 51.0], [-0.9, 51.1], [-1.0, 51.0]]]]},
            {"type": "LineString", "coordinates": [[-1.0, 51.0], [-0.9, 51.2]]},
        ],
    },
    "properties": {"title": "Mill Row"},
}
CONFORMANCE: Record = {"conformsTo": ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"]}
HERE = "https://maps.example.org/collections/bins/items"


def answer_aside(request: Request) -> Reply | None:
    """What the collection says of itself: not what is tested."""
    if request.path.endswith("collections/bins"):
        return Reply(body=json.dumps(BINS).encode())
    return None


def wrap(records: list[Record]) -> Record:
    """A page of features."""
    return {"type": "FeatureCollection", "features": records, "links": []}


def total(body: object, total: int, page: int, url: str) -> object:
    """The page with a link to the next one, where there is one."""
    assert isinstance(body, dict)
    following = {"rel": "next", "type": "application/geo+json", "href": f"{url}/collections/bins/items?page={page + 1}"}
    return {**body, "links": [following] if page * 2 < total else []}


PAGING = Paging(
    read=lambda adapter, cursor: adapter.features(OutsideId("bins"), None, cursor),
    ids=lambda page: [feature.outside_id for feature in page.items],
    wrap=wrap,
    page_of=lambda request: int(request.query.get("page", ["1"])[0]),
    size=2,
    total_in=total,
)
DRIVERS = (
    Driver(
        plugin="ogc_features",
        capability="map_layers",
        record=BIN,
        id_field="id",
        look=lambda adapter: adapter.features(OutsideId("bins")),
        look_body=lambda record: wrap([record]),
        paging=PAGING,
        settings={"page_size": "2"},
        aside=answer_aside,
    ),
    Driver(
        plugin="ogc_features",
        capability="insight",
        record=BIN,
        id_field="id",
        look=lambda adapter: adapter.around(51.5, -1.25),
        look_body=lambda record: wrap([record]),
        settings={"near": "bins"},
        aside=answer_aside,
    ),
)


def parse_area(body: bytes) -> object:
    """Features in the national grid."""
    text = body.decode("utf-8", "replace")
    return parse_features(text, layer=OutsideId("areas"), url=HERE, frame=Frame.GRID, name_field="", component="Maps")


def in_grid(feature: Record) -> Record:
    """A feature with a geometry in metres."""
    return {
        **feature,
        "geometry": {"type": "MultiPoint", "coordinates": [[452162.0, 178022.0], [452170.0, 178030.0, 9]]},
    }


MAPPINGS = (
    Parsed(
        name="ogc_features collections",
        body=json.dumps({"collections": [BINS], "links": [{"rel": "next", "href": "?page=2"}]}).encode(),
        parse=lambda body: parse_collections(body.decode("utf-8", "replace"), url=HERE, component="Maps"),
    ),
    Parsed(
        name="ogc_features collection",
        body=json.dumps(BINS).encode(),
        parse=lambda body: parse_collection(body.decode("utf-8", "replace"), component="Maps"),
    ),
    Parsed(
        name="ogc_features conformance",
        body=json.dumps(CONFORMANCE).encode(),
        parse=lambda body: parse_conformance(body.decode("utf-8", "replace"), component="Maps"),
    ),
    Parsed(
        name="ogc_features landing page",
        body=json.dumps({"title": "Assets", "links": [{"rel": "data", "href": "/collections"}]}).encode(),
        parse=lambda body: parse_landing(body.decode("utf-8", "replace"), component="Maps"),
    ),
    Parsed(
        name="ogc_features error",
        body=json.dumps({"code": "NotFound", "description": "No such collection"}).encode(),
        parse=lambda body: parse_said(body.decode("utf-8", "replace")),
    ),
    Parsed(name="ogc_features grid", body=json.dumps(wrap([in_grid(AREA)])).encode(), parse=parse_area),
    Parsed(
        name="ogc_features shapes",
        body=json.dumps(wrap([AREA])).encode(),
        parse=lambda body: parse_features(
            body.decode("utf-8", "replace"), layer=OutsideId("areas"), url=HERE, frame=Frame.DEGREES, name_field="",
            component="Maps",
        ),
    ),
)  # fmt: skip
