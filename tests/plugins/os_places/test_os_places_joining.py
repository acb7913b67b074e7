"""One place of a property's records in both data sets, in two languages and under several names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from desktop.domain.places import Place
from plugins.os_places.adapter import OsPlacesAdapter
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.os_places.driver import LPI_RECORD, OS_PLACES_RECORD

POSTED = {**OS_PLACES_RECORD, "LOCAL_CUSTODIAN_CODE_DESCRIPTION": "ORDNANCE SURVEY", "LOGICAL_STATUS_CODE": "1"}
KEPT = LPI_RECORD


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def find(server: FaultyServer, *results: object, settings: Mapping[str, str] | None = None) -> tuple[Place, ...]:
    body = {"header": {"offset": 0, "totalresults": len(results), "maxresults": 100}, "results": results}
    server.answer = lambda _request: Reply(body=json.dumps(body).encode())
    with run_adapter("os_places", server.url, secrets={"api_key": SECRET}, settings=settings) as loaded:
        assert isinstance(loaded.adapter, OsPlacesAdapter)
        return loaded.adapter.find("high street").items


@pytest.mark.parametrize("order", [[{"DPA": POSTED}, {"LPI": KEPT}], [{"LPI": KEPT}, {"DPA": POSTED}]])
def test_letters_are_worded_by_royal_mail_and_the_rest_is_said_by_the_council(
    server: FaultyServer, order: list[object]
) -> None:
    (place,) = find(server, *order)
    assert (place.address, place.organisation) == ("1, HIGH STREET, CITYTOWN, CT1 1AA", "SHOP")
    assert (place.usrn, place.street, place.custodian, place.ward) == ("99", "HIGH STREET", "CITYTOWN", "E05")
    assert (place.status, place.classification, place.sources) == ("approved", "CR08", ("DPA", "LPI"))


def test_each_data_set_alone_fills_what_it_can(server: FaultyServer) -> None:
    posted, kept = find(server, {"DPA": {**POSTED, "THOROUGHFARE_NAME": "HIGH STREET"}}, {"LPI": {**KEPT, "UPRN": "7"}})
    assert (posted.street, posted.custodian, posted.usrn) == ("HIGH STREET", "ORDNANCE SURVEY", "")
    assert (posted.sources, kept.sources) == (("DPA",), ("LPI",))
    assert (kept.address, kept.postcode) == ("SHOP, 1 HIGH STREET, CITYTOWN", "CT1 1AA")


@pytest.mark.parametrize(
    ("code", "status"), [("1", "approved"), (3, "alternative"), ("6", "provisional"), ("8", "historic")]
)
def test_the_logical_status_is_kept(server: FaultyServer, code: object, status: str) -> None:
    (place,) = find(server, {"LPI": {**KEPT, "LPI_LOGICAL_STATUS_CODE": code}})
    assert place.status == status


def test_the_status_of_the_property_stands_in_for_that_of_the_address(server: FaultyServer) -> None:
    (place,) = find(server, {"DPA": {**POSTED, "LOGICAL_STATUS_CODE": "8"}})
    assert place.status == "historic"


def test_a_status_that_is_not_known_keeps_its_own_word(server: FaultyServer) -> None:
    named = {**KEPT, "LPI_LOGICAL_STATUS_CODE": "5", "LPI_LOGICAL_STATUS_CODE_DESCRIPTION": "CANDIDATE"}
    places = find(
        server, {"LPI": named}, {"LPI": {"UPRN": "8", "LPI_LOGICAL_STATUS_CODE": "4"}}, {"DPA": {"UPRN": "9"}}
    )
    assert [place.status for place in places] == ["candidate", "4", ""]


@pytest.mark.parametrize("flip", [False, True])
def test_the_approved_name_counts_before_an_alternative_or_historic_one(server: FaultyServer, flip: bool) -> None:
    older = {**KEPT, "LPI_LOGICAL_STATUS_CODE": "8", "ADDRESS": "THE OLD FORGE", "USRN": "11"}
    other = {**KEPT, "LPI_LOGICAL_STATUS_CODE": "3", "ADDRESS": "FORGE HOUSE", "USRN": "12"}
    records = [{"LPI": older}, {"LPI": other}, {"LPI": KEPT}]
    (place,) = find(server, *(reversed(records) if flip else records))
    assert (place.address, place.usrn, place.status) == ("SHOP, 1 HIGH STREET, CITYTOWN", "99", "approved")


WELSH = {**KEPT, "ADDRESS": "SIOP, 1 STRYD FAWR", "STREET_DESCRIPTION": "STRYD FAWR", "LANGUAGE": "CYM"}


@pytest.mark.parametrize(
    ("language", "asked", "address"),
    [
        ("EN,CY", "EN,CY", "SHOP, 1 HIGH STREET, CITYTOWN"),
        ("CY,EN", "EN,CY", "SIOP, 1 STRYD FAWR"),
        ("CY", "CY", "SIOP, 1 STRYD FAWR"),
    ],
)
def test_the_language_that_comes_first_words_the_place(
    server: FaultyServer, language: str, asked: str, address: str
) -> None:
    (place,) = find(server, {"LPI": KEPT}, {"LPI": WELSH}, settings={"language": language})
    assert (place.address, server.requests[0].query["lr"]) == (address, [asked])


def test_a_language_that_there_is_not_leaves_the_other(server: FaultyServer) -> None:
    (place,) = find(server, {"LPI": KEPT}, settings={"language": "CY,EN"})
    assert (place.street, place.language) == ("HIGH STREET", "EN")


def test_records_without_a_uprn_are_all_kept_in_their_order(server: FaultyServer) -> None:
    rows: list[Any] = [{"LPI": {**KEPT, "UPRN": None}}, {"DPA": POSTED}, {"LPI": {**KEPT, "UPRN": ""}}]
    assert [place.uprn for place in find(server, *rows)] == ["", "10001", ""]


def read_all(places: OsPlacesAdapter) -> list[Place]:
    found: list[Place] = []
    cursor = ""
    for _ in range(20):
        page = places.find("high street", cursor)
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found
    raise AssertionError("it goes on for ever")


@pytest.mark.parametrize(
    "left_out", [(), ("offset",), ("totalresults",), ("totalresults", "maxresults"), ("maxresults", "offset")]
)
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_a_property_whose_records_lie_on_two_pages_is_one_place_and_none_is_lost(
    server: FaultyServer, size: int, left_out: tuple[str, ...]
) -> None:
    records = [
        {name: {**record, "UPRN": str(n)}} for n in range(1, 8) for name, record in (("DPA", POSTED), ("LPI", KEPT))
    ]

    def answer(request: Request) -> Reply:
        start, most = (int(request.query[name][0]) for name in ("offset", "maxresults"))
        header = {"offset": start, "totalresults": len(records), "maxresults": most}
        kept = {name: value for name, value in header.items() if name not in left_out}
        return Reply(body=json.dumps({"header": kept, "results": records[start : start + most]}).encode())

    server.answer = answer
    with run_adapter("os_places", server.url, secrets={"api_key": SECRET}, settings={"page_size": str(size)}) as loaded:
        assert isinstance(loaded.adapter, OsPlacesAdapter)
        found = read_all(loaded.adapter)
    assert [(place.uprn, place.sources) for place in found] == [(str(n), ("DPA", "LPI")) for n in range(1, 8)]
