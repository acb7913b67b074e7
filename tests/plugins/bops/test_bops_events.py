"""What happened on applications: validation requests, neighbour responses and comments as events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.domain.cases import Event
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer
from tests.plugins.bops.driver import COMMENT, CONSULTEE, PUBLISHED, REFERENCE, REQUEST, RESPONSE
from tests.plugins.bops.server import LATE, SINCE, BopsServer, paths, read_all


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events]


def test_a_validation_request_is_two_events_that_stay_the_same(cases: Any, bops: BopsServer) -> None:
    bops.requests.append({**REQUEST, "state": "open", "closed_at": None, "approved": None, "response": None})
    first = read_all(cases.events)
    bops.requests[:] = [REQUEST]
    sent, ended = read_all(cases.events)
    assert texts(first) == [
        "Applicant asked about: additional document. Floor plan. No scale on the plan. Answer due 24 September 2026."
    ]
    assert sent == first[0]
    assert (ended.text, ended.author) == ("Request agreed to: additional document. Here it is.", "Applicant")
    assert ended.at == datetime(2026, 9, 9, 13, 30, tzinfo=UTC)
    assert {sent.case_id, ended.case_id} == {REFERENCE}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"approved": False, "rejection_reason": "Not ours"}, "Request not agreed to: additional document. Here it is. Not ours."),
        ({"approved": None}, "Request answered: additional document. Here it is."),
        ({"cancelled_at": "2026-09-09T14:30:00Z", "cancel_reason": "Sent twice"}, "Request cancelled: additional document. Sent twice."),
        ({"closed_at": None, "type": "RedLineBoundaryChangeValidationRequest"}, "Request agreed to: red line boundary change. Here it is."),
    ],
)  # fmt: skip
def test_how_a_validation_request_ended_is_said(
    cases: Any, bops: BopsServer, changes: dict[str, object], text: str
) -> None:
    bops.requests.append({**REQUEST, **changes})
    assert texts(read_all(cases.events))[1] == text


def test_a_time_extension_says_the_new_day(cases: Any, bops: BopsServer) -> None:
    more = {"proposed_expiry_date": "2026-12-24", "previous_expiry_date": "2026-11-24"}
    bops.requests.append({**REQUEST, "type": "TimeExtensionValidationRequest", "specific_attributes": more})
    assert texts(read_all(cases.events))[0] == (
        "Applicant asked about: time extension. New expiry date 24 December 2026. No scale on the plan. "
        "Answer due 24 September 2026."
    )


def test_requests_are_asked_for_as_far_back_as_an_answer_may_come(
    cases: Any, bops: BopsServer, server: FaultyServer
) -> None:
    cases.events(SINCE)
    assert server.requests[0].query["from_date"] == ["2025-09-13"]


def test_neighbour_responses_are_events_and_two_alike_are_two(cases: Any, bops: BopsServer) -> None:
    bops.responses += [RESPONSE, {**RESPONSE, "text": None}, {**RESPONSE, "receivedAt": "2024-01-01T00:00:00Z"}]
    one, two = read_all(cases.events)
    assert (one.text, one.author) == ("Neighbour response, objection. It takes our light.", "Neighbour, CY4 2LU")
    assert two.text == "Neighbour response, objection. Its words are not cleared to be shown yet."
    assert one.outside_id != two.outside_id
    bops.responses[1] = RESPONSE
    assert [event.outside_id for event in read_all(cases.events)] == [one.outside_id, two.outside_id]


def test_neighbour_responses_that_are_alike_on_two_pages_are_two(cases: Any, bops: BopsServer) -> None:
    bops.responses += [{**RESPONSE, "text": f"Objection {n}"} for n in range(5)]
    first = read_all(cases.events)
    assert len({event.outside_id for event in first}) == 5
    again = cases.events(SINCE, "responses?3"), cases.events(SINCE, "responses?3")
    assert [page.items for page in again] == [tuple(first[4:])] * 2


def test_comments_come_from_applications_in_consultation(public: Any, bops: BopsServer, server: FaultyServer) -> None:
    bops.published.append(PUBLISHED)
    bops.comments[REFERENCE] = [{**COMMENT, "id": n} for n in range(1, 6)]
    bops.consultees[REFERENCE] = [CONSULTEE]
    found = read_all(public.events)
    assert [event.outside_id for event in found] == [*(f"comment-{n}" for n in range(1, 6)), "specialist-9"]
    assert found[0].text == "Public comment, neutral. Mind the pear tree."
    assert (found[-1].text, found[-1].author) == (
        "Consultee’s comment, amendments needed. Wider drive, please.",
        "Highways",
    )
    assert server.requests[0].query["consultationEndDateFrom"] == ["2026-08-14"]
    assert [request.query.get("resultsPerPage") for request in server.requests][:2] == [["10"], ["50"]]


@pytest.mark.parametrize("named", ["submittedAt", "validatedAt", "publishedAt"])
def test_a_consultees_comment_needs_one_of_its_dates_only(public: Any, bops: BopsServer, named: str) -> None:
    bops.published.append(PUBLISHED)
    dates = {"submittedAt": None, "validatedAt": None, "publishedAt": None, named: "2026-09-10T10:00:00+01:00"}
    comment = {"id": "9", "sentiment": "approved", "commentRedacted": "Fine by us", "metadata": dates}
    bops.consultees[REFERENCE] = [{**CONSULTEE, "comments": [comment]}]
    assert [event.at for event in read_all(public.events)] == [datetime(2026, 9, 10, 9, tzinfo=UTC)]


def test_with_a_key_public_comments_come_once_as_neighbour_responses(
    cases: Any, bops: BopsServer, server: FaultyServer
) -> None:
    bops.published.append(PUBLISHED)
    bops.comments[REFERENCE], bops.responses[:] = [COMMENT], [RESPONSE]
    assert len(read_all(cases.events)) == 1
    assert not any(path.endswith("/comments/public") for path in paths(server))


def test_comments_can_be_left_out(server: FaultyServer, bops: BopsServer) -> None:
    bops.published.append(PUBLISHED)
    with run_adapter("bops", server.url, settings={"comments": "no"}, secrets={}) as loaded:
        adapter: Any = loaded.adapter
        assert read_all(adapter.cases.events) == []
    assert server.requests == []


def test_between_two_deep_passes_only_new_requests_are_events(bops: BopsServer, server: FaultyServer) -> None:
    bops.responses.append(RESPONSE)
    bops.requests += [REQUEST, {**REQUEST, "created_at": LATE, "notified_at": "2026-09-13T09:00:00+01:00"}]
    with run_adapter("bops", server.url) as loaded:
        adapter: Any = loaded.adapter
        assert len(read_all(adapter.cases.events)) == 5
        server.requests.clear()
        assert len(read_all(adapter.cases.events)) == 2
    assert paths(server) == ["/validation_requests"]


def test_happenings_without_what_they_need_are_left_out(cases: Any, public: Any, bops: BopsServer) -> None:
    bops.requests += [{**REQUEST, "planning_application": {}}, {**REQUEST, "created_at": None, "notified_at": "soon 9"}]
    bops.responses += [{**RESPONSE, "application": None}, {**RESPONSE, "receivedAt": None}]
    bops.published.append(PUBLISHED)
    bops.comments[REFERENCE] = [{**COMMENT, "id": None}, {**COMMENT, "receivedAt": ""}]
    bops.consultees[REFERENCE] = [{**CONSULTEE, "comments": [{"id": "1", "metadata": {}}, {"id": None}, "x"]}]
    assert read_all(cases.events) == []
    assert read_all(public.events) == []
