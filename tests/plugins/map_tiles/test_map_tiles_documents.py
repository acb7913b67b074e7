"""Capabilities of WMS and WMTS: what is inherited, what is refused, which zoom a matrix is."""

from __future__ import annotations

import threading

import pytest

from desktop.domain.errors import BadResponse
from desktop.domain.layers import Bounds
from plugins.map_tiles.mercator import build_square, find_tile, find_zooms
from plugins.map_tiles.wms import WmsCapabilities, build_map_question, format_box, parse_wms
from plugins.map_tiles.wmts import find_address, parse_wmts
from tests.helpers.raw_server import run_raw_server
from tests.plugins.map_tiles.documents import (
    CORNER,
    WORLD_SCALE,
    build_layer,
    build_matrix,
    build_set,
    build_tiled,
    build_web_set,
    build_wms,
    build_wmts,
)

BOX = '<LatLonBoundingBox minx="-3" miny="50" maxx="1" maxy="53"/>'
CREDIT = "<Attribution><Title>Town council</Title></Attribution>"


def read_wms(body: bytes, media: str = "text/xml") -> WmsCapabilities:
    return parse_wms(body, media, component="Maps")


# ==== layers in layers ====


def test_what_an_outer_layer_says_holds_for_those_in_it_until_they_say_otherwise() -> None:
    inner = build_layer("lanes", "EPSG:27700", title="Lanes") + build_layer(
        "paths",
        inner='<Attribution><Title>Walkers</Title></Attribution><LatLonBoundingBox minx="-2" miny="51" maxx="0" maxy="52"/>',
    )
    outer = build_layer("", "EPSG:3857", inner=f"{BOX}{CREDIT}<MinScaleDenominator>5000</MinScaleDenominator>{inner}")
    lanes, paths = read_wms(build_wms(outer)).layers
    assert (lanes.name, lanes.title, lanes.systems) == ("lanes", "Lanes", frozenset({"EPSG:3857", "EPSG:27700"}))
    assert (lanes.attribution, lanes.bounds, lanes.max_zoom) == (
        "Town council", Bounds(west=-3, south=50, east=1, north=53), 16,
    )  # fmt: skip
    assert (paths.title, paths.attribution, paths.bounds) == (
        "paths", "Walkers", Bounds(west=-2, south=51, east=0, north=52),
    )  # fmt: skip


def test_an_outer_layer_may_say_what_it_passes_on_after_those_in_it() -> None:
    outer = f"<Layer>{build_layer('lanes')}<CRS>EPSG:3857</CRS></Layer>"
    (lanes,) = read_wms(build_wms(outer)).layers
    assert lanes.system == "EPSG:3857"


@pytest.mark.parametrize(
    ("systems", "chosen", "from_zoom"),
    [
        (("EPSG:27700", "EPSG:3857"), "EPSG:3857", 0),
        (("EPSG:900913",), "EPSG:900913", 0),
        (("epsg:4326", "CRS:84"), "CRS:84", 9),
        (("EPSG:4326",), "EPSG:4326", 9),
        (("EPSG:27700",), "", 0),
        ((), "", 0),
    ],
)
def test_the_system_to_ask_for_is_one_that_fits_the_map(systems: tuple[str, ...], chosen: str, from_zoom: int) -> None:
    (layer,) = read_wms(build_wms(build_layer("lanes", *systems))).layers
    assert (layer.system, layer.min_zoom) == (chosen, from_zoom)


def test_in_the_older_version_systems_stand_in_one_text_and_scales_are_diagonals() -> None:
    hint = '<ScaleHint min="0.1" max="100"/>'
    body = build_wms(build_layer("lanes", "EPSG:4326 EPSG:3857", tag="SRS", inner=BOX + hint), version="1.1.1")
    found = read_wms(body)
    (layer,) = found.layers
    assert (found.version, layer.system, layer.min_zoom, layer.max_zoom) == ("1.1.1", "EPSG:3857", 12, 21)


