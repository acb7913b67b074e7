"""How the behaviour suite drives each plugin: what a good server answers, and one read, one look and one write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from desktop.adapters.api import Addresses, Cases, Payments
from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.faulty_server import Reply, Request

Record = dict[str, Any]
SINCE = datetime(2026, 9, 1, tzinfo=UTC)
DRAFT = CaseDraft(
    service_code="POT", title="Pothole", description="Deep one", answers={"SIZE": ("big",)},
    place=Place(uprn=Uprn("10001"), address="1 High Street", point=Point(lat=51.5, lon=-1.25)),
    reporter=Person(given="Cynthia", family="O'Neill", email="c@example.org"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One plugin under test.

    Attributes:
        plugin: its id.
        record: a good record, as the server's JSON has it.
        wrap: a list body of records.
        page: the body of a numbered page (from 1) of records out of a total.
        read: lists; gives a page.
        look: gets the one record.
        write: writes, or None for a plugin that only reads.
        ids: of what `read` gave.
        writes_reply: the good answer to a write.
        settings: of the component.
    """

    plugin: str
    record: Record
    wrap: Callable[[list[Record]], object]
    read: Callable[[Any, str], Any]
    look: Callable[[Any], Any]
    ids: Callable[[Any], list[str]]
    id_field: str
    page_of: Callable[[Request], int]
    page_size: int
    total_in: Callable[[object, int, int, str], object]
    look_body: Callable[[Record], object]
    write: Callable[[Any], Any] | None = None
    written: Record | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def body(self, records: list[Record]) -> bytes:
        """A list body as bytes."""
        return json.dumps(self.wrap(records)).encode()

    def answer_good(self, request: Request) -> Reply:
        """What a good server answers to anything."""
        if request.method == "POST":
            return Reply(status=201, body=json.dumps(self.written).encode())
        looks = request.path.rpartition("/")[2].startswith(str(self.record[self.id_field]))
        return Reply(body=json.dumps(self.look_body(self.record)).encode() if looks else self.body([self.record]))


def _as_list(records: list[Record]) -> object:
    return records


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


def _open311_write(adapter: Cases) -> object:
    return adapter.add_event(OutsideId("W-1"), EventDraft(text="Seen"), "11111111-1111-4111-8111-111111111111")


OPEN311 = Driver(
    plugin="open311",
    record=OPEN311_RECORD,
    wrap=_as_list,
    read=lambda adapter, cursor: adapter.changed(SINCE, cursor),
    look=lambda adapter: adapter.get(OutsideId("W-1")),
    ids=lambda page: [case.outside_id for case in page.items],
    id_field="service_request_id",
    page_of=lambda request: int(request.query.get("page", ["1"])[0]),
    page_size=2,
    total_in=lambda body, _total, _page, _url: body,
    look_body=lambda record: [record],
    write=_open311_write,
    written={"request_update": {"update_id": "11111111-1111-4111-8111-111111111111"}},
    settings={"format": "json", "changes": "window", "page_size": "2"},
)

OS_PLACES_RECORD: Record = {
    "UPRN": "10001", "UDPRN": "5", "ADDRESS": "1, HIGH STREET, CITYTOWN, CT1 1AA", "ORGANISATION_NAME": "SHOP",
    "POSTCODE": "CT1 1AA", "X_COORDINATE": 1.0, "Y_COORDINATE": 2.0, "LNG": -1.25, "LAT": 51.5,
    "CLASSIFICATION_CODE": "CR08", "LOCAL_CUSTODIAN_CODE": 116, "LAST_UPDATE_DATE": "10/02/2016", "MATCH": 1.0,
}  # fmt: skip


def _wrap_places(records: list[Record]) -> Record:
    return {
        "header": {"offset": 0, "totalresults": len(records), "maxresults": 100},
        "results": [{"DPA": record} for record in records],
    }


def _places_total(body: object, total: int, page: int, _url: str) -> object:
    assert isinstance(body, dict)
    return {**body, "header": {"offset": (page - 1) * 2, "totalresults": total, "maxresults": 2}}


OS_PLACES = Driver(
    plugin="os_places",
    record=OS_PLACES_RECORD,
    wrap=_wrap_places,
    read=lambda adapter, cursor: adapter.find("high street", cursor),
    look=lambda adapter: adapter.uprn(Uprn("10001")),
    ids=lambda page: [place.uprn for place in page.items],
    id_field="UPRN",
    page_of=lambda request: int(request.query.get("offset", ["0"])[0]) // 2 + 1,
    page_size=2,
    total_in=_places_total,
    look_body=lambda record: _wrap_places([record]),
    settings={"page_size": "2"},
)

GOVUK_PAY_RECORD: Record = {
    "payment_id": "pay1", "amount": 3_600, "reference": "R-1", "description": "Garden bin",
    "state": {"status": "success", "finished": True}, "created_date": "2026-09-10T09:00:00.000Z",
    "email": "c@example.org", "card_details": {"cardholder_name": "C O'Neill", "last_digits_card_number": "0001",
                                               "card_brand": "Visa"},
    "refund_summary": {"status": "available", "amount_available": 3_600, "amount_submitted": 0}, "provider_id": "p-1",
    "metadata": {"case": "W-1"}, "fee": 20, "net_amount": 3_580, "payment_provider": "sandbox", "_links": {},
}  # fmt: skip


def _wrap_payments(records: list[Record]) -> Record:
    return {"total": len(records), "count": len(records), "page": 1, "results": records, "_links": {}}


def _payments_total(body: object, total: int, page: int, url: str) -> object:
    assert isinstance(body, dict)
    links = {"next_page": {"href": f"{url}/v1/payments?page={page + 1}"}} if page * 2 < total else {}
    return {**body, "_links": links}


GOVUK_PAY = Driver(
    plugin="govuk_pay",
    record=GOVUK_PAY_RECORD,
    wrap=_wrap_payments,
    read=lambda adapter, cursor: adapter.search("R-1", cursor),
    look=lambda adapter: adapter.get(OutsideId("pay1")),
    ids=lambda page: [payment.outside_id for payment in page.items],
    id_field="payment_id",
    page_of=lambda request: int(request.query["page"][0]),
    page_size=2,
    total_in=_payments_total,
    look_body=lambda record: record,
    write=lambda adapter: adapter.create(
        PaymentRequest(
            amount=Pence(3_600), reference="R-1", description="Garden bin", return_url="https://c.example/d"
        ),
        "11111111-1111-4111-8111-111111111111",
    ),
    written=GOVUK_PAY_RECORD,
    settings={"page_size": "2"},
)

DRIVERS = (OPEN311, OS_PLACES, GOVUK_PAY)
PROTOCOL_OF = {"open311": Cases, "os_places": Addresses, "govuk_pay": Payments}
