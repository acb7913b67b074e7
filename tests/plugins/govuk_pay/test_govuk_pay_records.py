"""Searches, events, single refunds and disputes, and what the connection test says of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.payments import PaymentQuery, PaymentState
from plugins.govuk_pay.adapter import GovukPayAdapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.govuk_pay.driver import DISPUTE, EVENTS, GOVUK_PAY_RECORD, REFUND

PAYMENT = OutsideId("pay1")
SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def serve(server: FaultyServer, *results: object, **more: Any) -> None:
    body = json.dumps({"results": list(results), **more}).encode()
    server.answer = lambda _request: Reply(body=body)


def asked(server: FaultyServer) -> dict[str, str]:
    return {name: values[0] for name, values in server.requests[-1].query.items()}


def test_payments_are_looked_for_by_everything_that_the_api_knows(server: FaultyServer, pay: GovukPayAdapter) -> None:
    serve(server, GOVUK_PAY_RECORD)
    query = PaymentQuery(
        reference="R-1", email="c@example.org", status="success", payer="O'Neill", card_brand="visa",
        card_first_digits="424242", card_last_digits="4242", agreement=OutsideId("agr1"), since=SEPTEMBER,
        until=OCTOBER, settled_since=date(2026, 9, 2), settled_until=date(2026, 9, 30),
    )  # fmt: skip
    assert [payment.outside_id for payment in pay.look_for(query).items] == ["pay1"]
    assert asked(server) == {
        "page": "1", "display_size": "2", "reference": "R-1", "email": "c@example.org", "state": "success",
        "cardholder_name": "O'Neill", "card_brand": "visa", "first_digits_card_number": "424242",
        "last_digits_card_number": "4242", "agreement_id": "agr1", "from_date": "2026-09-01T00:00:00Z",
        "to_date": "2026-10-01T00:00:00Z", "from_settled_date": "2026-09-02", "to_settled_date": "2026-09-30",
    }  # fmt: skip


def test_what_is_not_asked_for_is_not_sent(server: FaultyServer, pay: GovukPayAdapter) -> None:
    serve(server)
    assert pay.look_for(PaymentQuery()).items == ()
    assert asked(server) == {"page": "1", "display_size": "2"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (PaymentQuery(status="paid"), "status"),
        (PaymentQuery(card_first_digits="42424"), "card_first_digits"),
        (PaymentQuery(card_last_digits="12345"), "card_last_digits"),
    ],
)
def test_a_search_that_would_be_refused_is_refused_beside_its_field(
    server: FaultyServer, pay: GovukPayAdapter, query: PaymentQuery, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        pay.look_for(query)
    assert caught.value.field == field
    assert server.requests == []


def test_events_come_oldest_first_with_their_reasons(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [Reply(body=json.dumps(EVENTS).encode())]
    created, failed = pay.history(PAYMENT)
    assert (created.state, failed.state) == (PaymentState.CREATED, PaymentState.FAILED)
    assert (failed.code, failed.message, failed.at.minute) == ("P0010", "Refused", 5)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda pay: pay.history(PAYMENT), "P0300"),
        (lambda pay: pay.refund_now(PAYMENT, OutsideId("ref1")), "P0700"),
        (lambda pay: pay.agreement(OutsideId("agr1")), "P2200"),
    ],
)
def test_what_is_not_there_is_not_found(server: FaultyServer, pay: GovukPayAdapter, ask: Any, code: str) -> None:
    server.replies = [Reply(status=404, body=json.dumps({"code": code}).encode())]
    with pytest.raises(NotFound):
        ask(pay)


def test_one_refund_is_read_as_it_is_now(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [Reply(body=json.dumps(REFUND).encode())]
    refund = pay.refund_now(PAYMENT, OutsideId("ref1"))
    assert (refund.payment_id, refund.status, refund.settled_on) == ("pay1", "success", date(2026, 9, 13))
    assert server.requests[0].path == "/v1/payments/pay1/refunds/ref1"


def test_refunds_of_all_payments_are_searched_by_their_times(server: FaultyServer, pay: GovukPayAdapter) -> None:
    serve(server, REFUND, _links={"next_page": {"href": "/v1/refunds?page=2"}})
    page = pay.refunds_made(since=SEPTEMBER, settled_until=date(2026, 9, 30))
    assert ([refund.outside_id for refund in page.items], page.cursor) == (["ref1"], "2")
    assert asked(server)["from_date"] == "2026-09-01T00:00:00Z"
    assert asked(server)["to_settled_date"] == "2026-09-30"


@pytest.mark.parametrize("links", ["_links", "links"])
def test_disputes_come_with_their_day_for_evidence_and_what_they_cost(
    server: FaultyServer, pay: GovukPayAdapter, links: str
) -> None:
    serve(server, DISPUTE, **{links: {"next_page": {"href": "/v1/disputes?page=2"}}})
    page = pay.disputes(since=SEPTEMBER, status="lost")
    dispute = page.items[0]
    assert (dispute.amount, dispute.fee, dispute.net) == (3_600, 1_500, -5_100)
    assert (dispute.evidence_due, dispute.settled_on) == (
        datetime(2026, 9, 9, 22, 59, 59, tzinfo=UTC), date(2026, 9, 12),
    )  # fmt: skip
    assert (page.cursor, asked(server)["status"]) == ("2", "lost")


def test_a_dispute_that_costs_nothing_yet_says_so(server: FaultyServer, pay: GovukPayAdapter) -> None:
    bare = {"dispute_id": "dis2", "payment_id": "pay1", "status": "needs_response"}
    serve(server, bare)
    dispute = pay.disputes().items[0]
    assert (dispute.net, dispute.fee, dispute.settled_on) == (None, None, None)


def test_disputes_know_four_statuses(server: FaultyServer, pay: GovukPayAdapter) -> None:
    with pytest.raises(InvalidInput, match="needs_response"):
        pay.disputes(status="open")
    assert server.requests == []


@pytest.mark.parametrize("link", ["/v1/disputes?page=2", "/v1/disputes?page=1", "/v1/disputes?page=none", 17, None])
def test_a_list_whose_links_lead_back_ends(server: FaultyServer, pay: GovukPayAdapter, link: object) -> None:
    serve(server, DISPUTE, _links={"next_page": {"href": link}})
    assert pay.disputes(cursor="2").cursor == ""


def read_pages(pay: GovukPayAdapter) -> list[int]:
    """How many disputes each page has."""
    counts: list[int] = []
    cursor = ""
    while len(counts) < 9:
        page = pay.disputes(cursor=cursor)
        counts.append(len(page.items))
        cursor = page.cursor
        if not cursor:
            break
    return counts


@pytest.mark.parametrize(("total", "counts"), [(0, [0]), (1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_a_list_without_links_is_read_to_its_total(
    server: FaultyServer, pay: GovukPayAdapter, total: int, counts: list[int]
) -> None:
    def answer(request: Request) -> Reply:
        page, size = (int(request.query[name][0]) for name in ("page", "display_size"))
        some = [{"dispute_id": f"d{n}", "payment_id": "p", "status": "won"} for n in range(total)][(page - 1) * size :][
            :size
        ]
        return Reply(body=json.dumps({"total": total, "count": len(some), "page": page, "results": some}).encode())

    server.answer = answer
    assert read_pages(pay) == counts


def test_a_list_without_links_whose_total_lies_ends(server: FaultyServer, pay: GovukPayAdapter) -> None:
    some = [{"dispute_id": "d", "payment_id": "p"}]
    server.replies = [
        Reply(body=json.dumps({"total": 900, "results": page}).encode()) for page in (some * 2, some * 2, [])
    ]
    assert read_pages(pay) == [2, 2, 0]


@pytest.mark.parametrize(("code", "ask"), [("P1100", "refunds_made"), ("P0402", "disputes"), ("P2402", "agreements")])
def test_a_page_beyond_the_end_of_any_list_is_empty(
    server: FaultyServer, pay: GovukPayAdapter, code: str, ask: str
) -> None:
    server.replies = [Reply(status=404, body=json.dumps({"code": code}).encode())]
    assert getattr(pay, ask)(cursor="9").items == ()


def test_the_connection_test_warns_of_disputes_that_wait_and_of_a_page_that_is_missing(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    serve(server, {**DISPUTE, **GOVUK_PAY_RECORD, "status": "needs_response"})
    said = pay.check()
    assert said.facts == {"payments on the first page": "1", "disputes to answer": "1"}
    assert "by 9 September 2026" in said.warnings[0]
    assert "Page after paying" in said.warnings[1]


@pytest.mark.parametrize("body", [b'{"email": "okafor@example.org"', b'{"email": "okafor@example.org"}', b'["okafor"]'])
def test_an_answer_that_cannot_be_read_leaves_nothing_of_the_payer_in_the_error(
    server: FaultyServer, pay: GovukPayAdapter, body: bytes
) -> None:
    server.answer = lambda _request: Reply(body=body)
    for ask in (pay.get, pay.history, pay.refunds, pay.agreement, lambda _id: pay.search()):
        with pytest.raises(BadResponse) as caught:
            ask(PAYMENT)
        assert "okafor" not in str(vars(caught.value))
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("found", [{}, {"results": None}, {"results": []}])
def test_a_search_that_finds_nothing_is_an_empty_page_however_it_says_so(
    server: FaultyServer, pay: GovukPayAdapter, found: dict[str, object]
) -> None:
    server.answer = lambda _request: Reply(body=json.dumps({"total": 0, "count": 0, "page": 1, **found}).encode())
    for page in (pay.search(), pay.refunds_made(), pay.agreements(), pay.disputes()):
        assert (page.items, page.cursor) == ((), "")


@pytest.mark.parametrize("more", [{}, {"_embedded": None}, {"_embedded": {}}, {"_embedded": {"refunds": None}}])
def test_a_payment_without_refunds_has_none_however_it_says_so(
    server: FaultyServer, pay: GovukPayAdapter, more: dict[str, object]
) -> None:
    server.answer = lambda _request: Reply(body=json.dumps({"payment_id": "pay1", "_links": {}, **more}).encode())
    assert pay.refunds(PAYMENT) == ()


def test_a_refund_of_a_search_names_its_payment_in_its_links_only(server: FaultyServer, pay: GovukPayAdapter) -> None:
    bare = {name: value for name, value in REFUND.items() if name != "payment_id"}
    links = {"payment": {"href": "https://publicapi.example/v1/payments/5chu1", "method": "GET"}}
    serve(server, {**bare, "_links": links}, {**bare, "_links": {"payment": {"href": 7}}})
    assert [refund.payment_id for refund in pay.refunds_made().items] == ["5chu1", ""]
