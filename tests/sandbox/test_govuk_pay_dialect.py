from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.helpers.contracts import needs_specs, pay_errors
from tests.helpers.serving_town import TestTown

WANTED = {
    "amount": 2200, "reference": "WST-2026-010388", "description": "Bulky waste, 3 items", "return_url": "https://example.org/back",
    "email": "lizzy.marsh@example.org", "metadata": {"channel": "desk", "items": 3, "urgent": False},
}  # fmt: skip
CARD = {
    "card_number": "4242 4242 4242 4242", "cardholder_name": "Lizzy O\N{RIGHT SINGLE QUOTATION MARK}Marsh", "expiry_month": "11", "expiry_year": "29",
    "security_code": "123", "email": "lizzy.marsh@example.org",
}  # fmt: skip


def _create(town: TestTown, **change: Any) -> dict[str, Any]:
    reply = town.pay("POST", "/v1/payments", {**WANTED, **change})
    assert reply.status == 201, reply.text
    tree: dict[str, Any] = reply.tree
    return tree


def _read(town: TestTown, id: str) -> dict[str, Any]:
    tree: dict[str, Any] = town.pay("GET", f"/v1/payments/{id}").tree
    return tree


def _pay(town: TestTown, **card: str) -> dict[str, Any]:
    """A new payment, its page opened and the form filled in and sent."""
    made = _create(town)
    page = made["_links"]["next_url"]["href"]
    assert town.ask("GET", page).status == 200
    assert town.ask("POST", page, form={**CARD, **card}).status == 303
    return made


@needs_specs
def test_every_good_answer_keeps_to_the_contract(fresh_town: TestTown) -> None:
    made = _create(fresh_town)
    assert pay_errors("CreatePaymentResult", {k: v for k, v in made.items() if k != "authorisation_mode"}) == []
    assert pay_errors("PaymentWithAllLinks", _read(fresh_town, made["payment_id"])) == []
    paid = _pay(fresh_town)["payment_id"]
    fresh_town.clock.moment += timedelta(seconds=5)
    assert pay_errors("PaymentWithAllLinks", _read(fresh_town, paid)) == []
    assert pay_errors("PaymentEvents", fresh_town.pay("GET", f"/v1/payments/{paid}/events").tree) == []
    refund = fresh_town.pay("POST", f"/v1/payments/{paid}/refunds", {"amount": 200, "refund_amount_available": 2200})
    assert refund.status == 202
    assert pay_errors("Refund", refund.tree) == []
    fresh_town.clock.moment += timedelta(seconds=5)
    refunds = fresh_town.pay("GET", f"/v1/payments/{paid}/refunds").tree
    refunds_part = refunds.pop("_embedded")
    assert pay_errors("RefundForSearchResult", {**refunds, "_embedded": refunds_part}) == []
    one = fresh_town.pay("GET", f"/v1/payments/{paid}/refunds/{refund.tree['refund_id']}").tree
    assert (pay_errors("Refund", one), one["status"]) == ([], "success")
    assert pay_errors("PaymentSearchResults", fresh_town.pay("GET", "/v1/payments").tree) == []
    assert pay_errors("RefundSearchResults", fresh_town.pay("GET", "/v1/refunds").tree) == []


@needs_specs
def test_the_validator_finds_a_planted_field_and_a_wrong_type(town: TestTown) -> None:
    tree = town.pay("GET", "/v1/payments", None).tree
    assert pay_errors("PaymentSearchResults", tree) == []
    for planted in (
        {"amount": "2200"},
        {"colour": "red"},
        {"state": {"status": "success", "finished": "yes"}},
        {"language": "fr"},
    ):
        assert pay_errors("PaymentSearchResults", {**tree, "results": [{**tree["results"][0], **planted}]}) != []
    assert pay_errors("RequestError", {"code": 102}) != []


@needs_specs
@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"amount": None}, 400, "P0101", "amount"),
        ({"reference": None}, 400, "P0101", "reference"),
        ({"return_url": None}, 400, "P0101", "return_url"),
        ({"amount": "22.00"}, 422, "P0102", "amount"),
        ({"amount": True}, 422, "P0102", "amount"),
        ({"amount": -1}, 422, "P0102", "amount"),
        ({"amount": 10_000_001}, 422, "P0102", "amount"),
        ({"description": "x" * 256}, 422, "P0102", "description"),
        ({"return_url": "back"}, 422, "P0102", "return_url"),
        ({"language": "fr"}, 422, "P0102", "language"),
        ({"metadata": {"a": {"b": 1}}}, 422, "P0102", "metadata"),
    ],
)
def test_a_wrong_payment_is_refused_by_code(
    change: dict[str, Any], status: int, code: str, field: str, town: TestTown
) -> None:
    reply = town.pay("POST", "/v1/payments", {**WANTED, **change})
    assert (reply.status, reply.tree["code"], reply.tree["field"]) == (status, code, field)
    assert pay_errors("RequestError", reply.tree) == []


