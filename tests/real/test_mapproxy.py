"""map_tiles against MapProxy: each kind of service draws the same tile at the same place, and faults are met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from desktop.adapters.limits import call_scope
from desktop.domain.errors import BadResponse, InvalidInput, NotFound, NotReady
from desktop.domain.ids import OutsideId
from tests.helpers import fault_proxy
from tests.helpers.adapters import run_adapter
from tests.helpers.fault_proxy import FaultProxy, ProxyFault
from tests.helpers.pictures import read_colour, read_size
from tests.plugins.map_tiles.documents import build_layer, build_wms
from tests.real.mapproxy_town import COLUMN, ROW, find_colour

pytestmark = pytest.mark.real_server("mapproxy")
HELD = "map_tiles"
"""The plugin that is held to this server; its claim of quality rests on it."""
TOWN = OutsideId("town")
SERVICES: dict[str, tuple[str, dict[str, str]]] = {
    "xyz": ("/tiles/town", {"kind": "xyz", "template": "web/{z}/{x}/{y}.png"}),
    "wmts": ("/service", {"kind": "wmts"}),
    "wmts-rest": ("/wmts", {"kind": "wmts", "capabilities": "1.0.0/WMTSCapabilities.xml"}),
    "wms-1.1.1": ("/service", {"kind": "wms", "wms_version": "1.1.1"}),
    "wms-1.3.0": ("/service", {"kind": "wms", "wms_version": "1.3.0"}),
}
Make = Callable[..., Any]


@pytest.fixture
def make(mapproxy: FaultProxy) -> Iterator[Make]:
    """Makes an adapter for a kind of service, and closes it."""
    with ExitStack() as opened:

        def build(service: str, **more: str) -> Any:
            path, settings = SERVICES[service]
            loaded = run_adapter("map_tiles", mapproxy.url + path, secrets={}, settings={**settings, **more})
            return opened.enter_context(loaded).adapter

        yield build


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("z", "x", "y"),
    [(12, COLUMN, ROW), (12, COLUMN + 1, ROW), (12, COLUMN, ROW + 1), (14, COLUMN * 4 + 3, ROW * 4 + 4)],
)
def test_a_tile_shows_what_lies_there(make: Make, service: str, z: int, x: int, y: int) -> None:
    adapter = make(service)
    layer = next(layer for layer in adapter.layers() if layer.id in {"town", "tiles"})
    tile = adapter.tile(layer.id, z, x, y)
    assert (tile.media, read_size(tile.body)) == ("image/png", (256, 256))
    corners = [read_colour(tile.body, u, v)[0] for u in (0.02, 0.98) for v in (0.02, 0.98)]
    assert corners == [find_colour(z, x, y)] * 4


@pytest.mark.parametrize("service", ["wms-1.1.1", "wms-1.3.0"])
def test_a_map_in_degrees_lies_where_one_in_metres_does(
    make: Make, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    adapter = make(service)
    monkeypatch.setattr(f"{type(adapter).__module__.rpartition('.')[0]}.wms.WEB", ())  # as if it had degrees only
    assert adapter.layers()[0].min_zoom == 9
    tile = adapter.tile(TOWN, 12, COLUMN + 1, ROW)
    corners = [read_colour(tile.body, u, v)[0] for u in (0.02, 0.98) for v in (0.02, 0.98)]
    assert corners == [find_colour(12, COLUMN + 1, ROW)] * 4


def test_layers_have_their_names_and_the_credit_that_was_set(make: Make) -> None:
    (layer, *_others) = make("wms-1.3.0").layers()
    assert (layer.id, layer.name) == ("town", "The town")
    (tiled,) = make("wmts", attribution="Ours").layers()
    assert (tiled.id, tiled.attribution, tiled.max_zoom) == ("town", "Ours", 19)


@pytest.mark.parametrize("service", ["wmts", "wmts-rest"])
def test_a_layer_in_the_national_grid_is_left_out_and_named(make: Make, service: str) -> None:
    adapter = make(service)
    with pytest.raises(InvalidInput, match="EPSG:27700"):
        adapter.tile(OutsideId("national"), 12, COLUMN, ROW)
    diagnosis = adapter.check()
    assert diagnosis.facts["layers"] == "1"
    assert any("national" in warning for warning in diagnosis.warnings)


@pytest.mark.parametrize("version", ["1.1.1", "1.3.0"])
def test_its_refusal_of_a_layer_that_is_gone_by_now_is_typed(make: Make, mapproxy: FaultProxy, version: str) -> None:
    before = build_wms(build_layer("gone", "EPSG:3857", tag="CRS" if version == "1.3.0" else "SRS"), version=version)
    mapproxy.faults = [fault_proxy.answer("200 OK", before, "text/xml")]
    with pytest.raises(NotFound, match="gone"):
        make(f"wms-{version}").tile(OutsideId("gone"), 12, COLUMN, ROW)


@pytest.mark.parametrize(
    "fault",
    [fault_proxy.cut(300), fault_proxy.reset(), fault_proxy.reset(200), fault_proxy.say_length(90_000)],
    ids=["cut", "reset", "reset-later", "wrong-length"],
)
def test_a_tile_lost_once_is_asked_for_again_and_lost_for_good_is_not_ready(
    make: Make, mapproxy: FaultProxy, fault: ProxyFault
) -> None:
    adapter = make("wmts")
    whole = adapter.tile(TOWN, 12, COLUMN, ROW)
    mapproxy.faults = [fault]
    assert adapter.tile(TOWN, 12, COLUMN, ROW) == whole
    mapproxy.faults = [fault] * 3
    with call_scope(8), pytest.raises(NotReady):
        adapter.tile(TOWN, 12, COLUMN, ROW)


@pytest.mark.parametrize("fault", [fault_proxy.drip(0.02), fault_proxy.delay(3)], ids=["drip", "delay"])
def test_a_slow_picture_ends_with_the_call(make: Make, mapproxy: FaultProxy, fault: ProxyFault) -> None:
    adapter = make("xyz")
    mapproxy.faults = [fault]
    with call_scope(0.3), pytest.raises(NotReady):
        adapter.tile(OutsideId("tiles"), 12, COLUMN, ROW)


def test_a_web_page_and_a_busy_server_are_what_they_are(make: Make, mapproxy: FaultProxy) -> None:
    adapter = make("xyz")
    mapproxy.faults = [fault_proxy.web_page()]
    with pytest.raises(BadResponse, match="web page"):
        adapter.tile(OutsideId("tiles"), 12, COLUMN, ROW)
    mapproxy.faults = [fault_proxy.busy(600)]
    with pytest.raises(NotReady) as caught:
        adapter.tile(OutsideId("tiles"), 12, COLUMN, ROW)
    assert caught.value.retry_after == 600
