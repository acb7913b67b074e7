"""Several jurisdictions of one endpoint: pulled all, kept apart, and each report sent to the right one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.api import Cases, TokenCases
from desktop.domain.cases import EventDraft
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId
from desktop.domain.places import Place
from plugins.open311.keeping_apart import read_areas, read_names
from tests.helpers.adapters import SetClock, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import a_record
from tests.plugins.open311.driver import DRAFT

NORTH, SOUTH = "north.example", "south.example"
SINCE = SetClock().now() - timedelta(days=2)
AREAS = f"{NORTH}: Abbey, Mill Hill; {SOUTH}: Castle"


class Two:
    """An endpoint of two councils that number their requests alike."""

    def __init__(self, server: FaultyServer) -> None:
        self.server = server
        self.services = {NORTH: ["POT", "LAMP"], SOUTH: ["POT"]}
        self.records: dict[str, list[dict[str, Any]]] = {
            NORTH: [
                a_record(
                    service_request_id="1",
                    description="north",
                    extended_attributes={"account_id": "7", "first_name": "Ann"},
                )
            ],
            SOUTH: [
                a_record(
                    service_request_id="1",
                    description="south",
                    extended_attributes={"account_id": "7", "first_name": "Ann"},
                )
            ],
        }
        server.answer = self.answer

    def answer(self, request: Request) -> Reply:
        name = (request.query.get("jurisdiction_id") or request.form.get("jurisdiction_id") or ["?"])[0]
        if name not in self.records:
            return Reply(status=404, body=b'[{"code": 404, "description": "jurisdiction_id was not found"}]')
        path = request.path.partition(".")[0]
        if path == "/services":
            listed: list[Any] = [{"service_code": code, "metadata": False} for code in self.services[name]]
        elif path.startswith("/requests") and request.method == "POST":
            listed = [{"token": "t/1"}] if request.form["service_code"] == ["LAMP"] else [{"service_request_id": "9"}]
        elif path.startswith("/tokens"):
            listed = [{"service_request_id": "", "token": "t/1"}]
        elif path.startswith("/servicerequestupdates"):
            at = SetClock().now().isoformat()
            listed = [{"update_id": "u", "service_request_id": "1", "updated_datetime": at}]
        elif path.startswith("/services/"):
            return Reply(status=404, body=b"[]")
        else:
            listed = [] if "page" in request.query else self.records[name]
        return Reply(body=json.dumps(listed).encode())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        Two(server)
        yield server


@contextmanager
def run_two(server: FaultyServer, **more: str) -> Iterator[Cases]:
    settings = {"format": "json", "changes": "window", "jurisdiction_id": f"{NORTH}, {SOUTH}", **more}
    with run_adapter("open311", server.url, settings=settings) as loaded:
        assert isinstance(loaded.adapter, Cases)
        yield loaded.adapter


def list_all(read: Any) -> list[Any]:
    page = read("")
    items = list(page.items)
    while page.cursor:
        page = read(page.cursor)
        items += page.items
    return items


def test_both_are_pulled_and_their_ids_kept_apart(server: FaultyServer) -> None:
    with run_two(server) as adapter:
        cases = list_all(lambda cursor: adapter.changed(SINCE, cursor))
        events = list_all(lambda cursor: adapter.events(SINCE, cursor))
    assert [(case.outside_id, case.reference, case.description) for case in cases] == [
        (f"{NORTH}/1", "1", "north"), (f"{SOUTH}/1", "1", "south"),
    ]  # fmt: skip
    assert [case.service_code for case in cases] == [f"{NORTH}/POT", f"{SOUTH}/POT"]
    assert [case.reporter.outside_id for case in cases if case.reporter] == [f"{NORTH}/7", f"{SOUTH}/7"]
    assert [(e.outside_id, e.case_id) for e in events] == [(f"{NORTH}/u", f"{NORTH}/1"), (f"{SOUTH}/u", f"{SOUTH}/1")]


def test_a_service_says_whose_it_is_and_one_case_is_read_there(server: FaultyServer) -> None:
    with run_two(server) as adapter:
        types = {kind.code: kind.name for kind in adapter.types()}
        assert adapter.get(OutsideId(f"{SOUTH}/1")).description == "south"
    assert types == {
        f"{NORTH}/POT": f"POT ({NORTH})", f"{NORTH}/LAMP": f"LAMP ({NORTH})", f"{SOUTH}/POT": f"POT ({SOUTH})",
    }  # fmt: skip


def posted(server: FaultyServer) -> dict[str, list[str]]:
    return next(request.form for request in reversed(server.requests) if request.method == "POST")


def test_a_report_goes_to_the_jurisdiction_of_its_service(server: FaultyServer) -> None:
    with run_two(server) as adapter:
        made = adapter.create(replace(DRAFT, service_code=f"{SOUTH}/POT", answers={}), "key-1")
    assert made.outside_id == f"{SOUTH}/9"
    assert (posted(server)["jurisdiction_id"], posted(server)["service_code"]) == ([SOUTH], ["POT"])


@pytest.mark.parametrize(
    ("code", "ward", "goes_to"),
    [
        (f"{NORTH}/POT", "Castle", SOUTH),
        (f"{NORTH}/POT", " mill hill ", NORTH),
        (f"{SOUTH}/POT", "Abbey", NORTH),
        (f"{NORTH}/LAMP", "Castle", NORTH),
        (f"{SOUTH}/POT", "Elsewhere", SOUTH),
    ],
)
def test_a_report_goes_where_its_ward_lies_if_the_service_is_there(
    server: FaultyServer, code: str, ward: str, goes_to: str
) -> None:
    draft = replace(DRAFT, service_code=code, place=replace(DRAFT.place or Place(), ward=ward), answers={})
    with run_two(server, areas=AREAS) as adapter:
        adapter.create(draft, "key-1")
    assert posted(server)["jurisdiction_id"] == [goes_to]


def test_tokens_updates_and_looking_back_stay_in_their_jurisdiction(server: FaultyServer) -> None:
    with run_two(server) as adapter:
        made = adapter.create(replace(DRAFT, service_code=f"{NORTH}/LAMP", answers={}), "key-1")
        assert (made.outside_id, made.token) == ("", f"{NORTH}/t/1")
        assert isinstance(adapter, TokenCases)
        assert adapter.find_by_token(made.token) == ""
        assert server.requests[-1].path == "/tokens/t%2F1.json"
        assert server.requests[-1].query["jurisdiction_id"] == [NORTH]
        adapter.find_event(OutsideId(f"{SOUTH}/1"), "k", SINCE)
        assert server.requests[-1].query["jurisdiction_id"] == [SOUTH]
        with pytest.raises(InvalidInput):
            adapter.update(OutsideId(f"{SOUTH}/1"), {"title": "x"}, "", "k")


@pytest.mark.parametrize("id", ["1", "east.example/1", f"{NORTH}/", "/1"])
def test_an_id_of_no_jurisdiction_of_the_settings_is_refused(server: FaultyServer, id: str) -> None:
    with run_two(server) as adapter, pytest.raises(InvalidInput, match="belongs to no jurisdiction"):
        adapter.add_event(OutsideId(id), EventDraft(text="Seen"), "k")


@pytest.mark.parametrize("cursor", ["x", "7 ", "-1 x"])
def test_a_place_in_no_jurisdiction_is_refused(server: FaultyServer, cursor: str) -> None:
    with run_two(server) as adapter, pytest.raises(InvalidInput):
        adapter.changed(SINCE, cursor)


def test_one_jurisdiction_has_its_ids_as_they_are(server: FaultyServer) -> None:
    with run_two(server, jurisdiction_id=SOUTH) as adapter:
        (case,) = adapter.changed(SINCE).items
        assert (case.outside_id, case.service_code) == ("1", "POT")
        assert {kind.code for kind in adapter.types()} == {"POT"}


def test_the_connection_test_counts_each_and_warns_of_areas_of_none(server: FaultyServer) -> None:
    with run_two(server, areas=f"{AREAS}; west.example: Weir") as adapter:
        diagnosis = adapter.check()  # type: ignore[attr-defined]
    assert (diagnosis.facts[f"services of {NORTH}"], diagnosis.facts[f"services of {SOUTH}"]) == ("2", "1")
    assert diagnosis.warnings == ("Areas name west.example, which is no jurisdiction of the settings.",)


def test_names_and_areas_are_read_however_they_are_spaced() -> None:
    assert read_names(" a.example ,b.example,, a.example") == ("a.example", "b.example")
    assert read_names("  ") == ("",)
    assert read_areas("a.example:Abbey ,Mill;; b.example : Castle; nonsense") == {
        "abbey": "a.example", "mill": "a.example", "castle": "b.example",
    }  # fmt: skip
