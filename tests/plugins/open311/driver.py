"""How the suites drive open311."""

from __future__ import annotations

from desktop.adapters.api import Cases
from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.conformance_drivers import KEY, SINCE, Driver, Paging, Record

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
