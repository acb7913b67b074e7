"""One behaviour for every plugin: how it meets the faults that every outside API has."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.building import LoadedAdapter
from desktop.adapters.calling import guard_errors
from desktop.adapters.limits import call_scope
from desktop.domain.errors import (
    AdapterError,
    AuthFailed,
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OperationCancelled,
    OutcomeUnknown,
    RemoteConflict,
)
from tests.helpers.adapters import SECRET, CannedHttp, SetClock, build_canned_adapter, run_adapter
from tests.helpers.conformance_drivers import DRIVERS, PROTOCOL_OF, Driver, Record
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server

WRITERS = tuple(driver for driver in DRIVERS if driver.write is not None)
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
each_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda d: d.plugin)
each_writer = pytest.mark.parametrize("driver", WRITERS, ids=lambda d: d.plugin)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def loaded(driver: Driver, server: FaultyServer) -> Iterator[LoadedAdapter]:
    with run_adapter(driver.plugin, server.url, settings=driver.settings) as loaded:
        server.answer = driver.answer_good
        yield loaded


def write(driver: Driver, loaded: LoadedAdapter) -> object:
    assert driver.write is not None
    return driver.write(loaded.adapter)


# ==== good answers ====


@each_driver
def test_it_offers_the_protocol_of_its_capability(driver: Driver, loaded: LoadedAdapter) -> None:
    assert isinstance(loaded.adapter, PROTOCOL_OF[driver.plugin])


@each_driver
def test_a_good_list_and_a_good_record_are_read(driver: Driver, loaded: LoadedAdapter) -> None:
    expected = driver.record[driver.id_field]
    assert driver.ids(driver.read(loaded.adapter, "")) == [expected]
    assert driver.look(loaded.adapter) is not None


@each_driver
def test_the_key_goes_along_but_never_in_the_address(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    driver.read(loaded.adapter, "")
    assert SECRET not in str([(request.path, request.query) for request in server.requests])


@each_writer
def test_a_good_write_is_taken_once(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    assert write(driver, loaded) is not None
    assert [request.method for request in server.requests].count("POST") == 1


# ==== paging ====


def serve_pages(driver: Driver, server: FaultyServer, total: int) -> None:
    records = [{**copy.deepcopy(driver.record), driver.id_field: f"{n}"} for n in range(1, total + 1)]

    def answer(request: Request) -> Reply:
        page = driver.page_of(request)
        some = records[(page - 1) * driver.page_size : page * driver.page_size]
        return Reply(body=json.dumps(driver.total_in(driver.wrap(some), total, page, server.url)).encode())

    server.answer = answer


def read_all(driver: Driver, loaded: LoadedAdapter) -> list[str]:
    ids: list[str] = []
    cursor = ""
    for _ in range(50):
        page = driver.read(loaded.adapter, cursor)
        ids += driver.ids(page)
        cursor = page.cursor
        if not cursor:
            return ids
    raise AssertionError("it goes on for ever")


@each_driver
@pytest.mark.parametrize("total", [0, 1, 2, 3, 4, 5])
def test_every_page_is_read_once(driver: Driver, loaded: LoadedAdapter, server: FaultyServer, total: int) -> None:
    serve_pages(driver, server, total)
    assert sorted(read_all(driver, loaded)) == [f"{n}" for n in range(1, total + 1)]


@each_driver
def test_a_server_that_repeats_its_page_does_not_go_on_for_ever(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    first = [{**copy.deepcopy(driver.record), driver.id_field: n} for n in ("1", "2")]
    body = json.dumps(driver.total_in(driver.wrap(first), 2, 1, server.url)).encode()
    server.answer = lambda _request: Reply(body=body)
    assert set(read_all(driver, loaded)) == {"1", "2"}


@each_driver
def test_a_cursor_of_another_list_is_refused(driver: Driver, loaded: LoadedAdapter) -> None:
    with pytest.raises(InvalidInput):
        driver.read(loaded.adapter, "no cursor of ours")


# ==== statuses ====


@each_driver
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidInput),
        (401, AuthFailed),
        (403, Forbidden),
        (404, NotFound),
        (410, NotFound),
        (422, InvalidInput),
        (429, NotReady),
        (500, NotReady),
        (502, NotReady),
        (503, NotReady),
        (504, NotReady),
        (501, BadResponse),
        (304, BadResponse),
    ],
)
@pytest.mark.parametrize("body", [b"", HTML, b"{}", b"null", b"[]", b'{"error": {}}'])
def test_a_status_becomes_its_error(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer, status: int, kind: type[DesktopError], body: bytes
) -> None:
    server.answer = lambda _request: Reply(status=status, body=body)
    with pytest.raises(kind):
        driver.look(loaded.adapter)


@each_driver
def test_how_long_to_wait_is_passed_on(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(NotReady) as caught:
        driver.look(loaded.adapter)
    assert caught.value.retry_after == 3600


@each_driver
def test_a_date_to_wait_for_is_counted_from_the_servers_own_clock(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    server.answer = lambda _request: Reply(status=503, headers={"Retry-After": "Fri, 31 Dec 2066 23:59:59 GMT"})
    with pytest.raises(NotReady) as caught:
        driver.look(loaded.adapter)
    assert caught.value.retry_after == 86_400


@each_writer
@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_is_a_conflict_or_read_back(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer, status: int
) -> None:
    server.answer = lambda _request: Reply(status=status)
    with pytest.raises((RemoteConflict, OutcomeUnknown)):
        write(driver, loaded)


@each_writer
@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=502, body=HTML),
        Reply(status=504),
        Reply(drop=True),
        Reply(status=201, body=b'{"pay', length=500),
        Reply(status=200, body=HTML, media="text/html"),
        Reply(status=201, body=b""),
        Reply(status=201, body=b"nonsense"),
    ],
    ids=["500", "502", "504", "dropped", "cut", "html", "empty", "nonsense"],
)
def test_a_write_whose_answer_says_nothing_is_unknown(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer, reply: Reply
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(OutcomeUnknown):
        write(driver, loaded)


@each_writer
@pytest.mark.parametrize("status", [401, 403, 422])
def test_a_refused_write_is_refused(driver: Driver, loaded: LoadedAdapter, server: FaultyServer, status: int) -> None:
    server.answer = lambda _request: Reply(status=status)
    with pytest.raises((AuthFailed, Forbidden, InvalidInput)):
        write(driver, loaded)


# ==== bodies ====


@each_driver
@pytest.mark.parametrize(
    "body", [b"", HTML, b"null", b"true", b"17", b'"text"', b"{", b"[[[[", b"<a", b"<a/>", b"\xff\xfe"]
)
def test_a_body_that_is_no_answer_is_a_bad_response(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer, body: bytes
) -> None:
    server.answer = lambda _request: Reply(body=body, media="text/html")
    with pytest.raises(BadResponse):
        driver.look(loaded.adapter)


@each_driver
def test_a_body_nested_too_deeply_is_a_bad_response(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    deep = Reply(body=b"[" * 200_000 + b"]" * 200_000)
    server.answer = lambda _request: deep
    with pytest.raises(BadResponse):
        driver.look(loaded.adapter)


@each_driver
def test_a_body_cut_off_is_not_ready(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=driver.body([driver.record])[:20], length=9_999)
    with pytest.raises(NotReady):
        driver.look(loaded.adapter)


@each_driver
def test_a_wrong_charset_is_read_all_the_same(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    text = json.dumps(driver.look_body({**driver.record, "note": "Zo\u00eb"}), ensure_ascii=False)
    server.answer = lambda _request: Reply(body=text.encode("windows-1252"), media="application/json; charset=utf-8")
    assert driver.look(loaded.adapter) is not None


@each_driver
def test_unknown_fields_are_passed_over(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    more = {**driver.record, "new_in_2031": {"a": [1, {"b": None}]}}
    server.answer = lambda _request: Reply(body=json.dumps(driver.look_body(more)).encode())
    assert driver.look(loaded.adapter) is not None


ODD: tuple[Any, ...] = (
    None, "", "null", [], {}, [None], ["x"], [{}], {"a": "b"}, 0, -1, 17, 1.5, 1e400, True, "x", "\x00", "\u202e", "9" * 40,
    "2026-13-45T99:99:99Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59+23:59",
)  # fmt: skip


def iterate_odd(record: Record) -> Iterator[Record]:
    """The record with each field, also of the objects in it, absent or odd in every way."""
    for name, value in record.items():
        yield {key: kept for key, kept in record.items() if key != name}
        yield from ({**record, name: odd} for odd in ODD)
        inner = value if isinstance(value, dict) else {}
        yield from ({**record, name: changed} for changed in iterate_odd(inner))


@each_driver
def test_odd_values_are_read_or_refused_and_never_crash(driver: Driver) -> None:
    http = CannedHttp()
    adapter = build_canned_adapter(driver.plugin, http, settings=driver.settings)
    wrong: list[str] = []
    records = list(iterate_odd(driver.record))
    for record in records:
        http.body = driver.body([record])
        wrong += find_crash(driver, adapter, record)
    assert wrong == []
    assert len(records) > 200


def find_crash(driver: Driver, adapter: object, record: Record) -> list[str]:
    """What came out that is neither a page nor one of our errors."""
    try:
        with guard_errors("read"):
            driver.read(adapter, "")
    except DesktopError as error:
        typed = isinstance(error, AdapterError) and error.key != "plugin.crashed"
        return [] if typed else [f"{error!r} for {json.dumps(record)[:200]}"]
    return []


# ==== time ====


@each_driver
def test_a_dripping_body_ends_in_time(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    body = driver.body([driver.record])
    server.answer = lambda _request: Reply(body=body, drip_s=0.02)
    with call_scope(0.3), pytest.raises(NotReady):
        driver.look(loaded.adapter)


@each_driver
def test_a_call_that_is_called_off_ends(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(hold=threading.Event())
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with call_scope(30, cancel), pytest.raises(OperationCancelled):
        driver.look(loaded.adapter)
    timer.join()


@each_driver
@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_wrong_by_hours_does_no_harm(driver: Driver, server: FaultyServer, hours: int) -> None:
    clock = SetClock()
    clock.moment += timedelta(hours=hours)
    server.answer = driver.answer_good
    with run_adapter(driver.plugin, server.url, settings=driver.settings, clock=clock) as loaded:
        assert driver.ids(driver.read(loaded.adapter, "")) == [driver.record[driver.id_field]]


@each_driver
def test_the_same_answer_twice_gives_the_same_records(driver: Driver, loaded: LoadedAdapter) -> None:
    assert driver.read(loaded.adapter, "") == driver.read(loaded.adapter, "")
