"""What BOPS shows with a key and without, in both ways of paging, and what happened on its applications."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.adapters.api import Submissions
from desktop.domain.cases import Phase
from desktop.domain.errors import AuthFailed, BadResponse, InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point
from tests.helpers.adapters import SECRET, SetClock, run_adapter
from tests.helpers.contracts import needs_specs
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.bops.driver import (
    BOUNDARY,
    OVERVIEW,
    PUBLISHED,
    REFERENCE,
    SETTINGS,
    WHOLE,
)
from tests.plugins.bops.server import LATE, SINCE, BopsServer, paths, read_all, refuse

OLD = "2024-02-01T10:00:00+00:00"


def references(items: list[Any]) -> list[str]:
    return sorted(case.reference for case in items)


# ==== cases ====


def test_a_whole_application_has_its_applicant_officer_place_and_dates(cases: Any, bops: BopsServer) -> None:
    bops.whole.append(WHOLE)
    case = cases.get(OutsideId(REFERENCE))
    assert (case.reporter.name, case.reporter.email, case.reporter.home.postcode) == ("Cynthia Okafor", "Cynthia@Example.org", "CY4 2LT")  # fmt: skip
    assert (case.assignee, case.service_code, case.phase) == ("Priya Nair", "pp.full.householder", Phase.IN_PROGRESS)
    assert (case.place.uprn, case.place.address) == ("990048127", "14 Tanner Street, Citytown, CY4 2LT")
    assert case.status_note == "Valid from 5 August 2026. Consultation to 1 September 2026."
    assert case.due_at == datetime(2026, 9, 28, 22, 59, tzinfo=UTC)


def test_a_published_application_has_its_decision_and_no_applicant(public: Any, bops: BopsServer) -> None:
    bops.published.append(PUBLISHED)
    case = public.get(OutsideId(REFERENCE))
    assert (case.status, case.phase, case.reporter) == ("determined: granted", Phase.CLOSED, None)
    assert case.status_note == (
        "Valid from 5 August 2026. Consultation from 10 August 2026 to 1 September 2026. "
        "Expires on 19 October 2026. Decided on 10 September 2026."
    )


def test_a_place_without_a_point_is_in_the_middle_of_its_boundary(public: Any, bops: BopsServer) -> None:
    address = {"singleLine": "Land off Weir Road", "uprn": "", "latitude": None, "longitude": None}
    site = {"type": "FeatureCollection", "features": [BOUNDARY]}
    bops.published.append({**PUBLISHED, "property": {"address": address, "boundary": {"site": site}}})
    place = public.get(OutsideId(REFERENCE)).place
    assert (place.uprn, place.point) == ("", Point(lat=pytest.approx(53.38), lon=pytest.approx(-2.23)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("pending", Phase.NEW), ("not_started", Phase.NEW), ("invalidated", Phase.WAITING), ("in_committee", Phase.IN_PROGRESS),
        ("to_be_reviewed", Phase.IN_PROGRESS), ("returned", Phase.CANCELLED), ("withdrawn", Phase.CANCELLED),
        ("closed", Phase.CLOSED), ("appeal_lodged", Phase.WAITING), ("Appeal dismissed", Phase.CLOSED), ("", Phase.NEW),
        ("beyond_the_sea", Phase.IN_PROGRESS),
    ],
)  # fmt: skip
def test_a_status_keeps_its_word_and_gets_a_phase(cases: Any, bops: BopsServer, status: str, phase: Phase) -> None:
    bops.whole.append({**WHOLE, "status": status})
    case = cases.get(OutsideId(REFERENCE))
    assert (case.phase, case.status) == (phase, status.replace("_", " ").lower())


def test_a_type_is_known_by_its_code_or_by_the_end_of_a_reference(cases: Any, bops: BopsServer) -> None:
    bops.whole += [{**WHOLE, "reference": "26-1-XYZ"}, {**WHOLE, "reference": "26-2-QQ", "application_type": "prior_approval"}]  # fmt: skip
    known, unknown = cases.get(OutsideId("26-1-XYZ")), cases.get(OutsideId("26-2-QQ"))
    assert (known.service_code, known.service_name) == ("nowhere.else", "Other (XYZ)")
    assert (unknown.service_code, unknown.service_name) == ("prior_approval", "Prior approval")


def test_types_are_asked_for_once_an_hour(cases: Any, bops: BopsServer, server: FaultyServer) -> None:
    bops.whole.append(WHOLE)
    for _ in range(3):
        cases.get(OutsideId(REFERENCE))
    assert paths(server).count("/public/application_types") == 1


# ==== what changed ====


@pytest.fixture
def many(bops: BopsServer) -> BopsServer:
    for n in range(1, 6):
        bops.add(f"26-0000{n}-HAPP", received=LATE, published=LATE)
    bops.add("26-00009-HAPP", received=LATE)
    bops.add("24-00001-HAPP", received=OLD, status="awaiting_determination", published=OLD)
    bops.add("24-00002-HAPP", received=OLD, status="determined", published=OLD)
    bops.add("24-00003-HAPP", received=OLD, status="withdrawn", published=LATE)
    return bops


def test_without_a_key_only_what_is_published_is_listed(public: Any, many: BopsServer, server: FaultyServer) -> None:
    found = references(read_all(public.changed, None))
    assert found == ["24-00001-HAPP", "24-00002-HAPP", "24-00003-HAPP", *(f"26-0000{n}-HAPP" for n in range(1, 6))]
    asked = server.requests[0]
    assert (asked.path, asked.query["resultsPerPage"]) == ("/public/planning_applications/search", ["50"])
    assert all("authorization" not in request.headers for request in server.requests)


def test_with_a_key_everything_is_listed_whole(cases: Any, many: BopsServer, server: FaultyServer) -> None:
    found = read_all(cases.changed, None)
    assert len(references(found)) == 9
    assert {case.reporter.family for case in found} == {"Okafor"}
    listed = [request for request in server.requests if request.path == "/planning_applications"]
    assert (len(listed), listed[0].query["maxresults"]) == (5, ["50"])


def test_changes_without_a_key_are_the_look_back_what_is_open_and_what_was_published(
    public: Any, many: BopsServer
) -> None:
    many.add("24-00004-HAPP", received=OLD, status="determined", published="2026-09-13T12:00:00+01:00")
    found = references(read_all(public.changed))
    assert found == ["24-00001-HAPP", "24-00003-HAPP", "24-00004-HAPP", *(f"26-0000{n}-HAPP" for n in range(1, 6))]


def test_changes_with_a_key_stop_at_the_look_back_and_take_what_is_still_open(
    cases: Any, many: BopsServer, server: FaultyServer
) -> None:
    for n in range(40, 60):
        many.add(f"23-000{n}-HAPP", received="2023-05-01T10:00:00+01:00", status="closed", published=OLD)
    found = set(references(read_all(cases.changed)))
    assert found >= {"24-00001-HAPP", "26-00009-HAPP", *(f"26-0000{n}-HAPP" for n in range(1, 6))}
    assert not any(reference.startswith("23") for reference in found)
    assert paths(server).count("/planning_applications") == 4
    assert paths(server).count("/planning_applications/24-00001-HAPP") == 1


def test_an_application_that_went_between_list_and_look_is_passed_over(cases: Any, many: BopsServer) -> None:
    many.whole = [record for record in many.whole if record["reference"] != "24-00001-HAPP"]
    assert "24-00001-HAPP" not in references(read_all(cases.changed))


def test_a_page_behind_the_last_ends_the_list(public: Any, many: BopsServer) -> None:
    page = public.changed(None, "all?900")
    assert (page.items, page.cursor) == ((), "")


@pytest.mark.parametrize("cursor", ["all?0", "all?-1", "all?1001", "recent?", "requests?1", "all?٣"])
def test_a_cursor_of_another_list_of_bops_is_refused(cases: Any, bops: BopsServer, cursor: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        cases.changed(None, cursor)
    assert caught.value.key == "bops.cursor"


def test_an_application_that_is_not_published_is_not_found_without_a_key(public: Any, many: BopsServer) -> None:
    with pytest.raises(NotFound):
        public.get(OutsideId("26-00009-HAPP"))


def test_a_key_that_is_not_known_is_said_so(server: FaultyServer, bops: BopsServer) -> None:
    with run_adapter("bops", server.url, secrets={"api_key": "another-key-77"}) as loaded:
        adapter: Any = loaded.adapter
        with pytest.raises(AuthFailed):
            adapter.cases.changed()


# ==== submissions, the connection test, the contract itself ====


def test_a_submission_is_read_as_the_draft_it_was_made_of(cases: Any, bops: BopsServer) -> None:
    assert isinstance(cases, Submissions)
    with pytest.raises(NotFound) as caught:
        cases.submission(OutsideId(REFERENCE))
    assert caught.value.key == "bops.no_submission"


def test_the_connection_test_says_what_is_seen(cases: Any, public: Any, many: BopsServer, server: FaultyServer) -> None:
    with run_adapter("bops", server.url) as loaded:
        adapter: Any = loaded.adapter
        with_key = adapter.check()
    with run_adapter("bops", server.url, secrets={}) as loaded:
        adapter = loaded.adapter
        without = adapter.check()
    assert with_key.facts == {
        "reads": "all applications", "applications": "9", "types of application": "3", "makes applications": "no",
    }  # fmt: skip
    assert with_key.warnings == (
        "No application can be made until the code, district and region of the council are set.",
    )
    assert without.facts["reads"] == "published applications only"
    assert without.facts["applications"] == "8"


@needs_specs
@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (Request("GET", "/planning_applications/search", {"resultsPerPage": ["5"]}, {"authorization": "Bearer x"}, b""), "resultsPerPage"),
        (Request("GET", "/public/planning_applications/search", {"resultsPerPage": ["51"]}, {}, b""), "51"),
        (Request("GET", "/public/planning_applications/search", {"receivedAtFrom": ["1/2/26"]}, {}, b""), "1/2/26"),
        (Request("GET", "/public/application_types", {}, {"authorization": "Bearer x"}, b""), "public"),
        (Request("GET", "/validation_requests", {}, {}, b""), "Bearer"),
        (Request("POST", "/planning_applications", {}, {"authorization": "Bearer x"}, b'{"data": {}}'), "required"),
        (Request("GET", "/planning_aplications", {}, {}, b""), "no contract"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_the_contract_of_bops_is_found(
    bops: BopsServer, request_: Request, word: str
) -> None:
    bops.answer(request_)
    assert word in " ".join(bops.faults)
    bops.faults.clear()


def test_the_key_is_in_no_address(cases: Any, many: BopsServer, server: FaultyServer) -> None:
    read_all(cases.changed)
    assert SECRET not in str([(request.path, request.query) for request in server.requests])


# ==== deep passes and what comes between them ====


@pytest.mark.parametrize(
    ("secrets", "deep", "quick"),
    [
        ({"api_key": SECRET}, {"/planning_applications", "/planning_applications/search", "/planning_applications/24-00001-HAPP"}, {"/planning_applications"}),
        ({}, {"/public/planning_applications/search"}, {"/public/planning_applications/search"}),
    ],
    ids=["with a key", "without"],
)  # fmt: skip
def test_between_two_deep_passes_only_what_is_new_is_read(
    many: BopsServer, server: FaultyServer, secrets: dict[str, str], deep: set[str], quick: set[str]
) -> None:
    for n in range(50, 53):
        many.add(f"26-000{n}-HAPP", received="2026-09-02T10:00:00+01:00", published="2026-09-02T10:00:00+01:00")
    clock = SetClock()
    with run_adapter("bops", server.url, secrets=secrets, clock=clock) as loaded:
        adapter: Any = loaded.adapter
        read_all(adapter.cases.changed)
        first = set(paths(server)) - {"/public/application_types"}
        server.requests.clear()
        many.add("26-00077-HAPP", received="2026-09-13T09:00:00+01:00", published="2026-09-13T09:00:00+01:00")
        found = references(read_all(adapter.cases.changed))
        between = set(paths(server))
        clock.moment += timedelta(minutes=60)
        again = references(read_all(adapter.cases.changed))
    assert (first, between) == (deep, quick)
    assert ("26-00077-HAPP" in found, "24-00001-HAPP" in found) == (True, False)
    assert "24-00001-HAPP" in again


def test_a_deep_pass_that_was_cut_off_is_begun_again(many: BopsServer, server: FaultyServer) -> None:
    with run_adapter("bops", server.url) as loaded:
        adapter: Any = loaded.adapter
        assert adapter.cases.changed(SINCE).cursor == "recent?2"
        assert "24-00001-HAPP" in references(read_all(adapter.cases.changed))


def test_a_clock_that_was_put_back_makes_the_next_pass_a_deep_one(many: BopsServer, server: FaultyServer) -> None:
    clock = SetClock()
    with run_adapter("bops", server.url, secrets={}, clock=clock) as loaded:
        adapter: Any = loaded.adapter
        read_all(adapter.cases.changed)
        clock.moment -= timedelta(hours=5)
        assert "24-00001-HAPP" in references(read_all(adapter.cases.changed))


# ==== what is odd ====


def test_where_the_applicant_has_no_name_the_agent_is_who_brought_it(cases: Any, bops: BopsServer) -> None:
    bops.whole.append({**WHOLE, "applicant_first_name": None, "applicant_last_name": "REDACTED"})
    assert cases.get(OutsideId(REFERENCE)).reporter.name == "Ann Draughts"
    bops.whole[:] = [{name: value for name, value in WHOLE.items() if not name.startswith(("applicant", "agent"))}]
    assert cases.get(OutsideId(REFERENCE)).reporter is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Shed\nwith a stove", "Shed"),
        ("", "Planning Permission - Full householder"),
        ("A very long shed, " * 12, "A very long shed, " * 6 + "A very…"),
    ],
)
def test_a_title_is_the_first_line_or_the_type(cases: Any, bops: BopsServer, text: str, title: str) -> None:
    bops.whole.append({**WHOLE, "description": text})
    assert cases.get(OutsideId(REFERENCE)).title == title


@pytest.mark.parametrize("changes", [{"received_date": None, "created_at": None}, {"reference": ""}])
def test_an_application_without_a_date_or_a_reference_is_a_bad_answer_that_says_nothing_of_it(
    cases: Any, bops: BopsServer, server: FaultyServer, changes: dict[str, object]
) -> None:
    server.answer = lambda _request: Reply(body=json.dumps({**WHOLE, **changes}).encode())
    with pytest.raises(BadResponse) as caught:
        cases.get(OutsideId(REFERENCE))
    assert "Cynthia" not in f"{caught.value} {caught.value.body}"


def test_a_bops_too_old_to_list_its_types_has_codes_for_names(server: FaultyServer, bops: BopsServer) -> None:
    bops.published.append({**PUBLISHED, "application": {**OVERVIEW, "type": {"value": "pp.pip", "description": ""}}})
    server.answer = lambda r: refuse(404, "Not found") if r.path.endswith("_types") else bops.answer(r)
    with run_adapter("bops", server.url, settings=SETTINGS, secrets={}) as loaded:
        adapter: Any = loaded.adapter
        assert adapter.cases.get(OutsideId(REFERENCE)).service_name == "pp.pip"
        assert "codes for names" in " ".join(adapter.check().warnings)


def test_a_list_that_is_too_long_to_be_read_whole_is_warned_of(server: FaultyServer, bops: BopsServer) -> None:
    counts = {"resultsPerPage": 50, "currentPage": 1, "totalPages": 1001, "totalResults": 50_001}
    good = Reply(body=json.dumps({"pagination": counts, "data": [PUBLISHED]}).encode())
    server.answer = lambda r: good if r.path.endswith("/search") else bops.answer(r)
    with run_adapter("bops", server.url, secrets={}) as loaded:
        adapter: Any = loaded.adapter
        assert "more than 50,000" in " ".join(adapter.check().warnings)
        assert adapter.cases.changed(None, "all?1000").cursor == ""


def test_what_is_no_submission_is_a_bad_answer(cases: Any, server: FaultyServer) -> None:
    trees: list[dict[str, object]] = [
        {"application": {}},
        {"submission": {"data": {"property": {}}}},
        {"submission": "none"},
    ]
    for tree in trees:
        body = json.dumps(tree).encode()
        server.answer = lambda _request, body=body: Reply(body=body)  # type: ignore[misc]
        with pytest.raises(BadResponse):
            cases.submission(OutsideId(REFERENCE))


@pytest.mark.parametrize(
    "body", [b'{"applicant_last_name": "Okafor"', b'["Okafor"]', b"<html>Okafor", b'{"applicant_last_name": "Okafor"}']
)
def test_an_answer_that_cannot_be_read_leaves_nothing_of_a_person_in_the_error(
    cases: Any, server: FaultyServer, body: bytes
) -> None:
    server.answer = lambda _request: Reply(body=b"[]" if _request.path.endswith("types") else body)
    with pytest.raises(BadResponse) as caught:
        cases.get(REFERENCE)
    assert "Okafor" not in str(vars(caught.value))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("found", [{}, {"data": None}, {"data": []}])
def test_a_list_of_nothing_is_empty_however_it_says_so(
    cases: Any, server: FaultyServer, found: dict[str, object]
) -> None:
    paging = {"page": 1, "results": 50, "from": 0, "to": 0, "total_pages": 0, "total_results": 0}
    server.answer = lambda _request: Reply(body=json.dumps({"metadata": paging, "links": {}, **found}).encode())
    page = cases.changed()
    assert (page.items, page.cursor) == ((), "")
