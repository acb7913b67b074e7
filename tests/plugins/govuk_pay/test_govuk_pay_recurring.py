"""Agreements, what is charged under them, and delayed capture, against a server that behaves as the documents say."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.adapters.api import Agreements, DelayedCapture, Disputes, PaymentRecords
from desktop.domain.errors import InvalidInput, NotFound, NotReady, OutcomeUnknown, RemoteConflict
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest, PaymentState
from plugins.govuk_pay.adapter import GovukPayAdapter
from tests.helpers.adapters import SetClock
from tests.helpers.contracts import needs_specs, pay_request_errors
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.govuk_pay.driver import AGREEMENT, GOVUK_PAY_RECORD

PAYMENT, ACTIVE = OutsideId("pay1"), OutsideId("a" * 26)
CHARGE = PaymentRequest(amount=Pence(3_600), reference="CT-17", description="Council Tax, October")
ON_PAGE = replace(CHARGE, return_url="https://c.example/d")


def reply(tree: object, status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(tree).encode())


def refused(status: int, code: str) -> Reply:
    return reply({"code": code, "description": "Words"}, status)


def sent(server: FaultyServer) -> Any:
    return json.loads(server.requests[-1].body)


class AgreementServer:
    """Makes agreements; the list shows them when `listed` is True, and answers get lost when asked to."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.listed = True
        self.lose_answer = False

    def answer(self, request: Request) -> Reply:
        if request.method == "GET":
            shown = self.made if self.listed else []
            return reply({"results": shown, "_links": {}})
        self.add(json.loads(request.body), SetClock().now())
        return Reply(drop=True) if self.lose_answer else reply(self.made[-1], 201)

    def add(self, words: dict[str, str], at: datetime) -> None:
        stamp = at.isoformat().replace("+00:00", "Z")
        self.made.append({**words, "agreement_id": f"agr{len(self.made)}", "status": "created", "created_date": stamp})


@pytest.fixture
def agreements(server: FaultyServer) -> AgreementServer:
    kept = AgreementServer()
    server.answer = kept.answer
    return kept


def agree(pay: GovukPayAdapter, key: str = "k1") -> str:
    return pay.agree("CT-17", "Council Tax, monthly", "resident-17", key).outside_id


def test_it_offers_every_extra_of_payments(pay: GovukPayAdapter) -> None:
    assert [isinstance(pay, extra) for extra in (DelayedCapture, PaymentRecords, Agreements, Disputes)] == [True] * 4


# ==== delayed capture ====


