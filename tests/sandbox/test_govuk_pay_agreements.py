"""Citytown's agreements, disputes and delayed capture, in the dialect of GOV.UK Pay and held to its contract."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.sandbox.agreed import DISPUTE_FEE
from tests.helpers.contracts import needs_specs, pay_errors
from tests.helpers.serving_town import Reply, TestTown

CARD = {
    "card_number": "4242 4242 4242 4242", "cardholder_name": "Issi Barre", "expiry_month": "11", "expiry_year": "29",
    "security_code": "123", "email": "issi.barre@example.org",
}  # fmt: skip
WANTED = {
    "amount": 14_200,
    "reference": "CT-17",
    "description": "Council Tax, October",
    "return_url": "https://example.org/b",
}
TERMS = {"reference": "CT-17", "description": "Council Tax, monthly", "user_identifier": "resident-17"}
STRANGER = "0" * 26


def agree(town: TestTown) -> dict[str, Any]:
    reply = town.pay("POST", "/v1/agreements", TERMS)
    assert reply.status == 201, reply.text
    tree: dict[str, Any] = reply.tree
    return tree


def pay_on_page(town: TestTown, *, number: str = "4242424242424242", **more: Any) -> dict[str, Any]:
    """A payment made, its page filled in and sent."""
    made = town.pay("POST", "/v1/payments", {**WANTED, **more}).tree
    page = made["_links"]["next_url"]["href"]
    assert town.ask("POST", page, form={**CARD, "card_number": number}).status == 303
    return read(town, made["payment_id"])


def read(town: TestTown, id: str) -> dict[str, Any]:
    tree: dict[str, Any] = town.pay("GET", f"/v1/payments/{id}").tree
    return tree


def activate(town: TestTown, number: str = "4242424242424242") -> str:
    """An agreement that was set up by a payment."""
    agreement: str = agree(town)["agreement_id"]
    pay_on_page(town, set_up_agreement=agreement, number=number)
    return agreement


def charge(town: TestTown, agreement: str, **change: Any) -> Reply:
    body = {"amount": 9_860, "reference": "CT-17", "description": "November", "authorisation_mode": "agreement"}
    return town.pay("POST", "/v1/payments", {**body, "agreement_id": agreement, **change}, Idempotency_Key="op-1")


# ==== delayed capture ====


@needs_specs
def test_a_payment_waits_as_capturable_until_it_is_captured(fresh_town: TestTown) -> None:
    waiting = pay_on_page(fresh_town, delayed_capture=True)
    fresh_town.clock.moment += timedelta(hours=100)
    waiting = read(fresh_town, waiting["payment_id"])
    assert pay_errors("PaymentWithAllLinks", waiting) == []
    assert (waiting["state"]["status"], waiting["delayed_capture"]) == ("capturable", True)
    assert waiting["_links"]["capture"]["method"] == "POST"
    assert waiting["refund_summary"]["status"] == "pending"
    path = f"/v1/payments/{waiting['payment_id']}"
    assert fresh_town.pay("POST", f"{path}/capture", {}).status == 204
    paid = read(fresh_town, waiting["payment_id"])
    assert (paid["state"]["status"], "capture" in paid["_links"]) == ("success", False)
    again = fresh_town.pay("POST", f"{path}/capture", {})
    assert (again.status, again.tree["code"]) == (409, "P1003")


def test_the_page_says_that_the_money_is_kept_back(fresh_town: TestTown) -> None:
    made = fresh_town.pay("POST", "/v1/payments", {**WANTED, "delayed_capture": True}).tree
    assert "kept back on your card" in fresh_town.ask("GET", made["_links"]["next_url"]["href"]).text


def test_a_capturable_payment_can_be_cancelled_and_expires_after_five_days(fresh_town: TestTown) -> None:
    one, two = (pay_on_page(fresh_town, delayed_capture=True)["payment_id"] for _ in range(2))
    assert fresh_town.pay("POST", f"/v1/payments/{one}/cancel", {}).status == 204
    assert read(fresh_town, one)["state"]["code"] == "P0040"
    fresh_town.clock.moment += timedelta(hours=121)
    assert read(fresh_town, two)["state"]["code"] == "P0020"


def test_what_was_taken_at_once_cannot_be_captured(fresh_town: TestTown) -> None:
    paid = pay_on_page(fresh_town)
    reply = fresh_town.pay("POST", f"/v1/payments/{paid['payment_id']}/capture", {})
    assert (reply.status, reply.tree["code"]) == (400, "P1001")
    assert fresh_town.pay("POST", f"/v1/payments/{STRANGER}/capture", {}).tree["code"] == "P1000"
    assert fresh_town.pay("GET", f"/v1/payments/{paid['payment_id']}/capture").status == 405


# ==== agreements ====


@needs_specs
def test_an_agreement_is_made_set_up_on_a_page_and_charged(fresh_town: TestTown) -> None:
    made = agree(fresh_town)
    assert pay_errors("Agreement", made) == []
    assert (made["status"], made["user_identifier"]) == ("created", "resident-17")
    first = fresh_town.pay("POST", "/v1/payments", {**WANTED, "set_up_agreement": made["agreement_id"]}).tree
    page = first["_links"]["next_url"]["href"]
    assert "Council Tax, monthly" in fresh_town.ask("GET", page).text
    assert fresh_town.ask("POST", page, form=CARD).status == 303
    path = f"/v1/agreements/{made['agreement_id']}"
    active = fresh_town.pay("GET", path).tree
    assert pay_errors("Agreement", active) == []
    assert (active["status"], active["payment_instrument"]["card_details"]["last_digits_card_number"]) == (
        "active", "4242",
    )  # fmt: skip
    taken = charge(fresh_town, made["agreement_id"], agreement_payment_type="recurring")
    assert (taken.status, pay_errors("CreatePaymentResult", taken.tree)) == (201, [])
    assert taken.tree["state"] == {"status": "created", "finished": False}
    assert "next_url" not in taken.tree["_links"]
    assert "return_url" not in taken.tree
    fresh_town.clock.moment += timedelta(seconds=5)
    paid = read(fresh_town, taken.tree["payment_id"])
    assert pay_errors("PaymentWithAllLinks", paid) == []
    assert (paid["state"]["status"], paid["agreement_id"]) == ("success", made["agreement_id"])
    fresh_town.clock.moment += timedelta(seconds=5)
    found = fresh_town.pay("GET", f"/v1/payments?agreement_id={made['agreement_id']}").tree
    assert [row["payment_id"] for row in found["results"]] == [taken.tree["payment_id"]]


def test_a_failed_first_payment_leaves_the_agreement_as_it_was(fresh_town: TestTown) -> None:
    agreement = agree(fresh_town)["agreement_id"]
    pay_on_page(fresh_town, set_up_agreement=agreement, number="4000000000000002")
    assert fresh_town.pay("GET", f"/v1/agreements/{agreement}").tree["status"] == "created"


@pytest.mark.parametrize(
    ("number", "again", "status"), [("4000000000000341", True, "active"), ("4000000000009979", False, "inactive")]
)
def test_a_charge_that_is_refused_says_whether_to_try_again(
    number: str, again: bool, status: str, fresh_town: TestTown
) -> None:
    agreement = activate(fresh_town, number)
    id = charge(fresh_town, agreement).tree["payment_id"]
    fresh_town.clock.moment += timedelta(seconds=5)
    state = read(fresh_town, id)["state"]
    assert (state["status"], state["code"], state["can_retry"]) == ("failed", "P0010", again)
    assert fresh_town.pay("GET", f"/v1/agreements/{agreement}").tree["status"] == status


def test_the_same_key_charges_once_and_another_body_is_refused(fresh_town: TestTown) -> None:
    agreement = activate(fresh_town)
    first, again = charge(fresh_town, agreement), charge(fresh_town, agreement)
    assert (first.status, again.status) == (201, 200)
    assert again.tree["payment_id"] == first.tree["payment_id"]
    other = charge(fresh_town, agreement, amount=1)
    assert (other.status, other.tree["code"]) == (409, "P0191")


@needs_specs
@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"agreement_id": STRANGER}, 400, "P0102", "agreement_id"),
        ({"agreement_id": None}, 400, "P0101", "agreement_id"),
        ({"agreement_id": "short"}, 422, "P0102", "agreement_id"),
        ({"return_url": "https://example.org"}, 400, "P0104", "return_url"),
        ({"email": "a@example.org"}, 400, "P0104", "email"),
        ({"authorisation_mode": "agreed"}, 422, "P0102", "authorisation_mode"),
        ({"authorisation_mode": "web", "return_url": "https://example.org"}, 400, "P0104", "agreement_id"),
        ({"agreement_payment_type": "weekly"}, 422, "P0102", "agreement_payment_type"),
    ],
)
def test_a_wrong_charge_is_refused_by_code(
    change: dict[str, Any], status: int, code: str, field: str, town: TestTown
) -> None:
    reply = charge(town, STRANGER, **change)
    assert (reply.status, reply.tree["code"], reply.tree["field"]) == (status, code, field)
    assert pay_errors("RequestError", reply.tree) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"authorisation_mode": "moto_api"}, "P0195"),
        ({"moto": True}, "P0196"),
        ({"set_up_agreement": STRANGER}, "P0103"),
    ],
)
def test_what_this_account_does_not_offer_is_refused_by_code(more: dict[str, Any], code: str, town: TestTown) -> None:
    assert town.pay("POST", "/v1/payments", {**WANTED, **more}).tree["code"] == code


def test_an_agreement_that_was_not_set_up_takes_nothing(fresh_town: TestTown) -> None:
    reply = charge(fresh_town, agree(fresh_town)["agreement_id"])
    assert (reply.status, reply.tree["code"]) == (400, "P0102")
    assert "must be active" in reply.tree["description"]


def test_an_agreement_is_ended_once_and_takes_nothing_more(fresh_town: TestTown) -> None:
    agreement = activate(fresh_town)
    path = f"/v1/agreements/{agreement}"
    assert fresh_town.pay("POST", f"{path}/cancel", {}).status == 204
    ended = fresh_town.pay("GET", path).tree
    assert (ended["status"], "cancelled_date" in ended) == ("cancelled", True)
    assert fresh_town.pay("POST", f"{path}/cancel", {}).tree["code"] == "P2501"
    assert charge(fresh_town, agreement).tree["code"] == "P0102"
    assert fresh_town.pay("POST", f"/v1/agreements/{STRANGER}/cancel", {}).tree["code"] == "P2500"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [({"reference": None}, 400, "P2101"), ({"description": ""}, 422, "P2102"), ({"user_identifier": 17}, 422, "P2102")],
)
def test_a_wrong_agreement_is_refused_by_code(change: dict[str, Any], status: int, code: str, town: TestTown) -> None:
    reply = town.pay("POST", "/v1/agreements", {**TERMS, **change})
    assert (reply.status, reply.tree["code"]) == (status, code)
    assert town.pay("POST", "/v1/agreements", [1]).tree["code"] == "P2197"


@needs_specs
def test_agreements_are_searched_by_reference_and_status_and_behind(fresh_town: TestTown) -> None:
    agree(fresh_town)
    assert fresh_town.pay("GET", "/v1/agreements?reference=ct-17").tree["total"] == 0
    fresh_town.clock.moment += timedelta(seconds=3)
    found = fresh_town.pay("GET", "/v1/agreements?reference=ct-17&status=created").tree
    assert pay_errors("AgreementSearchResults", found) == []
    assert [row["user_identifier"] for row in found["results"]] == ["resident-17"]
    every = fresh_town.pay("GET", "/v1/agreements?display_size=2").tree
    assert pay_errors("AgreementSearchResults", every) == []
    assert {"created", "active"} <= {r["status"] for r in fresh_town.pay("GET", "/v1/agreements").tree["results"]}
    assert "next_page" in every["_links"]
    for wrong, code in (("status=lapsed", "P2401"), ("display_size=0", "P2401"), ("page=99", "P2402")):
        assert fresh_town.pay("GET", f"/v1/agreements?{wrong}").tree["code"] == code


# ==== disputes, refunds, faults ====


@needs_specs
def test_the_town_has_a_dispute_of_each_status(town: TestTown) -> None:
    found = town.pay("GET", "/v1/disputes").tree
    assert pay_errors("DisputesSearchResults", found) == []
    by_status = {row["status"]: row for row in found["results"]}
    assert set(by_status) == {"needs_response", "under_review", "won", "lost"}
    lost = by_status["lost"]
    assert (lost["fee"], lost["net_amount"]) == (DISPUTE_FEE, -lost["amount"] - DISPUTE_FEE)
    assert "settlement_summary" not in by_status["won"]
    assert read(town, lost["payment_id"])["state"]["status"] == "success"
    only = town.pay("GET", "/v1/disputes?status=lost&from_settled_date=2026-01-01").tree
    assert [row["dispute_id"] for row in only["results"]] == [lost["dispute_id"]]
    assert town.pay("GET", "/v1/disputes?to_date=2026-01-01T00:00:00Z").tree["total"] == 0
    for wrong, code in (("status=open", "P0401"), ("from_settled_date=today", "P0401"), ("page=9", "P0402")):
        assert town.pay("GET", f"/v1/disputes?{wrong}").tree["code"] == code


def test_a_disputed_payment_is_not_refunded_but_one_whose_dispute_was_won_is(fresh_town: TestTown) -> None:
    disputes = {row["status"]: row["payment_id"] for row in fresh_town.pay("GET", "/v1/disputes").tree["results"]}
    lost = fresh_town.pay("POST", f"/v1/payments/{disputes['lost']}/refunds", {"amount": 1})
    won = fresh_town.pay("POST", f"/v1/payments/{disputes['won']}/refunds", {"amount": 1})
    assert (lost.tree["code"], won.status) == ("P0603", 202)


@needs_specs
def test_refunds_are_searched_by_their_times(fresh_town: TestTown) -> None:
    paid = pay_on_page(fresh_town)
    fresh_town.clock.moment += timedelta(seconds=5)
    fresh_town.pay("POST", f"/v1/payments/{paid['payment_id']}/refunds", {"amount": 7})
    fresh_town.clock.moment += timedelta(seconds=5)
    today = fresh_town.pay("GET", "/v1/refunds?from_date=2026-09-14T09:00:00Z&from_settled_date=2026-09-14").tree
    assert pay_errors("RefundSearchResults", today) == []
    assert [row["amount"] for row in today["results"]] == [7]
    for wrong, code in (("from_date=today", "P1101"), ("page=99", "P1100")):
        assert fresh_town.pay("GET", f"/v1/refunds?{wrong}").tree["code"] == code


@needs_specs
@pytest.mark.parametrize(
    ("schema", "planted"),
    [
        ("AgreementSearchResults", {"status": "lapsed"}),
        ("AgreementSearchResults", {"colour": "red"}),
        ("DisputesSearchResults", {"net_amount": "-15.00"}),
        ("DisputesSearchResults", {"evidence": "2026-01-01"}),
    ],
)
def test_the_validator_finds_a_fault_planted_in_an_agreement_or_a_dispute(
    schema: str, planted: dict[str, Any], town: TestTown
) -> None:
    path = {"AgreementSearchResults": "/v1/agreements", "DisputesSearchResults": "/v1/disputes"}[schema]
    tree = town.pay("GET", path).tree
    assert pay_errors(schema, tree) == []
    assert pay_errors(schema, {**tree, "results": [{**tree["results"][0], **planted}]}) != []


@pytest.mark.parametrize("code", ["P0941", "P0198", "P0999"])
def test_a_fault_can_carry_any_code(code: str, fresh_town: TestTown) -> None:
    assert fresh_town.set_fault("govuk_pay", "status", status=503, code=code).status == 201
    assert fresh_town.pay("GET", "/v1/payments").tree["code"] == code
