"""Services in both shapes: hours, costs, ages, staleness, search and pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from desktop.adapters.api import Directory
from desktop.adapters.capabilities import Checked
from desktop.domain.directory import Cost
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point
from plugins.open_referral.mapping import find_oldest
from plugins.open_referral.parts import build_costs
from plugins.open_referral.schedules import build_opening
from tests.helpers.adapters import SPECS, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.open_referral.driver import OLDER, SERVICE, wrap

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")
WHOLE = OutsideId("svc-1")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def directory(server: FaultyServer) -> Iterator[Directory]:
    with run_adapter("open_referral", server.url) as loaded:
        assert isinstance(loaded.adapter, Directory)
        yield loaded.adapter


@pytest.fixture
def older(server: FaultyServer) -> Iterator[Directory]:
    with run_adapter("open_referral", server.url, settings={"shape": "1"}) as loaded:
        assert isinstance(loaded.adapter, Directory)
        yield loaded.adapter


def answer(server: FaultyServer, tree: object, status: int = 200) -> None:
    server.answer = lambda _request: Reply(status=status, body=json.dumps(tree).encode())


# ==== opening hours ====


@pytest.mark.parametrize(
    ("schedule", "text", "rule"),
    [
        ({"freq": "WEEKLY", "byday": "TH,FR", "opens_at": "10:00:00", "closes_at": "18:00"}, "Thursday and Friday, 10:00 to 18:00", "FREQ=WEEKLY;BYDAY=TH,FR"),
        ({"freq": "weekly", "interval": "2", "byday": "mo", "dtstart": "2026-01-05"}, "Every 2 weeks on Monday, from 5 January 2026", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ({"freq": "MONTHLY", "byday": "2TU,-1FR", "opens_at": "9:30Z"}, "On the second Tuesday and last Friday of the month, from 09:30", "FREQ=MONTHLY;BYDAY=2TU,-1FR"),
        ({"freq": "MONTHLY", "bymonthday": "1,22,-1", "closes_at": "12:00+01:00"}, "On the 1st, 22nd and last day of the month, until 12:00", "FREQ=MONTHLY;BYMONTHDAY=1,22,-1"),
        ({"freq": "WEEKLY", "bymonthday": "2", "until": "2026-12-24"}, "Every week, until 24 December 2026", "FREQ=WEEKLY;UNTIL=20261224"),
        ({"freq": "MONTHLY", "interval": 3}, "Every 3 months", "FREQ=MONTHLY;INTERVAL=3"),
        ({"freq": "WEEKLY", "byday": "TU", "count": "6", "dtstart": "2026-01-06"}, "Tuesday, 6 times, from 6 January 2026", "FREQ=WEEKLY;COUNT=6;BYDAY=TU"),
        ({"freq": "WEEKLY", "byday": "TU", "count": 1}, "Tuesday, once", "FREQ=WEEKLY;COUNT=1;BYDAY=TU"),
        ({"freq": "WEEKLY", "byday": "TU", "count": 6, "until": "2026-02-01"}, "Tuesday, until 1 February 2026", "FREQ=WEEKLY;UNTIL=20260201;BYDAY=TU"),
        ({"freq": "WEEKLY", "interval": 2, "wkst": "su", "byday": "SU,TU"}, "Every 2 weeks on Sunday and Tuesday", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU"),
        ({"freq": "WEEKLY", "byday": "MO", "byweekno": "1,27"}, "Monday, in the 1st and 27th week of the year", ""),
        ({"freq": "YEARLY", "byday": "MO", "byweekno": "1,-1,99"}, "Monday, in the 1st and last week of the year", "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=1,-1"),
        ({"freq": "YEARLY", "byyearday": "111,-1"}, "Every year, on the 111th and last day of the year", "FREQ=YEARLY;BYYEARDAY=111,-1"),
        ({"byday": "Monday"}, "Monday", ""),
        ({"description": "Ring first.", "opens_at": "25:00", "byday": "XX", "freq": "SOMETIMES"}, "Ring first", ""),
    ],
)  # fmt: skip
def test_a_schedule_is_said_in_words_and_as_a_rule(schedule: dict[str, object], text: str, rule: str) -> None:
    opening = build_opening(schedule)
    assert opening is not None
    assert (opening.text, opening.rule) == (text, rule)


def test_a_schedule_also_comes_in_parts() -> None:
    opening = build_opening(
        {"freq": "WEEKLY", "byday": "SA,MO", "opens_at": "9:00", "closes_at": "17:30Z", "valid_from": "2026-04-01", "until": "2026-06-30"}
    )  # fmt: skip
    assert opening is not None
    assert (opening.days, opening.opens, opening.closes) == ((1, 6), "09:00", "17:30")
    assert (opening.starts, opening.ends) == (date(2026, 4, 1), date(2026, 6, 30))
    assert build_opening({"id": "says nothing"}) is None


# ==== costs ====


@pytest.mark.parametrize(
    ("option", "cost"),
    [
        ({"amount": 2.5, "amount_description": "each session", "option": "Adults"}, Cost(text="£2.50 each session (Adults)", pence=250)),
        ({"amount": "1,200", "option": "Whole course"}, Cost(text="£1,200 (Whole course)", pence=120_000)),
        ({"amount": 0}, Cost(text="Free", pence=0)),
        ({"amount": 0.004}, Cost(text="£0.00")),
        ({"amount": 7, "currency": "EUR"}, Cost(text="7 EUR")),
        ({"amount": None, "option": "Ask at the desk"}, Cost(text="Ask at the desk")),
        ({"amount": -3, "amount_description": "a week"}, Cost(text="a week")),
    ],
)  # fmt: skip
def test_a_price_is_pence_only_where_it_is_a_plain_amount_in_pounds(option: dict[str, object], cost: Cost) -> None:
    assert build_costs({"cost_options": [option]}) == (cost,)


# ==== one service ====


def test_a_service_is_read_whole(server: FaultyServer, directory: Directory) -> None:
    answer(server, SERVICE)
    found = directory.service(WHOLE)
    assert (found.phone, found.languages, found.areas) == ("01632 960101", ("English",), ("Citytown",))
    assert [(term.id, term.name, term.taxonomy) for term in found.terms] == [("term-1", "Crafts", "esd")]
    assert found.organisation.numbers == ("GB-CHC-999001",)
    assert [cost.text for cost in found.costs] == ["£2.50 each session (Adults)", "A pound for the tea."]
    assert found.places[0].uprn == "990000000017"
    assert found.warnings == ()


def test_the_older_shape_of_a_service_is_read_too(server: FaultyServer, older: Directory) -> None:
    answer(server, OLDER)
    found = older.service(OutsideId("svc-9"))
    assert (found.eligibility.min_age, found.eligibility.max_age, found.eligibility.text) == (60, 120, "Older people")
    assert [(o.text, o.days) for o in found.openings] == [("Monday, 09:30 to 24:00", (1,))]
    assert [(term.id, term.taxonomy) for term in found.terms] == [("esdServiceTypes:1", "esdServiceTypes")]
    assert (found.areas, found.places[0].address) == (("Abbey ward",), "2 Hill Road")


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"assured_date": "2026-03-13"}, "This record was last checked on 13 March 2026: ask before you rely on it."),
        ({"assured_date": None}, "The directory does not say when this record was last checked."),
        ({"status": "defunct"}, "The directory says that this service has ended."),
        ({"status": "temporarily closed"}, "The directory says that this service is closed for now."),
        ({"alert": "No session on 5 October."}, "No session on 5 October."),
    ],
)
def test_what_cannot_be_relied_on_carries_a_warning(
    server: FaultyServer, directory: Directory, change: Mapping[str, object], warning: str
) -> None:
    answer(server, {**SERVICE, **change})
    assert directory.service(WHOLE).warnings == (warning,)


def test_a_record_is_fresh_up_to_six_months_to_the_day(server: FaultyServer, directory: Directory) -> None:
    answer(server, {**SERVICE, "assured_date": "2026-03-14"})
    assert directory.service(WHOLE).warnings == ()
    assert find_oldest(date(2026, 8, 31)) == date(2026, 2, 28)
    assert find_oldest(date(2026, 3, 1)) == date(2025, 9, 1)


def test_an_unknown_service_is_not_found(server: FaultyServer, directory: Directory) -> None:
    answer(server, {"message": "No such service."}, status=404)
    with pytest.raises(NotFound) as caught:
        directory.service(WHOLE)
    assert caught.value.hint == "No such service."


def test_an_id_that_is_none_is_not_asked_for(server: FaultyServer, directory: Directory) -> None:
    with pytest.raises(InvalidInput):
        directory.service(OutsideId("../../admin"))
    assert server.requests == []


# ==== search ====


def test_words_term_and_postcode_are_asked_as_the_standard_names_them(
    server: FaultyServer, directory: Directory
) -> None:
    answer(server, wrap([]))
    directory.services("knitting", terms=("term-1",))
    directory.services("knitting", postcode="CY4 2LT", radius=800)
    sent = [(request.path, {k: v[0] for k, v in request.query.items()}) for request in server.requests]
    assert sent == [
        ("/services", {"search": "knitting", "taxonomy_term_id": "term-1", "page": "1", "per_page": "50"}),
        ("/service_at_locations", {"search": "knitting", "postcode": "CY4 2LT", "proximity": "800", "page": "1", "per_page": "50"}),
    ]  # fmt: skip


def test_the_older_shape_is_asked_by_its_own_names(server: FaultyServer, older: Directory) -> None:
    answer(server, {"totalElements": 1, "totalPages": 1, "number": 1, "last": True, "content": [OLDER]})
    page = older.services("lunch", terms=("esdServiceTypes:1",), postcode="CY4 2LT")
    assert [service.name for service in page.items] == ["Lunch club"]
    request = server.requests[0]
    assert request.path == "/services"
    assert (request.query["text"], request.query["taxonomy_id"]) == (["lunch"], ["esdServiceTypes:1"])
    assert request.query["proximity"] == ["5000"]


def find_unknown_params(request: Request) -> list[str]:
    """What of a request its contract does not name."""
    tree: Any = json.loads((SPECS / "open-referral-uk" / "uk-schema" / "openapi.json").read_text("utf-8"))
    known = {}
    for parameter in tree["paths"][request.path]["get"].get("parameters", []):
        named = tree["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        known[named["name"]] = named["schema"]
    faults = [name for name in request.query if name not in known]
    for name, values in request.query.items():
        schema = known.get(name, {})
        value: object = int(values[0]) if schema.get("type") in {"integer", "number"} else values[0]
        faults += [error.message for error in OAS30Validator(schema).iter_errors(value)] if len(values) == 1 else [name]
    return faults


@needs_specs
def test_every_list_is_asked_as_the_official_contract_says(server: FaultyServer, directory: Directory) -> None:
    answer(server, wrap([]))
    directory.services("knitting", terms=("term-1",), age=17)
    directory.services("knitting", postcode="CY4 2LT", near=Point(lat=51.5, lon=-1.25))
    directory.terms()
    assert [find_unknown_params(request) for request in server.requests] == [[], [], []]
    planted = Request("GET", "/services", {"postcode": ["CY4 2LT"]}, {}, b"")
    assert find_unknown_params(planted) == ["postcode"]


@pytest.mark.parametrize(("age", "found"), [(15, []), (16, ["svc-1"]), (None, ["svc-1"])])
def test_a_service_that_is_not_for_an_age_is_left_out(
    server: FaultyServer, directory: Directory, age: int | None, found: list[str]
) -> None:
    answer(server, wrap([SERVICE]))
    assert [service.outside_id for service in directory.services(age=age).items] == found


def at(id: str, lat: float, lon: float = -1.25) -> dict[str, object]:
    location = {"id": f"loc-{lat}", "name": f"Hall {lat}", "latitude": lat, "longitude": lon}
    return {"id": f"sal-{id}-{lat}", "location": location, "service": {"id": id, "name": id, "status": "active"}}


def test_near_a_point_what_is_too_far_or_nowhere_is_left_out_and_the_nearest_comes_first(
    server: FaultyServer, directory: Directory
) -> None:
    nowhere = {"id": "sal", "service": {"id": "line", "name": "Helpline"}}
    answer(server, wrap([at("far", 51.6), at("near", 51.504), at("here", 51.5), nowhere]))
    page = directory.services(near=Point(lat=51.5, lon=-1.25), radius=1_000)
    assert [(s.outside_id, round(s.distance_m or 0)) for s in page.items] == [("here", 0), ("near", 445)]


def test_a_service_at_two_places_comes_once_with_both(server: FaultyServer, directory: Directory) -> None:
    answer(server, wrap([at("a", 51.5), at("b", 51.5), at("a", 51.51)]))
    page = directory.services(postcode="CY4 2LT")
    assert [(s.outside_id, len(s.places)) for s in page.items] == [("a", 2), ("b", 1)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"terms": ("a", "b")}, "terms"),
        ({"postcode": "CY4"}, "postcode"),
        ({"radius": -1.0}, "radius"),
        ({"cursor": "0/x"}, "cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_field(
    server: FaultyServer, directory: Directory, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        directory.services(**asked)
    assert caught.value.field == field
    assert server.requests == []


def test_the_older_shape_is_not_searched_by_a_point_and_says_so(older: Directory) -> None:
    with pytest.raises(InvalidInput) as caught:
        older.services(near=Point(lat=51.5, lon=-1.25))
    assert caught.value.field == "postcode"


def test_a_list_that_says_nothing_of_pages_ends_with_one_that_is_not_full(
    server: FaultyServer, directory: Directory
) -> None:
    answer(server, {"content": [SERVICE] * 50})
    assert directory.services().cursor == "2/svc-1"
    answer(server, {"content": [SERVICE] * 49})
    assert directory.services().cursor == ""


def test_a_service_without_a_name_is_left_out_by_its_id_and_the_others_come(
    server: FaultyServer, directory: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    answer(server, wrap([at("a", 51.5), {"id": "sal-2", "service_id": "nameless"}, at("b", 51.5)]))
    with caplog.at_level(logging.WARNING):
        page = directory.services(postcode="CY4 2LT")
    assert [service.outside_id for service in page.items] == ["a", "b"]
    assert "'nameless'" in caplog.text


# ==== terms and check ====


def test_a_term_that_names_its_taxonomy_by_id_gets_its_name(server: FaultyServer, directory: Directory) -> None:
    pages = {
        "taxonomy_terms": wrap([{"id": "t", "name": "Crafts", "taxonomy_id": "x"}, {"id": "", "name": "none"}]),
        "taxonomies": wrap([{"id": "x", "name": "Things to do"}]),
    }
    server.answer = lambda request: Reply(body=json.dumps(pages[request.path.strip("/")]).encode())
    terms = directory.terms().items
    assert [(term.name, term.taxonomy) for term in terms] == [("Crafts", "Things to do")]


def test_the_connection_test_says_the_version_and_what_will_bite(server: FaultyServer, directory: Directory) -> None:
    assert isinstance(directory, Checked)
    stale = {**SERVICE, "assured_date": "2020-01-01"}
    pages = {"": {"version": "1.0"}, "services": wrap([SERVICE, stale, {"name": "no id"}])}
    server.answer = lambda request: Reply(body=json.dumps(pages[request.path.strip("/")]).encode())
    diagnosis = directory.check()
    assert diagnosis.facts == {"version": "1.0", "services": "3"}
    assert [warning.partition(":")[0] for warning in diagnosis.warnings] == [
        "Its version is 1.0",
        "1 of the first 2 services come with a warning, such as an old record.",
        "1 services have no id or name and are left out.",
    ]
