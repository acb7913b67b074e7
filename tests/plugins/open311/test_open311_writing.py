"""What is sent to Open311, and how it is found out what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.errors import (
    InvalidInput,
    NotReady,
    OutcomeUnknown,
)
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import SECRET, SetClock
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.helpers.open311_server import a_record, as_json, by_path, run
from tests.plugins.open311.driver import DRAFT, OPEN311_RECORD

NOW = SetClock().now()
SINCE = NOW - timedelta(days=2)
ID = OutsideId("W-1")
EMPTY = Reply(body=b"[]")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


# ==== making ====


def test_a_new_case_is_sent_as_a_form_with_our_reference(server: FaultyServer) -> None:
    server.answer = by_path(requests=as_json({"service_request_id": 293, "service_notice": " Soon "}))
    with run(server) as adapter:
        created = adapter.create(replace(DRAFT, answers={"SIZE": ("big",), "MANY": ("a", "b")}), "key-1")
    assert (created.outside_id, created.notice) == ("293", "Soon")
    form = server.requests[-1].form
    assert form == {
        "service_code": ["POT"], "description": ["Deep one"], "lat": ["51.5"], "long": ["-1.25"],
        "address_string": ["1 High Street"], "address_id": ["10001"], "first_name": ["Cynthia"],
        "last_name": ["O'Neill"], "email": ["c@example.org"], "attribute[SIZE]": ["big"],
        "attribute[MANY][]": ["a", "b"], "attribute[fixmystreet_id]": ["key-1"], "attribute[title]": ["Pothole"],
        "attribute[uprn]": ["10001"], "api_key": [SECRET],
    }  # fmt: skip


def test_one_answer_to_a_question_that_takes_several_is_still_a_list(server: FaultyServer) -> None:
    definition = Reply(body=json.dumps({"service_code": "POT", "attributes": [
        {"code": "MANY", "datatype": "multivaluelist", "variable": True}]}).encode())  # fmt: skip
    listed = as_json({"service_code": "POT", "metadata": True})
    answer = by_path(services=listed, requests=as_json({"service_request_id": "1"}))
    server.answer = lambda request: definition if request.path.startswith("/services/") else answer(request)
    with run(server) as adapter:
        adapter.create(replace(DRAFT, answers={"MANY": ("a",)}), "key-1")
    assert server.requests[-1].form["attribute[MANY][]"] == ["a"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(DRAFT, place=None), "place"),
        (replace(DRAFT, service_code=""), "service_code"),
        (replace(DRAFT, description="x" * 4_001), "description"),
        (replace(DRAFT, title="x" * 1_000_000), "title"),
    ],
)
def test_what_the_contract_refuses_is_refused_beside_its_field(
    server: FaultyServer, draft: CaseDraft, field: str
) -> None:
    with run(server) as adapter, pytest.raises(InvalidInput) as caught:
        adapter.create(replace(draft, answers={}), "key-1")
    assert caught.value.field == field
    assert server.requests == []


def test_a_token_is_asked_for_its_id_at_once(server: FaultyServer) -> None:
    server.answer = by_path(
        requests=as_json({"token": "t1"}), tokens=as_json({"service_request_id": "W-9", "token": "t1"}), services=EMPTY
    )
    with run(server) as adapter:
        created = adapter.create(DRAFT, "key-1")
    assert (created.outside_id, created.token) == ("W-9", "t1")


def test_a_token_that_has_no_id_yet_is_given_and_asked_for_again_later(server: FaultyServer) -> None:
    waiting = by_path(requests=as_json({"token": "t1"}), tokens=as_json({"token": "t1"}), services=EMPTY)
    server.answer = waiting
    with run(server) as adapter:
        created = adapter.create(DRAFT, "key-1")
        assert (created.outside_id, created.token) == ("", "t1")
        server.answer = by_path(tokens=as_json({"service_request_id": "W-9"}))
        assert adapter.find_created(DRAFT, "key-1", SINCE) == "W-9"


@pytest.mark.parametrize("record", [{"service_request_id": ""}, {"service_request_id": None, "token": None}])
def test_an_answer_without_an_id_gives_none(server: FaultyServer, record: dict[str, Any]) -> None:
    server.answer = by_path(requests=as_json(record), services=EMPTY)
    with run(server) as adapter:
        assert adapter.create(DRAFT, "key-1").outside_id == ""


def test_a_server_that_says_it_has_it_already_is_read_back(server: FaultyServer) -> None:
    server.answer = by_path(requests=Reply(status=409, body=b"[]"), services=EMPTY)
    with run(server) as adapter, pytest.raises(OutcomeUnknown):
        adapter.create(DRAFT, "key-1")


# ==== reading back ====

OWN = a_record(service_request_id="W-9", extended_attributes={"fixmystreet_id": "key-1"})
STRANGER = a_record(service_request_id="W-8", extended_attributes={"fixmystreet_id": "other"})
BARE = a_record(service_request_id="W-7", extended_attributes=None)
REALTIME, BATCH = (as_json({"service_code": "POT", "type": mode}) for mode in ("realtime", "batch"))


def find(server: FaultyServer, listed: Reply, services: Reply = REALTIME, *, since: datetime = SINCE) -> str | None:
    server.answer = by_path(requests=listed, services=services)
    with run(server) as adapter:
        return adapter.find_created(DRAFT, "key-1", since)


def test_a_case_is_found_by_our_own_reference(server: FaultyServer) -> None:
    assert find(server, as_json(STRANGER, OWN)) == "W-9"
    assert server.requests[0].query["service_code"] == ["POT"]


def test_a_server_that_shows_references_and_not_ours_made_none(server: FaultyServer) -> None:
    assert find(server, as_json(STRANGER)) is None


def test_without_references_the_one_case_with_the_same_words_and_place_is_ours(server: FaultyServer) -> None:
    assert find(server, as_json(BARE)) == "W-7"


def test_two_cases_that_might_be_ours_are_asked_about(server: FaultyServer) -> None:
    with pytest.raises(OutcomeUnknown):
        find(server, as_json(BARE, {**BARE, "service_request_id": "W-6"}))


@pytest.mark.parametrize("change", [{"description": "Other"}, {"lat": 51.6}, {"lat": None}])
def test_other_words_or_another_place_are_not_ours(server: FaultyServer, change: dict[str, Any]) -> None:
    assert find(server, as_json({**BARE, **change})) is None


def test_a_batch_that_may_not_have_run_is_waited_for(server: FaultyServer) -> None:
    with pytest.raises(NotReady):
        find(server, EMPTY, BATCH, since=NOW - timedelta(minutes=5))
    assert find(server, EMPTY, BATCH, since=NOW - timedelta(days=1)) is None


# ==== changing ====


def test_a_status_is_set_with_an_update_and_read_back(server: FaultyServer) -> None:
    server.answer = by_path(servicerequestupdates=as_json({"update_id": "key-2"}), requests=as_json(OPEN311_RECORD))
    with run(server) as adapter:
        case = adapter.update(ID, {"status": "in progress", "status_note": "Booked"}, "", "key-2")
    assert case is not None
    assert case.status == "in progress"
    form = server.requests[0].form
    assert (form["status"], form["update_id"], form["description"]) == (["IN_PROGRESS"], ["key-2"], ["Booked"])
    assert (form["first_name"], form["last_name"]) == (["-"], ["-"])


def test_an_update_that_was_taken_and_cannot_be_read_back_is_not_sent_again(server: FaultyServer) -> None:
    server.answer = by_path(servicerequestupdates=as_json({"update_id": "k"}), requests=Reply(status=500))
    with run(server) as adapter:
        assert adapter.update(ID, {"status": "closed"}, "", "k") is None
    assert len([request for request in server.requests if request.method == "POST"]) == 1


def test_a_field_that_cannot_be_changed_is_refused(server: FaultyServer) -> None:
    with run(server) as adapter, pytest.raises(InvalidInput) as caught:
        adapter.update(ID, {"description": "x"}, "", "k")
    assert caught.value.field == "description"


def test_a_note_says_nothing_of_the_status_so_that_it_undoes_none(server: FaultyServer) -> None:
    server.answer = by_path(servicerequestupdates=as_json({"update_id": "k"}))
    with run(server) as adapter:
        adapter.add_event(ID, EventDraft(text="Seen", author="Ann de Vries"), "k")
    (request,) = server.requests
    assert "status" not in request.form
    assert (request.form["first_name"], request.form["last_name"]) == (["Ann de"], ["Vries"])


def test_a_server_that_insists_on_a_status_gets_the_present_one(server: FaultyServer) -> None:
    refused = Reply(status=400, body=b'[{"code": 400, "description": "status was not provided"}]')
    server.replies = [refused, as_json(OPEN311_RECORD), as_json({"update_id": "k"})]
    with run(server) as adapter:
        adapter.add_event(ID, EventDraft(text="Seen"), "k")
    assert server.requests[-1].form["status"] == ["IN_PROGRESS"]


def test_an_empty_note_is_refused(server: FaultyServer) -> None:
    with run(server) as adapter, pytest.raises(InvalidInput):
        adapter.add_event(ID, EventDraft(text="  "), "k")


def test_an_update_is_found_by_its_key(server: FaultyServer) -> None:
    listed = as_json(
        {"update_id": "k", "service_request_id": "W-1", "updated_datetime": "2026-09-13T08:00:00Z"},
        {"update_id": "z", "service_request_id": "W-1", "updated_datetime": "2026-09-13T08:00:00Z"},
    )
    server.answer = by_path(servicerequestupdates=listed)
    with run(server) as adapter:
        assert adapter.find_event(ID, "k", SINCE) == "k"
        assert adapter.find_event(ID, "missing", SINCE) is None
        assert adapter.find_event(OutsideId("W-2"), "k", SINCE) is None
    with run(server, keeps_update_ids="no") as adapter, pytest.raises(OutcomeUnknown):
        adapter.find_event(ID, "missing", SINCE)


@pytest.mark.parametrize("body", [b"{}", b'"ok"', b"", b"<html></html>"])
def test_an_answer_to_a_write_that_says_nothing_is_read_back(server: FaultyServer, body: bytes) -> None:
    server.answer = lambda r: Reply(status=201, body=body) if r.method == "POST" else EMPTY
    with run(server) as adapter:
        with pytest.raises(OutcomeUnknown):
            adapter.create(DRAFT, "k")
        with pytest.raises(OutcomeUnknown):
            adapter.add_event(ID, EventDraft(text="x"), "k")


def test_a_definition_that_is_missing_does_not_stop_a_new_case(server: FaultyServer) -> None:
    server.answer = by_path(services=Reply(status=500), requests=as_json({"service_request_id": "1"}))
    with run(server) as adapter:
        assert adapter.create(DRAFT, "k").outside_id == "1"
