"""The town's planning applications fit BOPS's official contract, and the real adapter reads and makes them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from desktop.sandbox.bops_town import KINDS, STORIES
from tests.helpers.bops_contract import find_answer_faults, find_operation, find_schema_faults
from tests.helpers.contracts import needs_specs
from tests.helpers.serving_town import Reply, TestTown
from tests.plugins.bops.driver import DRAFT

KEY = "22222222-2222-4222-8222-222222222222"


def ask(town: TestTown, path: str, *, key: str | None = None, **query: str) -> Reply:
    headers = {} if path.startswith("/public/") else {"Authorization": f"Bearer {key or town.keys['planning']}"}
    return town.ask("GET", "planning", path, query=query, headers=headers)


def call(town: TestTown, method: str, *arguments: str, public: bool = False) -> tuple[int, Any]:
    said = next(c for c in town.info["components"] if c["id"] == "planning")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    pairs += [] if public else ["--secret", f"api_key={said['secrets']['api_key']}"]
    out, err = io.StringIO(), io.StringIO()
    code = call_command(["bops", method, *arguments, *pairs], out, err)
    return code, json.loads(out.getvalue() or err.getvalue()[err.getvalue().index("{") :])


def list_all(town: TestTown, method: str, *, since: str = "null", public: bool = False) -> list[Any]:
    items: list[Any] = []
    cursor = ""
    for _ in range(30):
        code, page = call(town, method, f"since={since}", f"cursor={cursor}", public=public)
        assert code == 0, page
        items += page["items"]
        cursor = page["cursor"]
        if not cursor:
            return items
    raise AssertionError("it goes on for ever")


def find(town: TestTown, word: str) -> str:
    """The reference of the application with a word in its description."""
    (found,) = ask(town, "/planning_applications/search", q=word).tree["data"]
    return str(found["application"]["reference"])


# ==== the contract ====


@needs_specs
@pytest.mark.parametrize("half", ["", "/public"])
@pytest.mark.parametrize("part", ["", "/documents", "/submission"])
def test_an_application_fits_the_contract(town: TestTown, half: str, part: str) -> None:
    for word in ("drums", "supper club"):
        path = f"{half}/planning_applications/{find(town, word)}{part}"
        reply = ask(town, path)
        assert (reply.status, find_answer_faults("GET", path, 200, reply.tree)) == (200, [])


@needs_specs
@pytest.mark.parametrize(
    "path",
    [
        "/ping", "/public/application_types", "/planning_applications/search", "/public/planning_applications/search",
        "/validation_requests", "/neighbour_responses",
    ],
)  # fmt: skip
def test_a_list_fits_the_contract_on_every_page(town: TestTown, path: str) -> None:
    for page in ("1", "2", "3"):
        query = {} if path in {"/ping", "/public/application_types"} else {"page": page}
        reply = ask(town, path, **query)
        assert (reply.status, find_answer_faults("GET", path, 200, reply.tree)) == (200, [])
        assert reply.tree


@needs_specs
def test_whole_applications_and_what_belongs_to_one_fit_the_contract(town: TestTown) -> None:
    for record in ask(town, "/planning_applications", maxresults="50").tree["data"]:
        assert find_schema_faults("PlanningApplication", record) == []
    drums, ramp = find(town, "drums"), find(town, "Ramp")
    for path in (
        f"/public/planning_applications/{drums}/comments/public",
        f"/public/planning_applications/{drums}/comments/specialist",
        f"/planning_applications/{ramp}/validation_requests",
    ):
        assert find_answer_faults("GET", path, 200, ask(town, path).tree) == []


@needs_specs
@pytest.mark.parametrize(
    ("method", "path", "key", "tree", "status"),
    [
        ("GET", "/validation_requests", "no", None, 401),
        ("GET", "/planning_applications/99-99999-HAPP", "", None, 404),
        ("GET", "/public/planning_applications/99-99999-HAPP/comments/public", "", None, 404),
        ("POST", "/planning_applications", "no", {}, 401),
        ("POST", "/planning_applications", "", {"data": {}}, 400),
    ],
)
def test_a_refusal_fits_the_contract(
    town: TestTown, method: str, path: str, key: str, tree: object, status: int
) -> None:
    headers = {"Authorization": f"Bearer {key or town.keys['planning']}"}
    reply = town.ask(method, "planning", path, tree=tree, headers=headers)
    assert (reply.status, find_answer_faults(method, path, status, reply.tree)) == (status, [])


@needs_specs
@pytest.mark.parametrize(
    ("path", "spoil"),
    [
        ("/public/planning_applications/search", lambda tree: tree["data"][1]["application"].pop("status")),
        ("/public/planning_applications/search", lambda tree: tree["data"][1]["property"]["address"].update(uprn=7)),
        ("/planning_applications/search", lambda tree: tree["data"][1]["application"].update(receivedAt="14/9/26")),
        ("/planning_applications/search", lambda tree: tree["data"][0].update(extra=True)),
        ("/neighbour_responses", lambda tree: tree["metadata"].update(total_pages=1)),
        ("/validation_requests", lambda tree: tree["links"].pop("next")),
        ("/ping", lambda tree: tree.update(message="ok")),
    ],
)
def test_an_answer_that_breaks_the_contract_is_found(town: TestTown, path: str, spoil: Any) -> None:
    tree = ask(town, path).tree
    assert find_answer_faults("GET", path, 200, tree) == []
    spoil(tree)
    assert find_answer_faults("GET", path, 200, tree) != []


@needs_specs
def test_the_town_serves_what_the_contract_has_but_taking_a_neighbours_words(town: TestTown) -> None:
    operation = find_operation("POST", "/planning_applications/26-1/comments/public")
    assert operation["summary"] == "Accepts a neighbour response"
    headers = {"Authorization": f"Bearer {town.keys['planning']}"}
    reply = town.ask("POST", "planning", "/planning_applications/26-1/comments/public", tree={}, headers=headers)
    assert reply.status == 404


# ==== both halves ====


def test_both_ways_of_paging_hold(town: TestTown) -> None:
    whole = ask(town, "/planning_applications/search", maxresults="5", page="2").tree
    assert (whole["metadata"]["page"], whole["metadata"]["from"], len(whole["data"])) == (2, 6, 5)
    shown = ask(town, "/public/planning_applications/search", resultsPerPage="5", page="2").tree
    assert (shown["pagination"]["currentPage"], len(shown["data"])) == (2, 5)
    assert len(ask(town, "/planning_applications/search", resultsPerPage="5").tree["data"]) == 10
    behind = ask(town, "/public/planning_applications/search", resultsPerPage="50", page="900").tree
    assert behind["pagination"]["currentPage"] == behind["pagination"]["totalPages"] == 1


def test_the_public_sees_only_what_is_published(town: TestTown) -> None:
    everything = {case["reference"]: case for case in list_all(town, "cases.changed")}
    shown = {case["reference"] for case in list_all(town, "cases.changed", public=True)}
    hidden = {r for r, case in everything.items() if case["status"] in {"not started", "invalidated", "returned"}}
    assert len(everything) == 28
    assert everything.keys() - shown == hidden
    assert ask(town, f"/public/planning_applications/{find(town, 'Ramp')}").status == 404


@pytest.mark.parametrize(
    ("query", "word"),
    [({"councilDecision": "granted", "q": "supper"}, "supper"), ({"applicationType[]": "advertConsent"}, "bobble")],
)
def test_a_search_is_filtered(town: TestTown, query: dict[str, str], word: str) -> None:
    (found,) = ask(town, "/planning_applications/search", **query).tree["data"]
    assert word in found["proposal"]["description"]


def test_dates_and_order_of_a_search_hold(town: TestTown) -> None:
    found = ask(town, "/planning_applications/search", receivedAtFrom="2026-08-01", receivedAtTo="2026-08-31", orderBy="asc").tree["data"]  # fmt: skip
    days = [one["application"]["receivedAt"][:10] for one in found]
    assert days == sorted(days)
    assert all("2026-08-01" <= day <= "2026-08-31" for day in days)


# ==== through the adapter ====


def test_the_story_is_told_with_places_phases_and_dates(town: TestTown) -> None:
    found = {case["title"]: case for case in list_all(town, "cases.changed")}
    drums = next(case for title, case in found.items() if "drums" in title)
    assert drums["title"].startswith("Householder extension")
    assert (drums["reporter"]["given"], drums["phase"], drums["status"]) == ("Cynthia", "in progress", "in assessment")
    assert drums["place"]["address"] == "14 Tanner Street, Citytown, CY4 2LT"
    assert drums["place"]["uprn"].startswith("99000")
    assert drums["reference"].endswith("-HAPP")
    assert "Consultation to" in drums["status_note"]
    assert drums["due_at"]
    assert all(any(story.text[:40] in title for title in found) for story in STORIES)


def test_what_happened_is_read_with_a_key_and_without(town: TestTown) -> None:
    events = list_all(town, "cases.events")
    shown = list_all(town, "cases.events", public=True)
    assert any(
        event["text"].startswith("Applicant asked about: additional document. A section through") for event in events
    )
    assert any(event["text"] == "Neighbour response, objection. I have heard the drums. I do not believe in the cork." for event in events)  # fmt: skip
    assert {event["text"].split(",")[0] for event in shown} == {"Public comment", "Consultee’s comment"}
    assert len({event["outside_id"] for event in events}) == len(events)


def test_papers_are_listed_and_fetched(town: TestTown) -> None:
    reference = find(town, "supper club")
    _, papers = call(town, "documents.list", f"case={reference}", public=True)
    assert [paper["name"] for paper in papers][-1] == f"decision-notice-{reference}.pdf"
    code, content = call(town, "documents.get", f"id={papers[0]['outside_id']}", public=True)
    assert (code, content["document"]["media"], content["document"]["size"]) == (
        0,
        "application/pdf",
        papers[0]["size"],
    )
    hidden = call(town, "documents.list", f"case={find(town, 'Ramp')}")[1]
    assert call(town, "documents.get", f"id={hidden[0]['outside_id']}")[0] == 0
    assert call(town, "documents.get", f"id={hidden[0]['outside_id']}", public=True)[0] == 3


def make(town: TestTown, key: str = KEY, **changes: object) -> tuple[int, Any]:
    place = {"uprn": "990000048127", "address": "14 Tanner Street, Citytown, CY4 2LT", "postcode": "CY4 2LT", "usrn": "99001", "point": {"lat": 53.369, "lon": -2.231}}  # fmt: skip
    draft = {
        "service_code": DRAFT.service_code, "description": "Shed for drums", "place": place,
        "reporter": {"given": "Cynthia", "family": "Okafor", "email": "cynthia.okafor@example.org"},
        "answers": {name: list(values) for name, values in DRAFT.answers.items()}, **changes,
    }  # fmt: skip
    return call(town, "cases.create", f"draft={json.dumps(draft)}", f"key={key}")


def test_an_application_is_submitted_listed_and_read_back(fresh_town: TestTown) -> None:
    before = len(list_all(fresh_town, "cases.changed"))
    code, made = make(fresh_town)
    assert (code, made["outside_id"]) == (0, "26-00029-HAPP")
    found = {case["reference"]: case for case in list_all(fresh_town, "cases.changed", since='"2026-09-14T00:00:00Z"')}
    case = found[made["outside_id"]]
    assert (len(list_all(fresh_town, "cases.changed")), case["title"], case["phase"]) == (
        before + 1,
        "Shed for drums",
        "new",
    )
    assert case["place"]["address"] == "14 Tanner Street, Citytown, CY4 2LT"
    _, draft = call(fresh_town, "cases.submission", f"id={made['outside_id']}")
    assert (draft["reporter"]["given"], draft["place"]["ward"]) == ("Cynthia", "")


@needs_specs
def test_what_was_submitted_fits_the_contract_when_it_is_read(fresh_town: TestTown) -> None:
    _, made = make(fresh_town)
    path = f"/planning_applications/{made['outside_id']}/submission"
    tree = ask(fresh_town, path).tree
    assert find_answer_faults("GET", path, 200, tree) == []
    assert find_schema_faults("Submission", tree["submission"]) == []


def test_a_lost_answer_is_found_by_its_key_and_not_sent_again(fresh_town: TestTown) -> None:
    fresh_town.set_fault("planning", "lose_answer", method="POST")
    code, said = make(fresh_town)
    assert (code, said["key"]) == (3, "http.outcome")
    draft = json.dumps({"service_code": DRAFT.service_code, "answers": {}})
    found = call(fresh_town, "cases.find_created", f"draft={draft}", f"key={KEY}", 'since="2026-09-14T09:52:00Z"')
    assert found == (0, "26-00029-HAPP")


def test_the_exit_codes_of_planning_hold(town: TestTown) -> None:
    code, diagnosis = call(town, "component.check")
    assert (code, diagnosis["facts"]["types of application"], diagnosis["warnings"]) == (0, str(len(KINDS)), [])
    assert {kind["code"] for kind in call(town, "cases.types")[1]} == KINDS.keys() - {"heritageHedge"}
    assert make(town, service_code="heritageHedge")[0] == 2
    assert make(town, service_code="pp.full.householder.retro")[0] == 2
    assert call(town, "cases.get", "id=99-99999-HAPP")[0] == 3
    assert call(town, "cases.update", "id=26-1", 'changes={"status": "closed"}', "version=", "key=k")[0] == 2


def test_a_busy_town_is_said_so(fresh_town: TestTown) -> None:
    fresh_town.set_fault("planning", "status", status=503, times=0)
    code, said = call(fresh_town, "cases.types")
    assert (code, said["key"]) == (3, "component.busy")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/planning_applications", "no object", 400),
        ("POST", "/planning_applications", {"spoil": "metadata"}, 400),
        ("POST", "/planning_applications", {"spoil": "type"}, 422),
        ("POST", "/planning_applications", {"spoil": "latitude"}, 400),
        ("GET", "/nothing", None, 404),
        ("GET", "/public/neighbour_responses", None, 404),
    ],
)
def test_what_the_town_does_not_take_is_refused_in_json(
    town: TestTown, method: str, path: str, body: Any, status: int
) -> None:
    headers = {"Authorization": f"Bearer {town.keys['planning']}"}
    tree = _spoil(body["spoil"]) if isinstance(body, dict) else body
    reply = town.ask(method, "planning", path, tree=tree, headers=headers)
    assert (reply.status, reply.tree["error"]["code"]) == (status, status)


def _spoil(part: str) -> Any:
    tree: Any = {
        "data": {
            "application": {"type": {"value": "listed"}, "fee": {}, "declaration": {}}, "user": {},
            "applicant": {"type": "", "name": {}, "email": "", "phone": {}, "address": {}},
            "property": {"address": {"latitude": 53, "longitude": -2, "title": "", "x": 1, "y": 1, "source": ""},
                         "localAuthorityDistrict": [], "region": "", "type": {}, "ward": ""},
            "proposal": {"projectType": [], "description": ""},
        },
        "responses": [], "files": [], "metadata": {"id": "1", "organisation": "", "schema": "", "source": "", "submittedAt": ""},
    }  # fmt: skip
    if part == "metadata":
        del tree["metadata"]["id"]
    if part == "type":
        tree["data"]["application"]["type"]["value"] = "castle"
    if part == "latitude":
        tree["data"]["property"]["address"]["latitude"] = None
    return tree


def test_an_application_that_was_just_submitted_is_not_shown_to_the_public(fresh_town: TestTown) -> None:
    _, made = make(fresh_town)
    path = f"/planning_applications/{made['outside_id']}/submission"
    assert ask(fresh_town, path).tree["submission"]["data"]["applicant"]["email"] == "cynthia.okafor@example.org"
    assert ask(fresh_town, f"/public{path}").status == 404
