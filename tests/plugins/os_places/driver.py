"""How the suites drive os_places."""

from __future__ import annotations

from desktop.domain.ids import Uprn
from tests.helpers.conformance_drivers import Driver, Paging, Record

OS_PLACES_RECORD: Record = {
    "UPRN": "10001", "UDPRN": "5", "ADDRESS": "1, HIGH STREET, CITYTOWN, CT1 1AA", "ORGANISATION_NAME": "SHOP",
    "POSTCODE": "CT1 1AA", "X_COORDINATE": 1.0, "Y_COORDINATE": 2.0, "LNG": -1.25, "LAT": 51.5,
    "CLASSIFICATION_CODE": "CR08", "LOCAL_CUSTODIAN_CODE": 116, "LAST_UPDATE_DATE": "10/02/2016", "MATCH": 1.0,
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
    ),
)
