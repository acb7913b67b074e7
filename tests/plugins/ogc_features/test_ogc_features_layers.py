"""OGC API Features: paging by links, boxes and axis order, filters, odd answers, and what is nearest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, InvalidInput, NotFound, SetupFailed
from desktop.domain.ids import OutsideId
from desktop.domain.layers import Bounds
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.contracts import needs_specs
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.ogc_contract import question_errors
from tests.plugins.ogc_features.driver import AREA, BIN, BINS, CONFORMANCE, wrap

BOX = Bounds(west=-1.26, south=51.49, east=-1.24, north=51.51)
GRID, DEGREES = "http://www.opengis.net/def/crs/EPSG/0/27700", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LATLON = "http://www.opengis.net/def/crs/EPSG/0/4326"
FILTERS = {"conformsTo": [*CONFORMANCE["conformsTo"], "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter"]}
Make = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def make(server: FaultyServer) -> Iterator[Make]:
    """Makes adapters with settings of their own, and closes them."""
    with ExitStack() as opened:

        def build(**settings: str) -> Any:
            return opened.enter_context(run_adapter("ogc_features", server.url, settings=settings)).adapter

        yield build


def serve(server: FaultyServer, **bodies: object) -> None:
    """Answers by the last part of the path; `bins` is the collection unless it is given."""
    known = {"bins": BINS, "conformance": CONFORMANCE, "items": wrap([BIN]), **bodies}

    def answer(request: Request) -> Reply:
        body = known.get(request.path.rpartition("/")[2], {})
        return body if isinstance(body, Reply) else Reply(body=json.dumps(body).encode())

    server.answer = answer


def asked_items(server: FaultyServer) -> Request:
    return next(request for request in server.requests if request.path.endswith("/items"))


# ==== features ====


def test_features_are_read_with_their_pins_and_without_empty_properties(server: FaultyServer, make: Make) -> None:
    serve(server)
    page = make().features(OutsideId("bins"), BOX)
    (feature,) = page.items
    assert (feature.outside_id, feature.name, feature.point.lat, feature.point.lon) == (
        "b-1",
        "Bin at the mill",
        51.5,
        -1.25,
    )
    assert feature.properties == {"name": "Bin at the mill", "kind": "litter", "locked": "false", "litres": "90"}
    assert json.loads(page.raws[0]) == BIN
    assert asked_items(server).headers["key"] == SECRET
    assert asked_items(server).query["bbox"] == ["-1.26,51.49,-1.24,51.51"]


def test_the_next_link_alone_leads_on_though_a_count_says_otherwise(server: FaultyServer, make: Make) -> None:
    links = [
        {"rel": "next", "type": "text/html", "href": "?f=html&page=2"},
        {"rel": "next", "type": "application/geo+json", "href": "items?page=2&key=someone-elses"},
    ]
    serve(server, items={**wrap([BIN]), "links": links, "numberMatched": 1})
    page = make().features(OutsideId("bins"))
    assert page.cursor == f"{server.url}/collections/bins/items?page=2"
    serve(server, items={**wrap([BIN]), "numberMatched": 900})
    assert make().features(OutsideId("bins")).cursor == ""


def test_a_link_to_the_page_that_was_just_asked_for_ends_the_list(server: FaultyServer, make: Make) -> None:
    serve(server, items={**wrap([BIN]), "links": [{"rel": "next", "href": "?limit=100"}]})
    assert make().features(OutsideId("bins")).cursor == ""


def walk(adapter: Any, *, most: int) -> int:
    """How many pages there are, at most so many; the cursor never grows."""
    cursor = ""
    for number in range(1, most + 1):
        cursor = adapter.features(OutsideId("bins"), None, cursor).cursor
        assert len(cursor) < 200
        if not cursor:
            return number
    return most


@pytest.mark.parametrize(("lead", "circle"), [(0, 2), (0, 3), (5, 2), (1, 40), (30, 7)])
def test_links_that_lead_round_over_several_pages_end_with_an_error(
    server: FaultyServer, make: Make, lead: int, circle: int
) -> None:
    def answer(request: Request) -> Reply:
        if not request.path.endswith("/items"):
            return Reply(body=json.dumps(BINS).encode())
        number = int(request.query.get("page", ["0"])[0]) + 1
        number = number if number < lead + circle else lead
        return Reply(
            body=json.dumps({**wrap([BIN]), "links": [{"rel": "next", "href": f"?limit=100&page={number}"}]}).encode()
        )

    server.answer = answer
    with pytest.raises(BadResponse) as caught:
        walk(make(), most=4 * (lead + circle) + 4)
    assert caught.value.key == "ogc_features.circle"


def test_a_long_list_of_pages_is_read_to_its_end(server: FaultyServer, make: Make) -> None:
    def answer(request: Request) -> Reply:
        if not request.path.endswith("/items"):
            return Reply(body=json.dumps(BINS).encode())
        number = int(request.query.get("page", ["0"])[0]) + 1
        links = [{"rel": "next", "href": f"?page={number}"}] if number < 150 else []
        return Reply(body=json.dumps({**wrap([BIN]), "links": links}).encode())

    server.answer = answer
    assert walk(make(), most=1_000) == 150


def test_a_link_to_another_host_is_not_followed(server: FaultyServer, make: Make) -> None:
    serve(
        server, items={**wrap([BIN]), "links": [{"rel": "next", "href": "https://elsewhere.example.org/items?page=2"}]}
    )
    adapter = make()
    cursor = adapter.features(OutsideId("bins")).cursor
    with pytest.raises(SetupFailed) as caught:
        adapter.features(OutsideId("bins"), None, cursor)
    assert caught.value.key == "http.host"


@pytest.mark.parametrize(
    ("offered", "sent", "box", "coordinates"),
    [
        ([], None, "-1.26,51.49,-1.24,51.51", [-1.25, 51.5]),
        ([GRID, DEGREES], None, "-1.26,51.49,-1.24,51.51", [-1.25, 51.5]),
        ([LATLON, GRID], LATLON, "51.49,-1.26,51.51,-1.24", [51.5, -1.25]),
        ([GRID], GRID, "451451.5,177043.5,452861,179281.5", [452151.0, 178154.0]),
    ],
    ids=["none", "degrees", "latitude-first", "grid"],
)
def test_a_box_and_its_answer_are_in_the_collections_own_coordinates(
    server: FaultyServer, make: Make, offered: list[str], sent: str | None, box: str, coordinates: list[float]
) -> None:
    feature = {**BIN, "geometry": {"type": "Point", "coordinates": coordinates}}
    serve(server, bins={**BINS, "crs": offered}, items=wrap([feature]))
    (found,) = make().features(OutsideId("bins"), BOX).items
    query = asked_items(server).query
    assert (query.get("crs", [None]), query.get("bbox-crs", [None])) == ([sent], [sent])
    assert [float(n) for n in query["bbox"][0].split(",")] == pytest.approx([float(n) for n in box.split(",")], abs=3)
    assert (found.point.lat, found.point.lon) == (pytest.approx(51.5, abs=2e-4), pytest.approx(-1.25, abs=2e-4))


@pytest.mark.parametrize("told", ["header", "member"])
def test_what_an_answer_says_of_its_coordinates_is_believed(server: FaultyServer, make: Make, told: str) -> None:
    feature = {**BIN, "geometry": {"type": "Point", "coordinates": [452151.0, 178154.0]}}
    member = (
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}} if told == "member" else {}
    )
    headers = {"Content-Crs": f"<{GRID}>"} if told == "header" else {}
    body = json.dumps({**wrap([feature]), **member}).encode()
    serve(server, items=Reply(body=body, headers=headers))
    (found,) = make().features(OutsideId("bins")).items
    assert found.point.lat == pytest.approx(51.5, abs=2e-4)


def test_coordinates_off_the_earth_leave_a_feature_without_a_place(server: FaultyServer, make: Make) -> None:
    feature = {**BIN, "geometry": {"type": "Point", "coordinates": [452151.0, 178154.0]}}
    serve(server, items=wrap([feature]))
    (found,) = make().features(OutsideId("bins")).items
    assert (found.geometry, found.point, found.name) == (None, None, "Bin at the mill")


def test_a_box_outside_the_national_grid_is_refused_beside_the_field(server: FaultyServer, make: Make) -> None:
    serve(server, bins={**BINS, "crs": [GRID]})
    with pytest.raises(InvalidInput):
        make().features(OutsideId("bins"), Bounds(west=100, south=0, east=101, north=1))


def test_a_collection_in_coordinates_that_are_not_read_stops_the_component(server: FaultyServer, make: Make) -> None:
    serve(server, bins={**BINS, "crs": ["http://www.opengis.net/def/crs/EPSG/0/2056"]})
    with pytest.raises(SetupFailed) as caught:
        make().features(OutsideId("bins"))
    assert caught.value.key == "ogc_features.crs"


# ==== filters ====


@pytest.mark.parametrize(
    ("classes", "language"), [([], None), (["cql2-text"], ["cql2-text"]), (["cql-text"], ["cql-text"])]
)
def test_a_filter_goes_along_where_the_server_declares_it(
    server: FaultyServer, make: Make, classes: list[str], language: list[str] | None
) -> None:
    more = [f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" for name in classes]
    serve(server, conformance={"conformsTo": [*FILTERS["conformsTo"], *more]})
    make(filter="kind = 'litter'").features(OutsideId("bins"))
    query = asked_items(server).query
    assert (query["filter"], query.get("filter-lang")) == (["kind = 'litter'"], language)


def test_a_filter_that_the_server_does_not_declare_is_never_sent(server: FaultyServer, make: Make) -> None:
    serve(server)
    with pytest.raises(SetupFailed) as caught:
        make(filter="kind = 'litter'").features(OutsideId("bins"))
    assert caught.value.key == "ogc_features.filter"
    assert not any(request.path.endswith("/items") for request in server.requests)


# ==== odd answers ====


def test_a_server_that_shows_its_page_for_people_is_asked_for_json_by_name(server: FaultyServer, make: Make) -> None:
    page = Reply(body=b"<!DOCTYPE html><html><body>Bins</body></html>", media="text/html")
    data = {"bins": BINS, "items": wrap([BIN])}

    def answer(request: Request) -> Reply:
        wanted = data[request.path.rpartition("/")[2]]
        return Reply(body=json.dumps(wanted).encode()) if request.query.get("f") == ["json"] else page

    server.answer = answer
    assert len(make().features(OutsideId("bins")).items) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (404, {"code": "NotFound", "description": "No such collection"}, NotFound, "No such collection"),
        (400, {"type": "about:blank", "title": "Bad box", "detail": "bbox has 3 numbers"}, InvalidInput, "3 numbers"),
        (401, {"fault": {"faultstring": "Invalid ApiKey", "detail": {}}}, AuthFailed, "Invalid ApiKey"),
        (200, {"code": "NoApplicableCode", "description": "Database is down"}, BadResponse, "Database is down"),
    ],
)
def test_an_error_is_read_in_each_of_its_shapes(
    server: FaultyServer, make: Make, status: int, body: object, kind: type[DesktopError], said: str
) -> None:
    serve(server, items=Reply(status=status, body=json.dumps(body).encode()))
    with pytest.raises(kind) as caught:
        make().features(OutsideId("bins"))
    assert said in str(caught.value)


def test_a_feature_without_an_id_has_the_same_one_each_time(server: FaultyServer, make: Make) -> None:
    bare = {"type": "Feature", "geometry": None, "properties": {"colour": "red"}}
    serve(server, items=wrap([bare, {**bare, "properties": {"fid": 9}}]))
    adapter = make()
    first, second = adapter.features(OutsideId("bins")).items, adapter.features(OutsideId("bins")).items
    assert first == second
    assert len(first[0].outside_id) == 16
    assert first[1].outside_id == "9"


def test_a_layer_of_features_has_no_pictures(make: Make) -> None:
    with pytest.raises(InvalidInput):
        make().tile(OutsideId("bins"), 12, 1, 1)


# ==== layers ====


def test_layers_are_collections_of_features_with_bounds_and_credit(server: FaultyServer, make: Make) -> None:
    coverage = {"id": "heat", "links": [{"rel": "coverage", "href": "/x"}]}
    lamps = {
        "id": "lamps",
        "extent": {"spatial": {"bbox": [-1.3, 51.4, 0, -1.2, 51.6, 90]}},
        "attribution": "Lit by us",
    }
    serve(server, collections={"collections": [coverage, BINS, lamps], "attribution": "All of us"})
    first, second = make().layers()
    assert (first.id, first.name, first.attribution) == ("bins", "Bins", "All of us")
    assert (second.id, second.name, second.attribution) == ("lamps", "lamps", "Lit by us")
    assert first.bounds == second.bounds == Bounds(west=-1.3, south=51.4, east=-1.2, north=51.6)
    (only,) = make(collections="lamps, gone", attribution="Ours").layers()
    assert (only.id, only.attribution) == ("lamps", "Ours")


def test_collections_come_from_every_page_and_a_page_twice_ends_them(server: FaultyServer, make: Make) -> None:
    def answer(request: Request) -> Reply:
        page = int(request.query.get("page", ["1"])[0])
        body = {
            "collections": [{**BINS, "id": f"c{min(page, 3)}"}],
            "links": [{"rel": "next", "href": f"?page={page + 1}"}],
        }
        return Reply(body=json.dumps(body).encode())

    server.answer = answer
    assert [layer.id for layer in make().layers()] == ["c1", "c2", "c3"]
    assert len(server.requests) == 4


def test_the_connection_test_tells_wrong_names_and_a_filter_that_is_not_offered(
    server: FaultyServer, make: Make
) -> None:
    landing = {"title": "Assets", "links": [{"rel": "data", "href": "/collections"}]}
    serve(server, collections={"collections": [BINS]}, **{"": landing})
    diagnosis = make(collections="bins,gone", near="lamps", filter="a = 1").check()
    assert diagnosis.facts == {
        "title": "Assets", "collections": "1", "filters": "not offered", "other coordinates": "not offered",
    }  # fmt: skip
    assert [warning for word in ("gone", "lamps", "filter") for warning in diagnosis.warnings if word in warning]
    assert len(diagnosis.warnings) == 3


# ==== around ====


def test_what_is_nearest_comes_first_with_its_distance(server: FaultyServer, make: Make) -> None:
    far = {**BIN, "id": "far", "geometry": {"type": "Point", "coordinates": [-1.2490, 51.5]}}
    line = {
        **BIN,
        "id": "line",
        "geometry": {"type": "LineString", "coordinates": [[-1.26, 51.5003], [-1.24, 51.5003]]},
    }
    beyond = {**BIN, "id": "beyond", "geometry": {"type": "Point", "coordinates": [-1.2, 51.5]}}
    nowhere = {**BIN, "id": "nowhere", "geometry": None}
    serve(server, items=wrap([far, nowhere, beyond, line, BIN]))
    insight = make(near="bins", attribution="Ours").around(51.5, -1.25)
    assert [fact.outside_id for fact in insight.facts] == ["b-1", "line", "far"]
    assert [fact.distance_m for fact in insight.facts] == [
        0.0,
        pytest.approx(33.4, abs=0.2),
        pytest.approx(69.2, abs=0.3),
    ]
    assert (insight.attribution, insight.more, insight.facts[2].text) == ("Ours", False, "Bins")


def test_a_place_inside_an_area_lies_in_it_and_one_in_its_hole_does_not(server: FaultyServer, make: Make) -> None:
    outer = [[-1.26, 51.49], [-1.24, 51.49], [-1.24, 51.51], [-1.26, 51.51], [-1.26, 51.49]]
    hole = [[-1.2501, 51.4999], [-1.2499, 51.4999], [-1.2499, 51.5001], [-1.2501, 51.5001], [-1.2501, 51.4999]]
    whole = {**AREA, "id": "whole", "geometry": {"type": "Polygon", "coordinates": [outer]}}
    holed = {**AREA, "id": "holed", "geometry": {"type": "Polygon", "coordinates": [outer, hole]}}
    serve(server, items=wrap([holed, whole]))
    first, second = make(near="bins").around(51.5, -1.25).facts
    assert (first.outside_id, first.distance_m, first.text) == ("whole", 0.0, "Bins: this place lies in it")
    assert (second.outside_id, second.distance_m) == ("holed", pytest.approx(6.9, abs=0.2))


def test_more_than_is_looked_through_is_said(server: FaultyServer, make: Make) -> None:
    def answer(request: Request) -> Reply:
        page = int(request.query.get("page", ["1"])[0])
        body = {**wrap([{**BIN, "id": f"b{page}"}]), "links": [{"rel": "next", "href": f"?page={page + 1}"}]}
        return Reply(body=json.dumps(body if request.path.endswith("/items") else BINS).encode())

    server.answer = answer
    insight = make(near="bins").around(51.5, -1.25)
    assert [fact.outside_id for fact in insight.facts] == ["b1", "b2", "b3"]
    assert insight.more
    assert insight.notices == ("There are more Bins here than were looked through: the nearest may be missing.",)


def test_too_many_collections_must_be_chosen_from(server: FaultyServer, make: Make) -> None:
    serve(server, collections={"collections": [{"id": f"c{n}"} for n in range(9)]})
    with pytest.raises(SetupFailed) as caught:
        make().around(51.5, -1.25)
    assert caught.value.key == "ogc_features.near"


def test_a_point_off_the_earth_is_refused(make: Make) -> None:
    with pytest.raises(InvalidInput):
        make().around(91, 0)


# ==== the contract ====


@needs_specs
@pytest.mark.parametrize("offered", [[], [GRID], [LATLON]])
def test_every_question_is_one_of_the_contract(server: FaultyServer, make: Make, offered: list[str]) -> None:
    language = "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text"
    serve(server, bins={**BINS, "crs": offered}, conformance={"conformsTo": [*FILTERS["conformsTo"], language]})
    make(filter="kind = 'litter'").features(OutsideId("bins"), BOX)
    query = asked_items(server).query
    assert question_errors(query) == []
    assert set(query) >= {"limit", "bbox", "filter", "filter-lang"}


@needs_specs
@pytest.mark.parametrize(
    "planted", [{"limit": ["0"]}, {"bbox": ["1,2,3"]}, {"bbox": ["a,b,c,d"]}, {"page": ["2"]}, {"limit": ["5", "6"]}]
)
def test_the_contract_finds_a_planted_fault(planted: dict[str, list[str]]) -> None:
    assert question_errors(planted) != []
