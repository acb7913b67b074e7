"""What servers that nobody here wrote make of GeoReport: records without a list, odd refusals, answers without a body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.errors import AdapterError, InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from tests.helpers.adapters import SetClock
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import a_record, as_json, by_path, run
from tests.plugins.open311.driver import DRAFT

NOW = SetClock().now()
PLAIN = replace(DRAFT, answers={})


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def bare(record: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(record).encode())


# ==== a record without a list around it ====


def test_one_record_without_a_list_around_it_is_read_wherever_there_may_be_one(server: FaultyServer) -> None:
    server.answer = by_path(
        requests=bare(a_record()),
        services=bare({"service_code": "POT", "service_name": "Pothole"}),
        servicerequestupdates=bare({"update_id": "u-1", "service_request_id": "W-1", "description": "Seen"}),
        tokens=bare({"service_request_id": "W-9", "token": "t1"}),
    )
    with run(server) as adapter:
        assert adapter.get(OutsideId("W-1")).description == "Deep one"
        assert [kind.code for kind in adapter.types()] == ["POT"]
        assert [event.outside_id for event in adapter.events(NOW).items] == ["u-1"]
        assert adapter.find_by_token("t1") == "W-9"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({"service_request_id": 7, "service_notice": "Soon"}, ("7", "", False)),
        ({"token": "t1"}, ("", "t1", False)),
        ({"service_notice": "Thank you", "account_id": None}, ("", "", True)),
    ],
)
def test_a_new_request_that_is_answered_without_a_list_is_known_to_be_taken(
    server: FaultyServer, made: dict[str, Any], expected: tuple[str, str, bool]
) -> None:
    server.answer = by_path(services=as_json({"service_code": "POT", "type": "blackbox"}), requests=bare(made))
    with run(server) as adapter:
        created = adapter.create(PLAIN, "key-1")
    assert (created.outside_id, created.token, created.unanswered) == expected


def test_an_error_without_a_list_around_it_is_said_in_the_servers_own_words(server: FaultyServer) -> None:
    server.answer = lambda _request: bare({"code": 400, "description": "lat is missing"}, 200)
    with run(server) as adapter, pytest.raises(InvalidInput, match="lat is missing"):
        adapter.get(OutsideId("W-1"))


def test_accepted_with_an_empty_body_is_taken(server: FaultyServer) -> None:
    listed = as_json({"service_code": "POT", "type": "blackbox"})
    server.answer = by_path(services=listed, requests=Reply(status=202))
    with run(server) as adapter:
        assert adapter.create(PLAIN, "key-1").unanswered


# ==== tokens ====


@pytest.mark.parametrize(
    "said",
    [
        Reply(status=200, body=b"<html><body>Sorry</body></html>", media="text/html"),
        bare({"code": 400, "description": "not ready"}, 400),
        Reply(status=401),
        Reply(status=403),
        Reply(status=500),
        Reply(drop=True),
    ],
)
def test_a_token_that_cannot_be_asked_about_is_kept_all_the_same(server: FaultyServer, said: Reply) -> None:
    listed = as_json({"service_code": "POT", "type": "batch"})
    server.answer = by_path(services=listed, requests=as_json({"token": "t1"}), tokens=said)
    with run(server) as adapter:
        created = adapter.create(PLAIN, "key-1")
    assert (created.outside_id, created.token) == ("", "t1")


@pytest.mark.parametrize("status", [400, 403, 404, 503])
def test_what_is_said_of_a_token_never_looks_like_a_refusal_of_the_request(server: FaultyServer, status: int) -> None:
    server.answer = by_path(tokens=bare({"code": status, "description": "not ready"}, status))
    with run(server) as adapter:
        assert adapter.find_by_token("t1") == ""  # type: ignore[attr-defined]


# ==== questions ====


def test_a_service_that_has_no_questions_is_not_asked_for_them_and_refuses_nobody_for_them(
    server: FaultyServer,
) -> None:
    asks = bare({"service_code": "POT", "attributes": [{"code": "SIZE", "datatype": "string", "required": True}]})
    answer = by_path(
        services=as_json({"service_code": "POT", "metadata": False}), requests=as_json({"service_request_id": "9"})
    )
    server.answer = lambda request: asks if request.path.startswith("/services/") else answer(request)
    with run(server) as adapter:
        assert adapter.create(PLAIN, "key-1").outside_id == "9"
    assert not [request for request in server.requests if request.path.startswith("/services/")]


# ==== lists ====


def listing(records: list[dict[str, Any]], *, most: int, first: int | None) -> Callable[[Request], Reply]:
    """Requests by time. Pages are counted from `first`, and one that is not there is refused; None knows no pages."""

    def answer(request: Request) -> Reply:
        if request.path != "/requests.json":
            return Reply(status=404)
        start, end = (datetime.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
        found = [r for r in records if start <= datetime.fromisoformat(r["requested_datetime"]) <= end]
        size = min(most, int(request.query["page_size"][0]))
        if first is None:
            return as_json(*found[:size])
        page = int(request.query.get("page", [str(first)])[0]) - first
        if page < 0 or (page and page * size >= len(found)):
            return bare({"code": 400, "description": "no such page"}, 400)
        return as_json(*found[page * size : (page + 1) * size])

    return answer


def walk(server: FaultyServer, **settings: str) -> list[str]:
    with run(server, changes="window", **settings) as adapter:
        ids: list[str] = []
        page = adapter.changed(NOW - timedelta(days=30))
        while True:
            ids += [case.outside_id for case in page.items]
            if not page.cursor:
                return sorted(set(ids))
            page = adapter.changed(NOW - timedelta(days=30), page.cursor)


def made(count: int) -> list[dict[str, Any]]:
    times = (NOW - timedelta(hours=5 * number + 1) for number in range(count))
    return [
        a_record(service_request_id=f"W-{number:03}", requested_datetime=at.astimezone(UTC).isoformat())
        for number, at in enumerate(times)
    ]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("count", [3, 20, 43])
def test_a_server_that_refuses_a_page_that_is_not_there_gives_all_it_has(
    server: FaultyServer, first: int, count: int
) -> None:
    server.answer = listing(made(count), most=10, first=first)
    assert walk(server) == [record["service_request_id"] for record in made(count)]


def test_a_server_that_refuses_every_number_of_a_page_gives_all_it_has(server: FaultyServer) -> None:
    whole = listing(made(43), most=10, first=None)
    refused = bare({"code": 400, "description": "page is not known"}, 400)
    server.answer = lambda request: refused if "page" in request.query else whole(request)
    assert len(walk(server)) == 43


def test_few_at_a_time_from_a_server_that_knows_no_pages_lose_nothing(server: FaultyServer) -> None:
    server.answer = listing(made(43), most=50, first=None)
    assert len(walk(server, page_size="7")) == 43


def test_a_jurisdiction_that_is_not_there_is_no_empty_list(server: FaultyServer) -> None:
    server.answer = lambda _request: bare({"code": 404, "description": "jurisdiction_id was not found"}, 404)
    with run(server, jurisdiction_id="north.example") as adapter:
        for read in (adapter.changed, adapter.events):
            with pytest.raises(NotFound, match="jurisdiction_id was not found"):
                read(NOW)


# ==== the connection test ====


def test_a_server_without_a_list_of_updates_is_warned_of_before_changes_are_missed(server: FaultyServer) -> None:
    server.answer = by_path(services=as_json({"service_code": "POT"}))
    for updates, warned in (("fixmystreet", True), ("none", False)):
        with run(server, updates=updates) as adapter:
            diagnosis = adapter.check()  # type: ignore[attr-defined]
        assert (diagnosis.facts["takes notes and status changes"], bool(diagnosis.warnings)) == ("no", warned)


def test_a_failure_of_the_list_of_updates_fails_the_connection_test(server: FaultyServer) -> None:
    server.answer = by_path(services=as_json({"service_code": "POT"}), servicerequestupdates=Reply(status=401))
    with run(server) as adapter, pytest.raises(AdapterError):
        adapter.check()  # type: ignore[attr-defined]
