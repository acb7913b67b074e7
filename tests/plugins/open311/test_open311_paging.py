"""Whatever a server makes of pages, every request is read and the pull ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.adapters.api import Cases
from desktop.domain.errors import BadResponse, InvalidInput
from plugins.open311 import paging
from tests.helpers.adapters import SetClock
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import a_record, run

NOW = SetClock().now()
DAYS = 200


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def make_records(count: int, *, days: float = DAYS) -> list[dict[str, Any]]:
    step = timedelta(days=days) / max(count, 1)
    moments = [(NOW - timedelta(days=days) + n * step).isoformat() for n in range(count)]
    return [
        a_record(service_request_id=f"{n:05}", requested_datetime=moment, updated_datetime=moment)
        for n, moment in enumerate(moments)
    ]


@dataclass
class City:
    """A server with ways of its own.

    Attributes:
        first: what it calls its first page; None where it knows no pages.
        cap: records that it gives at most at a time.
        says: total or link, what it says of the rest; "" for nothing.
        hides: leaves every so manieth record out of a page after it was cut.
        newest: whether the newest come first.
        dates: whether it looks at dates.
        clamps: gives its last page again where one behind it is asked for.
    """

    records: list[dict[str, Any]]
    first: int | None = 1
    cap: int = 1000
    says: str = ""
    hides: int = 0
    newest: bool = False
    dates: bool = True
    clamps: bool = False
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        if "requests" not in request.path:
            return Reply(body=b"[]")
        self.asked.append(request)
        found = self._find(request)
        size = min(self.cap, int(request.query["page_size"][0]))
        page = 0
        if self.first is not None:
            page = int(request.query.get("page", [str(self.first)])[0]) - self.first
        last = max(0, -(-len(found) // size) - 1)
        page = min(page, last) if self.clamps else page
        some = found[max(page, 0) * size : (page + 1) * size] if self.first is not None else found[: self.cap]
        kept = [record for n, record in enumerate(some) if not self.hides or n % self.hides]
        headers: dict[str, str] = {}
        if self.says == "total":
            headers["X-Total-Count"] = str(len(found))
        if self.says == "link":
            rel = "next" if page < last else "prev"
            headers["Link"] = f'<{request.path}?page=9>; rel="{rel}"'
        body: object = {"total": len(found), "requests": kept} if self.says == "body" else kept
        return Reply(body=json.dumps(body).encode(), headers=headers)

    def _find(self, request: Request) -> list[dict[str, Any]]:
        start, end = (datetime.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
        found = [
            record
            for record in self.records
            if not self.dates or start <= datetime.fromisoformat(record["requested_datetime"]) <= end
        ]
        return found[::-1] if self.newest else found


def pull(adapter: Cases) -> list[str]:
    ids: list[str] = []
    cursor = ""
    for _ in range(2_000):
        page = adapter.changed(None, cursor)
        ids += [case.outside_id for case in page.items]
        cursor = page.cursor
        if not cursor:
            return ids
    raise AssertionError("it goes on for ever")


def pull_all(server: FaultyServer, city: City, *, page_size: str = "500") -> list[str]:
    server.answer = city.answer
    with run(server, page_size=page_size, history_days=str(DAYS + 10), changes="window") as adapter:
        return pull(adapter)


@pytest.mark.parametrize("count", [10, 47])
@pytest.mark.parametrize("newest", [False, True], ids=["oldest-first", "newest-first"])
@pytest.mark.parametrize(
    "ways",
    [
        {},
        {"first": 0},
        {"first": None},
        {"first": 1, "cap": 10},
        {"first": 0, "cap": 10},
        {"first": None, "cap": 10},
        {"first": None, "cap": 17},
        {"first": 1, "cap": 10, "says": "total"},
        {"first": 0, "cap": 10, "says": "total"},
        {"first": 1, "cap": 10, "says": "link"},
        {"first": 1, "cap": 10, "says": "body"},
        {"first": 1, "cap": 10, "clamps": True},
        {"first": 1, "dates": False},
        {"first": 1, "cap": 10, "dates": False},
        {"first": None, "dates": False},
    ],
    ids=str,
)
def test_every_request_is_read(server: FaultyServer, ways: dict[str, Any], newest: bool, count: int) -> None:
    records = make_records(count)
    ids = pull_all(server, City(records, newest=newest, **ways))
    assert sorted(set(ids)) == [record["service_request_id"] for record in records]


@pytest.mark.parametrize("newest", [False, True], ids=["oldest-first", "newest-first"])
def test_a_busy_afternoon_at_a_server_without_pages_is_read_whole(server: FaultyServer, newest: bool) -> None:
    records = make_records(35, days=0.5)
    ids = pull_all(server, City(records, first=None, cap=10, newest=newest))
    assert sorted(set(ids)) == [record["service_request_id"] for record in records]


@pytest.mark.parametrize("first", [0, 1])
def test_what_a_server_leaves_out_of_a_page_does_not_end_the_list(server: FaultyServer, first: int) -> None:
    city = City(make_records(90), first=first, cap=10, hides=5)
    ids = pull_all(server, city)
    assert len(set(ids)) >= 90 * 4 // 5 - 3


@pytest.mark.parametrize("says", ["total", "link", "body"])
def test_where_a_server_says_that_there_is_no_more_no_more_is_asked_for(server: FaultyServer, says: str) -> None:
    city = City(make_records(30, days=20), says=says, cap=12)
    pull_all(server, city)
    pages = [request.query["page"][0] for request in city.asked if "page" in request.query]
    # The first window is empty, the second has three pages; how they are counted is found out once.
    assert sorted(set(pages)) == ["1", "2", "3"]
    assert len(city.asked) <= 3 + 4 + 1


def test_how_pages_are_counted_is_found_out_once(server: FaultyServer) -> None:
    city = City(make_records(90), cap=10)
    pull_all(server, city)
    assert [request.query.get("page") for request in city.asked].count(["1"]) == 1


def test_a_pull_that_is_cut_off_goes_on_with_another_adapter(server: FaultyServer) -> None:
    city = City(make_records(90), first=0, cap=10)
    server.answer = city.answer
    ids: list[str] = []
    cursor = ""
    for _ in range(500):
        with run(server, page_size="500", history_days=str(DAYS + 10), changes="window") as adapter:
            page = adapter.changed(None, cursor)
        ids += [case.outside_id for case in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert sorted(set(ids)) == [f"{n:05}" for n in range(90)]


def test_a_list_whose_pages_never_end_is_a_bad_response(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 30)

    def answer(request: Request) -> Reply:
        if "requests" not in request.path:
            return Reply(body=b"[]")
        number = request.query.get("page", ["x"])[0]
        return Reply(body=json.dumps([a_record(service_request_id=f"page-{number}")]).encode())

    server.answer = answer
    with run(server, changes="window", history_days="5") as adapter, pytest.raises(BadResponse, match="no end"):
        pull(adapter)


def test_pages_that_go_round_end(server: FaultyServer) -> None:
    rounds = ["a", "b", "c", "c", "c"]

    def answer(request: Request) -> Reply:
        if "requests" not in request.path:
            return Reply(body=b"[]")
        number = int(request.query.get("page", ["1"])[0])
        return Reply(body=json.dumps([a_record(service_request_id=rounds[min(number - 1, 4)])]).encode())

    server.answer = answer
    with run(server, changes="window", history_days="5") as adapter:
        assert pull(adapter) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("headers", "tree", "total", "more"),
    [
        ({"X-Total-Count": "12"}, [], 12, None),
        ({"x-total": "0"}, [], 0, None),
        ({"X-Total-Count": "many"}, [], None, None),
        ({"X-Total-Count": "-1"}, [], None, None),
        ({}, {"total": 7}, 7, None),
        ({}, {"total_count": "8"}, 8, None),
        ({"Link": "<x?page=2>; rel='next'"}, [], None, True),
        ({"Link": '<x?page=2>; rel=next, <x>; rel="first"'}, [], None, True),
        ({"Link": '<x>; rel="first"'}, [], None, False),
        ({"Link": '<style.css>; rel="preload"'}, [], None, None),
        ({}, None, None, None),
    ],
)
def test_what_a_server_says_of_the_rest_is_read(
    headers: dict[str, str], tree: object, total: int | None, more: bool | None
) -> None:
    assert (paging.read_total(headers, tree), paging.read_more(headers)) == (total, more)


def test_a_place_in_the_list_that_is_none_of_ours_is_refused(server: FaultyServer) -> None:
    with run(server) as adapter, pytest.raises(InvalidInput):
        adapter.changed(None, "x")
