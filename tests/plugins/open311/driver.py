"""How the suites drive open311."""

from __future__ import annotations

from desktop.adapters.api import Cases
from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from plugins.open311.discovery import find_endpoint, read_discovery
from plugins.open311.mapping import Dialect, read_created, read_questions, read_types
from plugins.open311.trees import parse_body
from tests.helpers.conformance_drivers import KEY, SINCE, Driver, Paging, Parsed, Record

DRAFT = CaseDraft(
    service_code="POT", title="Pothole", description="Deep one", answers={"SIZE": ("big",)},
    place=Place(uprn=Uprn("10001"), address="1 High Street", point=Point(lat=51.5, lon=-1.25)),
    reporter=Person(given="Cynthia", family="O'Neill", email="c@example.org"),
)  # fmt: skip
OPEN311_RECORD: Record = {
    "service_request_id": "W-1", "status": "IN_PROGRESS", "status_notes": "Booked", "service_name": "Pothole",
    "service_code": "POT", "description": "Deep one", "requested_datetime": "2026-09-10T09:00:00Z",
    "updated_datetime": "2026-09-11T09:00:00Z", "expected_datetime": "2026-09-20T09:00:00Z",
    "address": "1 High Street", "address_id": "10001", "zipcode": "CT1 1AA", "lat": 51.5, "long": -1.25,
    "media_url": "https://example.org/p.jpg", "agency_responsible": "Roads",
    "extended_attributes": {"first_name": "Cynthia", "last_name": "O'Neill", "email": "C@Example.org",
                            "phone": "01632 960001", "uprn": "10001", "ward": "Abbey", "assigned_to": "s-17",
                            "team": "Roads north", "title": "Pothole", "fixmystreet_id": "key-1"},
}  # fmt: skip


def _as_list(records: list[Record]) -> object:
    return records


def _write(adapter: Cases) -> object:
    return adapter.add_event(OutsideId("W-1"), EventDraft(text="Seen"), KEY)


DISCOVERY = b"""<discovery><changeset>2026</changeset><contact>Ask us</contact><key_service>Ask</key_service><endpoints>
<endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>https://open311.example/v2</url>
<changeset>2026</changeset><type>production</type><formats><format>text/xml</format></formats></endpoint></endpoints></discovery>"""
DEFINITION = b"""{"service_code": "POT", "attributes": [{"variable": true, "code": "MANY", "datatype": "multivaluelist",
"required": true, "order": 2, "description": "Which?", "datatype_description": "Tick", "values": [{"key": "a", "name": "A"}]},
{"variable": false, "code": "", "datatype": "text", "order": 1, "description": "Read this."}]}"""


def _find(body: bytes) -> object:
    return find_endpoint(read_discovery(_parse(body), component="Waste"), "production")


def _parse(body: bytes) -> object:
    return parse_body(body, media="", component="Waste")


MAPPINGS = (
    Parsed(name="open311 discovery", body=DISCOVERY, parse=_find),
    Parsed(
        name="open311 questions",
        body=DEFINITION,
        parse=lambda body: read_questions(_parse(body), Dialect(component="Waste")),
    ),
    Parsed(
        name="open311 services",
        body=b'[{"service_code": "POT", "service_name": "Pot", "metadata": true, "type": "batch", "keywords": "a,b", "group": "g"}]',
        parse=lambda body: read_types(_parse(body), Dialect(component="Waste")),
    ),
    Parsed(
        name="open311 created",
        body=b'[{"service_request_id": "1", "token": "t", "service_notice": "Soon", "account_id": ""}]',
        parse=lambda body: read_created(_parse(body)),
    ),
)
DRIVERS = (
    Driver(
        plugin="open311",
        capability="cases",
        record=OPEN311_RECORD,
        id_field="service_request_id",
        look=lambda adapter: adapter.get(OutsideId("W-1")),
        look_body=lambda record: [record],
        paging=Paging(
            read=lambda adapter, cursor: adapter.changed(SINCE, cursor),
            ids=lambda page: [case.outside_id for case in page.items],
            wrap=_as_list,
            page_of=lambda request: int(request.query.get("page", ["1"])[0]),
            size=2,
            total_in=lambda body, _total, _page, _url: body,
        ),
        write=_write,
        written={"request_update": {"update_id": KEY}},
        settings={"format": "json", "changes": "window", "page_size": "2"},
    ),
)
