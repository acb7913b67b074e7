"""Constraints at a place and on the map: shapes, refusals, merged and gone entities, and what must be said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from desktop.adapters.api import find_part
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.layers import Bounds
from plugins.planning_data.mapping import MOST_CORNERS, read_shape
from tests.helpers.adapters import SPECS, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.planning_data.driver import ENTITY, LAYER, wrap

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = lambda _request: Reply(body=json.dumps({"entities": [ENTITY], "count": 1}).encode())
        yield server


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("planning_data", server.url) as loaded:
        yield find_part(loaded.adapter, "insight")


@needs_specs
@pytest.mark.parametrize(
    ("schema", "tree"),
    [("entity_search_json", {"entities": [ENTITY], "count": 1}), ("entity_search_geojson", wrap([ENTITY]))],
)
def test_the_answers_of_these_tests_are_those_of_the_contract(schema: str, tree: object) -> None:
    text = (SPECS / "planning-data" / "contracts" / f"{schema}.schema.json").read_text("utf-8")
    validator = Draft202012Validator(json.loads(text))
    assert [error.message for error in validator.iter_errors(tree)] == []
    assert list(validator.iter_errors({"entities": [{"entity": "text"}], "features": 3}))


def test_shapes_are_left_out_and_only_what_is_current_is_asked_for(server: FaultyServer, adapter: Any) -> None:
    adapter.around(51.5, -1.25)
    query = server.requests[0].query
    assert query["exclude_field"] == ["geometry,point"]
    assert query["entries"] == ["current"]
    assert query["geometry"] == ["POINT(-1.250000 51.500000)"]
    assert query["geometry_relation"] == ["intersects"]
    assert "conservation-area" in query["dataset"]


def test_no_hit_is_said_to_be_no_proof(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: Reply(body=b'{"entities": [], "count": 0}')
    found = adapter.around(51.5, -1.25, 250.0)
    assert found.facts == ()
    assert "No hit is not the same as no constraint" in found.notices[0]
    assert server.requests[0].query["geometry"][0].startswith("POLYGON((")


def test_a_property_is_looked_up_by_its_uprn(server: FaultyServer, adapter: Any) -> None:
    assert adapter.at(Uprn("00010001")).facts[0].kind == "conservation-area"
    assert server.requests[0].query["q"] == ["10001"]
    with pytest.raises(InvalidInput):
        adapter.at(Uprn("none"))


def test_more_than_is_given_is_said(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: Reply(body=json.dumps({"entities": [ENTITY], "count": 417}).encode())
    assert adapter.around(51.5, -1.25).more


@pytest.mark.parametrize(("count", "more"), [(99, False), (100, True)])
def test_a_full_answer_that_does_not_say_how_many_there_are_may_not_be_all(
    server: FaultyServer, adapter: Any, count: int, more: bool
) -> None:
    tree = {"entities": [{**ENTITY, "entity": n + 1} for n in range(count)]}
    server.answer = lambda _request: Reply(body=json.dumps(tree).encode())
    assert adapter.around(51.5, -1.25).more is more


def test_a_moved_answer_is_followed_and_one_that_is_gone_is_not_found(server: FaultyServer, adapter: Any) -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/entity.json":
            return Reply(status=301, headers={"Location": "/merged.json"})
        return Reply(body=json.dumps({"entities": [ENTITY], "count": 1}).encode())

    server.answer = answer
    assert adapter.around(51.5, -1.25).facts
    server.answer = lambda _request: Reply(status=410)
    with pytest.raises(NotFound):
        adapter.around(51.5, -1.25)


def test_a_refusal_says_which_field(server: FaultyServer, adapter: Any) -> None:
    body = {"detail": [{"loc": ["query", "geometry"], "msg": "Invalid geometry", "type": "value_error"}]}
    server.answer = lambda _request: Reply(status=422, body=json.dumps(body).encode())
    with pytest.raises(InvalidInput) as caught:
        adapter.around(51.5, -1.25)
    assert caught.value.hint == "geometry: Invalid geometry"


def test_a_layer_is_asked_for_in_its_box(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: Reply(body=json.dumps(wrap([ENTITY])).encode())
    page = adapter.features(LAYER, Bounds(west=-1.3, south=51.4, east=-1.2, north=51.6))
    assert page.items[0].geometry["type"] == "MultiPolygon"
    assert (page.items[0].point.lat, page.items[0].point.lon) == (51.5, -1.25)
    assert server.requests[0].query["geometry"][0].startswith("POLYGON((-1.300000 51.400000,")
    with pytest.raises(InvalidInput):
        adapter.features(OutsideId("../x"))
    with pytest.raises(InvalidInput):
        adapter.tile(LAYER, 1, 1, 1)


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point", "coordinates": [200.0, 10.0]},
        {"type": "Point", "coordinates": ["1", "2"]},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[1.0, 2.0], None]]},
        {"type": "LineString", "coordinates": [[1.0, float("nan")]]},
        {"type": "LineString", "coordinates": [[1.0, 2.0]] * (MOST_CORNERS + 1)},
    ],
)
def test_a_shape_that_cannot_be_drawn_is_left_out(shape: dict[str, object]) -> None:
    assert read_shape(shape) is None
