"""Tiles: what is asked for by each kind of service, what is a picture, and what is a refusal in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, InvalidInput, NotFound, NotReady, SetupFailed
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.map_tiles.documents import (
    build_exception,
    build_layer,
    build_ows_exception,
    build_set,
    build_tiled,
    build_web_set,
    build_wms,
    build_wmts,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ROADS = OutsideId("roads")
Make = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = lambda _request: Reply(body=PNG, media="image/png")
        yield server


@pytest.fixture
def make(server: FaultyServer) -> Iterator[Make]:
    """Makes adapters with settings of their own, and closes them."""
    with ExitStack() as opened:

        def build(path: str = "", **settings: str) -> Any:
            return opened.enter_context(run_adapter("map_tiles", server.url + path, settings=settings)).adapter

        yield build


def serve(server: FaultyServer, document: bytes, picture: Reply | None = None) -> None:
    """Answers capabilities with a document and everything else with a picture."""

    def answer(request: Request) -> Reply:
        wants = "".join(request.query.get("request", [])) == "GetCapabilities" or request.path.endswith(".xml")
        return Reply(body=document, media="text/xml") if wants else picture or Reply(body=PNG, media="image/png")

    server.answer = answer


# ==== XYZ ====


def test_a_template_is_filled_in_and_the_key_goes_in_a_header(server: FaultyServer, make: Make) -> None:
    adapter = make("/maps", layers="Road_3857,Light_3857", attribution="Ours")
    assert [(layer.id, layer.name, layer.attribution) for layer in adapter.layers()] == [
        ("Road_3857", "Road 3857", "Ours"), ("Light_3857", "Light 3857", "Ours"),
    ]  # fmt: skip
    tile = adapter.tile(OutsideId("Light_3857"), 12, 2033, 1361)
    assert (tile.media, tile.body, tile.attribution) == ("image/png", PNG, "Ours")
    (request,) = server.requests
    assert (request.path, request.query, request.headers["key"]) == ("/maps/Light_3857/12/2033/1361.png", {}, SECRET)


def test_rows_may_be_counted_from_the_south(server: FaultyServer, make: Make) -> None:
    adapter = make(template="{z}/{x}/{-y}.jpg")
    (layer,) = adapter.layers()
    adapter.tile(layer.id, 2, 1, 0)
    assert server.requests[0].path == "/2/1/3.jpg"


def test_a_template_without_a_row_is_no_setting(make: Make) -> None:
    with pytest.raises(SetupFailed):
        make(template="{z}/{x}.png")


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (2, 4, 0), (2, 0, -1), (25, 0, 0)])
def test_what_is_no_tile_is_refused(make: Make, z: int, x: int, y: int) -> None:
    with pytest.raises(InvalidInput):
        make(layers="roads").tile(ROADS, z, x, y)


def test_a_zoom_that_is_too_deep_and_a_layer_that_is_not_there_are_refused(server: FaultyServer, make: Make) -> None:
    adapter = make(layers="roads", max_zoom="16")
    with pytest.raises(InvalidInput, match="from zoom 0 to 16"):
        adapter.tile(ROADS, 17, 0, 0)
    with pytest.raises(NotFound):
        adapter.tile(OutsideId("rails"), 3, 0, 0)
    assert server.requests == []


def test_a_layer_of_pictures_has_no_features(make: Make) -> None:
    with pytest.raises(InvalidInput):
        make(layers="roads").features(ROADS)


# ==== pictures ====


@pytest.mark.parametrize(
    ("start", "media"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF1234WEBPVP8", "image/webp"),
    ],
)
def test_the_type_of_a_picture_is_told_by_its_first_bytes(
    server: FaultyServer, make: Make, start: bytes, media: str
) -> None:
    server.answer = lambda _request: Reply(body=start, media="application/octet-stream")
    assert make(layers="roads").tile(ROADS, 3, 1, 1).media == media


@pytest.mark.parametrize("reply", [Reply(status=204), Reply(status=404, body=b"no tile"), Reply(body=b"")])
def test_where_there_is_no_tile_it_is_empty(server: FaultyServer, make: Make, reply: Reply) -> None:
    server.answer = lambda _request: reply
    tile = make(layers="roads", attribution="Ours").tile(ROADS, 3, 1, 1)
    assert (tile.body, tile.attribution) == (b"", "Ours")


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(body=b"<!doctype html><html>Sign in</html>"), BadResponse, "web page"),
        (Reply(body=b"{}"), BadResponse, "not a picture"),
        (Reply(body=PNG + b"\0" * (2 * 1024 * 1024)), BadResponse, "larger than 2 MB"),
        (Reply(status=401), AuthFailed, "key"),
        (Reply(status=429, headers={"Retry-After": "900"}), NotReady, "busy"),
        (Reply(status=400, body=b"bad tile"), InvalidInput, "does not take this"),
    ],
)
def test_what_is_no_picture_is_an_error(
    server: FaultyServer, make: Make, reply: Reply, kind: type[DesktopError], said: str
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(kind, match=said):
        make(layers="roads").tile(ROADS, 3, 1, 1)


# ==== WMS ====


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "LayerNotDefined", NotFound),
        (200, "InvalidCRS", InvalidInput),
        (200, "StyleNotDefined", InvalidInput),
        (200, "NoApplicableCode", BadResponse),
        (200, "", BadResponse),
        (400, "LayerNotDefined", NotFound),
        (400, "InvalidCRS", InvalidInput),
        (400, "", InvalidInput),
        (401, "InvalidCRS", AuthFailed),
        (503, "NoApplicableCode", NotReady),
    ],
)
def test_a_refusal_in_place_of_a_picture_is_the_error_that_it_names(
    server: FaultyServer, make: Make, status: int, code: str, kind: type[DesktopError]
) -> None:
    refusal = Reply(status=status, body=build_exception(code, "The map is away"), media="application/vnd.ogc.se_xml")
    serve(server, build_wms(build_layer("roads", "EPSG:3857")), refusal)
    with pytest.raises(kind):
        make(kind="wms").tile(ROADS, 3, 1, 1)


def test_what_a_service_says_when_it_refuses_is_shown(server: FaultyServer, make: Make) -> None:
    serve(server, build_wms(build_layer("roads", "EPSG:3857")), Reply(body=build_exception("", "The map is away")))
    with pytest.raises(BadResponse, match="it refused and said: The map is away"):
        make(kind="wms").tile(ROADS, 3, 1, 1)


def test_a_map_is_asked_for_where_the_capabilities_say_if_the_host_is_the_same(
    server: FaultyServer, make: Make
) -> None:
    serve(server, build_wms(build_layer("roads", "EPSG:3857"), address="../cgi/draw?map=town.map&key=x&SERVICE=WMS"))
    make("/ows/wms", kind="wms", parameters="theme=day").tile(ROADS, 12, 2033, 1361)
    asked, drawn = server.requests
    assert (asked.path, asked.query["version"], asked.query["theme"]) == ("/ows/wms", ["1.3.0"], ["day"])
    assert (drawn.path, drawn.query["map"], drawn.query["theme"]) == ("/cgi/draw", ["town.map"], ["day"])
    assert (drawn.query["request"], drawn.query["service"], "key" in drawn.query) == (["GetMap"], ["WMS"], False)


def test_a_service_that_names_a_host_of_the_inside_is_asked_where_it_was_found(
    server: FaultyServer, make: Make
) -> None:
    serve(server, build_wms(build_layer("roads", "EPSG:3857"), address="http://geoserver.internal:8080/wms?"))
    make("/ows", kind="wms").tile(ROADS, 12, 2033, 1361)
    assert server.requests[-1].path == "/ows"


def test_a_tile_outside_the_layers_bounds_is_empty_and_not_asked_for(server: FaultyServer, make: Make) -> None:
    box = '<LatLonBoundingBox minx="-3" miny="50" maxx="1" maxy="53"/>'
    serve(server, build_wms(build_layer("roads", "EPSG:3857", inner=box)))
    adapter = make(kind="wms")
    assert adapter.tile(ROADS, 12, 1, 1).body == b""
    assert adapter.tile(ROADS, 12, 2033, 1361).body == PNG
    assert len(server.requests) == 2


def test_capabilities_are_kept_for_tiles_and_asked_again_for_the_list(server: FaultyServer, make: Make) -> None:
    serve(server, build_wms(build_layer("roads", "EPSG:3857")))
    adapter = make(kind="wms")
    adapter.tile(ROADS, 12, 1, 1)
    adapter.tile(ROADS, 12, 1, 2)
    assert len(server.requests) == 3
    serve(server, build_wms(build_layer("rails", "EPSG:3857")))
    assert [layer.id for layer in adapter.layers()] == ["rails"]


@pytest.mark.parametrize("kind", ["wms", "wmts"])
def test_a_layer_in_the_national_grid_only_is_left_out_and_refused_with_what_to_do(
    server: FaultyServer, make: Make, kind: str
) -> None:
    maps = build_wms(build_layer("grid", "EPSG:27700") + build_layer("roads", "EPSG:3857"))
    national = build_set("national", "urn:ogc:def:crs:EPSG::27700", "")
    tiles = build_wmts(build_tiled("grid", sets=["national"]) + build_tiled("roads"), build_web_set() + national)
    serve(server, {"wms": maps, "wmts": tiles}[kind])
    adapter = make(kind=kind)
    assert [layer.id for layer in adapter.layers()] == ["roads"]
    with pytest.raises(InvalidInput, match="EPSG:27700") as caught:
        adapter.tile(OutsideId("grid"), 12, 2033, 1361)
    assert "EPSG:3857" in caught.value.hint
    assert any("EPSG:27700" in warning and "grid" in warning for warning in adapter.check().warnings)


# ==== WMTS ====


def test_a_tile_is_asked_for_by_parameters_where_there_is_no_template(server: FaultyServer, make: Make) -> None:
    serve(server, build_wmts(build_tiled("roads"), build_web_set(), address="/tiles?map=a"))
    tile = make("/wmts", kind="wmts").tile(ROADS, 12, 2033, 1361)
    assert (tile.body, tile.attribution) == (PNG, "Town council")
    drawn = server.requests[-1]
    assert drawn.path == "/tiles"
    assert {name: values[0] for name, values in drawn.query.items()} == {
        "map": "a", "service": "WMTS", "request": "GetTile", "version": "1.0.0", "layer": "roads", "format": "image/png",
        "style": "day", "tilematrixset": "web", "tilematrix": "m12", "tilerow": "1361", "tilecol": "2033",
    }  # fmt: skip


def test_a_template_of_the_same_host_is_asked_the_way_the_service_is(server: FaultyServer, make: Make) -> None:
    template = "http://127.0.0.1/t/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    serve(server, build_wmts(build_tiled("roads", template=template), build_web_set()))
    make("/wmts", kind="wmts", capabilities="1.0.0/WMTSCapabilities.xml").tile(ROADS, 12, 2033, 1361)
    assert [request.path for request in server.requests] == [
        "/wmts/1.0.0/WMTSCapabilities.xml", "/t/day/web/m12/1361/2033.png",
    ]  # fmt: skip


def test_a_template_of_another_host_is_not_followed(server: FaultyServer, make: Make) -> None:
    template = "https://tiles.example.org/{TileMatrix}/{TileRow}/{TileCol}.png"
    serve(server, build_wmts(build_tiled("roads", template=template), build_web_set()))
    with pytest.raises(SetupFailed) as caught:
        make(kind="wmts").tile(ROADS, 12, 2033, 1361)
    assert caught.value.key == "http.host"


def test_a_tile_out_of_range_is_empty(server: FaultyServer, make: Make) -> None:
    refusal = Reply(status=400, body=build_ows_exception("TileOutOfRange", "Row 1361"), media="text/xml")
    serve(server, build_wmts(build_tiled("roads"), build_web_set()), refusal)
    assert make(kind="wmts").tile(ROADS, 12, 2033, 1361).body == b""


def test_the_connection_test_draws_a_tile_and_tells_what_will_bite(server: FaultyServer, make: Make) -> None:
    serve(server, build_wmts(build_tiled("roads"), build_web_set()), Reply(status=204))
    diagnosis = make(kind="wmts", layers="roads,gone").check()
    assert diagnosis.facts == {
        "kind": "wmts", "version": "1.0.0", "layers": "1", "title": "Tiles of the town", "first tile": "nothing",
    }  # fmt: skip
    assert [word for word in ("gone", "empty") if any(word in warning for warning in diagnosis.warnings)] == [
        "gone",
        "empty",
    ]
    bare = make(layers="").check()
    assert (bare.facts["layers"], len(bare.warnings)) == ("0", 1)
