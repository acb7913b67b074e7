"""How the suites drive open_referral."""

from __future__ import annotations

import json
from datetime import date

from desktop.domain.ids import OutsideId
from plugins.open_referral.mapping import (
    build_listed_terms,
    name_taxonomies,
    needs_taxonomies,
    parse_details,
    parse_page,
    parse_service,
)
from tests.helpers.conformance_drivers import Driver, Paging, Parsed, Record

TODAY = date(2026, 9, 14)
SERVICE: Record = {
    "id": "svc-1", "name": "Knit and natter", "description": "Wool, tea and company.", "status": "active",
    "email": "knit@example.org", "url": "https://example.org/knit", "fees": "A pound for the tea.",
    "minimum_age": 16, "maximum_age": None, "assured_date": "2026-08-01", "last_modified": "2026-08-01T09:00:00Z",
    "organization": {"id": "org-1", "name": "Citytown Yarn Circle", "description": "Knitters.", "website": "https://example.org",
                     "organization_identifiers": [{"id": "n-1", "identifier_scheme": "GB-CHC", "identifier": "999001"}]},
    "schedules": [{"id": "s-1", "freq": "WEEKLY", "byday": "MO,TH", "opens_at": "10:00Z", "closes_at": "12:00Z",
                   "dtstart": "2026-01-05"}],
    "cost_options": [{"id": "c-1", "amount": 2.5, "option": "Adults", "amount_description": "each session"}],
    "service_areas": [{"id": "a-1", "name": "Citytown"}],
    "languages": [{"id": "l-1", "name": "English"}],
    "contacts": [{"id": "p-1", "name": "Pat", "phones": [{"id": "t-1", "number": "01632 960101"}]}],
    "attributes": [{"id": "x-1", "taxonomy_term": {"id": "term-1", "name": "Crafts", "description": "", "taxonomy": "esd"}}],
    "service_at_locations": [
        {"id": "sal-1", "location": {"id": "loc-1", "location_type": "physical", "name": "Library", "latitude": 51.5,
                                     "longitude": -1.25, "external_identifier": "990000000017",
                                     "external_identifier_type": "UPRN",
                                     "addresses": [{"address_1": "1 High Street", "city": "Citytown", "postal_code": "CY1 1AA"}]}}
    ],
}  # fmt: skip
OLDER: Record = {
    "id": "svc-9", "name": "Lunch club", "organization": {"id": "o", "name": "Kind Kitchens", "url": "https://example.org"},
    "regular_schedules": [{"id": "r", "byday": "Monday", "opens_at": "9:30", "closes_at": "24:00"}],
    "eligibilitys": [{"id": "e", "eligibility": "Older people", "minimum_age": 60, "maximum_age": 120}],
    "service_taxonomys": [{"id": "t", "taxonomy": {"id": "esdServiceTypes:1", "name": "Meals", "vocabulary": "esdServiceTypes"}}],
    "service_areas": [{"id": "a", "service_area": "Abbey ward", "uri": "http://example.org/E05000001"}],
    "service_at_locations": [{"id": "l", "location": {"id": "x", "physical_addresses": [{"address_1": "2 Hill Road"}]}}],
}  # fmt: skip


def wrap(records: list[Record]) -> Record:
    return {
        "total_items": len(records), "total_pages": 1, "page_number": 1, "size": len(records), "first_page": True,
        "last_page": True, "empty": not records, "contents": records,
    }  # fmt: skip


def number(body: object, total: int, page: int, _url: str) -> object:
    assert isinstance(body, dict)
    pages = -(-total // 2)
    return {**body, "total_items": total, "total_pages": pages, "page_number": page, "last_page": page >= pages}


def read_terms(body: bytes) -> object:
    listed = parse_page(body.decode("utf-8", "replace"), page=1, size=50, component="Directory")
    return needs_taxonomies(listed), build_listed_terms(listed, name_taxonomies(listed))


DRIVERS = (
    Driver(
        plugin="open_referral",
        capability="directory",
        record=SERVICE,
        id_field="id",
        look=lambda adapter: adapter.service(OutsideId("svc-1")),
        look_body=lambda record: record,
        paging=Paging(
            read=lambda adapter, cursor: adapter.services(cursor=cursor),
            ids=lambda page: [service.outside_id for service in page.items],
            wrap=wrap,
            page_of=lambda request: int(request.query["page"][0]),
            size=2,
            total_in=number,
        ),
        settings={"page_size": "2"},
    ),
)
MAPPINGS = (
    Parsed(
        name="open_referral older service",
        body=json.dumps(OLDER).encode(),
        parse=lambda body: parse_service(body.decode("utf-8", "replace"), today=TODAY, component="Directory"),
    ),
    Parsed(
        name="open_referral service at a location",
        body=json.dumps({"id": "sal", "location": SERVICE["service_at_locations"][0]["location"], "service": SERVICE}).encode(),
        parse=lambda body: parse_service(body.decode("utf-8", "replace"), today=TODAY, component="Directory"),
    ),
    Parsed(
        name="open_referral terms",
        body=json.dumps(wrap([{"id": "t", "name": "Crafts", "parent_id": "p", "taxonomy_id": "x"}])).encode(),
        parse=read_terms,
    ),
    Parsed(
        name="open_referral details",
        body=b'{"version": "HSDS-UK-3.0", "profile": "https://example.org", "openapi_url": "https://example.org/o"}',
        parse=lambda body: parse_details(body.decode("utf-8", "replace"), component="Directory"),
    ),
)  # fmt: skip
