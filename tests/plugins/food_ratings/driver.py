"""How the suites drive food_ratings."""

from __future__ import annotations

from desktop.domain.places import Point
from plugins.food_ratings.mapping import build_fact, parse_found
from tests.helpers.conformance_drivers import Driver, Parsed, Record

NEAR = Point(lat=51.5, lon=-1.25)
SHOP: Record = {
    "FHRSID": 4711, "BusinessName": "O'Neill's Caf\u00e9", "BusinessType": "Restaurant/Cafe/Canteen", "AddressLine1": "1 High Street",
    "AddressLine2": "Citytown", "AddressLine3": "", "AddressLine4": None, "PostCode": "CT1 1AA", "RatingValue": "1",
    "RatingDate": "2026-03-02T00:00:00", "LocalAuthorityName": "Citytown", "SchemeType": "FHRS", "Distance": 0.1,
    "scores": {"Hygiene": 15, "Structural": None, "ConfidenceInManagement": 10}, "NewRatingPending": True,
    "geocode": {"longitude": "-1.2501", "latitude": "51.5001"}, "RightToReply": "", "links": [],
}  # fmt: skip


def wrap(record: Record) -> Record:
    return {"establishments": [record], "meta": {"totalPages": 1, "pageNumber": 1}, "links": []}


def read_one(body: bytes) -> object:
    found = parse_found(body.decode("utf-8", "replace"), component="Food")
    return [build_fact(record, near=NEAR) for record in found.records]


DRIVERS = (
    Driver(
        plugin="food_ratings",
        capability="insight",
        record=SHOP,
        id_field="FHRSID",
        look=lambda adapter: adapter.around(51.5, -1.25),
        look_body=wrap,
    ),
)
MAPPINGS = (
    Parsed(
        name="food_ratings one establishment",
        body=b'{"FHRSID": 1, "BusinessName": "B", "RatingValue": "Exempt", "meta": {"totalPages": "2"}, "geocode": null}',
        parse=read_one,
    ),
)