def test_the_key_decides(town: TestTown) -> None:
    assert town.ask("GET", "govuk_pay", "/v1/payments").status == 401
    assert town.ask("GET", "govuk_pay", "/v1/payments", headers={"Authorization": "Bearer no"}).status == 401


def test_a_body_that_is_not_json_is_refused(town: TestTown) -> None:
    assert town.pay("POST", "/v1/payments", WANTED, Content_Type="text/plain").tree["code"] == "P0920"


def test_the_same_idempotency_key_makes_one_payment(fresh_town: TestTown) -> None:
    first = fresh_town.pay("POST", "/v1/payments", WANTED, Idempotency_Key="op-1")
    again = fresh_town.pay("POST", "/v1/payments", WANTED, Idempotency_Key="op-1")
    assert (first.status, again.status) == (201, 200)
    assert again.tree["payment_id"] == first.tree["payment_id"]
    other = fresh_town.pay("POST", "/v1/payments", {**WANTED, "amount": 1}, Idempotency_Key="op-1")
    assert (other.status, other.tree["code"], other.tree["header"]) == (409, "P0191", "Idempotency-Key")
    fresh_town.clock.moment += timedelta(hours=25)
    assert fresh_town.pay("POST", "/v1/payments", WANTED, Idempotency_Key="op-1").status == 201


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "é"])
def test_a_wrong_idempotency_key_is_refused(key: str, town: TestTown) -> None:
    assert town.pay("POST", "/v1/payments", WANTED, Idempotency_Key=key).status == 422


def test_a_person_pays_on_the_page_and_the_payment_goes_through_its_states(fresh_town: TestTown) -> None:
    made = _create(fresh_town)
    id, page = made["payment_id"], made["_links"]["next_url"]["href"]
    assert made["state"] == {"status": "created", "finished": False}
    shown = fresh_town.ask("GET", page)
    for words in ("Bulky waste, 3 items", "£22.00", "Confirm payment", 'for="card_number"', 'lang="en"'):
        assert words in shown.text
    assert _read(fresh_town, id)["state"]["status"] == "started"
    sent = fresh_town.ask("POST", page, form=CARD)
    assert (sent.status, sent.headers["Location"]) == (303, WANTED["return_url"])
    assert _read(fresh_town, id)["state"]["status"] == "submitted"
    fresh_town.clock.moment += timedelta(seconds=2)
    paid = _read(fresh_town, id)
    assert paid["state"] == {"status": "success", "finished": True}
    assert paid["card_details"]["last_digits_card_number"] == "4242"
    assert paid["refund_summary"] == {"status": "available", "amount_available": 2200, "amount_submitted": 0}
    assert "next_url" not in paid["_links"]
    events = fresh_town.pay("GET", f"/v1/payments/{id}/events").tree["events"]
    assert [event["state"]["status"] for event in events] == ["created", "started", "submitted", "success"]
    assert "4242424242424242" not in fresh_town.admin("GET", f"/state/payments/{id}").text
    assert "finished" in fresh_town.ask("GET", page).text


def test_a_wrong_form_names_every_field_and_keeps_what_was_typed_but_the_card(fresh_town: TestTown) -> None:
    page = _create(fresh_town)["_links"]["next_url"]["href"]
    form = {
        "card_number": "4111111111111111",
        "cardholder_name": "",
        "expiry_month": "13",
        "expiry_year": "29",
        "security_code": "1",
        "email": "<script>",
    }
    reply = fresh_town.ask("POST", page, form=form)
    assert reply.status == 400
    for name in ("card_number", "cardholder_name", "expiry_month", "security_code", "email"):
        assert f'id="{name}-error"' in reply.text
    assert "4111111111111111" not in reply.text
    assert "<script>" not in reply.text
    assert "script" in reply.text
    past = fresh_town.ask("POST", page, form={**CARD, "expiry_year": "20"})
    assert "not past" in past.text


@pytest.mark.parametrize(
    ("number", "status", "code"), [("4000000000000002", "failed", "P0010"), ("4000000000000119", "error", "P0050")]
)
def test_other_test_cards_end_otherwise(number: str, status: str, code: str, fresh_town: TestTown) -> None:
    made = _pay(fresh_town, card_number=number)
    state = _read(fresh_town, made["payment_id"])["state"]
    assert (state["status"], state["code"], state["finished"]) == (status, code, True)


def test_the_payer_can_cancel_on_the_page(fresh_town: TestTown) -> None:
    made = _create(fresh_town)
    page = made["_links"]["next_url"]["href"]
    assert fresh_town.ask("POST", page + "/cancel", form={}).status == 303
    state = _read(fresh_town, made["payment_id"])["state"]
    assert (state["status"], state["code"]) == ("failed", "P0030")
    assert "cancelled" in fresh_town.ask("GET", page).text


def test_a_payment_expires_after_its_time(fresh_town: TestTown) -> None:
    made = _create(fresh_town)
    fresh_town.clock.moment += timedelta(minutes=91)
    state = _read(fresh_town, made["payment_id"])["state"]
    assert (state["status"], state["code"]) == ("failed", "P0020")
    assert "expired" in fresh_town.ask("GET", made["_links"]["next_url"]["href"]).text


