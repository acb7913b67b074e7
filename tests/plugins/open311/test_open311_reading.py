"""Open311 read from servers of every kind that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.adapters.api import Cases
from desktop.domain.cases import Case, Datatype, Event, EventDraft, Phase
from desktop.domain.errors import (
    AuthFailed,
    BadResponse,
    Forbidden,
    InvalidInput,
    NotFound,
)
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.places import Place, Point
from tests.helpers.adapters import SECRET, SetClock
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.helpers.open311_server import a_record, as_json, by_path, run
from tests.plugins.open311.driver import OPEN311_RECORD

NOW = SetClock().now()
SINCE = NOW - timedelta(days=2)
ID = OutsideId("W-1")
EMPTY = Reply(body=b"[]")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


# ==== services ====

SERVICES = b"""<?xml version="1.0" encoding="utf-8"?><services>
<service><service_code>POT</service_code><service_name> Pothole </service_name><metadata>true</metadata><type>Realtime</type>
<keywords>road, hole</keywords><groups><group>Roads</group><group>Other</group></groups></service>
<service><service_code>OLD</service_code><service_name>Old</service_name><keywords>inactive,staff</keywords></service>
</services>"""
DEFINITION = b"""<service_definition><service_code>POT</service_code><attributes>
<attribute><variable>true</variable><code>WHEN</code><datatype>datetime</datatype><required>true</required><order>2</order>
<description>When?</description></attribute>
<attribute><variable>false</variable><code/><datatype>text</datatype><order>1</order><description>Read this.</description></attribute>
<attribute><variable>true</variable><code>MANY</code><datatype>multivaluelist</datatype><order>3</order><description>Which?</description>
<values><value><key>a</key><name>A</name></value></values></attribute>
<attribute><variable>true</variable><code>ODD</code><datatype>hologram</datatype><order>4</order></attribute>
</attributes></service_definition>"""


def test_services_come_with_their_questions_in_order(server: FaultyServer) -> None:
    server.answer = lambda r: Reply(body=DEFINITION if "services/" in r.path else SERVICES, media="text/xml")
    with run(server, format="xml") as adapter:
        (pothole,) = adapter.types()
    assert (pothole.code, pothole.name, pothole.group, pothole.mode) == ("POT", "Pothole", "Roads", "realtime")
    assert pothole.keywords == ("road", "hole")
    assert "in progress" in pothole.statuses
    assert [(q.code, q.datatype, q.required, q.variable) for q in pothole.questions] == [
        ("", Datatype.TEXT, False, False),
        ("WHEN", Datatype.DATETIME, True, True),
        ("MANY", Datatype.MULTI, False, True),
        ("ODD", Datatype.STRING, False, True),
    ]
    assert [choice.name for choice in pothole.questions[2].choices] == ["A"]


def test_a_server_without_updates_has_no_statuses_to_set(server: FaultyServer) -> None:
    server.answer = by_path(services=as_json({"service_code": "A", "metadata": False}))
    with run(server, updates="none") as adapter:
        assert adapter.types()[0].statuses == ()
        assert adapter.events().items == ()
        with pytest.raises(InvalidInput):
            adapter.add_event(ID, EventDraft(text="x"), "k")


def test_an_entity_in_xml_is_refused(server: FaultyServer) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><services><service><service_code>&a;</service_code></service></services>'
    server.answer = lambda _r: Reply(body=bomb, media="text/xml")
    with run(server, format="xml") as adapter, pytest.raises(BadResponse, match="not allowed"):
        adapter.types()


def test_xml_in_a_wrong_charset_is_read(server: FaultyServer) -> None:
    text = '<?xml version="1.0" encoding="utf-8"?><services><service><service_code>Z</service_code><service_name>Zo\u00eb</service_name></service></services>'
    server.answer = lambda _r: Reply(body=text.encode("windows-1252"), media="text/xml")
    with run(server, format="xml") as adapter:
        assert adapter.types()[0].name == "Zo\u00eb"


def test_xml_nested_too_deeply_is_refused(server: FaultyServer) -> None:
    server.answer = lambda _r: Reply(body=b"<services>" + b"<a>" * 5_000 + b"x" + b"</a>" * 5_000 + b"</services>")
    with run(server, format="xml") as adapter, pytest.raises(BadResponse):
        adapter.types()


# ==== one case ====


def get_one(server: FaultyServer, record: Mapping[str, Any], **settings: str) -> Case:
    server.answer = lambda _r: as_json(record)
    with run(server, **settings) as adapter:
        return adapter.get(ID)


def test_a_case_is_read_with_everything_that_it_says(server: FaultyServer) -> None:
    case = get_one(server, OPEN311_RECORD)
    assert (case.title, case.status, case.phase) == ("Pothole", "in progress", Phase.IN_PROGRESS)
    assert (case.assignee, case.team) == ("s-17", "Roads north")
    assert case.due_at == datetime(2026, 9, 20, 9, tzinfo=UTC)
    assert case.place == Place(
        uprn=Uprn("10001"), address="1 High Street", postcode="CT1 1AA", ward="Abbey", point=Point(lat=51.5, lon=-1.25)
    )
    assert case.reporter is not None
    assert (case.reporter.name, case.reporter.outside_id) == ("Cynthia O'Neill", "c@example.org")


def test_a_reporter_is_known_by_their_account(server: FaultyServer) -> None:
    extended = {**OPEN311_RECORD["extended_attributes"], "account_id": 77, "last_name": "-"}
    reporter = get_one(server, a_record(extended_attributes=extended)).reporter
    assert reporter is not None
    assert (reporter.outside_id, reporter.family) == ("77", "")


def test_a_detailed_status_wins_over_open_and_closed(server: FaultyServer) -> None:
    extended = {"detailed_status": "INTERNAL_REFERRAL"}
    case = get_one(server, a_record(status="open", extended_attributes=extended))
    assert (case.status, case.phase) == ("internal referral", Phase.WAITING)


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("open", Phase.NEW),
        ("CLOSED", Phase.CLOSED),
        ("FIXED", Phase.RESOLVED),
        ("NOT_COUNCILS_RESPONSIBILITY", Phase.CLOSED),
        ("Not council\u2019s responsibility", Phase.CLOSED),
        ("ACTION_SCHEDULED", Phase.IN_PROGRESS),
        ("DUPLICATE", Phase.CLOSED),
        ("teleported", Phase.IN_PROGRESS),
        (None, Phase.NEW),
    ],
)
def test_a_status_becomes_a_phase(server: FaultyServer, status: str | None, phase: Phase) -> None:
    assert get_one(server, a_record(status=status, extended_attributes=None)).phase is phase


def test_an_address_id_need_not_be_a_uprn(server: FaultyServer) -> None:
    case = get_one(server, a_record(extended_attributes=None), address_id="other")
    assert case.place is not None
    assert case.place.uprn == ""


def test_times_without_a_zone_are_british(server: FaultyServer) -> None:
    assert get_one(server, a_record(requested_datetime="2026-07-01T12:00:00")).opened_at == datetime(
        2026, 7, 1, 11, tzinfo=UTC
    )


def test_an_empty_answer_for_one_case_means_that_there_is_none(server: FaultyServer) -> None:
    server.answer = lambda _r: EMPTY
    with run(server) as adapter, pytest.raises(NotFound):
        adapter.get(ID)


def test_an_error_with_a_status_of_200_is_an_error(server: FaultyServer) -> None:
    xml = b"<errors><error><code>401</code><description>Who are you?</description></error></errors>"
    server.answer = lambda _r: Reply(body=xml, media="text/xml")
    with run(server, format="xml") as adapter, pytest.raises(AuthFailed, match="Who are you"):
        adapter.get(ID)


def test_an_error_in_json_is_read_too(server: FaultyServer) -> None:
    server.answer = lambda _r: Reply(status=403, body=b'[{"code": 403, "description": "Bad key"}]')
    with run(server) as adapter, pytest.raises(Forbidden, match="Bad key"):
        adapter.get(ID)


@pytest.mark.parametrize(("where", "found"), [("query", True), ("header", False), ("none", False)])
def test_the_key_goes_with_reads_only_as_it_is_set(server: FaultyServer, where: str, found: bool) -> None:
    server.answer = lambda _r: as_json(OPEN311_RECORD)
    with run(server, key_for_reads=where, jurisdiction_id="citytown.gov.uk") as adapter:
        adapter.get(ID)
    (request,) = server.requests
    assert ("api_key" in request.query) is found
    assert (request.headers.get("authorization") == f"Bearer {SECRET}") is (where == "header")
    assert request.query["jurisdiction_id"] == ["citytown.gov.uk"]


# ==== pulling ====


class ListServer:
    """Lists requests by window, with or without pages, cut off at its limit as GeoReport says."""

    def __init__(self, records: list[dict[str, Any]], *, pages: bool = True, limit: int = 1000) -> None:
        self.records = records
        self.pages = pages
        self.limit = limit
        self.updates: list[dict[str, Any]] = []
        self.spans: list[timedelta] = []

    def answer(self, request: Request) -> Reply:
        if request.path == "/servicerequestupdates.json":
            return as_json(*self._within(self.updates, request, "updated_datetime"))
        if "service_request_id" in request.query:
            wanted = request.query["service_request_id"][0].split(",")
            return as_json(*(r for r in self.records if r["service_request_id"] in wanted))
        found = self._within(self.records, request, "requested_datetime")
        size, page = int(request.query["page_size"][0]), int(request.query.get("page", ["1"])[0])
        some = found[(page - 1) * size : page * size] if self.pages else found
        return as_json(*some[: self.limit])

    def _within(self, records: list[dict[str, Any]], request: Request, field: str) -> list[dict[str, Any]]:
        start, end = (datetime.fromisoformat(request.query[name][0]) for name in ("start_date", "end_date"))
        self.spans.append(end - start)
        return [r for r in records if start <= datetime.fromisoformat(r[field]) <= end]


def make_records(count: int, *, days: int) -> list[dict[str, Any]]:
    first = NOW - timedelta(days=days)
    step = timedelta(days=days) / count
    return [
        a_record(
            service_request_id=f"{n:05}",
            requested_datetime=(first + n * step).isoformat(),
            updated_datetime=(first + n * step).isoformat(),
        )
        for n in range(count)
    ]


def pull(adapter: Cases, since: datetime | None = None) -> list[Case]:
    cases: list[Case] = []
    cursor = ""
    for _ in range(500):
        page = adapter.changed(since, cursor)
        cases += page.items
        cursor = page.cursor
        if not cursor:
            return cases
    raise AssertionError("it goes on for ever")


@pytest.mark.parametrize("count", [0, 1, 10, 50, 203])
def test_a_first_pull_gives_every_case_once_oldest_first(server: FaultyServer, count: int) -> None:
    town = ListServer(make_records(count, days=400) if count else [])
    server.answer = town.answer
    with run(server, page_size="10", history_days="500") as adapter:
        ids = [case.outside_id for case in pull(adapter)]
    assert ids == [f"{n:05}" for n in range(count)]
    assert max(town.spans) <= timedelta(days=90)


def test_a_case_where_two_windows_meet_comes_once(server: FaultyServer) -> None:
    joint = NOW - timedelta(days=100) - timedelta(minutes=10) + timedelta(days=90)
    town = ListServer([a_record(service_request_id="joint", requested_datetime=joint.isoformat())])
    server.answer = town.answer
    with run(server, history_days="100") as adapter:
        assert [case.outside_id for case in pull(adapter)] == ["joint"]


def test_a_server_without_pages_that_cuts_off_is_asked_for_shorter_times(server: FaultyServer) -> None:
    server.answer = ListServer(make_records(2_500, days=80), pages=False).answer
    with run(server, page_size="100", history_days="85") as adapter:
        ids = [case.outside_id for case in pull(adapter)]
    assert sorted(set(ids)) == [f"{n:05}" for n in range(2_500)]


def test_a_later_pull_gives_new_cases_and_those_with_an_update(server: FaultyServer) -> None:
    town = ListServer([a_record(service_request_id="old", requested_datetime="2026-01-01T00:00:00Z"),
                       a_record(service_request_id="quiet", requested_datetime="2026-01-02T00:00:00Z"),
                       a_record(service_request_id="new", requested_datetime=NOW.isoformat())])  # fmt: skip
    town.updates = [{"update_id": "u", "service_request_id": "old", "updated_datetime": NOW.isoformat()}]
    server.answer = town.answer
    with run(server) as adapter:
        assert [case.outside_id for case in pull(adapter, SINCE)] == ["new", "old"]


def test_without_updates_the_last_ninety_days_are_looked_through_for_changes(server: FaultyServer) -> None:
    recent = (NOW - timedelta(days=60)).isoformat()
    town = ListServer([a_record(service_request_id="changed", requested_datetime=recent, updated_datetime=NOW.isoformat()),
                       a_record(service_request_id="unchanged", requested_datetime=recent, updated_datetime=recent),
                       a_record(service_request_id="silent", requested_datetime=recent, updated_datetime=None)])  # fmt: skip
    server.answer = town.answer
    with run(server, updates="none") as adapter:
        assert sorted(case.outside_id for case in pull(adapter, SINCE)) == ["changed", "silent"]


def test_updates_are_read_as_events(server: FaultyServer) -> None:
    xml = b"""<service_requests_updates><request_update><update_id>7</update_id><service_request_id>W-1</service_request_id>
    <status>IN_PROGRESS</status><description>Booked</description><updated_datetime>2026-09-13T08:00:00Z</updated_datetime>
    <first_name>Ann</first_name><last_name>-</last_name></request_update>
    <request_update><update_id>8</update_id><service_request_id>W-1</service_request_id><updated_datetime/></request_update>
    </service_requests_updates>"""
    server.answer = lambda _r: Reply(body=xml, media="text/xml")
    with run(server, format="xml") as adapter:
        first, second = adapter.events(SINCE).items
    assert first == Event(
        outside_id=OutsideId("7"), case_id=ID, at=datetime(2026, 9, 13, 8, tzinfo=UTC), text="Booked",
        status="in progress", phase=Phase.IN_PROGRESS, author="Ann",
    )  # fmt: skip
    assert (second.at, second.phase) == (NOW, None)


def test_a_list_of_updates_that_is_none_is_a_bad_response(server: FaultyServer) -> None:
    server.answer = lambda _r: Reply(body=b'{"hello": "world"}')
    with run(server) as adapter, pytest.raises(BadResponse):
        adapter.events(SINCE)


def test_extended_attributes_may_be_a_list_of_names_and_values(server: FaultyServer) -> None:
    listed = [{"code": "team", "value": "North"}, {"name": "title", "value": "Big hole"}]
    case = get_one(server, a_record(extended_attributes={"attribute": listed}))
    assert (case.team, case.title) == ("North", "Big hole")
