from __future__ import annotations

import json

import pytest

from tests.helpers.contracts import needs_specs
from tests.helpers.places_shape import find_shape_errors
from tests.helpers.serving_town import TestTown


@needs_specs
@pytest.mark.parametrize("dataset", ["DPA", "LPI", "DPA,LPI"])
@pytest.mark.parametrize("srs", ["", "WGS84"])
@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("find", {"query": "tanner street"}),
        ("find", {"query": "weir house"}),
        ("postcode", {"postcode": "cy4 2lt"}),
        ("uprn", {"uprn": "990000048127"}),
        ("nearest", {"point": "599847,390042", "radius": "300"}),
        ("find", {"query": "nowhere at all"}),
    ],
)
def test_every_answer_has_the_shape_of_the_recorded_ones(
    resource: str, query: dict[str, str], srs: str, dataset: str, town: TestTown
) -> None:
    reply = town.places(resource, **query, dataset=dataset, output_srs=srs)
    assert reply.status == 200
    assert find_shape_errors(reply.tree) == []


@needs_specs
def test_the_validator_finds_a_planted_field_and_a_wrong_type(town: TestTown) -> None:
    tree = town.places("find", query="14 tanner street").tree
    assert find_shape_errors(tree) == []
    for planted in ({"COLOUR": "RED"}, {"UPRN": 5}, {"LOCAL_CUSTODIAN_CODE": "x", "X_COORDINATE": "1"}):
        wrong = json.loads(json.dumps(tree))
        wrong["results"][0]["DPA"] |= planted
        assert find_shape_errors(wrong) != []
    assert find_shape_errors({"header": tree["header"], "results": []}) != []


def test_fourteen_tanner_street_is_found_by_words_postcode_uprn_and_point(town: TestTown) -> None:
    one = town.places("find", query="14 Tanner St", output_srs="WGS84").tree["results"][0]["DPA"]
    assert one["ADDRESS"] == "14, TANNER STREET, CITYTOWN, CY4 2LT"
    assert one["CLASSIFICATION_CODE"].startswith("RD")
    at_postcode = town.places("postcode", postcode="CY42LT").tree["results"]
    assert one["UPRN"] in {row["DPA"]["UPRN"] for row in at_postcode}
    same = town.places("uprn", uprn=one["UPRN"]).tree["results"][0]["DPA"]
    assert same["ADDRESS"] == one["ADDRESS"]
    point = f"{one['LAT']},{one['LNG']}"
    near = town.places("nearest", point=point, srs="WGS84").tree["results"]
    assert [row["DPA"]["UPRN"] for row in near] == [one["UPRN"]]
    grid = town.places("nearest", point=f"{one['X_COORDINATE']},{one['Y_COORDINATE']}").tree["results"]
    assert grid[0]["DPA"]["UPRN"] == one["UPRN"]


def test_the_same_property_is_in_both_datasets_under_one_uprn(town: TestTown) -> None:
    rows = town.places("find", query="14 tanner street", dataset="DPA,LPI").tree["results"]
    assert [next(iter(row)) for row in rows] == ["DPA", "LPI"]
    assert rows[0]["DPA"]["UPRN"] == rows[1]["LPI"]["UPRN"]
    assert rows[1]["LPI"]["USRN"].startswith("990")


def test_a_park_is_in_the_councils_gazetteer_only(town: TestTown) -> None:
    assert "results" not in town.places("find", query="mercer green").tree
    park = town.places("find", query="mercer green", dataset="LPI").tree["results"][0]["LPI"]
    assert park["CLASSIFICATION_CODE"] == "LP01"


def test_nothing_found_leaves_results_out(town: TestTown) -> None:
    tree = town.places("postcode", postcode="CY9 9ZZ").tree
    assert tree["header"]["totalresults"] == 0
    assert "results" not in tree


def test_pages_go_through_all_results(town: TestTown) -> None:
    every = town.places("find", query="citytown").tree
    assert every["header"]["totalresults"] > 100
    assert len(every["results"]) == 100
    second = town.places("find", query="citytown", offset="100", maxresults="7").tree
    assert len(second["results"]) == 7
    seen = {row["DPA"]["UPRN"] for row in every["results"]}
    assert not seen & {row["DPA"]["UPRN"] for row in second["results"]}


def test_filters_by_classification(town: TestTown) -> None:
    rows = town.places("find", query="citytown", fq="CLASSIFICATION_CODE:CR*").tree["results"]
    assert {row["DPA"]["CLASSIFICATION_CODE"][:2] for row in rows} == {"CR"}
    assert town.places("find", query="citytown", fq="COLOUR:RED").status == 400


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("find", {}),
        ("postcode", {"postcode": "ZZ99ZZ"}),
        ("postcode", {"postcode": "C"}),
        ("uprn", {"uprn": "abc"}),
        ("uprn", {"uprn": "1234567890123"}),
        ("nearest", {"point": "here"}),
        ("nearest", {"point": "1,2", "radius": "5000"}),
        ("find", {"query": "x", "dataset": "ABC"}),
        ("find", {"query": "x", "output_srs": "MOON"}),
        ("find", {"query": "x", "maxresults": "101"}),
    ],
)
def test_a_wrong_query_is_refused_in_its_own_shape(resource: str, query: dict[str, str], town: TestTown) -> None:
    reply = town.places(resource, **query)
    assert reply.status == 400
    assert reply.tree["error"]["statuscode"] == 400
    assert reply.tree["error"]["message"]


@pytest.mark.parametrize(
    ("key", "code"), [("", "steps.oauth.v2.FailedToResolveAPIKey"), ("no", "oauth.v2.InvalidApiKey")]
)
def test_a_wrong_key_is_refused_in_the_gateways_shape(key: str, code: str, town: TestTown) -> None:
    reply = town.ask("GET", "os_places", "/find", query={"query": "x", "key": key})
    assert reply.status == 401
    assert reply.tree["fault"]["detail"]["errorcode"] == code


def test_the_key_may_be_in_the_query(town: TestTown) -> None:
    query = {"query": "tanner", "key": town.keys["os_places"]}
    assert town.ask("GET", "os_places", "/find", query=query).status == 200
