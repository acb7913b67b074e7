"""Taking payments and following them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changes
from desktop.domain.ids import LocalKey
from desktop.domain.payments import PaymentState
from desktop.ui.payments.detail import receipt_line
from desktop.ui.payments.follow import WAITS_MS
from desktop.ui.payments.view import PaymentsView
from tests.helpers.desk_window import OpenDesk, close_desk, open_desk
from tests.helpers.fake_session import FakeSession, not_ready

PAY_PAGE = "http://127.0.0.1/secure/abc"


@pytest.fixture
def view(desk: OpenDesk) -> PaymentsView:
    desk.window.open_payment()
    desk.settle()
    return desk.page(PaymentsView)


def fill(view: PaymentsView, *, amount: str = "22.00") -> None:
    view.form.reference.setText("WST-2026-019001")
    view.form.amount.setText(amount)
    view.form.description.setText("Bulky waste, 3 items")
    view.form.email.setText("payer@example.org")


def take(desk: OpenDesk, view: PaymentsView) -> LocalKey:
    """Makes a payment, and lets its component answer with a page."""
    fill(view)
    desk.click(view.form.take)
    desk.settle()
    key = min(desk.town.payments)
    desk.town.payments[key] = replace(desk.town.payments[key], next_url=PAY_PAGE, pending=False)
    desk.session.client.say(Changes.of("payment", key))
    desk.settle()
    return key


@pytest.mark.parametrize("typed", ["", "0", "22,5", "-5", "1e3", "two", "100000.01"])
def test_a_wrong_amount_is_refused_beside_its_field(desk: OpenDesk, view: PaymentsView, typed: str) -> None:
    fill(view, amount=typed)
    desk.click(view.form.take)
    assert view.form.fields["amount"].error.text()
    assert min(desk.town.payments) > 0


def test_the_button_names_the_sum(view: PaymentsView) -> None:
    view.form.amount.setText("1,234.5")
    assert view.form.take.text().strip() == "Make the payment"
    view.form.amount.setText("1,234.50")
    assert view.form.take.text().strip() == "Make a payment of £1,234.50"


def test_every_field_that_is_missing_says_so(desk: OpenDesk, view: PaymentsView) -> None:
    view.form.email.setText("nobody")
    desk.click(view.form.take)
    wrong = {name for name, field in view.form.fields.items() if field.error.text()}
    assert wrong == {"amount", "reference", "description", "email"}


def test_the_page_opens_once_and_the_desk_follows_to_the_receipt(desk: OpenDesk, view: PaymentsView) -> None:
    desk.session.client.payment_states = [PaymentState.STARTED, PaymentState.SUBMITTED, PaymentState.SUCCESS]
    key = take(desk, view)
    assert desk.pages == [PAY_PAGE]
    desk.bot.waitUntil(lambda: view.detail.state.text() == "Paid", timeout=15_000)
    assert view.detail.receipt.text() == receipt_line(desk.town.payments[key])
    assert "card ending 4242" in view.detail.receipt.text()
    assert desk.pages == [PAY_PAGE]
    assert view.form.reference.text() == ""


@pytest.mark.parametrize(
    ("state", "word"),
    [(PaymentState.FAILED, "Declined"), (PaymentState.CANCELLED, "Cancelled"), (PaymentState.EXPIRED, "Expired")],
)
def test_an_end_without_money_is_said(desk: OpenDesk, view: PaymentsView, state: PaymentState, word: str) -> None:
    desk.session.client.payment_states = [state]
    take(desk, view)
    desk.bot.waitUntil(lambda: view.detail.state.text() == word, timeout=10_000)
    assert "No money was taken" in view.detail.sentence.text()


def test_a_component_that_does_not_answer_is_asked_again(desk: OpenDesk, view: PaymentsView) -> None:
    desk.session.client.broken["refresh payment"] = not_ready()
    take(desk, view)
    desk.bot.waitUntil(lambda: "Asking again" in view.detail.trouble.text.text(), timeout=10_000)
    del desk.session.client.broken["refresh payment"]
    desk.bot.waitUntil(lambda: view.detail.state.text() == "Paid", timeout=15_000)
    assert view.detail.trouble.isHidden()


def test_the_waits_grow(view: PaymentsView) -> None:
    assert list(WAITS_MS) == sorted(WAITS_MS)
    assert view.follower.key is None


def test_a_payment_that_is_not_known_blocks_a_second_try(desk: OpenDesk, view: PaymentsView) -> None:
    key = LocalKey(1)
    desk.town.payments[key] = replace(
        desk.town.payments[key], state=PaymentState.NOT_KNOWN, reference="WST-2026-019001", amount=2200
    )
    fill(view)
    desk.bot.waitUntil(view.form.unknown.isVisible, timeout=5000)
    assert not view.form.take.isEnabled()
    assert "£22.00 for this reference is not known" in view.form.unknown.text.text()
    desk.click(view.form.read_now)
    desk.bot.waitUntil(view.form.take.isEnabled, timeout=10_000)
    assert view.form.unknown.isHidden()


def test_what_is_typed_comes_back_after_a_crash(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> None:
    first = open_desk(qtbot, qapp, session)
    first.window.open_payment()
    first.settle()
    fill(first.page(PaymentsView))
    close_desk(first)
    again = open_desk(qtbot, qapp, session)
    try:
        again.window.open_view("payments")
        again.settle()
        assert again.page(PaymentsView).form.amount.text() == "22.00"
    finally:
        close_desk(again)


def test_a_payment_in_the_ledger_is_shown_and_can_be_cancelled(desk: OpenDesk, view: PaymentsView) -> None:
    key = LocalKey(3)
    desk.town.payments[key] = replace(desk.town.payments[key], state=PaymentState.CREATED)
    desk.session.client.payment_states = [PaymentState.CREATED]
    view.show_payment(key)
    desk.settle()
    assert view.detail.state.text() == "Link made"
    view.detail.cancel.click()
    desk.settle()
    assert desk.town.payments[key].state is PaymentState.CANCELLED


def test_a_refund_is_no_more_than_what_is_left(desk: OpenDesk, view: PaymentsView) -> None:
    key = next(k for k, p in desk.town.payments.items() if p.state is PaymentState.SUCCESS)
    whole = desk.town.payments[key].refundable
    view.show_payment(key)
    desk.settle()
    view.detail.refund_amount.setText("9,999.00")
    view.detail.refund.click()
    assert "at most" in view.detail.refund_field.error.text()
    view.detail.refund_amount.setText("1.00")
    view.detail.refund.click()
    desk.settle()
    assert desk.town.payments[key].refundable == whole - 100


def test_the_ledger_is_found_by_reference(desk: OpenDesk, view: PaymentsView) -> None:
    desk.write(view.search, "WST-2026-010385")
    desk.bot.waitUntil(lambda: view.model.rowCount() == 1, timeout=5000)
    assert "WST-2026-010385" in view.table.lines()[0]


def test_a_new_payment_is_at_the_head_of_the_ledger(desk: OpenDesk, view: PaymentsView) -> None:
    fill(view)
    desk.click(view.form.take)
    desk.settle()
    assert view.table.lines()[0].startswith(
        "Waiting | 14 Sep 2026 09:52 | WST-2026-019001 | Bulky waste, 3 items | £22.00"
    )
