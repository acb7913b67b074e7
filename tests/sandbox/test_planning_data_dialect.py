"""The town's planning data: by the official contract, and through the adapter."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from desktop.adapters.commands import call_command
from desktop.sandbox.planning_records import DATASETS, GONE, MERGED, build_entities
from desktop.sandbox.wkt import Shape, format_wkt, intersects, is_within, parse_wkt
from tests.helpers.contracts import SPECS, needs_specs
from tests.helpers.serving_town import Reply, TestTown

GREEN = "POINT (1.007200 53.369500)"


def ask(town: TestTown, path: str, **query: str) -> Reply:
    return town.ask("GET", "planning_data", f"/{path}", query=query)


def find(town: TestTown, **query: str) -> list[Any]:
    reply = ask(town, "entity.json", **{"limit": "500", **query})
    assert reply.status == 200, reply.text
    return list(reply.tree["entities"])


def errors_of(schema: str, tree: object) -> list[str]:
    text = (SPECS / "planning-data" / "contracts" / f"{schema}.schema.json").read_text("utf-8")
    return [error.message for error in Draft202012Validator(json.loads(text)).iter_errors(tree)]


# ==== the contract ====


@needs_specs
@pytest.mark.parametrize("dataset", [*sorted({entity.dataset for entity in build_entities("citytown")}), ""])
def test_every_answer_is_one_of_the_contract(dataset: str, town: TestTown) -> None:
    narrowed = {"dataset": dataset} if dataset else {}
    found = ask(town, "entity.json", limit="500", **narrowed).tree
    shapes = ask(town, "entity.geojson", limit="500", **narrowed).tree
    first = found["entities"][0]["entity"]
    errors = [
        *errors_of("entity_search_json", found), *errors_of("entity_search_geojson", shapes),
        *errors_of("entity_json", ask(town, f"entity/{first}.json").tree),
    ]  # fmt: skip
    assert errors == []
    assert found["count"] == len(found["entities"]) > 0
    placed = [entity for entity in found["entities"] if entity["point"]]
    assert len(shapes["features"]) == len(placed)


@needs_specs
def test_one_entity_with_its_shape_is_one_of_the_contract_and_one_without_a_place_is_406(town: TestTown) -> None:
    reply = ask(town, "entity/44990001.geojson")
    assert (reply.status, errors_of("entity_geojson", reply.tree)) == (200, [])
    assert ask(town, "entity/13990001.geojson").status == 406


@needs_specs
def test_the_contract_finds_a_planted_fault(town: TestTown) -> None:
    found = ask(town, "entity.json").tree
    assert errors_of("entity_search_json", {**found, "count": "10"}) != []
    found["entities"][0]["start-date"] = None
    assert errors_of("entity_search_json", found) != []
    assert errors_of("entity_geojson", {"type": "Feature", "geometry": None, "properties": {}}) != []


# ==== where things are ====


def test_what_holds_at_a_point_is_found_by_point_geometry_and_degrees(town: TestTown) -> None:
    by_geometry = find(town, geometry=GREEN, geometry_relation="intersects")
    by_degrees = find(town, latitude="53.3695", longitude="1.0072")
    assert [e["entity"] for e in by_geometry] == [e["entity"] for e in by_degrees]
    assert {e["dataset"] for e in by_geometry} == {"conservation-area"}
    assert by_geometry[0]["name"] == "Mercer Green"


def test_a_relation_says_how_an_entity_lies_to_what_is_asked_for(town: TestTown) -> None:
    box = "POLYGON((1.0 53.36,1.01 53.36,1.01 53.38,1.0 53.38,1.0 53.36))"
    count = {
        relation: len(find(town, geometry=box, geometry_relation=relation))
        for relation in ("intersects", "within", "contains", "disjoint")
    }
    assert count["within"] == len(find(town, geometry=box))
    assert 0 < count["within"] < count["intersects"]
    assert count["contains"] == 0
    assert count["intersects"] + count["disjoint"] == len(find(town)) - 1
    area = find(town, dataset="conservation-area", geometry_entity="26990001", geometry_relation="contains")
    assert [entity["name"] for entity in area] == ["Castle Mound"]


def test_a_home_is_found_by_its_uprn_and_its_postcode(town: TestTown) -> None:
    home = town.places("find", query="14 tanner street", output_srs="WGS84").tree["results"][0]["DPA"]
    by_uprn = find(town, q=home["UPRN"])
    assert {entity["dataset"] for entity in by_uprn} == {"article-4-direction-area", "tree-preservation-zone"}
    assert find(town, q=home["POSTCODE"])
    assert find(town, q="100000000001") == []


def test_what_has_ended_is_left_out_of_what_is_current(town: TestTown) -> None:
    areas = {"dataset": "conservation-area"}
    assert len(find(town, **areas, entries="current")) == 3
    assert [e["name"] for e in find(town, **areas, entries="historical")] == ["Old Gasworks"]
    assert len(find(town, **areas)) == len(find(town, **areas, period="all")) == 4


def test_fields_are_left_out_and_chosen(town: TestTown) -> None:
    (whole,) = find(town, reference="CA01")
    (without,) = find(town, reference="CA01", exclude_field="geometry,point")
    (few,) = find(town, reference="CA01", field="name")
    assert whole.keys() - without.keys() == {"geometry", "point"}
    assert few.keys() == {"entity", "dataset", "name"}


# ==== pages ====


def test_pages_lead_through_all_by_their_links(town: TestTown) -> None:
    page = ask(town, "entity.json", dataset="tree", limit="7").tree
    seen, first = [entity["entity"] for entity in page["entities"]], page["links"]["first"]
    assert "prev" not in page["links"]
    while following := page["links"].get("next"):
        page = town.ask("GET", following).tree
        seen += [entity["entity"] for entity in page["entities"]]
    assert len(seen) == len(set(seen)) == page["count"]
    assert town.ask("GET", page["links"]["last"]).tree["entities"] == page["entities"]
    assert town.ask("GET", first).tree["entities"][0]["entity"] == seen[0]
    assert "prev" in page["links"]
    assert len(ask(town, "entity.json").tree["entities"]) == 10


# ==== refusals ====


def test_a_merged_entity_leads_to_what_it_became_and_one_taken_away_is_410(town: TestTown) -> None:
    old, new = next(iter(MERGED.items()))
    reply = ask(town, f"entity/{old}.json")
    assert (reply.status, urlsplit(reply.headers["Location"]).path) == (301, f"/entity/{new}.json")
    assert town.ask("GET", reply.headers["Location"]).tree["entity"] == new
    assert ask(town, f"entity/{next(iter(GONE))}.json").status == 410
    assert ask(town, "entity/5.json").status == 404
    assert ask(town, "nothing").tree == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"limit": "501"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"geometry": "CIRCLE(1 2)"}, "geometry"),
        ({"geometry": "POLYGON((1 53,2 53,2 54))"}, "geometry"),
        ({"geometry": GREEN, "geometry_relation": "near"}, "geometry_relation"),
        ({"geometry_entity": "5"}, "geometry_entity"),
        ({"latitude": "53.3"}, "latitude"),
        ({"latitude": "500", "longitude": "1"}, "latitude"),
        ({"dataset": "moon"}, "dataset"),
        ({"entries": "new"}, "entries"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_is_422_and_says_where(query: dict[str, str], where: str, town: TestTown) -> None:
    reply = ask(town, "entity.json", **query)
    assert (reply.status, reply.tree["detail"][0]["loc"]) == (422, ["query", where])
    assert reply.tree["detail"][0]["msg"]


# ==== text of shapes ====


@pytest.mark.parametrize(
    ("text", "rings"),
    [
        ("POINT(1 2)", 1),
        ("point ( -1.5 2e1 )", 1),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", 1),
        ("POLYGON((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1))", 1),
        ("MULTIPOLYGON (((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5 5,5 5,5 5,5 5)))", 2),
        ("POLYGON((0 0,1 0,1 1,0 1))", 0),
        ("POLYGON(0 0,1 0,1 1,0 0)", 0),
        ("MULTIPOLYGON((0 0,1 0,1 1,0 0))", 0),
        ("POINT(1)", 0),
        ("POINT(1 91)", 0),
        ("POINT EMPTY", 0),
        ("POINT(a b)", 0),
        ("", 0),
    ],
)
def test_well_known_text_is_read_or_refused(text: str, rings: int) -> None:
    shape = parse_wkt(text)
    assert (len(shape.rings) if shape else 0) == rings
    assert shape is None or parse_wkt(format_wkt(shape)) == shape


def test_shapes_lie_to_each_other_as_they_do() -> None:
    def box(low: float, high: float) -> Shape:
        return Shape(rings=(((low, low), (high, low), (high, high), (low, high), (low, low)),))

    across = Shape(rings=(((-1, 1), (9, 1), (9, 2), (-1, 2), (-1, 1)),))
    assert is_within(box(1, 2), box(0, 3))
    assert not is_within(box(0, 3), box(1, 2))
    assert intersects(box(0, 3), across)
    assert not is_within(across, box(0, 3))
    assert not intersects(box(0, 1), box(2, 3))


# ==== through the adapter ====


def call(town: TestTown, method: str, *arguments: str, fault: int = 0) -> Any:
    said = next(c for c in town.info["components"] if c["id"] == "planning_data")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    assert call_command(["planning_data", method, *arguments, *pairs], out, err) == fault, err.getvalue()
    return json.loads(out.getvalue()) if not fault else err.getvalue()


def test_constraints_around_a_home_are_found_with_what_must_be_said(town: TestTown) -> None:
    home = town.places("find", query="14 tanner street", output_srs="WGS84").tree["results"][0]["DPA"]
    here = call(town, "insight.around", f"lat={home['LAT']}", f"lon={home['LNG']}")
    assert {fact["title"] for fact in here["facts"]} == {
        "Article 4 direction area: Tannery Streets", "Tree preservation zone: Limes behind Tanner Street",
    }  # fmt: skip
    assert any("No hit is not the same as no constraint" in notice for notice in here["notices"])
    wide = call(town, "insight.around", f"lat={home['LAT']}", f"lon={home['LNG']}", "radius=400")
    assert {fact["kind"] for fact in wide["facts"]} >= {
        "flood-risk-zone",
        "listed-building",
        "tree",
        "conservation-area",
    }


def test_every_dataset_with_a_place_is_a_layer_and_its_areas_are_read(town: TestTown) -> None:
    layers = {layer["id"]: layer["name"] for layer in call(town, "map_layers.layers")}
    assert layers.keys() == {id for id, (_, _, typology) in DATASETS.items() if typology == "geography"}
    features = call(town, "map_layers.features", "layer=tree-preservation-zone")["items"]
    assert [feature["name"] for feature in features][-1] == "Willows on the Meadow"
    assert {feature["geometry"]["type"] for feature in features} == {"MultiPolygon"}
    assert call(town, "component.check")["warnings"] == []


def test_faults_strike_it_as_they_do_the_others(fresh_town: TestTown) -> None:
    fresh_town.set_fault("planning_data", "html")
    assert "web page" in call(fresh_town, "map_layers.layers", fault=3)
    fresh_town.set_fault("planning_data", "unknown")
    assert call(fresh_town, "map_layers.layers")
