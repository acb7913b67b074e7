"""OS Places by area, asked in the national grid within the limits of the API; and its grid turned into degrees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from desktop.adapters.api import AddressAreas
from desktop.domain.errors import InvalidInput, NotReady
from desktop.domain.ids import Uprn
from desktop.domain.layers import Bounds
from desktop.domain.places import Point, measure_m
from plugins.os_places.adapter import OsPlacesAdapter
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.plugins.os_places.driver import OS_PLACES_RECORD

CAISTER = Point(lat=52.658007833, lon=1.716073973)
"""Ordnance Survey's own example of its transformation: easting 651409.804, northing 313177.450."""
BOX = Bounds(west=1.710, south=52.655, east=1.720, north=52.660)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def places(server: FaultyServer) -> Iterator[OsPlacesAdapter]:
    with run_adapter("os_places", server.url, secrets={"api_key": SECRET}) as loaded:
        assert isinstance(loaded.adapter, OsPlacesAdapter)
        yield loaded.adapter


def serve(server: FaultyServer, *records: Mapping[str, object], **header: object) -> None:
    results = [{"DPA": {**OS_PLACES_RECORD, **record}} for record in records]
    tree = {"header": {"offset": 0, "totalresults": len(records), "maxresults": 100, **header}, "results": results}
    server.answer = lambda _request: Reply(body=json.dumps(tree).encode())


def asked(server: FaultyServer) -> dict[str, str]:
    return {name: values[0] for name, values in server.requests[-1].query.items()}


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def test_it_offers_areas(places: OsPlacesAdapter) -> None:
    assert isinstance(places, AddressAreas)


# ==== box ====


def test_a_box_is_asked_for_as_the_upright_box_of_the_grid_around_it(
    server: FaultyServer, places: OsPlacesAdapter
) -> None:
    serve(server, {"LAT": 52.656, "LNG": 1.715})
    assert len(places.inside(BOX).items) == 1
    assert (server.requests[0].path, asked(server)["srs"]) == ("/bbox", "EPSG:27700")
    west, south, east, north = numbers(asked(server)["bbox"])
    assert (west, south, east, north) == pytest.approx((650971.4, 312808.3, 651696.1, 313418.0), abs=60)
    assert 650 < east - west < 750
    assert 550 < north - south < 650


def test_what_lies_in_a_corner_of_the_grid_beyond_the_box_is_left_out(
    server: FaultyServer, places: OsPlacesAdapter
) -> None:
    inside, outside = {"UPRN": "1", "LAT": 52.656, "LNG": 1.715}, {"UPRN": "2", "LAT": 52.6604, "LNG": 1.715}
    nowhere = {"UPRN": "3", "LAT": None, "LNG": None, "X_COORDINATE": None}
    serve(server, inside, outside, nowhere)
    assert [place.uprn for place in places.inside(BOX).items] == ["1", "3"]


