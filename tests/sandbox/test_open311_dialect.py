from __future__ import annotations

from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring

from desktop.sandbox.catalogue import areas
from tests.helpers.contracts import (
    definition_xml_errors,
    georeport_errors,
    georeport_xml_errors,
    needs_specs,
)  # fmt: skip
from tests.helpers.serving_town import TestTown

AREAS = [area.id for area in areas()]
DAMP: dict[str, str | list[str]] = {
    "service_code": "DAMP", "address_id": "", "lat": "53.3694", "long": "1.0024", "first_name": "Zoë", "last_name": "D'Arcy-\u05dc\u05d5\u05d9",
    "email": "zoe@example.org", "description": "Wet wall <b> & \U0001f327 \u0645\u0627\u0621", "attribute[ROOMS][]": ["BED", "HALL"],
    "attribute[SEES]": "Mould", "attribute[RISK]": "NO", "attribute[fixmystreet_id]": "op-1", "attribute[title]": "Wet wall",
}  # fmt: skip
FLYTIP: dict[str, str | list[str]] = {
    "service_code": "FLYTIP", "address_string": "Behind the shops", "description": "Bags", "attribute[WHAT][]": "BAGS", "attribute[SIZE]": "VAN",
}  # fmt: skip


@needs_specs
@pytest.mark.parametrize("area", AREAS)
def test_every_answer_of_an_area_keeps_to_georeport(area: str, town: TestTown) -> None:
    services = town.ask("GET", area, "/services.json")
    assert georeport_errors("Service", services.tree) == []
    assert georeport_xml_errors("Service", "services", "service", town.ask("GET", area, "/services.xml").body) == []
    for service in services.tree:
        path = f"/services/{service['service_code']}"
        assert georeport_errors("ServiceDefinition", town.ask("GET", area, f"{path}.json").tree, many=False) == []
        assert definition_xml_errors(town.ask("GET", area, f"{path}.xml").body) == []
    found = town.ask("GET", area, "/requests.json").tree
    assert found
    assert georeport_errors("Request", found) == []
    body = town.ask("GET", area, "/requests.xml").body
    assert georeport_xml_errors("Request", "service_requests", "request", body) == []
    one = town.ask("GET", area, f"/requests/{found[0]['service_request_id']}.xml").body
    assert georeport_xml_errors("Request", "service_requests", "request", one) == []


@needs_specs
def test_the_validator_finds_a_planted_field_a_wrong_type_and_a_wrong_word(town: TestTown) -> None:
    good = town.ask("GET", "waste", "/requests.json").tree[:1]
    assert georeport_errors("Request", good) == []
    for planted in (
        {"colour": "red"},
        {"lat": "53.1"},
        {"status": "investigating"},
        {"requested_datetime": "12/05/2026"},
    ):
        assert georeport_errors("Request", [{**good[0], **planted}]) != []
    assert georeport_errors("Request", [{"status": "open"}]) != []
    body = town.ask("GET", "waste", "/requests.xml").body
    for old, new in (
        (b"<status>open", b"<status>ajar"),
        (b"<lat>5", b"<width>1</width><lat>5"),
        (b"service_requests>", b"requests>"),
    ):
        wrong = body.replace(old, new)
        assert wrong != body
        assert georeport_xml_errors("Request", "service_requests", "request", wrong) != []


@needs_specs
def test_answers_to_writes_and_tokens_keep_to_georeport(fresh_town: TestTown) -> None:
    made = fresh_town.post_case("housing", DAMP)
    assert georeport_errors("RequestResponse", made.tree) == []
    token = fresh_town.post_case("cleaning", FLYTIP, "xml")
    assert georeport_xml_errors("RequestResponse", "service_requests", "request", token.body) == []
    text = fromstring(token.body).findtext("request/token")
    waiting = fresh_town.ask("GET", "cleaning", f"/tokens/{text}.json")
    assert georeport_errors("TokenResponse", waiting.tree) == []