def test_the_service_can_cancel_once(fresh_town: TestTown) -> None:
    id = _create(fresh_town)["payment_id"]
    assert fresh_town.pay("POST", f"/v1/payments/{id}/cancel").status == 204
    state = _read(fresh_town, id)["state"]
    assert (state["status"], state["code"]) == ("cancelled", "P0040")
    again = fresh_town.pay("POST", f"/v1/payments/{id}/cancel")
    assert (again.status, again.tree["code"]) == (400, "P0501")


def test_search_is_behind_and_one_payment_is_not(fresh_town: TestTown) -> None:
    made = _create(fresh_town, reference="LAG-1")
    path = "/v1/payments?reference=LAG-1"
    assert fresh_town.pay("GET", path).tree["total"] == 0
    assert _read(fresh_town, made["payment_id"])["reference"] == "LAG-1"
    fresh_town.clock.moment += timedelta(seconds=3)
    assert fresh_town.pay("GET", path).tree["results"][0]["state"]["status"] == "created"
    fresh_town.pay("POST", f"/v1/payments/{made['payment_id']}/cancel")
    assert fresh_town.pay("GET", path).tree["results"][0]["state"]["status"] == "created"
    fresh_town.clock.moment += timedelta(seconds=3)
    assert fresh_town.pay("GET", path).tree["results"][0]["state"]["status"] == "cancelled"


def test_refunds_stop_at_what_is_left_and_know_a_stale_amount(fresh_town: TestTown) -> None:
    id = _pay(fresh_town)["payment_id"]
    path = f"/v1/payments/{id}/refunds"
    assert fresh_town.pay("POST", path, {"amount": 100}).tree["code"] == "P0603"
    fresh_town.clock.moment += timedelta(seconds=2)
    assert fresh_town.pay("POST", path, {"amount": 1500, "refund_amount_available": 2200}).tree["status"] == "submitted"
    assert fresh_town.pay("GET", path).tree["_embedded"]["refunds"] == []
    stale = fresh_town.pay("POST", path, {"amount": 100, "refund_amount_available": 2200})
    assert (stale.status, stale.tree["code"]) == (412, "P0604")
    assert fresh_town.pay("POST", path, {"amount": 701}).tree["code"] == "P0602"
    assert fresh_town.pay("POST", path, {"amount": 700, "refund_amount_available": 700}).status == 202
    assert _read(fresh_town, id)["refund_summary"] == {
        "status": "full",
        "amount_available": 0,
        "amount_submitted": 2200,
    }
    assert fresh_town.pay("POST", path, {"amount": 1}).tree["code"] == "P0603"


def test_search_pages_through_everything_and_says_when_a_page_is_not_there(town: TestTown) -> None:
    seen: list[str] = []
    tree: dict[str, Any] = {}
    link = f"{town.urls['govuk_pay']}/v1/payments?display_size=25"
    while link:
        tree = town.ask("GET", link, headers={"Authorization": f"Bearer {town.keys['govuk_pay']}"}).tree
        seen += [row["payment_id"] for row in tree["results"]]
        link = tree["_links"].get("next_page", {}).get("href", "")
    assert len(seen) == len(set(seen)) == tree["total"] == 60
    missing = town.pay("GET", "/v1/payments?page=99")
    assert (missing.status, missing.tree["code"]) == (404, "P0402")


def test_search_filters(town: TestTown) -> None:
    failed = town.pay("GET", "/v1/payments?state=failed").tree["results"]
    assert {row["state"]["status"] for row in failed} == {"failed"}
    hers = town.pay("GET", "/v1/payments?email=cynthia.okafor").tree["results"]
    assert len(hers) >= 5
    late = town.pay("GET", "/v1/payments?from_date=2026-09-01T00:00:00Z&to_date=2026-09-10T00:00:00Z").tree["results"]
    assert all("2026-09-01" <= row["created_date"] < "2026-09-10" for row in late)
    for wrong in ("from_date=yesterday", "state=lost", "display_size=501", "page=0"):
        reply = town.pay("GET", f"/v1/payments?{wrong}")
        assert (reply.status, reply.tree["code"]) == (422, "P0401")


@pytest.mark.parametrize(
    ("path", "code"),
    [("", "P0200"), ("/events", "P0300"), ("/refunds", "P0800"), ("/refunds/none", "P0700")],
)
def test_what_is_not_there_is_404_by_code(path: str, code: str, town: TestTown) -> None:
    reply = town.pay("GET", f"/v1/payments/none{path}")
    assert (reply.status, reply.tree["code"]) == (404, code)
    assert town.pay("GET", "/v2/payments").status == 404


def test_pages_forbid_scripts_and_frames_and_unknown_links_say_so(town: TestTown) -> None:
    pay = next(component for component in town.info["components"] if component["id"] == "govuk_pay")
    reply = town.ask("GET", pay["settings"]["return_url"])
    assert reply.status == 200
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert town.ask("GET", reply_url(town, "/secure/none")).status == 404


def reply_url(town: TestTown, path: str) -> str:
    return str(town.urls["admin"]).removesuffix("/_admin") + path