def test_a_box_has_pages(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server, {"LAT": 52.656, "LNG": 1.715}, totalresults=5)
    cursor = places.inside(BOX).cursor
    places.inside(BOX, cursor)
    assert (cursor, asked(server)["offset"]) == ("1", "1")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(west=1.70, south=52.65, east=1.72, north=52.66), "1 km² at most"),
        (Bounds(west=1.72, south=52.65, east=1.71, north=52.66), "no inside"),
        (Bounds(west=1.71, south=52.66, east=1.71, north=52.66), "no inside"),
        (Bounds(west=2.350, south=48.855, east=2.355, north=48.858), "Great Britain"),
        (Bounds(west=-999.0, south=52.65, east=1.71, north=52.66), "point on the earth"),
    ],
)
def test_a_box_that_cannot_be_looked_in_is_refused_in_a_sentence(
    server: FaultyServer, places: OsPlacesAdapter, bounds: Bounds, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        places.inside(bounds)
    assert caught.value.field == "bounds"
    assert server.requests == []


def test_a_box_of_nearly_a_square_kilometre_is_asked_for(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server)
    half_lat, half_lon = 480 / 111_200, 480 / 67_500
    places.inside(Bounds(west=-2 - half_lon, south=52 - half_lat, east=-2 + half_lon, north=52 + half_lat))
    west, south, east, north = numbers(asked(server)["bbox"])
    assert 900_000 < (east - west) * (north - south) <= 1_000_000


# ==== radius ====


def test_a_radius_is_asked_for_in_metres_around_a_point_of_the_grid(
    server: FaultyServer, places: OsPlacesAdapter
) -> None:
    serve(server, {})
    places.around(CAISTER.lat, CAISTER.lon, 250)
    assert server.requests[0].path == "/radius"
    assert (asked(server)["point"], asked(server)["radius"], asked(server)["srs"]) == (
        "651409.80,313177.45", "250.00", "EPSG:27700",
    )  # fmt: skip


@pytest.mark.parametrize("radius", [0, -1, 1000.1, float("nan"), float("inf")])
def test_a_radius_beyond_a_kilometre_is_refused(server: FaultyServer, places: OsPlacesAdapter, radius: float) -> None:
    with pytest.raises(InvalidInput, match=r"1 to 1,000 metres") as caught:
        places.around(CAISTER.lat, CAISTER.lon, radius)
    assert caught.value.field == "radius"
    assert server.requests == []


@pytest.mark.parametrize(("lat", "lon"), [(48.85, 2.35), (91.0, 0.0), (float("nan"), 0.0)])
def test_a_point_outside_great_britain_is_refused(
    server: FaultyServer, places: OsPlacesAdapter, lat: float, lon: float
) -> None:
    for ask in (lambda: places.around(lat, lon, 100), lambda: places.nearest(lat, lon)):
        with pytest.raises(InvalidInput):
            ask()
    assert server.requests == []


# ==== polygon ====

SQUARE = (
    Point(lat=52.6575, lon=1.7150), Point(lat=52.6575, lon=1.7170), Point(lat=52.6585, lon=1.7170),
    Point(lat=52.6585, lon=1.7150),
)  # fmt: skip


def test_a_polygon_is_sent_as_closed_geojson_in_the_grid(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server, {}, totalresults=3)
    page = places.within(SQUARE)
    request = server.requests[0]
    assert (request.method, request.path, request.headers["content-type"]) == ("POST", "/polygon", "application/json")
    assert (asked(server)["srs"], asked(server)["output_srs"], page.cursor) == ("EPSG:27700", "WGS84", "1")
    shape: Any = json.loads(request.body)
    (ring,) = shape["coordinates"]
    assert (shape["type"], len(ring), ring[0]) == ("Polygon", 5, ring[-1])
    assert all(651_300 < x < 651_500 and 313_100 < y < 313_300 for x, y in ring)


def test_an_outline_that_is_closed_already_is_not_closed_twice(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server)
    places.within((*SQUARE, SQUARE[0]))
    (ring,) = json.loads(server.requests[0].body)["coordinates"]
    assert len(ring) == 5


@pytest.mark.parametrize("outline", [(), SQUARE[:2], (SQUARE[0],) * 9, SQUARE * 300])
def test_what_is_no_outline_is_refused(
    server: FaultyServer, places: OsPlacesAdapter, outline: tuple[Point, ...]
) -> None:
    with pytest.raises(InvalidInput, match="corners") as caught:
        places.within(outline)
    assert caught.value.field == "outline"
    assert server.requests == []


def test_a_polygon_whose_answer_is_lost_is_asked_for_again(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server, {})
    server.replies = [Reply(drop=True)]
    assert len(places.within(SQUARE).items) == 1


def test_a_polygon_that_is_never_answered_is_not_ready_for_nothing_was_changed(
    server: FaultyServer, places: OsPlacesAdapter
) -> None:
    server.answer = lambda _request: Reply(drop=True)
    with pytest.raises(NotReady):
        places.within(SQUARE)


# ==== the national grid ====


def test_a_record_with_the_grid_alone_gets_its_point_to_the_centimetre(
    server: FaultyServer, places: OsPlacesAdapter
) -> None:
    serve(server, {"LAT": None, "LNG": "", "X_COORDINATE": "651409.804", "Y_COORDINATE": 313177.450})
    point = places.uprn(Uprn("10001")).point
    assert point is not None
    assert measure_m(point, CAISTER) < 0.02


def test_degrees_that_are_given_count_before_the_grid(server: FaultyServer, places: OsPlacesAdapter) -> None:
    serve(server, {"X_COORDINATE": 651409.804, "Y_COORDINATE": 313177.450})
    assert places.uprn(Uprn("10001")).point == Point(lat=51.5, lon=-1.25)


@pytest.mark.parametrize(("east", "north"), [(None, 313177.0), ("x", 1.0), (1e9, 1e9), (-5.0, 10.0), (0, 0)])
def test_a_position_that_is_nowhere_gives_no_point(
    server: FaultyServer, places: OsPlacesAdapter, east: object, north: object
) -> None:
    serve(server, {"LAT": None, "LNG": None, "X_COORDINATE": east, "Y_COORDINATE": north})
    assert places.uprn(Uprn("10001")).point is None
