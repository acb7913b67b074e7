"""ogc_features against pygeoapi, rightly and through a proxy that spoils its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from desktop.adapters.limits import call_scope
from desktop.domain.errors import BadResponse, InvalidInput, NotFound, NotReady, SetupFailed
from desktop.domain.ids import OutsideId
from desktop.domain.layers import Bounds
from tests.helpers import fault_proxy
from tests.helpers.adapters import run_adapter
from tests.helpers.fault_proxy import FaultProxy, ProxyFault
from tests.real.pygeoapi_town import BINS, LAT, LON, TREES

pytestmark = pytest.mark.real_server("pygeoapi")
HELD = "ogc_features"
"""The plugin that is held to this server; its claim of quality rests on it."""
IDS = [str(n) for n in range(1, BINS + 1)]


@pytest.fixture
def adapter(pygeoapi: FaultProxy) -> Iterator[Any]:
    with run_adapter("ogc_features", pygeoapi.url, secrets={}, settings={"page_size": "10"}) as loaded:
        yield loaded.adapter


def read_all(adapter: Any, layer: str, bounds: Bounds | None = None) -> list[Any]:
    page = adapter.features(OutsideId(layer), bounds)
    found = list(page.items)
    while page.cursor:
        page = adapter.features(OutsideId(layer), bounds, page.cursor)
        found += page.items
    return found


def test_its_collections_are_layers(adapter: Any) -> None:
    layers = {layer.id: layer for layer in adapter.layers()}
    assert {id: layer.name for id, layer in layers.items()} == {
        "bins": "Bins", "trees": "Street trees", "areas": "Conservation areas",
    }  # fmt: skip
    assert layers[OutsideId("bins")].bounds == Bounds(
        west=LON - 0.05, south=LAT - 0.05, east=LON + 0.05, north=LAT + 0.05
    )


def test_every_page_is_read_by_its_links(adapter: Any) -> None:
    found = read_all(adapter, "bins")
    assert [feature.outside_id for feature in found] == IDS
    assert found[0].properties == {"name": "Bin 1", "kind": "litter", "locked": "false"}
    assert (found[0].point.lat, found[0].point.lon) == (LAT, LON + 0.0002)


def test_a_box_narrows_what_comes(adapter: Any) -> None:
    box = Bounds(west=LON, south=LAT - 0.001, east=LON + 0.00045, north=LAT + 0.001)
    assert [feature.outside_id for feature in read_all(adapter, "bins", box)] == ["1", "2"]


@pytest.mark.parametrize("crs", ["auto", "EPSG:27700"])
def test_trees_lie_in_the_same_place_whatever_coordinates_are_asked_for(pygeoapi: FaultProxy, crs: str) -> None:
    with run_adapter("ogc_features", pygeoapi.url, secrets={}, settings={"crs": "auto"}) as plain:
        wanted = [(f.outside_id, f.point) for f in read_all(plain.adapter, "trees")]
    with run_adapter("ogc_features", pygeoapi.url, secrets={}, settings={"crs": crs}) as loaded:
        box = Bounds(west=LON - 0.01, south=LAT - 0.01, east=LON + 0.01, north=LAT + 0.01)
        found = read_all(loaded.adapter, "trees", box)
    assert len(found) == TREES
    for feature, (id, point) in zip(found, wanted, strict=True):
        assert feature.outside_id == id
        assert feature.point.lat == pytest.approx(
            point.lat, abs=3e-5
        )  # it converts to within some metres, we by OSTN15
        assert feature.point.lon == pytest.approx(point.lon, abs=3e-5)


def test_coordinates_that_a_collection_does_not_offer_are_refused_by_it(pygeoapi: FaultProxy) -> None:
    with run_adapter("ogc_features", pygeoapi.url, secrets={}, settings={"crs": "EPSG:3857"}) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(InvalidInput):
            adapter.features(OutsideId("trees"))


def test_what_is_nearest_is_found_in_each_collection(adapter: Any) -> None:
    insight = adapter.around(LAT, LON - 0.0001, 60.0)
    assert insight.facts[0].text == "Conservation areas: this place lies in it"
    assert [fact.title for fact in insight.facts[1:4]] == ["Bin 1", "Bin 2", "Bin 3"]
    assert insight.facts[1].distance_m == pytest.approx(20.8, abs=0.3)
    assert not insight.more


def test_its_refusals_are_typed(adapter: Any) -> None:
    with pytest.raises(NotFound, match="has no such thing"):
        adapter.features(OutsideId("none"))


def test_a_filter_that_it_does_not_declare_is_refused_for_it_would_be_ignored(pygeoapi: FaultProxy) -> None:
    with run_adapter("ogc_features", pygeoapi.url, secrets={}, settings={"filter": "tag = 1"}) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(SetupFailed):
            adapter.features(OutsideId("trees"))


def test_the_connection_test_knows_it(adapter: Any) -> None:
    diagnosis = adapter.check()
    assert (diagnosis.facts["title"], diagnosis.facts["collections"], diagnosis.warnings) == ("Assets", "3", ())


@pytest.mark.parametrize(
    "fault",
    [fault_proxy.cut(300), fault_proxy.reset(), fault_proxy.reset(200), fault_proxy.say_length(100_000)],
    ids=["cut", "reset", "reset-later", "wrong-length"],
)
def test_an_answer_lost_once_is_asked_for_again_and_lost_for_good_is_not_ready(
    adapter: Any, pygeoapi: FaultProxy, fault: ProxyFault
) -> None:
    adapter.features(OutsideId("bins"))  # the collection is known by now
    pygeoapi.faults = [fault]
    assert [feature.outside_id for feature in adapter.features(OutsideId("bins")).items] == IDS[:10]
    pygeoapi.faults = [fault] * 3
    with call_scope(8), pytest.raises(NotReady):
        adapter.features(OutsideId("bins"))


@pytest.mark.parametrize("fault", [fault_proxy.drip(0.02), fault_proxy.delay(3)], ids=["drip", "delay"])
def test_a_slow_answer_ends_with_the_call(adapter: Any, pygeoapi: FaultProxy, fault: ProxyFault) -> None:
    pygeoapi.faults = [fault]
    with call_scope(0.3), pytest.raises(NotReady):
        adapter.layers()


def test_a_web_page_and_a_busy_server_are_what_they_are(adapter: Any, pygeoapi: FaultProxy) -> None:
    pygeoapi.faults = [fault_proxy.web_page(), fault_proxy.web_page()]
    with pytest.raises(BadResponse, match="web page"):
        adapter.layers()
    pygeoapi.faults = [fault_proxy.busy(600)]
    with pytest.raises(NotReady) as caught:
        adapter.layers()
    assert caught.value.retry_after == 600
