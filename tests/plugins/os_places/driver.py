"""How the suites drive os_places."""

from __future__ import annotations

import json

from desktop.domain.ids import Uprn
from plugins.os_places.mapping import parse_places, parse_refusal
from tests.helpers.adapters import SECRET
from tests.helpers.conformance_drivers import Driver, Paging, Parsed, Record

OS_PLACES_RECORD: Record = {
    "UPRN": "10001", "UDPRN": "5", "ADDRESS": "1, HIGH STREET, CITYTOWN, CT1 1AA", "ORGANISATION_NAME": "SHOP",
    "POSTCODE": "CT1 1AA", "X_COORDINATE": 1.0, "Y_COORDINATE": 2.0, "LNG": -1.25, "LAT": 51.5,
    "CLASSIFICATION_CODE": "CR08", "LOCAL_CUSTODIAN_CODE": 116, "LAST_UPDATE_DATE": "10/02/2016", "MATCH": 1.0,
}  # fmt: skip

LPI_RECORD: Record = {
    "UPRN": 10001, "ADDRESS": "SHOP, 1 HIGH STREET, CITYTOWN", "USRN": "99", "LPI_KEY": "116L1", "POSTCODE_LOCATOR": "CT1 1AA",
    "STREET_DESCRIPTION": "HIGH STREET", "LOGICAL_STATUS_CODE": "1", "LPI_LOGICAL_STATUS_CODE": "1", "WARD_CODE": "E05",
    "LOCAL_CUSTODIAN_CODE": 116, "LOCAL_CUSTODIAN_CODE_DESCRIPTION": "CITYTOWN", "LANGUAGE": "EN",
    "X_COORDINATE": 651409.804, "Y_COORDINATE": 313177.450,
}  # fmt: skip


def _wrap(records: list[Record]) -> Record:
    return {
        "header": {"offset": 0, "totalresults": len(records), "maxresults": 100},
        "results": [{"DPA": record} for record in records],
    }


def _total(body: object, total: int, page: int, _url: str) -> object:
    assert isinstance(body, dict)
    return {**body, "header": {"offset": (page - 1) * 2, "totalresults": total, "maxresults": 2}}


DRIVERS = (
    Driver(
        plugin="os_places",
        capability="addresses",
        record=OS_PLACES_RECORD,
        id_field="UPRN",
        look=lambda adapter: adapter.uprn(Uprn("10001")),
        look_body=lambda record: _wrap([record]),
        paging=Paging(
            read=lambda adapter, cursor: adapter.find("high street", cursor),
            ids=lambda page: [place.uprn for place in page.items],
            wrap=_wrap,
            page_of=lambda request: int(request.query.get("offset", ["0"])[0]) // 2 + 1,
            size=2,
            total_in=_total,
        ),
        settings={"page_size": "2"},
        secrets={"api_key": SECRET},
    ),
)


def _parse_both(body: bytes) -> object:
    return parse_places(body.decode("utf-8", "replace"), component="Places", languages=("CY", "EN"))


MAPPINGS = (
    Parsed(
        name="os_places both data sets",
        body=json.dumps({**_wrap([]), "results": [{"DPA": OS_PLACES_RECORD}, {"LPI": LPI_RECORD}]}).encode(),
        parse=_parse_both,
    ),
    Parsed(
        name="os_places faults",
        body=b'{"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}',
        parse=lambda body: parse_refusal(body.decode("utf-8", "replace"), component="Places"),
    ),
)
