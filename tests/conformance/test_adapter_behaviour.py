"""One behaviour for every plugin: how it meets the faults that every outside API has."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.api import PROTOCOLS, find_part
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
from tests.helpers.conformance_drivers import Driver, Record, load_drivers, paging_of, part_of
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.helpers.plugin_parts import PLUGINS, load_parts

DRIVERS = load_drivers()
WRITERS = tuple(driver for driver in DRIVERS if driver.write is not None)
LISTERS = tuple(driver for driver in DRIVERS if driver.paging is not None)
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
each_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda d: d.name)
each_lister = pytest.mark.parametrize("driver", LISTERS, ids=lambda d: d.name)
each_writer = pytest.mark.parametrize("driver", WRITERS, ids=lambda d: d.name)


@pytest.fixture(autouse=True)
def left_out(request: pytest.FixtureRequest) -> None:
    """Skips, by name and with its reason, what cannot hold for an API."""
    driver = request.node.callspec.params.get("driver") if hasattr(request.node, "callspec") else None
    if isinstance(driver, Driver) and request.node.originalname in driver.leaves_out:
        pytest.skip(f"{driver.name}: {driver.leaves_out[request.node.originalname]}")


def write(driver: Driver, loaded: LoadedAdapter) -> object:
    assert driver.write is not None
    return driver.write(part_of(driver, loaded))


# ==== good answers ====


@each_driver
def test_it_offers_the_protocol_of_its_capability(driver: Driver, loaded: LoadedAdapter) -> None:
    assert isinstance(part_of(driver, loaded), PROTOCOLS[driver.capability])


@each_driver
def test_a_good_record_is_read(driver: Driver, loaded: LoadedAdapter) -> None:
    assert driver.look(part_of(driver, loaded)) is not None


@each_lister
def test_a_good_list_is_read(driver: Driver, loaded: LoadedAdapter) -> None:
    paging = paging_of(driver)
    assert paging.ids(paging.read(part_of(driver, loaded), "")) == [driver.record[driver.id_field]]


@each_driver
def test_the_key_goes_along_but_never_in_the_address(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    driver.look(part_of(driver, loaded))
    assert SECRET not in str([(request.path, request.query) for request in server.requests])


@each_writer
def test_a_good_write_is_taken_once(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    assert write(driver, loaded) is not None
    assert [request.method for request in server.requests].count(driver.write_method) == 1


# ==== paging ====


def serve_pages(driver: Driver, server: FaultyServer, total: int) -> None:
    paging = paging_of(driver)
    records = [{**copy.deepcopy(driver.record), driver.id_field: driver.number(n)} for n in range(1, total + 1)]

    def answer(request: Request) -> Reply:
        page = paging.page_of(request)
        some = records[(page - 1) * paging.size : page * paging.size]
        tree = paging.total_in(paging.wrap(some), total, page, server.url)
        return Reply(body=driver.encode(tree), media=driver.media)

    server.answer = answer


def read_all(driver: Driver, loaded: LoadedAdapter) -> list[str]:
    paging, part = paging_of(driver), part_of(driver, loaded)
    ids: list[str] = []
    cursor = ""
    for _ in range(50):
        page = paging.read(part, cursor)
        ids += paging.ids(page)
        cursor = page.cursor
        if not cursor:
            return ids
    raise AssertionError("it goes on for ever")


@each_lister
@pytest.mark.parametrize("total", [0, 1, 2, 3, 4, 5])
def test_every_page_is_read_once(driver: Driver, loaded: LoadedAdapter, server: FaultyServer, total: int) -> None:
    serve_pages(driver, server, total)
    assert sorted(read_all(driver, loaded)) == sorted(driver.number(n) for n in range(1, total + 1))


@each_lister
def test_a_server_that_repeats_its_page_does_not_go_on_for_ever(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    paging = paging_of(driver)
    numbers = [driver.number(n) for n in (1, 2)]
    first = [{**copy.deepcopy(driver.record), driver.id_field: n} for n in numbers]
    body = driver.encode(paging.total_in(paging.wrap(first), 2, 1, server.url))
    server.answer = lambda _request: Reply(body=body, media=driver.media)
    assert set(read_all(driver, loaded)) == set(numbers)


@each_lister
def test_a_cursor_of_another_list_is_refused(driver: Driver, loaded: LoadedAdapter) -> None:
    if not paging_of(driver).refuses:
        pytest.skip(f"{driver.name}: its cursors are not told from others")
    with pytest.raises(InvalidInput):
        paging_of(driver).read(part_of(driver, loaded), "no cursor of ours")


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
    expected = driver.statuses.get(status, kind)
    with pytest.raises(expected) if expected else nullcontext():
        driver.look(part_of(driver, loaded))


@each_driver
def test_how_long_to_wait_is_passed_on(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(NotReady) as caught:
        driver.look(part_of(driver, loaded))
    assert caught.value.retry_after == 3600


@each_driver
def test_a_date_to_wait_for_is_counted_from_the_servers_own_clock(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    server.answer = lambda _request: Reply(status=503, headers={"Retry-After": "Fri, 31 Dec 2066 23:59:59 GMT"})
    with pytest.raises(NotReady) as caught:
        driver.look(part_of(driver, loaded))
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
        Reply(status=503, body=HTML),
        Reply(status=504),
        Reply(status=524, body=HTML),
        Reply(status=302),
        Reply(drop=True),
        Reply(status=201, body=b'{"pay', length=500),
        Reply(status=200, body=HTML, media="text/html"),
        Reply(status=201, body=b""),
        Reply(status=201, body=b"nonsense"),
    ],
    ids=["500", "502", "503", "504", "524", "302", "dropped", "cut", "html", "empty", "nonsense"],
)
def test_a_write_whose_answer_says_nothing_is_unknown(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer, reply: Reply
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(OutcomeUnknown):
        write(driver, loaded)


@each_writer
def test_a_server_that_says_when_to_come_back_has_taken_nothing(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    server.answer = lambda _request: Reply(status=503, headers={"Retry-After": "3600"})
    with pytest.raises(NotReady) as caught:
        write(driver, loaded)
    assert caught.value.retry_after == 3600


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
        driver.look(part_of(driver, loaded))


@each_driver
def test_a_body_nested_too_deeply_is_a_bad_response(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    deep = Reply(body=b"[" * 200_000 + b"]" * 200_000)
    server.answer = lambda _request: deep
    with pytest.raises(BadResponse):
        driver.look(part_of(driver, loaded))


@each_driver
def test_a_body_cut_off_is_not_ready(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=driver.body([driver.record])[:20], length=9_999, media=driver.media)
    with pytest.raises(NotReady):
        driver.look(part_of(driver, loaded))


@each_driver
def test_a_wrong_charset_is_read_all_the_same(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    tree = driver.look_body({**driver.record, "note": "Zo\u00eb"})
    text = json.dumps(tree, ensure_ascii=False) if driver.media == "application/json" else driver.encode(tree).decode()
    media = f"{driver.media}; charset=utf-8"
    server.answer = lambda _request: Reply(body=text.encode("windows-1252", "xmlcharrefreplace"), media=media)
    assert driver.look(part_of(driver, loaded)) is not None


@each_driver
def test_unknown_fields_are_passed_over(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    body = driver.encode(driver.look_body({**driver.record, "new_in_2031": {"a": [1, {"b": None}]}}))
    server.answer = lambda _request: Reply(body=body, media=driver.media)
    assert driver.look(part_of(driver, loaded)) is not None


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
    http = CannedHttp(driver.aside, media=driver.media)
    adapter = build_canned_adapter(driver.plugin, http, settings=driver.settings, secrets=driver.secrets)
    part = find_part(adapter, driver.capability)
    wrong: list[str] = []
    records = list(iterate_odd(driver.record))
    for record in records:
        http.body = driver.body([record])
        wrong += find_crash(driver, part, record)
    assert wrong == []
    assert len(records) > driver.odd_after


def find_crash(driver: Driver, part: object, record: Record) -> list[str]:
    """What came out that is neither a page nor one of our errors."""
    try:
        with guard_errors("read"):
            driver.paging.read(part, "") if driver.paging else driver.look(part)
    except DesktopError as error:
        typed = isinstance(error, AdapterError) and error.key != "plugin.crashed"
        return [] if typed else [f"{error!r} for {json.dumps(record)[:200]}"]
    return []


# ==== time ====


@each_driver
def test_a_dripping_body_ends_in_time(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    body = driver.body([driver.record])
    server.answer = lambda _request: Reply(body=body, drip_s=0.02, media=driver.media)
    with call_scope(0.3), pytest.raises(NotReady):
        driver.look(part_of(driver, loaded))


@each_driver
def test_a_call_that_is_called_off_ends(driver: Driver, loaded: LoadedAdapter, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(hold=threading.Event())
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with call_scope(30, cancel), pytest.raises(OperationCancelled):
        driver.look(part_of(driver, loaded))
    timer.join()


@each_driver
@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_wrong_by_hours_does_no_harm(driver: Driver, server: FaultyServer, hours: int) -> None:
    clock = SetClock()
    clock.moment += timedelta(hours=hours)
    server.answer, server.aside = driver.answer_good, driver.aside
    with run_adapter(
        driver.plugin, server.url, settings=driver.settings, secrets=driver.secrets, clock=clock
    ) as loaded:
        assert driver.look(part_of(driver, loaded)) is not None


@each_driver
def test_the_same_answer_twice_gives_the_same_records(driver: Driver, loaded: LoadedAdapter) -> None:
    part = part_of(driver, loaded)
    assert driver.look(part) == driver.look(part)


def test_every_plugin_is_driven_or_says_why_not() -> None:
    driven = {driver.plugin for driver in DRIVERS}
    exempt = {parts.__name__.split(".")[2] for parts in load_parts("driver") if getattr(parts, "EXEMPT", "")}
    assert set(PLUGINS) == driven | exempt