@pytest.mark.parametrize(
    ("least", "most", "zooms"),
    [
        (None, None, (0, 24)),
        (WORLD_SCALE / 2**16, WORLD_SCALE / 2**10, (10, 16)),
        (5e-324, 1e308, (0, 24)),
        (1e308, 5e-324, (24, 0)),
        (-1, 0, (0, 24)),
    ],
)
def test_limits_of_scale_are_zooms(least: float | None, most: float | None, zooms: tuple[int, int]) -> None:
    assert find_zooms(least, most) == zooms


# ==== axis order ====


@pytest.mark.parametrize(
    ("version", "system", "name", "order"),
    [
        ("1.3.0", "EPSG:3857", "crs", "wsen"),
        ("1.1.1", "EPSG:3857", "srs", "wsen"),
        ("1.3.0", "EPSG:4326", "crs", "swne"),
        ("1.1.1", "EPSG:4326", "srs", "wsen"),
        ("1.3.0", "CRS:84", "crs", "wsen"),
    ],
)
def test_a_box_has_its_numbers_in_the_order_of_version_and_system(
    version: str, system: str, name: str, order: str
) -> None:
    tag = "CRS" if version == "1.3.0" else "SRS"
    found = read_wms(build_wms(build_layer("lanes", system, tag=tag), version=version))
    square = build_square(12, 2033, 1361)
    question = build_map_question(found, found.layers[0], square)
    degrees = square.to_degrees()
    ends = {"w": degrees.west, "s": degrees.south, "e": degrees.east, "n": degrees.north}
    metres = {"w": square.west, "s": square.south, "e": square.east, "n": square.north}
    wanted = metres if system == "EPSG:3857" else ends
    assert [float(n) for n in question["bbox"].split(",")] == pytest.approx([wanted[end] for end in order], abs=1e-5)
    assert (question[name], question["version"]) == (system, version)
    assert {"crs", "srs"} & question.keys() == {name}


def test_a_tile_lies_where_its_numbers_say() -> None:
    square = build_square(1, 1, 0)
    assert (square.west, square.south) == pytest.approx((0, 0), abs=1e-6)
    assert square.north == pytest.approx(20037508.342789244)
    degrees = build_square(12, 2033, 1361).to_degrees()
    assert find_tile((degrees.west + degrees.east) / 2, (degrees.south + degrees.north) / 2, 12) == (2033, 1361)
    assert format_box(build_square(0, 0, 0), "EPSG:3857", newer=True).startswith("-20037508.342789,")


# ==== safe reading ====


def test_a_document_type_is_passed_over_and_never_fetched() -> None:
    fetched = threading.Event()
    with run_raw_server(lambda _send, _stopping: fetched.set()) as address:
        head = f'<!DOCTYPE WMT_MS_Capabilities SYSTEM "{address}/wms.dtd" [ <!ELEMENT VendorSpecific EMPTY> ]>'
        body = build_wms(build_layer("lanes", "EPSG:3857", tag="SRS"), version="1.1.1", head=head)
        assert len(read_wms(body).layers) == 1
    assert not fetched.is_set()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ('<!ENTITY name "Lanes">', "&name;"),
        (f'<!ENTITY a0 "ha">{LAUGHS}', "&a9;"),
        ('<!ENTITY name SYSTEM "file:///etc/hostname">', "&name;"),
        ('<!ENTITY % outside SYSTEM "http://127.0.0.1:9/x.dtd">', "Lanes"),
        ('<!ENTITY unused "Lanes">', "Lanes"),
    ],
    ids=["harmless", "billion-laughs", "file", "parameter", "unused"],
)
def test_entities_are_refused_whether_they_do_harm_or_not(declared: str, used: str) -> None:
    layer = build_layer("lanes", "EPSG:3857", title="Lanes")
    assert read_wms(build_wms(layer, head="<!DOCTYPE x []>")).layers[0].title == "Lanes"
    head = f"<!DOCTYPE x [{declared}]>"
    with pytest.raises(BadResponse):
        read_wms(build_wms(layer.replace(">Lanes<", f">{used}<"), head=head))
    tiles = build_wmts(build_tiled("roads"), build_web_set()).decode()
    with pytest.raises(BadResponse):
        parse_wmts((head + tiles.replace("Town council", used)).encode(), "text/xml", component="Maps")


