"""How the suites drive postcodes_io."""

from __future__ import annotations

import json

from plugins.postcodes_io.mapping import build_areas, build_terminated, pair_many, parse_result
from tests.helpers.conformance_drivers import Driver, Parsed, Record

POSTCODE: Record = {
    "postcode": "CT1 1AA", "admin_ward": "Abbey", "admin_district": "Citytown", "admin_county": None, "latitude": 51.5,
    "longitude": -1.25, "region": "South East", "country": "England", "parish": "Citytown, unparished area", "quality": 1,
    "parliamentary_constituency_2024": "Citytown", "outcode": "CT1", "incode": "1AA", "pfa": "Citytown", "ced": None,
    "codes": {"admin_ward": "E05000001", "admin_district": "E07990001", "admin_county": "E99999999"}, "lsoa": "Citytown 001A",
}  # fmt: skip


def read_many(body: bytes) -> object:
    result = parse_result(body.decode("utf-8", "replace"), component="Postcodes")
    return pair_many(result, ("CT1 1AA", "CT9 9ZZ")), build_areas(result), build_terminated(result)


DRIVERS = (
    Driver(
        plugin="postcodes_io",
        capability="addresses",
        record=POSTCODE,
        id_field="postcode",
        look=lambda adapter: adapter.areas("CT1 1AA"),
        look_body=lambda record: {"status": 200, "result": record},
    ),
)
MAPPINGS = (
    Parsed(
        name="postcodes_io bulk",
        body=json.dumps(
            {"status": 200, "result": [{"query": "ct11aa", "result": POSTCODE}, {"query": "CT9 9ZZ", "result": None}]}
        ).encode(),
        parse=read_many,
    ),
    Parsed(
        name="postcodes_io terminated",
        body=b'{"status": 200, "result": {"postcode": "CT1 9ZZ", "year_terminated": 2015, "month_terminated": 6}}',
        parse=read_many,
    ),
)
