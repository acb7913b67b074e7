"""GOV.UK Pay against a server that behaves as its documents say, and as they warn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.adapters.api import Payments
from desktop.domain.errors import (
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState
from tests.helpers.adapters import SECRET, SetClock, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.govuk_pay.driver import GOVUK_PAY_RECORD

ID = OutsideId("pay1")
REQUEST = PaymentRequest(
    amount=Pence(3_600), reference="R-1", description="Bin", return_url="https://c.example/d", metadata={"case": "W-1"}
)


class PayServer:
    """Refunds as GOV.UK Pay does: the payment is right at once, the list of refunds when `listed` is True."""

    def __init__(self) -> None:
        self.available = 3_600
        self.refunds: list[dict[str, Any]] = []
        self.listed = True
        self.lose_answer = False
        self.taken_meanwhile = 0
        self.taken_at = datetime(2026, 1, 1, tzinfo=UTC)

    def answer(self, request: Request) -> Reply:
        if request.method == "POST":
            return self._refund(json.loads(request.body))
        if request.path.endswith("/refunds"):
            shown = self.refunds if self.listed else []
            return Reply(body=json.dumps({"payment_id": "pay1", "_embedded": {"refunds": shown}}).encode())
        summary = {
            "status": "available",
            "amount_available": self.available,
            "amount_submitted": 3_600 - self.available,
        }
        return Reply(body=json.dumps({**GOVUK_PAY_RECORD, "refund_summary": summary}).encode())

    def _refund(self, body: dict[str, int]) -> Reply:
        if self.taken_meanwhile:
            self.add(self.taken_meanwhile, self.taken_at)
            self.taken_meanwhile = 0
        if body["refund_amount_available"] != self.available:
            return Reply(status=412, body=b'{"code": "P0604", "description": "changed"}')
        made = self.add(body["amount"], SetClock().now())
        return Reply(drop=True) if self.lose_answer else Reply(status=202, body=json.dumps(made).encode())

    def add(self, amount: int, at: datetime) -> dict[str, Any]:
        """A refund, however it came about."""
        self.available -= amount
        made = {"refund_id": f"r{len(self.refunds) + 1}", "amount": amount, "status": "submitted",
                "created_date": at.isoformat()}  # fmt: skip
        self.refunds.append(made)
        return made


@pytest.fixture
def pay(server: FaultyServer) -> PayServer:
    pay = PayServer()
    server.answer = pay.answer
    return pay


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Payments]:
    with run_adapter("govuk_pay", server.url) as loaded:
        assert isinstance(loaded.adapter, Payments)
        yield loaded.adapter


# ==== create and get ====


def test_a_payment_is_made_with_its_key_and_the_bearer(server: FaultyServer, adapter: Payments) -> None:
    server.answer = lambda _request: Reply(status=201, body=json.dumps(GOVUK_PAY_RECORD).encode())
    adapter.create(REQUEST, "key-1")
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/v1/payments")
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert json.loads(request.body) == {
        "amount": 3_600, "reference": "R-1", "description": "Bin", "return_url": "https://c.example/d",
        "metadata": {"case": "W-1"},
    }  # fmt: skip


def test_a_lost_answer_is_asked_for_again_with_the_same_key(server: FaultyServer, adapter: Payments) -> None:
    server.replies = [Reply(drop=True), Reply(status=200, body=json.dumps(GOVUK_PAY_RECORD).encode())]
    assert adapter.create(REQUEST, "key-1").outside_id == "pay1"
    assert [request.headers["idempotency-key"] for request in server.requests] == ["key-1", "key-1"]


def test_the_key_is_known_for_a_day(adapter: Payments) -> None:
    assert adapter.key_lifetime == timedelta(hours=24)


@pytest.mark.parametrize(
    ("field", "request_"),
    [
        ("amount", PaymentRequest(amount=Pence(0), reference="R", description="D", return_url="https://c.example")),
        ("amount", PaymentRequest(amount=Pence(10_000_001), reference="R", description="D", return_url="https://c.e")),
        ("reference", PaymentRequest(amount=Pence(1), reference=" ", description="D", return_url="https://c.example")),
        ("reference", PaymentRequest(amount=Pence(1), reference="R" * 256, description="D", return_url="https://c.e")),
        ("description", PaymentRequest(amount=Pence(1), reference="R", description="", return_url="https://c.example")),
        (
            "reference",
            PaymentRequest(amount=Pence(1), reference="R|1", description="D", return_url="https://c.example"),
        ),
        ("description", PaymentRequest(amount=Pence(1), reference="R", description="<D>", return_url="https://c.e")),
        (
            "language",
            PaymentRequest(amount=Pence(1), reference="R", description="D", return_url="https://c.e", language="fr"),
        ),
        ("return_url", PaymentRequest(amount=Pence(1), reference="R", description="D")),
        ("return_url", PaymentRequest(amount=Pence(1), reference="R", description="D", return_url="javascript:x")),
    ],
)
def test_what_would_be_refused_is_refused_beside_its_field(
    server: FaultyServer, adapter: Payments, field: str, request_: PaymentRequest
) -> None:
    with pytest.raises(InvalidInput) as caught:
        adapter.create(request_, "key-1")
    assert caught.value.field == field
    assert server.requests == []


def test_a_key_that_cannot_be_sent_is_refused(adapter: Payments) -> None:
    with pytest.raises(InvalidInput):
        adapter.create(REQUEST, "key with spaces")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (409, "P0191", RemoteConflict),
        (400, "P0102", InvalidInput),
        (422, "P0102", InvalidInput),
        (400, "P0199", Forbidden),
        (403, "P0920", InvalidInput),
        (404, "P0200", NotFound),
        (400, "P0501", RemoteConflict),
        (429, "P0900", NotReady),
    ],
)
def test_an_error_is_decided_by_its_code(
    server: FaultyServer, adapter: Payments, status: int, code: str, kind: type[DesktopError]
) -> None:
    body = json.dumps({"code": code, "description": "Whatever it says today", "field": "amount"}).encode()
    server.answer = lambda _request: Reply(status=status, body=body)
    with pytest.raises(kind):
        adapter.create(REQUEST, "key-1")


def get_with(server: FaultyServer, adapter: Payments, **changes: object) -> Payment:
    server.answer = lambda _request: Reply(body=json.dumps({**GOVUK_PAY_RECORD, **changes}).encode())
    return adapter.get(ID)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"status": "success", "finished": True}, PaymentState.SUCCESS),
        ({"status": "failed", "finished": True, "code": "P0010"}, PaymentState.FAILED),
        ({"status": "failed", "finished": True, "code": "P0020"}, PaymentState.EXPIRED),
        ({"status": "failed", "finished": True, "code": "P0030"}, PaymentState.CANCELLED),
        ({"status": "cancelled", "finished": True, "code": "P0040"}, PaymentState.CANCELLED),
        ({"status": "error", "finished": True, "code": "P0050"}, PaymentState.ERROR),
        ({"status": "failed", "finished": True, "code": "P9999"}, PaymentState.FAILED),
        ({"status": "pondering", "finished": True}, PaymentState.NOT_KNOWN),
        ({"finished": True}, PaymentState.NOT_KNOWN),
        ("success", PaymentState.NOT_KNOWN),
    ],
)
def test_finished_alone_is_never_success(
    server: FaultyServer, adapter: Payments, state: object, expected: PaymentState
) -> None:
    assert get_with(server, adapter, state=state).state is expected


def test_an_unknown_status_keeps_its_own_word(server: FaultyServer, adapter: Payments) -> None:
    assert get_with(server, adapter, state={"status": "pondering"}).code == "pondering"


def test_a_page_that_is_no_web_address_is_not_opened(server: FaultyServer, adapter: Payments) -> None:
    assert get_with(server, adapter, _links={"next_url": {"href": "file:///etc/passwd"}}).next_url == ""


# ==== cancel and search ====


def test_a_payment_that_is_cancelled_already_comes_back_as_it_is(server: FaultyServer, adapter: Payments) -> None:
    cancelled = Reply(body=json.dumps({**GOVUK_PAY_RECORD, "state": {"status": "cancelled"}}).encode())
    server.replies = [Reply(status=400, body=b'{"code": "P0501"}'), cancelled]
    assert adapter.cancel(ID, "k").state is PaymentState.CANCELLED


def test_a_payment_that_is_over_cannot_be_cancelled(server: FaultyServer, adapter: Payments) -> None:
    paid = Reply(body=json.dumps(GOVUK_PAY_RECORD).encode())
    server.replies = [Reply(status=400, body=b'{"code": "P0501"}'), paid]
    with pytest.raises(RemoteConflict):
        adapter.cancel(ID, "k")


def test_a_page_beyond_the_end_is_empty(server: FaultyServer, adapter: Payments) -> None:
    server.replies = [Reply(status=404, body=b'{"code": "P0402", "description": "Page not found"}')]
    assert adapter.search(cursor="9").items == ()


def test_a_search_sends_its_moment_in_utc(server: FaultyServer, adapter: Payments) -> None:
    server.replies = [Reply(body=b'{"results": []}')]
    adapter.search(since=datetime(2026, 9, 1, tzinfo=UTC))
    assert server.requests[0].query["from_date"] == ["2026-09-01T00:00:00Z"]


@pytest.mark.parametrize("typed", ["", ".", ".."])
def test_what_is_no_id_leads_nowhere(server: FaultyServer, adapter: Payments, typed: str) -> None:
    for ask in (adapter.get, adapter.refunds, lambda payment: adapter.cancel(payment, "k")):
        with pytest.raises(InvalidInput) as caught:
            ask(OutsideId(typed))
        assert caught.value.key == "govuk_pay.id"
    assert server.requests == []


# ==== refunds ====


def test_a_refund_names_what_can_still_be_refunded(server: FaultyServer, adapter: Payments, pay: PayServer) -> None:
    assert adapter.refund(ID, Pence(1_000), "k").amount == 1_000
    assert json.loads(server.requests[-1].body) == {"amount": 1_000, "refund_amount_available": 3_600}
    assert pay.available == 2_600


def test_a_refund_of_more_than_there_is_is_refused(adapter: Payments, pay: PayServer) -> None:
    with pytest.raises(InvalidInput, match=r"At most £36\.00"):
        adapter.refund(ID, Pence(3_601), "k")
    assert pay.refunds == []


def test_a_refund_beside_another_is_sent_once_more_with_the_new_amount(adapter: Payments, pay: PayServer) -> None:
    pay.taken_meanwhile = 600
    assert adapter.refund(ID, Pence(1_000), "k").amount == 1_000
    assert pay.available == 2_000


@pytest.mark.parametrize(("listed", "error"), [(True, OutcomeUnknown), (False, NotReady)])
def test_an_equal_refund_that_was_under_way_is_not_made_twice(
    adapter: Payments, pay: PayServer, listed: bool, error: type[DesktopError]
) -> None:
    pay.taken_meanwhile, pay.taken_at, pay.listed = 500, SetClock().now(), listed
    with pytest.raises(error):
        adapter.refund(ID, Pence(500), "k")
    assert len(pay.refunds) == 1


@pytest.mark.parametrize(("payment", "amount"), [(ID, 700), (OutsideId("pay2"), 500)])
def test_a_key_that_made_another_refund_is_a_conflict_and_nothing_is_sent(
    adapter: Payments, pay: PayServer, payment: OutsideId, amount: int
) -> None:
    adapter.refund(ID, Pence(500), "k")
    with pytest.raises(RemoteConflict) as caught:
        adapter.refund(payment, Pence(amount), "k")
    assert caught.value.key == "govuk_pay.other_words"
    assert len(pay.refunds) == 1


def test_a_repeat_gives_the_first_refund(adapter: Payments, pay: PayServer) -> None:
    assert adapter.refund(ID, Pence(500), "k") == adapter.refund(ID, Pence(500), "k")
    assert len(pay.refunds) == 1


def test_a_lost_answer_is_found_in_the_list_and_not_sent_twice(adapter: Payments, pay: PayServer) -> None:
    pay.lose_answer = True
    with pytest.raises(OutcomeUnknown):
        adapter.refund(ID, Pence(500), "k")
    assert adapter.refund(ID, Pence(500), "k").outside_id == "r1"
    assert len(pay.refunds) == 1


def test_a_refund_that_never_arrived_is_sent_by_the_repeat(
    server: FaultyServer, adapter: Payments, pay: PayServer
) -> None:
    lost = iter([Reply(drop=True)])
    server.answer = lambda r: next(lost, None) or pay.answer(r) if r.method == "POST" else pay.answer(r)
    with pytest.raises(OutcomeUnknown):
        adapter.refund(ID, Pence(500), "k")
    assert adapter.refund(ID, Pence(500), "k").amount == 500
    assert len(pay.refunds) == 1


def test_a_list_that_is_behind_leaves_a_repeat_unknown(adapter: Payments, pay: PayServer) -> None:
    pay.lose_answer, pay.listed = True, False
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            adapter.refund(ID, Pence(500), "k")
    assert len(pay.refunds) == 1


def test_after_a_restart_a_refund_that_the_list_does_not_show_yet_is_waited_for(
    adapter: Payments, pay: PayServer
) -> None:
    pay.add(500, SetClock().now())
    pay.listed = False
    with pytest.raises(NotReady):
        adapter.refund(ID, Pence(500), "k")
    assert len(pay.refunds) == 1


def test_after_a_restart_a_fresh_refund_of_the_same_amount_is_asked_about(adapter: Payments, pay: PayServer) -> None:
    pay.add(500, SetClock().now())
    with pytest.raises(OutcomeUnknown):
        adapter.refund(ID, Pence(500), "k")
    assert len(pay.refunds) == 1


def test_an_old_refund_of_the_same_amount_is_another_one(adapter: Payments, pay: PayServer) -> None:
    pay.add(500, SetClock().now() - timedelta(days=1))
    assert adapter.refund(ID, Pence(500), "k").outside_id == "r2"
