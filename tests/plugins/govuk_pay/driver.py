"""How the suites drive govuk_pay."""

from __future__ import annotations

import json
from collections.abc import Callable

from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from plugins.govuk_pay.mapping import build_payment, build_refund, parse_events, parse_found, parse_refunds
from plugins.govuk_pay.recurring import build_agreement, build_dispute, parse_agreement
from tests.helpers.conformance_drivers import KEY, Driver, Paging, Parsed, Record

GOVUK_PAY_RECORD: Record = {
    "payment_id": "pay1", "amount": 3_600, "reference": "R-1", "description": "Garden bin",
    "state": {"status": "success", "finished": True}, "created_date": "2026-09-10T09:00:00.000Z",
    "email": "c@example.org", "card_details": {"cardholder_name": "C O'Neill", "last_digits_card_number": "0001",
                                               "card_brand": "Visa"},
    "refund_summary": {"status": "available", "amount_available": 3_600, "amount_submitted": 0}, "provider_id": "p-1",
    "metadata": {"case": "W-1"}, "fee": 20, "net_amount": 3_580, "payment_provider": "sandbox", "_links": {},
}  # fmt: skip

AGREEMENT: Record = {
    "agreement_id": "agr1", "reference": "CT-17", "description": "Council Tax, monthly", "status": "active",
    "created_date": "2026-09-01T10:00:00.000Z", "user_identifier": "resident-17", "cancelled_date": None,
    "payment_instrument": {"type": "card", "created_date": "2026-09-01T10:05:00.000Z",
                           "card_details": {"cardholder_name": "C O'Neill", "card_brand": "Visa", "card_type": "debit",
                                            "last_digits_card_number": "4242", "expiry_date": "11/29"}},
}  # fmt: skip
DISPUTE: Record = {
    "dispute_id": "dis1", "payment_id": "pay1", "amount": 3_600, "fee": 1_500, "net_amount": -5_100, "status": "lost",
    "reason": "duplicate", "created_date": "2026-09-02T08:00:00.000Z", "evidence_due_date": "2026-09-09T22:59:59.000Z",
    "settlement_summary": {"settled_date": "2026-09-12"}, "_links": {"payment": {"href": "https://p.example/pay1"}},
}  # fmt: skip
REFUND: Record = {
    "refund_id": "ref1", "payment_id": "pay1", "amount": 500, "status": "success", "created_date": "2026-09-11T08:00:00Z",
    "settlement_summary": {"settled_date": "2026-09-13"}, "_links": {},
}  # fmt: skip
EVENTS: Record = {
    "payment_id": "pay1", "_links": {},
    "events": [
        {"payment_id": "pay1", "state": {"status": "failed", "finished": True, "code": "P0010", "message": "Refused"},
         "updated": "2026-09-10T09:05:00.000Z"},
        {"payment_id": "pay1", "state": {"status": "created", "finished": False}, "updated": "2026-09-10T09:00:00.000Z"},
    ],
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


def _parse_page(build: Callable[[object, str], object]) -> Callable[[bytes], object]:
    return lambda body: parse_found(body.decode("utf-8", "replace"), build=build, component="Pay")


def _parsed(name: str, tree: object, parse: Callable[[bytes], object]) -> Parsed:
    return Parsed(name=f"govuk_pay {name}", body=json.dumps(tree).encode(), parse=parse)


MAPPINGS = (
    _parsed("payments", _wrap([GOVUK_PAY_RECORD]), _parse_page(build_payment)),
    _parsed("refunds found", _wrap([REFUND]), _parse_page(build_refund)),
    _parsed("agreements", _wrap([AGREEMENT]), _parse_page(build_agreement)),
    _parsed("disputes", _wrap([DISPUTE]), _parse_page(build_dispute)),
    _parsed("agreement", AGREEMENT, lambda body: parse_agreement(body.decode("utf-8", "replace"), component="Pay")),
    _parsed("events", EVENTS, lambda body: parse_events(body.decode("utf-8", "replace"), payment="p", component="Pay")),
    _parsed(
        "refunds",
        {"payment_id": "pay1", "_embedded": {"refunds": [REFUND]}},
        lambda body: parse_refunds(body.decode("utf-8", "replace"), payment="p", component="Pay"),
    ),
)