def test_a_payment_that_is_captured_later_says_so_when_it_is_made(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.answer = lambda _request: reply({**GOVUK_PAY_RECORD, "delayed_capture": True}, 201)
    assert pay.create(replace(ON_PAGE, delayed_capture=True, language="cy"), "k1").delayed_capture
    assert (sent(server)["delayed_capture"], sent(server)["language"]) == (True, "cy")


def test_a_capturable_payment_is_captured_and_read_again(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [Reply(status=204), reply(GOVUK_PAY_RECORD)]
    assert pay.capture(PAYMENT, "k1").state is PaymentState.SUCCESS
    assert [(r.method, r.path) for r in server.requests] == [
        ("POST", "/v1/payments/pay1/capture"), ("GET", "/v1/payments/pay1"),
    ]  # fmt: skip


@pytest.mark.parametrize(("status", "code"), [(400, "P1001"), (409, "P1003")])
def test_one_that_was_captured_already_comes_back_as_it_is(
    server: FaultyServer, pay: GovukPayAdapter, status: int, code: str
) -> None:
    server.replies = [refused(status, code), reply({**GOVUK_PAY_RECORD, "delayed_capture": True})]
    assert pay.capture(PAYMENT, "k1").state is PaymentState.SUCCESS


@pytest.mark.parametrize(
    "now", [{"delayed_capture": False}, {"delayed_capture": True, "state": {"status": "failed", "code": "P0020"}}]
)
def test_one_that_was_never_captured_is_a_conflict(
    server: FaultyServer, pay: GovukPayAdapter, now: dict[str, Any]
) -> None:
    server.replies = [refused(409, "P1003"), reply({**GOVUK_PAY_RECORD, **now})]
    with pytest.raises(RemoteConflict) as caught:
        pay.capture(PAYMENT, "k1")
    assert caught.value.key == "govuk_pay.not_captured"


def test_a_capture_whose_answer_is_lost_is_asked_for_again_and_taken_once(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    server.replies = [
        Reply(drop=True), refused(409, "P1003"), reply({**GOVUK_PAY_RECORD, "delayed_capture": True}),
    ]  # fmt: skip
    assert pay.capture(PAYMENT, "k1").state is PaymentState.SUCCESS


def test_a_payment_that_is_not_there_cannot_be_captured(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [refused(404, "P1000")]
    with pytest.raises(NotFound):
        pay.capture(PAYMENT, "k1")


def test_a_capturable_payment_can_be_cancelled_instead(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [Reply(status=204), reply({**GOVUK_PAY_RECORD, "state": {"status": "cancelled", "code": "P0040"}})]
    assert pay.cancel(PAYMENT, "k1").state is PaymentState.CANCELLED


# ==== agreements ====


def test_an_agreement_is_made_with_its_words(
    server: FaultyServer, pay: GovukPayAdapter, agreements: AgreementServer
) -> None:
    made = pay.agree("CT-17", "Council Tax, monthly", "resident-17", "k1")
    assert (made.status, made.user, made.card_brand) == ("created", "resident-17", "")
    assert sent(server) == {
        "reference": "CT-17", "description": "Council Tax, monthly", "user_identifier": "resident-17",
    }  # fmt: skip
    assert len(agreements.made) == 1


def test_the_same_key_gives_the_same_agreement(pay: GovukPayAdapter, agreements: AgreementServer) -> None:
    assert agree(pay) == agree(pay)
    assert len(agreements.made) == 1


@pytest.mark.parametrize("lost", [False, True])
def test_a_key_that_made_another_agreement_is_a_conflict_and_nothing_is_sent(
    pay: GovukPayAdapter, agreements: AgreementServer, lost: bool
) -> None:
    agreements.lose_answer = lost
    with pytest.raises(OutcomeUnknown) if lost else nullcontext():
        agree(pay)
    with pytest.raises(RemoteConflict) as caught:
        pay.agree("CT-18", "Council Tax, monthly", "resident-17", "k1")
    assert caught.value.key == "govuk_pay.other_words"
    assert len(agreements.made) == 1


def test_two_equal_agreements_that_are_both_wanted_are_both_made(
    pay: GovukPayAdapter, agreements: AgreementServer
) -> None:
    assert [agree(pay, "k1"), agree(pay, "k2")] == ["agr0", "agr1"]


def test_an_agreement_whose_answer_was_lost_is_found_by_its_words(
    pay: GovukPayAdapter, agreements: AgreementServer
) -> None:
    agreements.lose_answer = True
    with pytest.raises(OutcomeUnknown):
        agree(pay)
    assert agree(pay) == "agr0"
    assert len(agreements.made) == 1


def test_an_agreement_that_the_list_does_not_show_yet_is_not_made_twice(
    pay: GovukPayAdapter, agreements: AgreementServer
) -> None:
    agreements.lose_answer, agreements.listed = True, False
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            agree(pay)
    assert len(agreements.made) == 1


def test_an_equal_agreement_of_the_last_minutes_is_asked_about(
    pay: GovukPayAdapter, agreements: AgreementServer
) -> None:
    words = {"reference": "CT-17", "description": "Council Tax, monthly", "user_identifier": "resident-17"}
    agreements.add(words, SetClock().now() - timedelta(minutes=5))
    with pytest.raises(OutcomeUnknown):
        agree(pay)
    assert len(agreements.made) == 1


def test_an_equal_agreement_of_last_year_is_another_one(pay: GovukPayAdapter, agreements: AgreementServer) -> None:
    words = {"reference": "CT-17", "description": "Council Tax, monthly", "user_identifier": "resident-17"}
    agreements.add(words, datetime(2025, 9, 1, tzinfo=UTC))
    assert agree(pay) == "agr1"


@pytest.mark.parametrize(
    ("words", "field"),
    [(("", "D", "U"), "reference"), (("R", " ", "U"), "description"), (("R", "D", "U" * 256), "user"),
     (("R", "a < b", "U"), "description")],
)  # fmt: skip
def test_an_agreement_that_would_be_refused_is_refused_beside_its_field(
    server: FaultyServer, pay: GovukPayAdapter, words: tuple[str, str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        pay.agree(*words, "k1")
    assert caught.value.field == field
    assert server.requests == []


@pytest.mark.parametrize(
    ("instrument", "brand"),
    [
        (AGREEMENT["payment_instrument"], "Visa"),
        ({"type": "card", "CardDetails": {"card_brand": "Mastercard"}}, "Mastercard"),
        (None, ""),
    ],
)
def test_the_card_of_an_agreement_is_read_as_the_contract_and_as_the_samples_have_it(
    server: FaultyServer, pay: GovukPayAdapter, instrument: object, brand: str
) -> None:
    server.replies = [reply({**AGREEMENT, "payment_instrument": instrument})]
    assert pay.agreement(ACTIVE).card_brand == brand


def test_a_status_in_capitals_is_the_same_status(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [reply({**AGREEMENT, "status": "ACTIVE"})]
    assert pay.agreement(ACTIVE).status == "active"


def test_agreements_are_looked_for_page_by_page(server: FaultyServer, pay: GovukPayAdapter) -> None:
    links = {"next_page": {"href": "https://p.example/v1/agreements?page=2&display_size=2"}}
    server.replies = [
        reply({"results": [AGREEMENT], "_links": links}), refused(404, "P2402"),
    ]  # fmt: skip
    first = pay.agreements("CT-17", "active")
    assert ([a.user for a in first.items], first.cursor) == (["resident-17"], "2")
    assert pay.agreements("CT-17", "active", first.cursor).items == ()
    assert [r.query["page"] for r in server.requests] == [["1"], ["2"]]
    assert server.requests[0].query["status"] == ["active"]


def test_a_status_that_there_is_not_is_refused_with_those_that_there_are(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    with pytest.raises(InvalidInput, match="inactive"):
        pay.agreements(status="lapsed")
    assert server.requests == []


def test_an_agreement_is_ended_once(server: FaultyServer, pay: GovukPayAdapter) -> None:
    ended = {**AGREEMENT, "status": "cancelled", "cancelled_date": "2026-09-13T10:00:00.000Z"}
    server.replies = [Reply(status=204), reply(ended), refused(400, "P2501"), reply(ended)]
    assert pay.end_agreement(ACTIVE, "k1") == pay.end_agreement(ACTIVE, "k1")
    assert [r.path for r in server.requests if r.method == "POST"] == [f"/v1/agreements/{ACTIVE}/cancel"] * 2


def test_an_agreement_that_is_not_active_cannot_be_ended(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.replies = [refused(400, "P2501"), reply({**AGREEMENT, "status": "created"})]
    with pytest.raises(RemoteConflict):
        pay.end_agreement(ACTIVE, "k1")


# ==== payments that set up an agreement, and under one ====


def test_a_payment_sets_up_an_agreement_on_its_page(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.answer = lambda _request: reply(GOVUK_PAY_RECORD, 201)
    pay.create(replace(ON_PAGE, sets_up=ACTIVE, agreement_kind="instalment"), "k1")
    assert (sent(server)["set_up_agreement"], sent(server)["agreement_payment_type"]) == (ACTIVE, "instalment")


def test_an_agreement_to_set_up_that_is_not_there_is_said_by_its_own_key(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    server.replies = [refused(400, "P0103")]
    with pytest.raises(InvalidInput) as caught:
        pay.create(replace(ON_PAGE, sets_up=ACTIVE), "k1")
    assert caught.value.key == "govuk_pay.no_agreement_to_set_up"


def test_a_charge_names_the_agreement_and_the_key_and_no_page(server: FaultyServer, pay: GovukPayAdapter) -> None:
    made = {**GOVUK_PAY_RECORD, "agreement_id": ACTIVE, "state": {"status": "created", "finished": False}}
    server.answer = lambda _request: reply(made, 201)
    assert pay.charge(ACTIVE, CHARGE, "k-1").agreement == ACTIVE
    assert sent(server) == {
        "amount": 3_600, "reference": "CT-17", "description": "Council Tax, October",
        "authorisation_mode": "agreement", "agreement_id": ACTIVE,
    }  # fmt: skip
    assert server.requests[0].headers["idempotency-key"] == "k-1"


def test_a_charge_whose_answer_is_lost_is_sent_again_with_the_same_key(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    server.replies = [Reply(drop=True), reply(GOVUK_PAY_RECORD)]
    assert pay.charge(ACTIVE, CHARGE, "k-1").outside_id == "pay1"
    assert [request.headers["idempotency-key"] for request in server.requests] == ["k-1", "k-1"]


def test_a_key_that_took_another_payment_is_a_conflict_and_nothing_is_taken(
    server: FaultyServer, pay: GovukPayAdapter
) -> None:
    server.replies = [refused(409, "P0191")]
    with pytest.raises(RemoteConflict) as caught:
        pay.charge(ACTIVE, CHARGE, "k-1")
    assert caught.value.key == "govuk_pay.key_used"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (replace(CHARGE, return_url="https://c.example"), "return_url"),
        (replace(CHARGE, email="c@example.org"), "email"),
        (replace(CHARGE, delayed_capture=True), "delayed_capture"),
        (replace(CHARGE, sets_up=ACTIVE), "sets_up"),
        (replace(CHARGE, language="cy"), "language"),
        (replace(CHARGE, agreement_kind="weekly"), "agreement_kind"),
        (replace(CHARGE, amount=Pence(0)), "amount"),
    ],
)
def test_a_charge_that_would_be_refused_is_refused_beside_its_field(
    server: FaultyServer, pay: GovukPayAdapter, request_: PaymentRequest, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        pay.charge(ACTIVE, request_, "k-1")
    assert caught.value.field == field
    assert server.requests == []


def test_a_charge_needs_an_agreement_and_a_key_that_can_be_sent(pay: GovukPayAdapter) -> None:
    with pytest.raises(InvalidInput, match="agreement"):
        pay.charge(OutsideId(""), CHARGE, "k-1")
    with pytest.raises(InvalidInput, match="key"):
        pay.charge(ACTIVE, CHARGE, "k 1")


def test_what_is_captured_later_sets_up_no_agreement(server: FaultyServer, pay: GovukPayAdapter) -> None:
    with pytest.raises(InvalidInput) as caught:
        pay.create(replace(ON_PAGE, sets_up=ACTIVE, delayed_capture=True), "k-1")
    assert caught.value.field == "delayed_capture"
    assert server.requests == []


@pytest.mark.parametrize(
    ("said", "expected"), [(True, True), (False, False), ("false", False), (None, None), ("perhaps", None), ({}, None)]
)
def test_whether_a_failed_charge_may_be_tried_again_is_said_or_not_known(
    server: FaultyServer, pay: GovukPayAdapter, said: object, expected: bool | None
) -> None:
    state = {"status": "failed", "finished": True, "code": "P0010", "can_retry": said}
    server.replies = [reply({**GOVUK_PAY_RECORD, "state": state})]
    assert pay.get(PAYMENT).can_retry is expected


def test_an_account_without_recurring_payments_is_told_whom_to_ask(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.answer = lambda r: refused(422, "P0942") if r.method == "POST" else reply({"results": []})
    with pytest.raises(Exception, match="switched on"):
        agree(pay)


def test_a_charge_while_it_is_closed_is_tried_later(server: FaultyServer, pay: GovukPayAdapter) -> None:
    server.answer = lambda _request: refused(503, "P0999")
    with pytest.raises(NotReady):
        pay.charge(ACTIVE, CHARGE, "k-1")


@needs_specs
@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/v1/agreements", {}, {"reference": ""}),
        ("/v1/agreements", {}, {"reference": "R", "colour": "red"}),
        ("/v1/payments", {}, {"amount": "36", "reference": "R", "description": "D", "return_url": "https://c.example"}),
        ("/v1/payments", {}, {"amount": 36, "reference": "R", "description": "D"}),
        ("/v1/payments", {}, {"amount": 36, "reference": "R", "description": "D", "authorisation_mode": "agreed"}),
        ("/v1/payments/pay1/capture", {}, {"amount": 36}),
        ("/v1/nowhere", {}, {}),
    ],
)
def test_a_planted_fault_in_a_request_is_found(path: str, query: dict[str, list[str]], body: object) -> None:
    request = Request("POST", path, query, {}, json.dumps(body).encode())
    assert pay_request_errors(request) != []


@needs_specs
@pytest.mark.parametrize("query", [{"status": ["lapsed"]}, {"colour": ["red"]}])
def test_a_planted_fault_in_a_search_is_found(query: dict[str, list[str]]) -> None:
    assert pay_request_errors(Request("GET", "/v1/agreements", query, {}, b"")) != []