@pytest.mark.parametrize(
    ("encode", "media"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), "text/xml"),
        (lambda text: b"\r\n " + text.encode(), "text/xml"),
        (lambda text: text.encode("utf-16"), "text/xml"),
        (lambda text: text.encode("windows-1252"), "text/xml"),
        (lambda text: text.encode("iso-8859-1"), "text/xml; charset=ISO-8859-1"),
    ],
    ids=["mark", "blanks", "utf-16", "wrong", "declared-in-the-header"],
)
def test_a_document_is_read_in_whatever_charset_it_comes(encode: object, media: str) -> None:
    assert callable(encode)
    text = build_wms(build_layer("lanes", "EPSG:3857", title="Caf\u00e9 Street")).decode()
    assert read_wms(encode(text), media).layers[0].title == "Caf\u00e9 Street"


def test_a_document_of_two_megabytes_is_read_and_one_that_is_far_too_large_is_not() -> None:
    layer = build_layer("l{}", "EPSG:3857", inner=BOX + "<Abstract>" + "x" * 800 + "</Abstract>")
    layers = "".join(layer.replace("l{}", f"l{n}") for n in range(2_300))
    body = build_wms(layers)
    assert len(body) > 2_000_000
    found = read_wms(body)
    assert (len(found.layers), len(found.layers[0].description)) == (2_300, 500)
    with pytest.raises(BadResponse, match="8 MB"):
        read_wms(build_wms(layers * 5))


def test_layers_in_layers_for_ever_are_refused() -> None:
    with pytest.raises(BadResponse, match="too deeply"):
        read_wms(build_wms("<Layer>" * 20_000 + "</Layer>" * 20_000))


@pytest.mark.parametrize("body", [b"<WFS_Capabilities/>", b"<Capabilities/>", b"", b"<html></html>", b"{}"])
def test_another_document_is_no_capabilities_of_a_wms(body: bytes) -> None:
    with pytest.raises(BadResponse):
        read_wms(body)


# ==== matrices ====


def find(sets: str, z: int, x: int, y: int, **layer: str) -> object:
    found = parse_wmts(build_wmts(build_tiled("roads", **layer), sets), "text/xml", component="Maps")
    address = find_address(found, found.layers[0], z, x, y)
    return address and (
        address.path,
        address.params.get("tilematrix"),
        address.params.get("tilecol"),
        address.params.get("tilerow"),
    )


@pytest.mark.parametrize("system", ["urn:ogc:def:crs:EPSG::3857", "urn:ogc:def:crs:EPSG:3857", "EPSG:900913", "http://www.opengis.net/def/crs/EPSG/0/3857"])  # fmt: skip
def test_a_matrix_is_the_zoom_whose_tiles_it_has(system: str) -> None:
    assert find(build_web_set(system=system), 12, 2033, 1361) == ("", "m12", "2033", "1361")


def test_tiles_of_512_pixels_are_those_of_the_zoom_that_they_span() -> None:
    large = build_matrix("large", WORLD_SCALE / 2**13, pixels=512, width=4096, height=4096)
    assert find(build_set("web", "EPSG:3857", large), 12, 5, 6) == ("", "large", "5", "6")
    assert find(build_set("web", "EPSG:3857", large), 13, 5, 6) is None


