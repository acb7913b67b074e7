"""The proof of the deadlines is proven: each fault planted in the real code is found by the comparison with the slow model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from desktop.domain.clocks import LONDON
from desktop.packs import calendars, deadline_rules, deadline_runs, deadlines
from desktop.packs.calendars import Calendar, Days, Nation
from desktop.packs.deadline_rules import DeadlineRule, Effect, Ends, Happening, Unit
from desktop.packs.deadline_runs import Reckoner, Run
from tests.helpers.deadline_cases import DeadlineCase, draw_cases
from tests.helpers.slow_deadlines import SlowModel
from tests.packs.test_deadline_model import LONG, put_plainly

MOST_EXAMPLES = 20_000
"""As many as the long run has. The short run tries the same examples each time; the long one seeks new ones."""


@contextmanager
def spill_a_short_month() -> Iterator[None]:
    """31 January and one month is 2 or 3 March."""

    def add(day: date, months: int) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, 1) + timedelta(days=day.day - 1)

    with patch.object(deadline_runs, "add_months", add):
        yield


@contextmanager
def take_days_for_those_of_greenwich() -> Iterator[None]:
    """Half past midnight in summer is taken for the day before."""
    with patch.object(deadline_runs, "find_london_day", lambda moment: moment.astimezone(UTC).date()):
        yield


@contextmanager
def take_every_day_for_24_hours() -> Iterator[None]:
    """The end of a day is 24 hours after its beginning, also when the clocks change."""

    def end(day: date) -> datetime:
        return datetime.combine(day, time(), LONDON).astimezone(UTC) + timedelta(hours=24)

    with patch.object(deadline_runs, "find_end_of_day", end):
        yield


@contextmanager
def forget_substitute_days() -> Iterator[None]:
    """Christmas on a Saturday gives no Monday."""
    from holidays import country_holidays  # late: slow to load

    def load(nation: Nation) -> frozenset[date]:
        return frozenset(country_holidays("GB", subdiv=nation.value, years=range(2000, 2061), observed=False))

    calendars.build_working_days.cache_clear()
    calendars.build_school_days.cache_clear()
    with patch.object(calendars, "_load_bank_holidays", load):
        yield
    calendars.build_working_days.cache_clear()
    calendars.build_school_days.cache_clear()


@contextmanager
def keep_the_holidays_of_one_nation() -> Iterator[None]:
    """Freedom of information counts 2 January."""
    real = calendars.build_working_days

    def build(calendar: Calendar, _nations: tuple[Nation, ...], *, closures: bool) -> Days:
        return real(calendar, (), closures=closures)

    with patch.object(deadline_rules, "build_working_days", build):
        yield


@contextmanager
def lengthen_the_law_by_closing() -> Iterator[None]:
    """Days on which the council is closed are left out of every deadline."""
    real = calendars.build_working_days

    def build(calendar: Calendar, nations: tuple[Nation, ...], *, closures: bool) -> Days:
        return real(calendar, nations, closures=True)

    with patch.object(deadline_rules, "build_working_days", build):
        yield


@contextmanager
def count_the_day_of_the_answer() -> Iterator[None]:
    """The day on which the clock goes on counts already."""
    real = deadline_runs._join_days

    def join(run: Run) -> Iterator[tuple[date, date]]:
        yield from ((first, last - timedelta(days=1)) for first, last in real(run))

    with patch.object(deadline_runs, "_join_days", join):
        yield


@contextmanager
def count_a_day_of_two_pauses_twice() -> Iterator[None]:
    """A clock that stops again on the day on which it went on gives that day back twice."""

    def join(run: Run) -> Iterator[tuple[date, date]]:
        for begin, end in run.pauses:
            yield calendars.find_london_day(begin), calendars.find_london_day(end)

    with patch.object(deadline_runs, "_join_days", join):
        yield


@contextmanager
def put_nothing_in_order() -> Iterator[None]:
    """What is heard of first happened first."""

    def put(rule: DeadlineRule, heard: Iterable[Happening], now: datetime) -> list[tuple[Happening, Effect]]:
        return [(h, rule.effects[h.event]) for h in dict.fromkeys(heard) if h.event in rule.effects and h.moment <= now]

    with patch.object(deadlines, "_put_in_order", put):
        yield


@contextmanager
def count_what_is_heard_of_twice() -> Iterator[None]:
    """An extension that is delivered twice counts twice."""
    real = deadlines._find_place

    def put(rule: DeadlineRule, heard: Iterable[Happening], now: datetime) -> list[tuple[Happening, Effect]]:
        known = [(h, rule.effects[h.event]) for h in heard if h.event in rule.effects and h.moment <= now]
        return sorted(known, key=real)

    with patch.object(deadlines, "_put_in_order", put):
        yield


@contextmanager
def pause_what_has_passed() -> Iterator[None]:
    """A pause after the day takes the lateness away."""
    with patch.object(deadlines._Fold, "_is_past", lambda _fold, _run, _moment: False):
        yield


@contextmanager
def guess_past_the_terms() -> Iterator[None]:
    """Where the terms end, the last school day that is known is taken."""
    real = Reckoner._find_day

    def find(self: Reckoner, run: Run) -> date | None:
        return real(self, run) or self.days.known_until

    with patch.object(Reckoner, "_find_day", find):
        yield


Fault = Callable[[], AbstractContextManager[None]]
DAYS = {"unit": Unit.DAYS, "rolls_on": False}
WORKING_DAYS = {"unit": Unit.WORKING_DAYS}
FAULTS: list[tuple[Fault, dict[str, Any]]] = [
    (spill_a_short_month, {**DAYS, "unit": Unit.MONTHS}),
    (take_days_for_those_of_greenwich, DAYS),
    (take_every_day_for_24_hours, {**DAYS, "ends": Ends.DAY}),
    (forget_substitute_days, WORKING_DAYS),
    (keep_the_holidays_of_one_nation, WORKING_DAYS),
    (lengthen_the_law_by_closing, WORKING_DAYS),
    (count_the_day_of_the_answer, DAYS),
    (count_a_day_of_two_pauses_twice, DAYS),
    (put_nothing_in_order, {}),
    (count_what_is_heard_of_twice, {}),
    (pause_what_has_passed, {}),
    (guess_past_the_terms, {"unit": Unit.SCHOOL_DAYS}),
]
"""Each fault, and what it concerns of a rule: examples of other rules could not show it."""


@pytest.mark.parametrize(("fault", "concerned"), FAULTS, ids=lambda item: getattr(item, "__name__", "rule"))
def test_a_planted_fault_is_found(fault: Fault, concerned: dict[str, Any]) -> None:
    tried = 0

    @settings(
        max_examples=MOST_EXAMPLES,
        derandomize=not LONG,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(draw_cases())
    def compare(case: DeadlineCase) -> None:
        nonlocal tried
        tried += 1
        rule = replace(case.rule, **concerned)
        found = put_plainly(deadlines.read_deadline(rule, case.heard, case.calendar, case.now))
        assert found == SlowModel(rule, case.calendar).run(case.happenings, case.now)

    with fault(), pytest.raises((AssertionError, TypeError, OverflowError)):
        compare()
    print(f"{fault.__name__}: found in {tried} examples")
