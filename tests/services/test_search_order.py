"""The box on top: the newest first, also among records that were born on this desk under keys below 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desktop.domain.ids import LocalKey
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.service_desk import PAY, ServiceDesk, a_draft
from tests.helpers.stores import BINS, START, a_case

EACH = 6


def make_here(town: ServiceDesk, title: str) -> LocalKey:
    """A case that is made on this desk, and has been sent."""
    adapter = ModelCases(Server(town.store.clock.now), Network(), town.store.clock.monotonic)
    adapter.server.cases |= {f"X{n}": a_case(100 + n) for n in range(500 + len(town.known()))}  # other numbers
    key = town.desk.cases.create(BINS.id, replace(a_draft(), title=title)).key
    assert town.push(adapter) is None
    assert town.ops() == []
    return key


def pull(town: ServiceDesk, first: int, *, days: int) -> list[LocalKey]:
    """Six cases of one day, as a pull brings them."""
    cases = [a_case(n, title="Overflowing bin") for n in range(first, first + EACH)]
    return town.put_cases(*(replace(case, opened_at=START + timedelta(days=days)) for case in cases))


def test_a_case_made_here_comes_before_older_ones(town: ServiceDesk) -> None:
    old = pull(town, 1, days=-9)
    key = make_here(town, "Overflowing bin")
    assert key < 0
    assert [hit.key for hit in town.desk.search.find("overflow")] == [key, *reversed(old[1:])]


def test_a_case_made_here_long_ago_does_not_hide_newer_ones(town: ServiceDesk) -> None:
    key = make_here(town, "Overflowing bin")
    new = pull(town, 1, days=9)
    assert [hit.key for hit in town.desk.search.find("overflow")] == new[::-1]
    assert key in {hit.key for hit in town.desk.search.find("overflow", EACH + 1)}


def test_of_many_made_here_the_last_come_first(town: ServiceDesk) -> None:
    made = []
    for _ in range(EACH + 2):
        town.store.clock.move(60)
        made.append(make_here(town, "Overflowing bin"))
    assert [hit.key for hit in town.desk.search.find("overflow bin")] == made[::-1][:EACH]


def test_what_waits_to_be_sent_is_put_in_the_same_order(town: ServiceDesk) -> None:
    old = pull(town, 1, days=-9)
    town.desk.cases.set_status(old[0], "fixed")
    key = town.desk.cases.create(BINS.id, replace(a_draft(), title="Overflowing bin")).key
    assert town.desk.search.find("overflow")[0].key == key


def test_payments_taken_here_come_newest_first(town: ServiceDesk) -> None:
    taken = []
    for n in range(EACH + 2):
        town.store.clock.move(60)
        request = PaymentRequest(amount=Pence(100 + n), reference=f"GARDEN {n}", description="Garden waste")
        taken.append(town.desk.payments.take(PAY.id, request).key)
    assert [hit.key for hit in town.desk.search.find("garden")] == taken[::-1][:EACH]
