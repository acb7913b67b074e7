"""How the suites drive map_tiles: by the capabilities of a WMS; its other documents are mappings."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from plugins.map_tiles.exceptions import parse_exception
from plugins.map_tiles.pictures import check_picture
from plugins.map_tiles.wms import parse_wms
from plugins.map_tiles.wmts import find_address, parse_wmts
from tests.helpers.conformance_drivers import Driver, Parsed, Record
from tests.plugins.map_tiles.documents import (
    build_layer,
    build_ows_exception,
    build_tiled,
    build_web_set,
    build_wms,
    build_wmts,
)

LAYER: Record = {
    "Name": "roads",
    "Title": "Roads",
    "Abstract": "Roads of the town",
    "CRS": "EPSG:3857",
    "EX_GeographicBoundingBox": {
        "westBoundLongitude": -3, "eastBoundLongitude": 1, "southBoundLatitude": 50, "northBoundLatitude": 53,
    },
    "Attribution": {"Title": "Town council"},
    "MinScaleDenominator": 1000,
    "MaxScaleDenominator": 5000000,
}  # fmt: skip


def _element(name: str, value: object) -> str:
    inner = "".join(_element(*pair) for pair in value.items()) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def encode(tree: object) -> bytes:
    """The capabilities with a layer of these fields; any other tree is what it is, for the tests of wrong bodies."""
    assert isinstance(tree, dict)
    return build_wms("<Layer>" + "".join(_element(*pair) for pair in tree.items()) + "</Layer>")


DRIVERS = (
    Driver(
        plugin="map_tiles",
        capability="map_layers",
        record=LAYER,
        id_field="Name",
        look=lambda adapter: adapter.layers(),
        look_body=lambda record: record,
        settings={"kind": "wms"},
        encode=encode,
        media="text/xml",
    ),
)
OLD = build_layer(
    "roads", "EPSG:4326 EPSG:27700", tag="SRS", title="Roads",
    inner='<LatLonBoundingBox minx="-3" miny="50" maxx="1" maxy="53"/><ScaleHint min="0" max="9"/>',
)  # fmt: skip
LIMITS = (
    "<TileMatrixSetLimits><TileMatrixLimits><TileMatrix>m9</TileMatrix><MinTileRow>160</MinTileRow>"
    "<MaxTileRow>170</MaxTileRow><MinTileCol>250</MinTileCol><MaxTileCol>260</MaxTileCol></TileMatrixLimits>"
    "</TileMatrixSetLimits>"
)
TILES = build_wmts(
    build_tiled("roads", template="/t/{TileMatrix}/{TileRow}/{TileCol}.png", limits=LIMITS), build_web_set([9])
)


def parse_tiles(body: bytes) -> Any:
    """The capabilities of a WMTS, and where a tile of each layer is."""
    found = parse_wmts(body, "text/xml", component="Maps")
    return [find_address(found, layer, 9, 255, 165) for layer in found.layers]


MAPPINGS = (
    Parsed(
        name="map_tiles wms 1.1.1",
        body=build_wms(OLD, version="1.1.1"),
        parse=lambda body: parse_wms(body, "text/xml", component="Maps"),
    ),
    Parsed(name="map_tiles wmts", body=TILES, parse=parse_tiles),
    Parsed(
        name="map_tiles exception",
        body=build_ows_exception("InvalidParameterValue", "No such set"),
        parse=lambda body: parse_exception(body, "text/xml", component="Maps"),
    ),
    Parsed(
        name="map_tiles picture",
        body=b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        parse=lambda body: check_picture(body, "image/png", component="Maps"),
    ),
)
