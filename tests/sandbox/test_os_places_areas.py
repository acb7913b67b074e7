"""Citytown's OS Places by area, its tokens, and its gazetteer's second names; held to the recorded answers."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from tests.helpers.contracts import needs_specs
from tests.helpers.places_shape import find_shape_errors
from tests.helpers.serving_town import Reply, TestTown

HOME = {"query": "14 tanner street"}


def records(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.text
    return [next(iter(row.values())) for row in reply.tree.get("results", [])]


def home(town: TestTown) -> dict[str, Any]:
    return records(town.places("find", **HOME, output_srs="WGS84"))[0]


def post(town: TestTown, tree: object, **query: str) -> Reply:
    return town.ask("POST", "os_places", "/polygon", query=query, tree=tree, headers={"key": town.keys["os_places"]})


def square(east: float, north: float, half: float) -> list[list[float]]:
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [[east + x * half, north + y * half] for x, y in corners]


def area_around(east: float, north: float) -> dict[str, tuple[str, dict[str, str]]]:
    box = f"{east - 40},{north - 40},{east + 40},{north + 40}"
    return {"radius": ("radius", {"point": f"{east},{north}", "radius": "40"}), "bbox": ("bbox", {"bbox": box})}


# ==== areas ====


@needs_specs
@pytest.mark.parametrize("kind", ["radius", "bbox"])
@pytest.mark.parametrize("dataset", ["DPA", "LPI", "DPA,LPI"])
def test_an_area_of_the_grid_gives_the_home_and_its_neighbours(kind: str, dataset: str, town: TestTown) -> None:
    at = home(town)
    resource, query = area_around(at["X_COORDINATE"], at["Y_COORDINATE"])[kind]
    reply = town.places(resource, **query, dataset=dataset)
    assert find_shape_errors(reply.tree) == []
    found = records(reply)
    assert at["UPRN"] in {row["UPRN"] for row in found}
    assert 1 < len({row["UPRN"] for row in found}) < 60
    assert all("LAT" not in row for row in found)


def test_the_nearest_in_a_radius_comes_first(town: TestTown) -> None:
    at = home(town)
    found = records(town.places("radius", point=f"{at['LAT']},{at['LNG']}", srs="WGS84", radius="60"))
    assert found[0]["UPRN"] == at["UPRN"]


@needs_specs
@pytest.mark.parametrize("wrap", [False, True])
def test_a_polygon_or_several_give_what_lies_in_them(wrap: bool, town: TestTown) -> None:
    at = home(town)
    ring = square(at["X_COORDINATE"], at["Y_COORDINATE"], 5)
    polygon = {"type": "MultiPolygon", "coordinates": [[ring]]} if wrap else {"type": "Polygon", "coordinates": [ring]}
    reply = post(town, {"type": "Feature", "geometry": polygon} if wrap else polygon)
    assert find_shape_errors(reply.tree) == []
    assert [row["UPRN"] for row in records(reply)] == [at["UPRN"]]


def test_a_hole_leaves_out_what_lies_in_it(town: TestTown) -> None:
    at = home(town)
    rings = [square(at["X_COORDINATE"], at["Y_COORDINATE"], half) for half in (60, 5)]
    found = {row["UPRN"] for row in records(post(town, {"type": "Polygon", "coordinates": rings}))}
    assert found
    assert at["UPRN"] not in found


def test_a_polygon_in_degrees_comes_longitude_first(town: TestTown) -> None:
    at = home(town)
    ring = square(at["LNG"], at["LAT"], 0.00005)
    found = records(post(town, {"type": "Polygon", "coordinates": [ring]}, srs="EPSG:4326"))
    assert [row["UPRN"] for row in found] == [at["UPRN"]]


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("bbox", {}),
        ("bbox", {"bbox": "1,2,3"}),
        ("bbox", {"bbox": "3,4,1,2"}),
        ("bbox", {"bbox": "599000,390000,600100,391000"}),
        ("bbox", {"bbox": "53.36,1.00,53.38,1.02", "srs": "WGS84"}),
        ("bbox", {"bbox": "599000,390000,599010,390010", "srs": "MOON"}),
        ("radius", {"point": "599847,390042"}),
        ("radius", {"point": "599847,390042", "radius": "1001"}),
        ("radius", {"radius": "10"}),
        ("find", {"query": "x", "lr": "FR"}),
    ],
)
def test_a_wrong_area_is_refused_in_its_own_shape(resource: str, query: dict[str, str], town: TestTown) -> None:
    reply = town.places(resource, **query)
    assert (reply.status, reply.tree["error"]["statuscode"]) == (400, 400)


@pytest.mark.parametrize(
    "tree",
    [
        [],
        {},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0]]]},
        {"type": "Polygon", "coordinates": "here"},
    ],
)
def test_what_is_no_polygon_is_refused(tree: object, town: TestTown) -> None:
    assert post(town, tree).tree["error"]["statuscode"] == 400


def test_each_resource_takes_its_own_method(town: TestTown) -> None:
    key = {"key": town.keys["os_places"]}
    assert town.ask("GET", "os_places", "/polygon", headers=key).status == 405
    assert town.ask("POST", "os_places", "/find", tree={}, headers=key).status == 405


# ==== the two data sets ====


@needs_specs
def test_a_shop_has_an_alternative_name_in_the_councils_gazetteer(town: TestTown) -> None:
    shop = records(town.places("find", query="citytown", fq="CLASSIFICATION_CODE:CR*"))[0]
    reply = town.places("uprn", uprn=shop["UPRN"], dataset="DPA,LPI")
    assert find_shape_errors(reply.tree) == []
    statuses = [row["LPI"]["LPI_LOGICAL_STATUS_CODE_DESCRIPTION"] for row in reply.tree["results"] if "LPI" in row]
    assert statuses == ["APPROVED", "ALTERNATIVE"]
    only = records(town.places("uprn", uprn=shop["UPRN"], dataset="LPI", fq="LPI_LOGICAL_STATUS_CODE:3"))
    assert [row["LPI_LOGICAL_STATUS_CODE"] for row in only] == ["3"]


def test_the_town_has_no_welsh_addresses(town: TestTown) -> None:
    assert "results" not in town.places("find", **HOME, lr="CY").tree
    assert town.places("find", **HOME, lr="EN,CY").tree["header"]["lr"] == "EN,CY"


@needs_specs
def test_a_fault_planted_in_an_area_is_found(town: TestTown) -> None:
    at = home(town)
    _, query = area_around(at["X_COORDINATE"], at["Y_COORDINATE"])["radius"]
    tree = town.places("radius", **query).tree
    tree["results"][0]["DPA"] |= {"LATITUDE": 1.0}
    assert find_shape_errors(tree) != []


# ==== tokens ====


def ask_token(town: TestTown, secret: str = "", grant: str = "client_credentials") -> Reply:
    word = f"{town.keys['os_places']}:{secret or town.keys['os_places']}"
    basic = {"Authorization": f"Basic {base64.b64encode(word.encode()).decode()}"}
    url = town.urls["os_places"].removesuffix("/search/places/v1") + "/oauth2/token/v1"
    return town.ask("POST", url, form={"grant_type": grant}, headers=basic)


def with_token(town: TestTown, token: str) -> Reply:
    return town.ask("GET", "os_places", "/find", query=HOME, headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_taken_instead_of_the_key_until_it_ends(fresh_town: TestTown) -> None:
    given = ask_token(fresh_town).tree
    assert (given["token_type"], given["expires_in"]) == ("Bearer", "299")
    assert with_token(fresh_town, given["access_token"]).status == 200
    fresh_town.clock.moment += timedelta(seconds=300)
    ended = with_token(fresh_town, given["access_token"])
    assert (ended.status, ended.tree["fault"]["detail"]["errorcode"]) == (
        401, "keymanagement.service.access_token_expired",
    )  # fmt: skip
    assert with_token(fresh_town, ask_token(fresh_town).tree["access_token"]).status == 200


def test_wrong_credentials_and_unknown_tokens_are_refused(town: TestTown) -> None:
    assert ask_token(town, secret="no").tree["ErrorCode"] == "invalid_client"
    assert ask_token(town, grant="password").status == 400
    reply = with_token(town, "made-up")
    assert reply.tree["fault"]["detail"]["errorcode"] == "keymanagement.service.invalid_access_token"
