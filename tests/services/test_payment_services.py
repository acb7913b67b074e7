"""Payments as an officer takes, cancels and refunds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from desktop.adapters.api import Page
from desktop.domain.errors import InvalidInput, NotReady, OutcomeUnknown
from desktop.domain.ids import ComponentId, LocalKey, OutsideId
from desktop.domain.money import MOST, Pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState, Refund
from tests.helpers.clocks import FakeClock
from tests.helpers.service_desk import PAY, ServiceDesk
from tests.helpers.stores import BINS

REQUEST = PaymentRequest(amount=Pence(3_600), reference="GW-1", description="Garden waste")


@dataclass
class Till:
    """A component that takes payments, knows keys for a day, and can lose an answer."""

    clock: FakeClock
    payments: dict[str, Payment] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    loses: bool = False
    busy: bool = False
    key_lifetime: timedelta = timedelta(hours=24)

    def _answer(self) -> None:
        if self.loses:
            raise OutcomeUnknown("The answer was lost.", key="test.lost")

    def make(self, request: PaymentRequest, **changed: object) -> Payment:
        payment = Payment(
            outside_id=OutsideId(f"T{len(self.payments) + 1}"),
            amount=request.amount,
            reference=request.reference,
            description=request.description,
            state=PaymentState.CREATED,
            created_at=self.clock.now(),
            next_url="https://pay.example.org/1",
        )
        payment = replace(payment, **changed)  # type: ignore[arg-type]
        self.payments[payment.outside_id] = payment
        return payment

    def change(self, id: OutsideId, values: Mapping[str, object]) -> Payment:
        self.payments[id] = replace(self.payments[id], **values)  # type: ignore[arg-type]
        return self.payments[id]

    def create(self, request: PaymentRequest, key: str) -> Payment:
        if self.busy:
            raise NotReady("Busy.", key="test.busy")
        if key not in self.keys:
            self.keys[key] = self.make(request).outside_id
        self._answer()
        return self.payments[self.keys[key]]

    def get(self, id: OutsideId) -> Payment:
        return self.payments[id]

    def search(self, reference: str = "", cursor: str = "", since: datetime | None = None) -> Page[Payment]:
        del cursor, since  # a component may give more than was asked for
        return Page(items=tuple(p for p in self.payments.values() if reference in ("", p.reference)))

    def cancel(self, id: OutsideId, key: str) -> Payment:
        del key
        return self.change(id, {"state": PaymentState.CANCELLED})

    def refund(self, id: OutsideId, amount: Pence, key: str) -> Refund:
        paid = self.payments[id]
        self.change(id, {"refundable": Pence(paid.refundable - amount), "refunded": Pence(paid.refunded + amount)})
        self._answer()
        return Refund(
            outside_id=OutsideId(key), payment_id=id, amount=amount, status="success", created_at=self.clock.now()
        )

    def refunds(self, id: OutsideId) -> tuple[Refund, ...]:
        del id
        return ()


@pytest.fixture
def till(town: ServiceDesk) -> Till:
    """A till that is in order."""
    return Till(town.store.clock)


@pytest.fixture
def paid(town: ServiceDesk, till: Till) -> LocalKey:
    """A payment of £36 that was made, all of which can be refunded."""
    (key,) = town.put_payments(till.make(REQUEST, state=PaymentState.SUCCESS, refundable=Pence(3_600)))
    return key


@pytest.mark.parametrize(
    ("changed", "field_name", "key"),
    [
        ({"amount": Pence(0)}, "amount", "payment.amount"),
        ({"amount": Pence(-1)}, "amount", "payment.amount"),
        ({"amount": Pence(MOST + 1)}, "amount", "payment.amount"),
        ({"reference": " "}, "reference", "payment.reference"),
        ({"reference": "x" * 256}, "reference", "payment.reference_long"),
        ({"reference": "a|b"}, "reference", "payment.reference_signs"),
        ({"reference": "a\ud83d"}, "reference", "payment.reference_signs"),
        ({"description": ""}, "description", "payment.description"),
        ({"description": "x" * 256}, "description", "payment.description_long"),
        ({"description": "a\nb"}, "description", "payment.description_signs"),
        ({"email": "ann@"}, "email", "payment.email"),
    ],
)
def test_a_wrong_payment_is_refused_beside_its_field(
    town: ServiceDesk, changed: dict[str, object], field_name: str, key: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.payments.take(PAY.id, replace(REQUEST, **changed))  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.key) == (field_name, key)
    assert caught.value.title.endswith(".")
    assert town.ops() == []


@pytest.mark.parametrize("component", [BINS.id, ComponentId("nothing")])
def test_a_payment_goes_to_a_component_that_takes_them(town: ServiceDesk, component: ComponentId) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.payments.take(component, REQUEST)
    assert caught.value.field == "component"


def test_a_payment_shows_at_once_and_its_page_when_the_component_has_it(town: ServiceDesk, till: Till) -> None:
    key = town.desk.payments.take(PAY.id, replace(REQUEST, reference=" GW-1 ")).key
    row = town.desk.payments.get(key)
    assert (row.reference, row.amount, row.state, row.pending) == ("GW-1", 3_600, PaymentState.CREATED, True)
    assert town.push(till, PAY) is None
    row = town.desk.payments.get(key)
    assert (row.pending, row.next_url) == (False, "https://pay.example.org/1")
    assert till.payments["T1"].reference == "GW-1"


def test_a_lost_answer_takes_no_second_payment(town: ServiceDesk, till: Till) -> None:
    key = town.desk.payments.take(PAY.id, REQUEST).key
    till.loses = True
    assert isinstance(town.push(till, PAY), OutcomeUnknown)
    till.loses = False
    town.make_due()
    assert town.push(till, PAY) is None
    assert len(till.payments) == 1
    assert town.desk.payments.get(key).next_url


@pytest.mark.parametrize(("others", "state"), [(0, "unknown"), (1, "done"), (2, "unknown")])
def test_a_payment_whose_key_is_forgotten_is_looked_for_and_never_sent_again(
    town: ServiceDesk, till: Till, others: int, state: str
) -> None:
    till.make(REQUEST, created_at=till.clock.now() - timedelta(days=30))  # last month's is another one
    written = town.desk.payments.take(PAY.id, REQUEST)
    till.busy = True
    town.push(till, PAY)
    till.busy = False
    made = [till.make(REQUEST) for _ in range(others)]
    town.store.clock.move(25 * 3600)
    town.make_due()
    town.push(till, PAY)
    assert len(till.payments) == 1 + len(made)
    states = {str(op.op): op.state for op in town.desk.outbox.summary().ops}
    assert states.get(str(written.op), "done") == state


def test_a_payment_that_ended_cannot_be_cancelled(town: ServiceDesk, paid: LocalKey) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.payments.cancel(paid)
    assert caught.value.title == "This payment is already success."
    assert caught.value.key == "payment.final"


def test_a_payment_that_is_open_is_cancelled(town: ServiceDesk, till: Till) -> None:
    (key,) = town.put_payments(till.make(REQUEST))
    town.desk.payments.cancel(key)
    assert town.push(till, PAY) is None
    assert town.desk.payments.get(key).state is PaymentState.CANCELLED


def test_a_payment_that_was_paid_before_it_could_be_cancelled_says_so(town: ServiceDesk, till: Till) -> None:
    (key,) = town.put_payments(till.make(REQUEST))
    town.desk.payments.cancel(key)
    till.change(OutsideId("T1"), {"state": PaymentState.SUCCESS})
    town.push(till, PAY)
    row = town.desk.payments.get(key)
    assert (row.state, row.error) == (
        PaymentState.SUCCESS, "The payment is already success, so it was not cancelled.",
    )  # fmt: skip


@pytest.mark.parametrize("amount", [0, -1, 3_601])
def test_a_refund_is_no_more_than_what_is_left(town: ServiceDesk, paid: LocalKey, amount: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.payments.refund(paid, amount)
    assert (caught.value.field, caught.value.title) == ("amount", "Enter an amount from £0.01 to £36.00.")


def test_two_refunds_in_a_row_give_back_no_more_than_was_paid(town: ServiceDesk, till: Till, paid: LocalKey) -> None:
    town.desk.payments.refund(paid, 2_000)
    with pytest.raises(InvalidInput):
        town.desk.payments.refund(paid, 2_000)
    town.desk.payments.refund(paid, 1_600)
    assert [town.push(till, PAY), town.push(till, PAY)] == [None, None]
    assert town.ops() == []
    assert till.payments["T1"].refunded == 3_600
    with pytest.raises(InvalidInput) as caught:
        town.desk.payments.refund(paid, 1)
    assert caught.value.title == "Nothing is left to refund."


def test_a_refund_whose_answer_was_lost_is_made_once(town: ServiceDesk, till: Till, paid: LocalKey) -> None:
    town.desk.payments.refund(paid, 600)
    till.loses = True
    town.push(till, PAY)
    till.loses = False
    town.make_due()
    assert town.push(till, PAY) is None
    assert till.payments["T1"].refunded == 600
    assert town.desk.payments.get(paid).refunded == 600


def test_a_refund_after_a_colleagues_is_not_made_and_says_why(town: ServiceDesk, till: Till, paid: LocalKey) -> None:
    written = town.desk.payments.refund(paid, 600)
    till.change(OutsideId("T1"), {"refundable": Pence(3_000), "refunded": Pence(600)})
    town.push(till, PAY)
    assert "£30.00 is left to refund" in town.desk.payments.get(paid).error
    assert till.payments["T1"].refunded == 600
    assert written.op is not None
    town.desk.outbox.discard(written.op, "Refunded already")
    assert town.desk.payments.get(paid).refundable == 3_000


def test_pages_of_payments_go_on_where_the_last_one_ended(town: ServiceDesk, till: Till) -> None:
    made = [till.make(replace(REQUEST, reference=f"GW-{n}")) for n in range(5)]
    town.put_payments(*made)
    first, more = town.desk.payments.page(None, 3)
    second, end = town.desk.payments.page(more, 3)
    assert {row.reference for row in (*first, *second)} == {payment.reference for payment in made}
    assert (len(first), len(second), end) == (3, 2, None)
    assert [row.reference for row in town.desk.payments.page(None, 3, "GW-2")[0]] == ["GW-2"]
