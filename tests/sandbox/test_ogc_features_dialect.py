"""The town's assets as OGC API Features: by the contract, and through the adapter."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from desktop.sandbox.assets import build_assets
from desktop.sandbox.ogc_features import DEGREES, GRID
from tests.helpers.contracts import needs_specs
from tests.helpers.ogc_contract import answer_errors, crs_errors
from tests.helpers.serving_town import Reply, TestTown

COLLECTIONS = ["bins", "street-trees", "street-lamps", "conservation-areas"]


def ask(town: TestTown, path: str, accept: str = "application/json", **query: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in query.items()}
    return town.ask("GET", "ogc_features", path, query=named, headers={"Accept": accept})


def items(town: TestTown, collection: str, **query: str) -> Any:
    reply = ask(town, f"/collections/{collection}/items", **query)
    assert reply.status == 200
    return reply.tree


# ==== the contract ====


@needs_specs
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("", "landingPage"),
        ("/conformance", "confClasses"),
        ("/collections", "collections"),
        *((f"/collections/{name}", "collection") for name in COLLECTIONS),
        *((f"/collections/{name}/items", "featureCollectionGeoJSON") for name in COLLECTIONS),
        *((f"/collections/{name}/items?crs={GRID}", "featureCollectionGeoJSON") for name in COLLECTIONS),
        ("/collections/bins/items/bin-1", "featureGeoJSON"),
    ],
)
def test_every_answer_is_one_of_the_contract(path: str, schema: str, town: TestTown) -> None:
    reply = ask(town, path)
    assert reply.status == 200
    assert answer_errors(schema, reply.tree) == []


@needs_specs
@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_collection_names_its_systems_as_the_contract_has_them(name: str, town: TestTown) -> None:
    tree = ask(town, f"/collections/{name}").tree
    assert crs_errors(tree) == []
    assert tree["storageCrs"] in tree["crs"]


@needs_specs
def test_the_contract_finds_a_planted_fault(town: TestTown) -> None:
    tree = items(town, "bins")
    tree["features"][0]["geometry"]["coordinates"] = "here"
    assert answer_errors("featureCollectionGeoJSON", tree) != []
    assert answer_errors("collections", {"collections": [{"title": "no id"}], "links": []}) != []
    assert crs_errors({"crs": "EPSG:27700"}) != []


@needs_specs
@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/collections/none", {}, 404),
        ("/collections/none/items", {}, 404),
        ("/collections/bins/items/none", {}, 404),
        ("/collections/bins/items", {"limit": "0"}, 400),
        ("/collections/bins/items", {"bbox": "1,2,3"}, 400),
        ("/collections/bins/items", {"bbox": "a,b,c,d"}, 400),
        ("/collections/bins/items", {"crs": "EPSG:27700"}, 400),
        ("/collections/bins/items", {"filter": "kind = 'litter'"}, 400),
    ],
)
def test_a_wrong_question_is_refused_in_its_own_shape(
    path: str, query: dict[str, str], status: int, town: TestTown
) -> None:
    reply = ask(town, path, **query)
    assert reply.status == status
    assert answer_errors("exception", reply.tree) == []
    assert reply.tree["description"]


# ==== its answers ====


def test_pages_go_through_all_by_their_links_though_nobody_counts_the_trees(town: TestTown) -> None:
    first = items(town, "street-trees", limit="400")
    assert "numberMatched" not in first
    seen = {feature["id"] for feature in first["features"]}
    following = next(link for link in first["links"] if link["rel"] == "next")
    assert following["href"].startswith("items?")
    offset = 400
    while offset:
        page = items(town, "street-trees", limit="400", offset=str(offset))
        seen |= {feature["id"] for feature in page["features"]}
        offset = offset + 400 if any(link["rel"] == "next" for link in page["links"]) else 0
    assert seen == {asset.id for asset in build_assets(town.info["seed"])["street-trees"]}


def test_a_box_finds_the_same_lamps_in_both_systems(town: TestTown) -> None:
    grid = "599900,389900,600100,390100"
    in_grid = items(town, "street-lamps", bbox=grid, bbox_crs=GRID, crs=GRID, limit="1000")
    assert {599900 <= f["geometry"]["coordinates"][0] <= 600100 for f in in_grid["features"]} == {True}
    ids = {feature["id"] for feature in in_grid["features"]}
    degrees = [
        f["geometry"]["coordinates"] for f in items(town, "street-lamps", limit="1000")["features"] if f["id"] in ids
    ]
    box = ",".join(str(end(p[axis] for p in degrees)) for end in (min, max) for axis in (0, 1))
    assert ids <= {feature["id"] for feature in items(town, "street-lamps", bbox=box, limit="1000")["features"]}
    assert len(ids) > 10


def test_it_says_in_which_system_it_answers(town: TestTown) -> None:
    assert ask(town, "/collections/bins/items").headers["Content-Crs"] == f"<{DEGREES}>"
    assert ask(town, "/collections/bins/items", crs=GRID).headers["Content-Crs"] == f"<{GRID}>"


def test_people_get_a_page(town: TestTown) -> None:
    assert ask(town, "", accept="text/html,*/*").text.startswith("<!doctype html>")
    assert ask(town, "/collections/bins/items", f="html").headers["Content-Type"].startswith("text/html")
    assert ask(town, "", accept="text/html", f="json").tree["title"] == "Assets of Citytown"


def test_assets_are_the_same_for_the_same_seed_and_stand_beside_the_streets() -> None:
    one, other = build_assets("a"), build_assets("b")
    build_assets.cache_clear()
    assert build_assets("a") == one
    assert one["street-trees"] != other["street-trees"]
    assert min(len(assets) for assets in one.values()) == 3
    assert len(one["street-lamps"]) > 300


# ==== through the adapter ====


def call(town: TestTown, method: str, *arguments: str, fault: int = 0) -> Any:
    said = next(c for c in town.info["components"] if c["id"] == "ogc_features")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    assert call_command(["ogc_features", method, *arguments, *pairs], out, err) == fault, err.getvalue()
    return json.loads(out.getvalue()) if not fault else err.getvalue()


def test_what_stands_around_a_home_is_found(town: TestTown) -> None:
    home = town.places("find", query="14 tanner street", output_srs="WGS84").tree["results"][0]["DPA"]
    insight = call(town, "insight.around", f"lat={home['LAT']}", f"lon={home['LNG']}")
    assert {fact["kind"] for fact in insight["facts"]} >= {"street-lamps", "street-trees"}
    distances = [fact["distance_m"] for fact in insight["facts"]]
    assert distances == sorted(distances)
    assert 0 < distances[0] < 30 < distances[-1] <= 60
    assert insight["attribution"].endswith("Citytown Council, an invented town")
    assert not insight["more"]


def test_its_collections_are_layers_and_every_tree_is_read(town: TestTown) -> None:
    layers = call(town, "map_layers.layers")
    assert [layer["name"] for layer in layers] == ["Bins", "Street trees", "Street lamps", "Conservation areas"]
    assert all(layer["bounds"] and layer["attribution"] for layer in layers)
    page = call(town, "map_layers.features", "layer=street-trees")
    seen = [feature["outside_id"] for feature in page["items"]]
    assert page["cursor"].endswith("/collections/street-trees/items?limit=100&offset=100")
    while page["cursor"]:
        page = call(town, "map_layers.features", "layer=street-trees", f"cursor={page['cursor']}")
        seen += [feature["outside_id"] for feature in page["items"]]
    assert len(seen) == len(set(seen)) == len(build_assets(town.info["seed"])["street-trees"])
    assert "felled_on" not in page["items"][0]["properties"]


def test_the_connection_test_is_content(town: TestTown) -> None:
    diagnosis = call(town, "component.check")
    assert (diagnosis["facts"]["title"], diagnosis["facts"]["collections"]) == ("Assets of Citytown", "4")
    assert diagnosis["warnings"] == []


def test_faults_strike_it_as_they_do_the_others(fresh_town: TestTown) -> None:
    fresh_town.set_fault("ogc_features", "html", times=2)
    assert "web page" in call(fresh_town, "map_layers.layers", fault=3)
    fresh_town.set_fault("ogc_features", "unknown", times=1)
    assert len(call(fresh_town, "map_layers.layers")) == 4
