"""How the suites drive find_that_charity."""

from __future__ import annotations

from desktop.domain.ids import OutsideId
from plugins.find_that_charity.mapping import parse_found, parse_terms
from tests.helpers.conformance_drivers import Driver, Parsed, Record

CHARITY: Record = {
    "id": "GB-CHC-999001", "name": "Citytown Good Neighbours", "description": "Helps people at home.", "active": True,
    "url": "https://example.org", "email": None, "telephone": None, "orgIDs": ["GB-CHC-999001", "GB-COH-09990001"],
    "postalCode": "CT1 1AA", "address": {"streetAddress": "1 High Street", "addressLocality": "Citytown"},
    "organisationType": ["registered-charity", "registered-company"], "organisationTypePrimary": "registered-charity",
    "dateModified": "2026-09-01T10:00:00Z", "latitude": 51.5, "longitude": -1.25, "alternateName": [], "domain": "example.org",
}  # fmt: skip

DRIVERS = (
    Driver(
        plugin="find_that_charity",
        capability="directory",
        record=CHARITY,
        id_field="id",
        look=lambda adapter: adapter.service(OutsideId("GB-CHC-999001")),
        look_body=lambda record: {"success": True, "error": None, "params": {}, "result": record},
    ),
)
MAPPINGS = (
    Parsed(
        name="find_that_charity search",
        body=b'{"q0": {"result": [{"id": "GB-CHC-1", "name": "A", "score": 9, "match": true, "type": [{"id": "t", "name": "T"}]}]}}',
        parse=lambda body: parse_found(body.decode("utf-8", "replace"), component="Charities"),
    ),
    Parsed(
        name="find_that_charity types",
        body=b'{"name": "Charities", "defaultTypes": [{"id": "registered-charity", "name": "Registered charity"}]}',
        parse=lambda body: parse_terms(body.decode("utf-8", "replace"), component="Charities"),
    ),
)
