"""The town's Open311 beside the plain endpoint: discovery, jurisdictions, and services that answer later or never."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from desktop.adapters.commands import call_command
from desktop.sandbox.open311 import JURISDICTIONS
from desktop.sandbox.plan import WARDS
from tests.helpers.contracts import georeport_errors, needs_specs
from tests.helpers.serving_town import TestTown

NORTH, SOUTH = JURISDICTIONS
TROLLEY = {"service_code": "TROLLEY", "description": "By the weir", "attribute[WATER]": "YES"}


def call(town: TestTown, component: str, method: str, *arguments: str, fault: int = 0, **settings: str) -> Any:
    said = next(c for c in town.info["components"] if c["id"] == component)
    given = {**said["settings"], **settings}
    pairs = [word for name, value in given.items() if value for word in ("--set", f"{name}={value}")]
    pairs += [word for name, value in said["secrets"].items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    assert call_command([said["plugin"], method, *arguments, *pairs], out, err) == fault, err.getvalue()
    return json.loads(out.getvalue()) if not fault else err.getvalue()


def pull(town: TestTown, component: str, jurisdiction_id: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = call(town, component, "cases.changed", f"cursor={cursor}", jurisdiction_id=jurisdiction_id)
        found += page["items"]
        cursor = page["cursor"]
        if not cursor:
            return found


# ==== discovery ====


def test_discovery_says_the_same_in_both_forms(town: TestTown) -> None:
    tree = town.ask("GET", "parks", "/discovery.json").tree
    root = fromstring(town.ask("GET", "parks", "/discovery.xml").body)
    (endpoint,) = tree["endpoints"]
    assert endpoint["url"] == root.findtext("endpoints/endpoint/url") == town.urls["parks"]
    assert [one.text for one in root.iter("format")] == endpoint["formats"] == ["text/xml", "application/json"]
    assert (root.tag, root.findtext("contact")) == ("discovery", tree["contact"])


def test_the_connection_test_shows_what_discovery_says(town: TestTown) -> None:
    facts = call(town, "cleaning", "component.check")["facts"]
    assert facts["endpoint"] == town.urls["cleaning"]
    assert (facts["formats"], facts["kind of endpoint"]) == ("xml and json", "production")


def test_the_endpoint_is_found_by_discovery_alone(town: TestTown) -> None:
    types = call(town, "cleaning", "cases.types", base_url="")
    assert {kind["code"] for kind in types} >= {"FLYTIP", "TROLLEY"}


# ==== jurisdictions ====


def test_a_jurisdiction_has_its_own_side_of_the_river(town: TestTown) -> None:
    every = {case["service_request_id"] for case in town.ask("GET", "parks", "/requests.json").tree}
    sides = [
        {
            case["service_request_id"]: case["extended_attributes"].get("ward")
            for case in town.ask("GET", "parks", "/requests.json", query={"jurisdiction_id": name}).tree
        }
        for name in JURISDICTIONS
    ]
    assert set(sides[0]) | set(sides[1]) == every
    for name, side in zip(JURISDICTIONS, sides, strict=True):
        assert {ward for ward in side.values() if ward} <= JURISDICTIONS[name]
    assert all(JURISDICTIONS[NORTH] ^ JURISDICTIONS[SOUTH] >= {name} for _, name, _ in WARDS)


@pytest.mark.parametrize(
    "path", ["/services.json", "/requests.json", "/requests/1.json", "/servicerequestupdates.json"]
)
def test_a_jurisdiction_that_is_not_known_is_refused(path: str, town: TestTown) -> None:
    reply = town.ask("GET", "parks", path, query={"jurisdiction_id": "moon.example"})
    assert (reply.status, reply.tree[0]["description"]) == (404, "jurisdiction_id provided was not found")


def test_both_jurisdictions_are_pulled_through_the_adapter_and_kept_apart(town: TestTown) -> None:
    both = pull(town, "parks", jurisdiction_id=f"{NORTH},{SOUTH}")
    whole = {case["outside_id"] for case in pull(town, "parks")}
    ids = [case["outside_id"] for case in both]
    assert {id.partition("/")[2] for id in ids} == whole
    assert {id.partition("/")[0] for id in ids} == {NORTH, SOUTH}
    assert all(id.endswith(f"/{case['reference']}") for id, case in zip(ids, both, strict=True))


def test_a_report_goes_to_the_side_on_which_it_lies(fresh_town: TestTown) -> None:
    home = fresh_town.places("find", query="9 weir road", output_srs="WGS84").tree["results"][0]["DPA"]
    place = {"uprn": home["UPRN"], "ward": "Weir", "point": {"lat": home["LAT"], "lon": home["LNG"]}}
    draft = {"service_code": f"{SOUTH}/PLAY", "description": "Swing", "place": place, "answers": {"ITEM": ["SWING"], "HURT": ["NO"]}}  # fmt: skip
    both = f"{NORTH},{SOUTH}"
    words = call(fresh_town, "parks", "cases.create", f"draft={json.dumps(draft)}", "key=k", fault=2, jurisdiction_id=both)  # fmt: skip
    assert f"outside {SOUTH}" in words
    areas = f"{NORTH}: {', '.join(sorted(JURISDICTIONS[NORTH]))}"
    made = call(fresh_town, "parks", "cases.create", f"draft={json.dumps(draft)}", "key=k", jurisdiction_id=both, areas=areas)  # fmt: skip
    assert made["outside_id"].startswith(f"{NORTH}/PRK-")


# ==== tokens and silence ====


@needs_specs
def test_a_service_that_never_answers_takes_a_report_and_shows_it_nowhere(fresh_town: TestTown) -> None:
    before = len(fresh_town.ask("GET", "cleaning", "/requests.json").tree)
    reply = fresh_town.post_case("cleaning", {**TROLLEY, "address_string": "Weir Gardens"})
    assert (reply.status, reply.tree) == (200, [{"service_notice": "Thank you. We pass it on."}])
    assert georeport_errors("Service", fresh_town.ask("GET", "cleaning", "/services.json").tree) == []
    fresh_town.clock.moment += timedelta(days=1)
    assert len(fresh_town.ask("GET", "cleaning", "/requests.json").tree) <= before
    assert fresh_town.post_case("cleaning", {**TROLLEY, "attribute[WATER]": "MAYBE"}).status == 400


def test_through_the_adapter_it_is_said_that_nothing_more_will_be_heard(fresh_town: TestTown) -> None:
    draft = {"service_code": "TROLLEY", "description": "By the weir", "place": {"address": "Weir Gardens"}, "answers": {"WATER": ["YES"]}}  # fmt: skip
    made = call(fresh_town, "cleaning", "cases.create", f"draft={json.dumps(draft)}", "key=k1")
    assert (made["unanswered"], made["outside_id"], made["token"]) == (True, "", "")
    assert made["notice"] == "Thank you. We pass it on."


def test_a_token_becomes_a_number_once_the_batch_has_run(fresh_town: TestTown) -> None:
    draft = {"service_code": "GULLY", "description": "Deep", "place": {"address": "Quay Lane"}, "answers": {"DEEP": ["20"]}}  # fmt: skip
    made = call(fresh_town, "cleaning", "cases.create", f"draft={json.dumps(draft)}", "key=k1")
    assert (made["outside_id"], made["unanswered"]) == ("", False)
    assert call(fresh_town, "cleaning", "cases.find_by_token", f"token={made['token']}") == ""
    fresh_town.clock.moment += timedelta(seconds=5)
    assert call(fresh_town, "cleaning", "cases.find_by_token", f"token={made['token']}").startswith("ENV-")
