"""Postcodes: in use and not, in bulk with misses, and what there is none of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import Uprn
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.postcodes_io.driver import POSTCODE

GONE = {"postcode": "CT1 9ZZ", "year_terminated": 2015, "month_terminated": 6, "latitude": 51.5, "longitude": -1.25}


def say(status: int, **body: object) -> Reply:
    return Reply(status=status, body=json.dumps({"status": status, **body}).encode())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("postcodes_io", server.url) as loaded:
        yield loaded.adapter


def test_a_postcode_that_is_no_longer_in_use_is_found_and_says_so(server: FaultyServer, adapter: Any) -> None:
    def answer(request: Request) -> Reply:
        if request.path.startswith("/terminated"):
            return say(200, result=GONE)
        return say(404, error="Postcode not found")

    server.answer = answer
    (place,) = adapter.postcode("ct1 9zz").items
    assert place.address == "CT1 9ZZ (not in use since 06/2015)"
    assert place.classification == "terminated"
    with pytest.raises(NotFound) as caught:
        adapter.areas("CT1 9ZZ")
    assert caught.value.hint == "Postcode not found"


def test_a_postcode_that_never_was_gives_nothing(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: say(404, error="Postcode not found")
    assert adapter.postcode("CT9 9ZZ").items == ()


def test_a_list_that_is_null_is_empty(server: FaultyServer, adapter: Any) -> None:
    server.answer = lambda _request: say(200, result=None)
    assert adapter.find("CT9").items == ()
    assert adapter.nearest(51.5, -1.25) is None
    assert server.requests[1].query["radius"] == ["2000"]


def test_many_go_a_hundred_at_a_time_and_misses_are_none(server: FaultyServer, adapter: Any) -> None:
    def answer(request: Request) -> Reply:
        asked = json.loads(request.body)["postcodes"]
        found = [{"query": p, "result": POSTCODE if p == "CT1 1AA" else None} for p in reversed(asked)]
        return say(200, result=found)

    server.answer = answer
    places = adapter.bulk(tuple("CT1 1AA" if n % 2 else f"CT9 9A{n}" for n in range(250)))
    assert [len(json.loads(request.body)["postcodes"]) for request in server.requests] == [100, 100, 50]
    assert len(places) == 250
    assert [place is not None for place in places[:4]] == [False, True, False, True]


@pytest.mark.parametrize("postcode", ["", "1AA", "not one", "CT1 1AA CT1"])
def test_what_is_no_postcode_is_refused_before_anything_is_asked(
    server: FaultyServer, adapter: Any, postcode: str
) -> None:
    with pytest.raises(InvalidInput):
        adapter.postcode(postcode)
    assert server.requests == []


def test_words_that_begin_no_postcode_find_nothing_without_asking(server: FaultyServer, adapter: Any) -> None:
    assert adapter.find("high street 14").items == ()
    assert server.requests == []


def test_there_are_no_properties_here_and_it_says_so(adapter: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.uprn(Uprn("10001"))
    assert "knows postcodes, not properties" in caught.value.title
