"""How the suites drive police_uk."""

from __future__ import annotations

import json

from desktop.domain.places import Point
from plugins.police_uk.mapping import build_crime, build_outline, build_team, parse_located, parse_records
from tests.helpers.conformance_drivers import Driver, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

NEAR = Point(lat=51.5, lon=-1.25)
CRIME: Record = {
    "category": "anti-social-behaviour", "location_type": "Force", "context": "", "persistent_id": "", "id": 4711,
    "location": {"latitude": "51.5003", "longitude": "-1.2502", "street": {"id": 1, "name": "On or near High Street"}},
    "outcome_status": {"category": "Under investigation", "date": "2026-08"}, "location_subtype": "", "month": "2026-07",
}  # fmt: skip
TEAM: Record = {
    "id": "CT1", "name": "Abbey", "url_force": "https://example.org", "population": "12340",
    "contact_details": {"telephone": "101", "email": "abbey@example.org"}, "description": None,
}  # fmt: skip
PEOPLE = [{"name": "Pat Reed", "rank": "PC", "bio": None}]
EVENTS = [{"title": "Surgery", "address": "Library", "start_date": "2026-09-17T12:00:00"}]


def answer_team(request: Request) -> Reply | None:
    """What is asked besides crimes."""
    parts: dict[str, object] = {
        "locate-neighbourhood": {"force": "citytown", "neighbourhood": "CT1"}, "CT1": TEAM, "people": PEOPLE,
        "priorities": [{"issue": "Speeding", "issue-date": "2026-01-01T00:00:00"}], "events": EVENTS,
    }  # fmt: skip
    part = parts.get(request.path.rpartition("/")[2])
    return None if part is None else Reply(body=json.dumps(part).encode())


def read_team(body: bytes) -> object:
    records = parse_records(body.decode("utf-8", "replace"), component="Police")
    return [build_team(r, force="f", people=records, priorities=records, events=records) for r in records]


def read_crimes(body: bytes) -> object:
    records = parse_records(body.decode("utf-8", "replace"), component="Police")
    return [build_crime(r, near=NEAR) for r in records], build_outline(records)


DRIVERS = (
    Driver(
        plugin="police_uk",
        capability="insight",
        record=CRIME,
        id_field="id",
        look=lambda adapter: adapter.around(51.5, -1.25),
        look_body=lambda record: [record],
        aside=answer_team,
        statuses={503: None},
        leaves_out={
            "test_a_date_to_wait_for_is_counted_from_the_servers_own_clock": "a 503 says that there are too many crimes",
        },
    ),
)
MAPPINGS = (
    Parsed(name="police_uk team", body=json.dumps([{**TEAM, **PEOPLE[0], **EVENTS[0]}]).encode(), parse=read_team),
    Parsed(name="police_uk crimes", body=json.dumps([CRIME, CRIME]).encode(), parse=read_crimes),
    Parsed(
        name="police_uk located",
        body=b'{"force": "citytown", "neighbourhood": "CT1"}',
        parse=lambda body: parse_located(body.decode("utf-8", "replace"), component="Police"),
    ),
)
