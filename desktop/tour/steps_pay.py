"""Taking payments, to each of their ends."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.tour.hands import wait_for
from desktop.tour.stage import Stage
from desktop.ui.payments.view import PaymentsView

REFERENCE = "WST-2026-019{:03}"
GOOD, BAD = "4242424242424242", "4000000000000002"


def run_wrong_amount(stage: Stage) -> None:
    """A wrong amount is refused beside its field."""
    stage.hands.shortcut(Qt.Key.Key_4)
    view = stage.page(PaymentsView)
    hands = stage.hands
    with stage.step("payment-wrong", "Typed an amount that is none, and pressed the button") as step:
        wait_for(view.form.take.isEnabled, "the component that takes payments")
        hands.into(view.form.reference, REFERENCE.format(1))
        hands.into(view.form.amount, "22,5")
        hands.into(view.form.description, "Bulky waste, up to 3 items")
        hands.push(view.form.take)
        words = view.form.fields["amount"].error.text()
        step.see("beside the amount", words, wanted="pounds and pence" in words)


def run_success(stage: Stage) -> None:
    """A payment is made, its page opens, the payer pays, and the receipt line shows."""
    view = stage.page(PaymentsView)
    with stage.step(
        "payment-page", "Made a payment; its page opened in the payer's browser", lambda: stage.payer.view
    ) as step:
        _make(stage, view, 1, "22.00")
        stage.payer.pay(GOOD, name="Cynthia Okafor", email="cynthia.okafor@example.org")
        step.see("page", stage.payer.ask("document.getElementById('amount').innerText"), wanted=True)
        step.see(
            "state at the desk", view.detail.state.text(), wanted=view.detail.state.text() in {"Link made", "Started"}
        )
    with stage.step("payment-paid", "The payer paid; the desk followed") as step:
        stage.payer.confirm()
        wait_for(lambda: view.detail.state.text() == "Paid", "the state Paid", 60)
        step.see("receipt", view.detail.receipt.text(), wanted="Paid £22.00" in view.detail.receipt.text())
        _hear(stage, step_name="status", reference=REFERENCE.format(1), wanted="success", hear=step.hear)
    stage.payer.put_away()


def run_failures(stage: Stage) -> None:
    """Declined, cancelled by the payer, and expired."""
    view = stage.page(PaymentsView)
    with stage.step("payment-declined", "The card was declined") as step:
        _make(stage, view, 2, "36.00")
        stage.payer.pay(BAD, name="Lizzy Marsh", email="lizzy@example.org")
        stage.payer.confirm()
        wait_for(lambda: view.detail.state.text() == "Declined", "the state Declined", 60)
        step.see("sentence", view.detail.sentence.text(), wanted="No money was taken" in view.detail.sentence.text())
        _hear(stage, step_name="status", reference=REFERENCE.format(2), wanted="failed", hear=step.hear)
    with stage.step("payment-cancelled", "The payer pressed Cancel on the page") as step:
        _make(stage, view, 3, "12.50")
        stage.payer.give_up()
        wait_for(lambda: view.detail.state.text() in {"Cancelled", "Declined"}, "the state Cancelled", 60)
        step.see("state", view.detail.state.text(), wanted=view.detail.state.text() == "Cancelled")
        _hear(stage, step_name="status", reference=REFERENCE.format(3), wanted="failed", hear=step.hear)
    with stage.step("payment-expired", "Nobody paid in time") as step:
        stage.probe.tune(expiry_ms=6_000)
        _make(stage, view, 4, "44.00")
        wait_for(lambda: view.detail.state.text() == "Expired", "the state Expired", 60)
        step.see("sentence", view.detail.sentence.text(), wanted="Nobody paid in time" in view.detail.sentence.text())
        _hear(stage, step_name="code", reference=REFERENCE.format(4), wanted="P0020", hear=step.hear)
        stage.probe.tune(expiry_ms=90 * 60 * 1000)
    stage.payer.put_away()


def _make(stage: Stage, view: PaymentsView, number: int, amount: str) -> None:
    hands, opened = stage.hands, len(stage.payer.opened)
    stage.window.activateWindow()
    hands.into(view.form.reference, REFERENCE.format(number))
    hands.into(view.form.amount, amount)
    hands.into(view.form.description, "Bulky waste, up to 3 items")
    hands.push(view.form.take)
    wait_for(lambda: len(stage.payer.opened) > opened, "the payment page to open", 45)
    stage.payer.wait_page("Enter card details")


def _hear(stage: Stage, *, step_name: str, reference: str, wanted: str, hear: object) -> None:
    """Asks the provider's own API for the payment with a reference."""
    row = next((r for r in stage.probe.find_payments() if r.get("reference") == reference), {})
    payment = stage.probe.fetch_payment(str(row.get("id", "")))
    state = payment.get("state", {})
    if callable(hear):
        hear(f"state of {reference}", state, wanted=state.get(step_name) == wanted)