def test_a_new_request_is_there_at_once_with_all_that_was_sent(fresh_town: TestTown) -> None:
    made = fresh_town.post_case("housing", DAMP).tree[0]
    assert made["service_request_id"].startswith("HOU-2026-")
    assert "token" not in made
    case = fresh_town.ask("GET", "housing", f"/requests/{made['service_request_id']}.json").tree[0]
    assert case["description"] == DAMP["description"]
    extended = case["extended_attributes"]
    assert (extended["first_name"], extended["last_name"]) == (DAMP["first_name"], DAMP["last_name"])
    assert (extended["title"], extended["fixmystreet_id"]) == ("Wet wall", "op-1")
    assert extended["ward"] == "Millbrook"
    kept = fresh_town.admin("GET", f"/state/cases/housing/{made['service_request_id']}").tree
    assert kept["answers"]["ROOMS"] == ["BED", "HALL"]


def test_cleaning_answers_with_a_token_that_becomes_an_id(fresh_town: TestTown) -> None:
    before = len(fresh_town.ask("GET", "cleaning", "/requests.json").tree)
    made = fresh_town.post_case("cleaning", FLYTIP).tree[0]
    assert "service_request_id" not in made
    path = f"/tokens/{made['token']}.json"
    assert fresh_town.ask("GET", "cleaning", path).tree == [{"token": made["token"]}]
    assert len(fresh_town.ask("GET", "cleaning", "/requests.json").tree) == before
    fresh_town.clock.moment += timedelta(seconds=3)
    found = fresh_town.ask("GET", "cleaning", path).tree[0]["service_request_id"]
    case = fresh_town.ask("GET", "cleaning", f"/requests/{found}.json").tree[0]
    assert case["address"] == "Behind the shops"
    assert case["requested_datetime"].endswith("+01:00")


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "NONE"}, 404, "service_code"),
        ({"lat": "", "long": ""}, 400, "location"),
        ({"lat": "95"}, 400, "lat"),
        ({"lat": "north"}, 400, "lat"),
        ({"long": ""}, 400, "together"),
        ({"address_id": "1"}, 400, "address_id"),
        ({"attribute[SEES]": ""}, 400, "SEES"),
        ({"attribute[RISK]": "MAYBE"}, 400, "RISK"),
        ({"attribute[SINCE]": "last week"}, 400, "SINCE"),
        ({"attribute[COLOUR]": "red"}, 400, "COLOUR"),
        ({"description": "x" * 4001}, 400, "4000"),
        ({"description": "\U0001f327" * 250_000}, 400, "4000"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence(
    change: dict[str, str], status: int, words: str, town: TestTown
) -> None:
    as_json, as_xml = (town.post_case("housing", {**DAMP, **change}, suffix) for suffix in ("json", "xml"))
    assert (as_json.status, as_xml.status) == (status, status)
    assert words in as_json.tree[0]["description"]
    assert words in (fromstring(as_xml.body).findtext("error/description") or "")


def test_a_window_finds_what_was_made_or_changed_in_it(fresh_town: TestTown) -> None:
    old = next(
        c for c in fresh_town.admin("GET", "/state/cases/housing").tree
        if c["requested"] < fresh_town.clock.moment.timestamp() - 100 * 86_400
    )  # fmt: skip
    now = fresh_town.clock.moment
    window = {"start_date": now.isoformat(), "end_date": (now + timedelta(minutes=5)).isoformat()}
    assert fresh_town.ask("GET", "housing", "/requests.json", query=window).tree == []
    fresh_town.admin("POST", f"/cases/housing/{old['id']}", {"status": "planned", "text": "Seen"})
    found = fresh_town.ask("GET", "housing", "/requests.json", query=window).tree
    assert [case["service_request_id"] for case in found] == [old["id"]]
    assert found[0]["status_notes"] == "Seen"


def test_no_dates_mean_the_last_ninety_days_and_more_is_refused(town: TestTown) -> None:
    now = town.clock.moment
    recent = town.ask("GET", "housing", "/requests.json").tree
    every = town.admin("GET", "/state/cases/housing").tree
    assert 0 < len(recent) < len(every)
    wide = {"start_date": (now - timedelta(days=91)).isoformat(), "end_date": now.isoformat()}
    assert town.ask("GET", "housing", "/requests.json", query=wide).status == 400
    assert town.ask("GET", "housing", "/requests.json", query={"start_date": "soon"}).status == 400


def test_filters_pages_and_ids_narrow_the_list(town: TestTown) -> None:
    every = town.ask("GET", "waste", "/requests.json").tree
    ids = [case["service_request_id"] for case in every]
    paged = []
    for page in range(1, len(ids) // 4 + 2):
        paged += town.ask("GET", "waste", "/requests.json", query={"page": str(page), "page_size": "4"}).tree
    assert [case["service_request_id"] for case in paged] == ids
    closed = town.ask("GET", "waste", "/requests.json", query={"status": "closed"}).tree
    assert {case["status"] for case in closed} == {"closed"}
    both = town.ask("GET", "waste", "/requests.json", query={"status": "open,closed"}).tree
    assert len(both) == len(every)
    coded = town.ask("GET", "waste", "/requests.json", query={"service_code": "BULKY"}).tree
    assert {case["service_code"] for case in coded} == {"BULKY"}
    named = town.ask("GET", "waste", "/requests.json", query={"service_request_id": f"{ids[2]},{ids[0]},NO-1"}).tree
    assert [case["service_request_id"] for case in named] == [ids[2], ids[0]]


@pytest.mark.parametrize(
    "path", ["/requests/NO-1.xml", "/services/NO.json", "/tokens/no.json", "/other.xml", "/requests.txt"]
)
def test_what_is_not_there_is_404_in_the_dialect(path: str, town: TestTown) -> None:
    reply = town.ask("GET", "parks", path)
    assert reply.status == 404
    assert "description" in reply.text


def test_an_update_changes_the_case_once_however_often_it_is_sent(fresh_town: TestTown) -> None:
    case = fresh_town.ask("GET", "housing", "/requests.json", query={"status": "open"}).tree[0]["service_request_id"]
    form = {
        "api_key": fresh_town.keys["housing"], "update_id": "op-77", "service_request_id": case, "status": "ACTION_SCHEDULED",
        "description": "Visit on Tuesday", "first_name": "Dana", "last_name": "Whitfield", "updated_datetime": "2026-09-14T09:00:00Z",
    }  # fmt: skip
    before = len(fresh_town.admin("GET", f"/state/updates/housing/{case}").tree)
    for suffix in ("json", "xml"):
        assert "op-77" in fresh_town.ask("POST", "housing", f"/servicerequestupdates.{suffix}", form=form).text
    after = fresh_town.admin("GET", f"/state/updates/housing/{case}").tree
    assert len(after) == before + 1
    shown = fresh_town.ask("GET", "housing", f"/requests/{case}.json").tree[0]
    assert (shown["status"], shown["extended_attributes"]["detailed_status"]) == ("open", "action scheduled")
    now = fresh_town.clock.moment
    window = {"start_date": now.isoformat(), "end_date": now.isoformat()}
    listed = fresh_town.ask("GET", "housing", "/servicerequestupdates.json", query=window).tree
    assert [(u["update_id"], u["status"], u["external_status_code"]) for u in listed] == [
        ("op-77", "action scheduled", "ACTION_SCHEDULED")
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": "no"}, 403),
        ({"service_request_id": ""}, 400),
        ({"service_request_id": "NO-1"}, 404),
        ({"status": "mended"}, 400),
        ({"description": "", "status": ""}, 400),
        ({"updated_datetime": "now"}, 400),
    ],
)
def test_a_wrong_update_is_refused(change: dict[str, str], status: int, town: TestTown) -> None:
    case = town.ask("GET", "parks", "/requests.json").tree[0]["service_request_id"]
    form = {"api_key": town.keys["parks"], "service_request_id": case, "description": "Text", **change}
    assert town.ask("POST", "parks", "/servicerequestupdates.xml", form=form).status == status


def test_updates_take_both_dates_or_neither(town: TestTown) -> None:
    assert (
        town.ask("GET", "parks", "/servicerequestupdates.json", query={"start_date": "2026-09-01T00:00:00Z"}).status
        == 400
    )
    every = town.ask("GET", "parks", "/servicerequestupdates.json").tree
    assert [u["updated_datetime"] for u in every] == sorted(u["updated_datetime"] for u in every)


def test_control_characters_do_not_break_the_xml(fresh_town: TestTown) -> None:
    made = fresh_town.post_case("housing", {**DAMP, "description": "a\x00b\x0bc\ufffe]]>"}).tree[0][
        "service_request_id"
    ]
    shown = fromstring(fresh_town.ask("GET", "housing", f"/requests/{made}.xml").body)
    assert shown.findtext("request/description") == "a bc]]>"
