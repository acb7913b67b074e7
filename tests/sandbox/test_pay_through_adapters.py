"""`knit call govuk_pay` against the town: what is agreed, charged, captured, disputed and refused."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from tests.helpers.serving_town import TestTown

CARD = {
    "card_number": "4242424242424242", "cardholder_name": "Aziz Rahman", "expiry_month": "11", "expiry_year": "29",
    "security_code": "123", "email": "aziz@example.org",
}  # fmt: skip
REQUEST = {"amount": 2200, "reference": "X-1", "description": "Bulky waste"}


def run(town: TestTown, method: str, *arguments: str) -> tuple[int, Any]:
    """The exit code of `knit call`, and what it printed."""
    said = next(c for c in town.info["components"] if c["id"] == "govuk_pay")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    pairs += [word for name, value in said["secrets"].items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = call_command(["govuk_pay", f"payments.{method}", *arguments, *pairs], out, err)
    errors = err.getvalue()
    return code, json.loads(out.getvalue() or errors[errors.index("{") :])


def call(town: TestTown, method: str, *arguments: str) -> Any:
    code, said = run(town, method, *arguments)
    assert code == 0, said
    return said


def pay(town: TestTown, **more: Any) -> str:
    """A payment made and paid on its page."""
    made = call(
        town,
        "create",
        f"request={json.dumps({**REQUEST, **more})}",
        f"key=make-{len(more)}-{town.clock.moment.timestamp():.0f}",
    )
    assert town.ask("POST", made["next_url"], form=CARD).status == 303
    id: str = made["outside_id"]
    return id


def test_a_payment_is_captured_later_and_its_history_says_so(fresh_town: TestTown) -> None:
    id = pay(fresh_town, delayed_capture=True)
    assert call(fresh_town, "get", f"id={id}")["state"] == "capturable"
    assert call(fresh_town, "capture", f"id={id}", "key=c1")["state"] == "success"
    assert call(fresh_town, "capture", f"id={id}", "key=c1")["state"] == "success"
    states = [event["state"] for event in call(fresh_town, "history", f"id={id}")]
    assert states == ["created", "started", "submitted", "capturable", "success"]


def test_an_agreement_goes_from_its_making_to_its_end(fresh_town: TestTown) -> None:
    words = ("reference=CT-17", "description=Council Tax, monthly", "user=resident-17")
    agreement = call(fresh_town, "agree", *words, "key=a1")["outside_id"]
    pay(fresh_town, sets_up=agreement)
    assert call(fresh_town, "agreement", f"id={agreement}")["status"] == "active"
    request = f"request={json.dumps(REQUEST)}"
    taken = call(fresh_town, "charge", f"agreement={agreement}", request, "key=ch-1")
    again = call(fresh_town, "charge", f"agreement={agreement}", request, "key=ch-1")
    assert taken["outside_id"] == again["outside_id"]
    fresh_town.clock.moment += timedelta(seconds=5)
    call(fresh_town, "get", f"id={taken['outside_id']}")
    fresh_town.clock.moment += timedelta(seconds=5)
    query = f"query={json.dumps({'agreement': agreement, 'status': 'success'})}"
    assert [p["outside_id"] for p in call(fresh_town, "look_for", query)["items"]] == [taken["outside_id"]]
    assert call(fresh_town, "end_agreement", f"id={agreement}", "key=e1")["status"] == "cancelled"
    found = call(fresh_town, "agreements", "reference=CT-17", "status=cancelled")["items"]
    assert [a["outside_id"] for a in found] == [agreement]


def test_disputes_and_refunds_are_listed(fresh_town: TestTown) -> None:
    lost = call(fresh_town, "disputes", "status=lost")["items"][0]
    assert lost["net"] == -lost["amount"] - lost["fee"]
    id = pay(fresh_town)
    fresh_town.clock.moment += timedelta(seconds=5)
    refund = call(fresh_town, "refund", f"id={id}", "amount=500", "key=r1")
    fresh_town.clock.moment += timedelta(seconds=5)
    now = call(fresh_town, "refund_now", f"payment={id}", f"refund={refund['outside_id']}")
    assert (now["status"], now["amount"]) == ("success", 500)
    made = call(fresh_town, "refunds_made", "since=2026-09-14")["items"]
    assert [r["outside_id"] for r in made] == [refund["outside_id"]]


@pytest.mark.parametrize(
    ("method", "arguments", "code", "key"),
    [
        ("disputes", ("status=open",), 2, "govuk_pay.choice"),
        ("capture", ("id=none", "key=k1"), 3, "govuk_pay.no_payment"),
        ("agreement", ("id=none",), 3, "govuk_pay.no_agreement"),
        ("charge", (f"agreement={'0' * 26}", f"request={json.dumps(REQUEST)}", "key=k1"), 2, "govuk_pay.value"),
        ("charge", (f"agreement={'0' * 26}", "request=nothing", "key=k1"), 2, "call.argument"),
    ],
)
def test_what_is_refused_ends_with_its_exit_code_and_key(
    town: TestTown, method: str, arguments: tuple[str, ...], code: int, key: str
) -> None:
    ended, said = run(town, method, *arguments)
    assert (ended, said["key"]) == (code, key)


def test_a_payment_that_was_taken_at_once_cannot_be_captured(fresh_town: TestTown) -> None:
    id = pay(fresh_town)
    fresh_town.clock.moment += timedelta(seconds=5)
    ended, said = run(fresh_town, "capture", f"id={id}", "key=k1")
    assert (ended, said["key"]) == (3, "govuk_pay.not_captured")


@pytest.mark.parametrize(("code", "key"), [("P0941", "govuk_pay.account_off"), ("P0999", "govuk_pay.closed")])
def test_a_code_that_the_trainer_sets_comes_through(fresh_town: TestTown, code: str, key: str) -> None:
    fresh_town.set_fault("govuk_pay", "status", status=403, code=code)
    ended, said = run(fresh_town, "search")
    assert (ended, said["key"]) == (3, key)
