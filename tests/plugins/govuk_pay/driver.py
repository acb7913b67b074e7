"""How the suites drive govuk_pay."""

from __future__ import annotations

from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from tests.helpers.conformance_drivers import KEY, Driver, Paging, Record

GOVUK_PAY_RECORD: Record = {
    "payment_id": "pay1", "amount": 3_600, "reference": "R-1", "description": "Garden bin",
    "state": {"status": "success", "finished": True}, "created_date": "2026-09-10T09:00:00.000Z",
    "email": "c@example.org", "card_details": {"cardholder_name": "C O'Neill", "last_digits_card_number": "0001",
                                               "card_brand": "Visa"},
    "refund_summary": {"status": "available", "amount_available": 3_600, "amount_submitted": 0}, "provider_id": "p-1",
    "metadata": {"case": "W-1"}, "fee": 20, "net_amount": 3_580, "payment_provider": "sandbox", "_links": {},
}  # fmt: skip


def _wrap(records: list[Record]) -> Record:
    return {"total": len(records), "count": len(records), "page": 1, "results": records, "_links": {}}


def _total(body: object, total: int, page: int, url: str) -> object:
    assert isinstance(body, dict)
    links = {"next_page": {"href": f"{url}/v1/payments?page={page + 1}"}} if page * 2 < total else {}
    return {**body, "_links": links}


DRIVERS = (
    Driver(
        plugin="govuk_pay",
        capability="payments",
        record=GOVUK_PAY_RECORD,
        id_field="payment_id",
        look=lambda adapter: adapter.get(OutsideId("pay1")),
        look_body=lambda record: record,
        paging=Paging(
            read=lambda adapter, cursor: adapter.search("R-1", cursor),
            ids=lambda page: [payment.outside_id for payment in page.items],
            wrap=_wrap,
            page_of=lambda request: int(request.query["page"][0]),
            size=2,
            total_in=_total,
        ),
        write=lambda adapter: adapter.create(
            PaymentRequest(
                amount=Pence(3_600), reference="R-1", description="Garden bin", return_url="https://c.example/d"
            ),
            KEY,
        ),
        written=GOVUK_PAY_RECORD,
        settings={"page_size": "2"},
    ),
)
