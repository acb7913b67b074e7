"""A component that fails again and again is left alone, and tried by one call at a time."""

from __future__ import annotations

import random

import pytest

from desktop.adapters.api import Answer
from desktop.adapters.breaker import FAILURES, Breaker, find_percentile
from desktop.domain.components import Circuit
from desktop.domain.errors import AdapterError, BadResponse, Forbidden, InvalidInput, NotReady, OperationCancelled
from tests.helpers.clocks import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker("Waste", clock, rng=random.Random(1))


def call(breaker: Breaker, error: Exception | None = None) -> None:
    with breaker.guard():
        if error is not None:
            raise error


def fail(breaker: Breaker, times: int, error: Exception | None = None) -> None:
    for _ in range(times):
        with pytest.raises(AdapterError):
            call(breaker, error or NotReady("It failed.", key="component.failed"))


def test_it_opens_after_failures_in_a_row_and_says_when_to_come_back(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    assert breaker.vitals().circuit is Circuit.OPEN
    with pytest.raises(NotReady) as caught:
        call(breaker)
    assert caught.value.key == "breaker.open"
    assert caught.value.retry_after is not None
    assert 1 <= caught.value.retry_after <= 5


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    call(breaker)
    fail(breaker, FAILURES - 1)
    assert breaker.vitals().circuit is Circuit.CLOSED


def test_one_probe_is_let_through_and_its_success_closes_it(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, FAILURES)
    clock.move(6)
    assert breaker.vitals().circuit is Circuit.HALF_OPEN
    with breaker.guard(), pytest.raises(NotReady):
        call(breaker)  # a second call while the probe is out
    assert breaker.vitals().circuit is Circuit.CLOSED


def test_a_probe_that_fails_opens_it_for_longer(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, FAILURES)
    first = breaker.vitals().open_for_s
    clock.move(6)
    fail(breaker, 1)
    assert breaker.vitals().circuit is Circuit.OPEN
    assert breaker.vitals().open_for_s > first


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("Not a date.", key="x.input"),
        Forbidden("Not allowed.", key="x.forbidden"),
        OperationCancelled("", key="call.cancelled"),
        NotReady("It waits.", key="pull.gate"),
        NotReady("As often as it may be.", key="http.rate"),
    ],
    ids=lambda error: error.key,
)
def test_a_refusal_or_a_wait_of_our_own_is_no_failure(breaker: Breaker, error: Exception) -> None:
    for _ in range(3 * FAILURES):
        with pytest.raises(type(error)):
            call(breaker, error)
    assert breaker.vitals().circuit is Circuit.CLOSED


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_status_of_a_component_that_is_not_well_is_a_failure(breaker: Breaker, status: int) -> None:
    for _ in range(FAILURES):
        with breaker.guard() as answered:
            answered(Answer(status=status, headers={}, body=b"", url=""))
    assert breaker.vitals().circuit is Circuit.OPEN


def test_being_asked_too_often_is_no_failure(breaker: Breaker) -> None:
    for _ in range(3 * FAILURES):
        with breaker.guard() as answered:
            answered(Answer(status=429, headers={}, body=b"", url=""))
    assert breaker.vitals().circuit is Circuit.CLOSED


def test_an_officer_closes_it_by_hand(breaker: Breaker) -> None:
    fail(breaker, FAILURES, BadResponse("HTML.", key="component.answer"))
    breaker.close()
    call(breaker)
    assert breaker.vitals().circuit is Circuit.CLOSED


def test_vitals_are_those_of_the_last_calls(breaker: Breaker, clock: FakeClock) -> None:
    for milliseconds in range(1, 101):
        with breaker.guard():
            clock.move(milliseconds / 1000)
    fail(breaker, 1)
    vitals = breaker.vitals()
    assert vitals.calls == 100
    assert vitals.p50_ms == pytest.approx(51)
    assert vitals.p95_ms == pytest.approx(96)
    assert vitals.error_rate == pytest.approx(0.01)
    assert vitals.last_success == clock.now()


def test_percentiles_are_by_nearest_rank() -> None:
    assert find_percentile([], 50) is None
    assert find_percentile([7.0], 95) == 7.0
    assert find_percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert find_percentile([1.0, 2.0, 3.0, 4.0], 95) == 4.0
