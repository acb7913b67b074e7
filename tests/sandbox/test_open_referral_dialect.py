"""The town's directory of services: its answers by the official schemas, and through the real adapter."""

from __future__ import annotations

import copy
import io
import json
from functools import cache
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from desktop.adapters.commands import call_command
from desktop.sandbox.offers import OFFERS, TERMS
from desktop.sandbox.open_referral import make_id
from tests.helpers.contracts import SPECS, needs_specs
from tests.helpers.serving_town import TestTown

FOLDER = SPECS / "open-referral-uk" / "uk-schema"


@cache
def _schema(name: str) -> Any:
    """A compiled schema, closed, so that a field that it does not name is found too."""
    tree = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    _close(tree)
    if name == "service":
        # Beside the profile: the full specification has the name of a language; the profile forgot it.
        tree["properties"]["languages"]["items"]["properties"]["name"] = {"type": "string"}
    return tree


def _close(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            node["additionalProperties"] = False
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)


def faults(name: str, tree: object) -> list[str]:
    validator = OAS30Validator(_schema(name), format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree)]


def page_faults(tree: object) -> list[str]:
    whole = json.loads((FOLDER / "openapi.json").read_text("utf-8"))
    page = copy.deepcopy(whole["components"]["schemas"]["Page"])
    page["properties"]["contents"] = {"type": "array"}
    page |= {"additionalProperties": False, "required": sorted(page["properties"])}
    return [error.message for error in OAS30Validator(page).iter_errors(tree)]


def find(town: TestTown, path: str, **query: str) -> Any:
    reply = town.ask("GET", "directory", path, query=query)
    assert reply.status == 200, reply.body
    return reply.tree


# ==== by the official schemas ====


@needs_specs
@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_every_service_is_whole_by_the_official_schema(offer: Any, town: TestTown) -> None:
    assert faults("service", find(town, f"/services/{make_id('service', offer.code)}")) == []


@needs_specs
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("services", "service_list"),
        ("service_at_locations", "service_at_location_list"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
    ],
)
def test_every_list_is_a_page_of_records_by_the_official_schema(path: str, schema: str, town: TestTown) -> None:
    page = find(town, f"/{path}", per_page="100")
    assert page_faults(page) == []
    assert page["contents"]
    assert [fault for record in page["contents"] for fault in faults(schema, record)] == []
    assert faults(schema, find(town, f"/{path}/{page['contents'][0]['id']}")) == [] or path == "services"


@needs_specs
def test_the_validator_finds_a_planted_fault(town: TestTown) -> None:
    service = find(town, f"/services/{make_id('service', 'knit')}")
    for planted in ({"status": "asleep"}, {"id": "knit"}, {"colour": "red"}, {"minimum_age": "old"}, {"name": None}):
        assert faults("service", {**service, **planted}) != []
    schedule = {**service["schedules"][0], "freq": "DAILY"}
    assert faults("service", {**service, "schedules": [schedule]}) != []
    assert page_faults({**find(town, "/services"), "totalElements": 1}) != []


# ==== as the standard searches ====


def test_services_are_found_by_words_term_day_and_postcode(town: TestTown) -> None:
    def names(path: str = "services", **query: str) -> list[str]:
        page = find(town, f"/{path}", per_page="100", **query)
        return [(record.get("service") or record)["name"] for record in page["contents"]]

    assert names(search="bobble hat") == ["Knit and natter", "Hat hospital"]
    assert "Hat hospital" in names(taxonomy_term_id=make_id("term", "crafts"))
    assert names(taxonomy_term_id=make_id("term", "life")) != names()
    assert "Young carers’ evening" in names(day="we")
    assert names("service_at_locations", postcode="CY9 9ZZ") == []
    tanner = names("service_at_locations", postcode="CY4 2LT", proximity="300")
    assert "Young carers’ evening" in tanner
    assert "Knit and natter" not in names("service_at_locations", postcode="CY4 2LT", proximity="0")
    assert names(minimum_age="60") == ["Home from hospital"]


def test_pages_go_through_all_services_once(town: TestTown) -> None:
    ids: list[str] = []
    for number in range(1, 9):
        page = find(town, "/services", page=str(number), per_page="5")
        ids += [record["id"] for record in page["contents"]]
        if page["last_page"]:
            break
    assert sorted(ids) == sorted(make_id("service", offer.code) for offer in OFFERS)


def test_what_is_not_there_or_cannot_be_asked_is_refused_in_words(town: TestTown) -> None:
    assert town.ask("GET", "directory", "/services/nothing").status == 404
    reply = town.ask("GET", "directory", "/services", query={"page": "0"})
    assert (reply.status, reply.tree["message"]) == (400, "page is a whole number from 1 to 1000000.")


# ==== through the real adapter ====


def call(town: TestTown, method: str, *arguments: str) -> tuple[int, Any]:
    said = next(c for c in town.info["components"] if c["id"] == "directory")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = call_command([said["plugin"], method, *arguments, *pairs], out, err)
    return code, json.loads(out.getvalue() or "null")


def test_the_knitting_group_is_found_with_hours_and_price_through_open_referral(town: TestTown) -> None:
    code, found = call(town, "directory.services", "query=knitting")
    assert (code, [service["name"] for service in found["items"]]) == (0, ["Knit and natter"])
    _, whole = call(town, "directory.service", f"id={found['items'][0]['outside_id']}")
    assert [o["text"] for o in whole["openings"]] == ["Thursday, 10:00 to 12:00. All year, also in the holidays"]
    assert [(cost["pence"], cost["text"]) for cost in whole["costs"]] == [
        (0, "Free"),
        (None, "Free. A pound for the tea if you have one."),
    ]
    assert whole["places"][0]["address"].startswith("Mercer Row rooms, ")
    assert whole["organisation"]["numbers"] == ["GB-CHC-9990001"]


def test_what_is_for_cyril_and_old_or_closed_is_told_apart(town: TestTown) -> None:
    _, page = call(town, "directory.services", "age=17", "query=carers")
    assert [service["name"] for service in page["items"]] == ["Young carers’ evening"]
    _, page = call(town, "directory.services")
    warned = {service["name"]: service["warnings"] for service in page["items"] if service["warnings"]}
    assert set(warned) == {"Wool bank", "Repair café", "Crochet by post"}
    assert warned["Wool bank"][-1] == "Closed until the moths are gone."


def test_the_connection_test_and_the_exit_codes_hold(town: TestTown) -> None:
    code, diagnosis = call(town, "component.check")
    assert (code, diagnosis["facts"]["services"]) == (0, str(len(OFFERS)))
    code, terms = call(town, "directory.terms")
    assert (code, len(terms["items"])) == (0, len(TERMS))
    assert call(town, "directory.services", "postcode=CY4")[0] == 2
    assert call(town, "directory.service", "id=nothing")[0] == 3


def test_a_fault_on_request_strikes_the_directory(fresh_town: TestTown) -> None:
    fresh_town.set_fault("directory", "html")
    assert call(fresh_town, "component.check")[0] == 0  # its own page is optional; the list of services answers
    fresh_town.set_fault("directory", "html", path="/services")
    assert call(fresh_town, "directory.services")[0] == 3
