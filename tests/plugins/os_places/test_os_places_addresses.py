"""OS Places: both datasets, paging, and errors in all their shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.adapters.api import Addresses
from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, Forbidden, InvalidInput, NotFound, NotReady
from desktop.domain.ids import Uprn
from desktop.domain.places import Point
from tests.helpers.adapters import SECRET, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.plugins.os_places.driver import OS_PLACES_RECORD


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Addresses]:
    with run_adapter("os_places", server.url, secrets={"api_key": SECRET}) as loaded:
        assert isinstance(loaded.adapter, Addresses)
        yield loaded.adapter


def as_answer(*results: object, **header: Any) -> Reply:
    body = {"header": {"offset": 0, "totalresults": len(results), "maxresults": 100, **header}, "results": results}
    return Reply(body=json.dumps(body).encode())


def a_record(**changes: object) -> dict[str, object]:
    return {**OS_PLACES_RECORD, **changes}


def test_a_search_asks_for_points_in_wgs84_with_the_key_in_a_header(server: FaultyServer, adapter: Addresses) -> None:
    server.replies = [as_answer({"DPA": OS_PLACES_RECORD})]
    (place,) = adapter.find(" 1 high street ").items
    (request,) = server.requests
    assert (request.path, request.query["query"]) == ("/find", ["1 high street"])
    assert (request.query["output_srs"], request.query["dataset"]) == (["WGS84"], ["DPA,LPI"])
    assert request.query["lr"] == ["EN,CY"]
    assert request.headers["key"] == SECRET
    assert (place.uprn, place.point, place.postcode) == ("10001", Point(lat=51.5, lon=-1.25), "CT1 1AA")


@pytest.mark.parametrize("results", [{}, {"results": None}, {"results": []}, {"results": ""}])
def test_nothing_found_is_an_empty_page(server: FaultyServer, adapter: Addresses, results: dict[str, object]) -> None:
    server.answer = lambda _r: Reply(body=json.dumps({"header": {"totalresults": 0}, **results}).encode())
    assert adapter.find("x").items == ()
    assert adapter.nearest(51.5, -1.25) is None
    with pytest.raises(NotFound):
        adapter.uprn(Uprn("10001"))


def test_the_nearest_place_is_asked_for_in_metres_of_the_national_grid(
    server: FaultyServer, adapter: Addresses
) -> None:
    server.replies = [as_answer({"DPA": OS_PLACES_RECORD})]
    assert adapter.nearest(52.658007833, 1.716073973) is not None
    assert server.requests[0].query["point"] == ["651409.80,313177.45"]
    assert server.requests[0].query["srs"] == ["EPSG:27700"]


def test_the_next_page_starts_where_this_one_ends(server: FaultyServer, adapter: Addresses) -> None:
    server.replies = [
        as_answer({"DPA": a_record(UPRN="1")}, {"DPA": a_record(UPRN="2")}, totalresults=3),
        as_answer({"DPA": a_record(UPRN="3")}, totalresults=3, offset=2),
    ]
    first = adapter.find("x")
    second = adapter.find("x", first.cursor)
    assert (first.cursor, second.cursor) == ("2", "")
    assert server.requests[1].query["offset"] == ["2"]


@pytest.mark.parametrize("typed", ["", "  ", "hello", "CT1 1A", "12345", "CT1 1AA x"])
def test_what_is_no_postcode_is_refused_beside_the_field(server: FaultyServer, adapter: Addresses, typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.postcode(typed)
    assert caught.value.field == "postcode"
    assert server.requests == []


@pytest.mark.parametrize("typed", ["BS1", "bs15ah", "BS1 5AH", "SW1A 1AA", "CT1 1"])
def test_a_postcode_may_be_typed_in_part_or_without_its_space(
    server: FaultyServer, adapter: Addresses, typed: str
) -> None:
    server.answer = lambda _r: as_answer()
    assert adapter.postcode(typed).items == ()


def test_a_postcode_pasted_with_odd_blanks_is_asked_for_with_one(server: FaultyServer, adapter: Addresses) -> None:
    server.answer = lambda _r: as_answer()
    adapter.postcode("\u00a0BS1\u00a0 5AH\t")
    assert server.requests[0].query["postcode"] == ["BS1 5AH"]


@pytest.mark.parametrize("typed", ["", "12a", "1234567890123", "0"])
def test_what_is_no_uprn_is_refused(adapter: Addresses, typed: str) -> None:
    with pytest.raises(InvalidInput):
        adapter.uprn(Uprn(typed))


def test_a_point_off_the_earth_is_refused(adapter: Addresses) -> None:
    with pytest.raises(InvalidInput):
        adapter.nearest(91, 0)


OWN_ERROR = b'{"error": {"statuscode": 400, "message": "Requested postcode was invalid"}}'
GATEWAY = b'{"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}'
XML = b"<ows:ExceptionReport><ows:Exception><ows:ExceptionText>Not for you</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (400, OWN_ERROR, InvalidInput, "Requested postcode was invalid"),
        (200, OWN_ERROR, InvalidInput, "Requested postcode was invalid"),
        (401, GATEWAY, AuthFailed, "Invalid ApiKey"),
        (403, XML, Forbidden, "Not for you"),
        (200, GATEWAY, AuthFailed, "Invalid ApiKey"),
        (200, XML, BadResponse, ""),
        (429, GATEWAY, NotReady, ""),
    ],
)
def test_an_error_is_read_in_each_of_its_shapes(
    server: FaultyServer, adapter: Addresses, status: int, body: bytes, kind: type[DesktopError], said: str
) -> None:
    server.answer = lambda _r: Reply(status=status, body=body)
    with pytest.raises(kind) as caught:
        adapter.find("x")
    assert said in str(caught.value)