def test_a_matrix_may_begin_elsewhere_on_whole_tiles_and_nowhere_else() -> None:
    span = 40075016.685578488 / 2**10
    x, y = -20037508.342789244 + 500 * span, 20037508.342789244 - 300 * span
    there = build_matrix("part", WORLD_SCALE / 2**10, corner=f"{x!r} {y!r}", width=20, height=30)
    assert find(build_set("web", "EPSG:3857", there), 10, 505, 311) == ("", "part", "5", "11")
    assert find(build_set("web", "EPSG:3857", there), 10, 499, 311) is None
    assert find(build_set("web", "EPSG:3857", there), 10, 505, 330) is None
    beside = build_matrix("beside", WORLD_SCALE / 2**10, corner=f"{x + span / 3!r} {y!r}", width=20, height=30)
    assert find(build_set("web", "EPSG:3857", beside), 10, 505, 311) is None


@pytest.mark.parametrize(
    "matrix",
    [
        build_matrix("odd", WORLD_SCALE / 1000),
        build_matrix("tiny", 5e-324),
        build_matrix("huge", 1e308),
        build_matrix("far", WORLD_SCALE / 4, corner="1e308 -1e308"),
        build_matrix("half", WORLD_SCALE / 4, corner="5"),
        build_matrix("no pixels", WORLD_SCALE / 4, pixels=0),
    ],
)
def test_a_matrix_that_is_no_zoom_is_passed_over(matrix: str) -> None:
    found = parse_wmts(build_wmts(build_tiled("roads"), build_set("web", "EPSG:3857", matrix)), "", component="Maps")
    assert found.sets == {"web": {}}


def test_limits_of_a_layer_leave_tiles_out() -> None:
    limits = (
        "<TileMatrixSetLimits><TileMatrixLimits><TileMatrix>m9</TileMatrix><MinTileRow>160</MinTileRow><MaxTileRow>170"
        "</MaxTileRow><MinTileCol>250</MinTileCol><MaxTileCol>260</MaxTileCol></TileMatrixLimits></TileMatrixSetLimits>"
    )
    assert find(build_web_set(), 9, 260, 170, limits=limits) is not None
    assert find(build_web_set(), 9, 261, 170, limits=limits) is None
    assert find(build_web_set(), 9, 255, 159, limits=limits) is None


def test_a_template_is_filled_with_the_default_style_and_dimensions() -> None:
    more = "<Dimension><ows:Identifier>Time</ows:Identifier><Default>2026-09</Default></Dimension>"
    template = "/t/{Style}/{Time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    assert find(build_web_set(), 9, 255, 165, more=more, template=template) == (
        "/t/day/2026-09/web/m9/165/255.png", None, None, None,
    )  # fmt: skip


def test_the_map_of_the_world_in_one_tile_begins_at_its_corner() -> None:
    assert find(build_set("web", "EPSG:3857", build_matrix("0", WORLD_SCALE, corner=CORNER)), 0, 0, 0) == (
        "",
        "0",
        "0",
        "0",
    )


def test_a_map_is_asked_for_where_get_is_taken_though_post_is_named_before_it() -> None:
    post = "<Post><OnlineResource xlink:href='http://inside.example/posted'/></Post><Get>"
    body = build_wms(build_layer("roads", "EPSG:3857")).replace(b"<Get>", post.encode())
    assert parse_wms(body, "text/xml", component="Maps").address == "http://inside.example/wms?"


def test_a_tile_is_asked_for_by_parameters_where_the_service_takes_them_though_templates_are_named_before() -> None:
    def encode(word: str) -> str:
        allowed = f"<ows:AllowedValues><ows:Value>{word}</ows:Value></ows:AllowedValues>"
        return f'<ows:Constraint name="GetEncoding">{allowed}</ows:Constraint></ows:Get>'

    get = '<ows:Get xlink:href="http://inside.example/{}">'
    body = build_wmts(build_tiled("roads"), build_web_set(), address="http://inside.example/rest").decode()
    both = get.format("rest") + encode("RESTful") + get.format("kvp?") + encode("KVP")
    assert body.count('<ows:Get xlink:href="http://inside.example/rest"/>') == 1
    body = body.replace('<ows:Get xlink:href="http://inside.example/rest"/>', both)
    found = parse_wmts(body.encode(), "text/xml", component="Maps")
    assert found.address == "http://inside.example/kvp?"
