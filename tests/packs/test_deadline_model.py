"""The calculator says what the slow model says, whatever happens to a case and in whatever order it is heard of."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from desktop.packs.calendars import Calendar, Nation, find_bank_holidays
from desktop.packs.deadlines import Deadline, read_deadline
from tests.helpers.deadline_cases import YEARS, DeadlineCase, draw_cases
from tests.helpers.slow_deadlines import Answer, SlowModel
from tests.helpers.slow_holidays import list_holidays

LONG = bool(os.environ.get("KNIT_LONG"))
SETTINGS = settings(
    max_examples=20_000 if LONG else 600,
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
"""The short run tries the same examples each time, so that it says what a change did; the long one seeks new ones."""


def put_plainly(deadline: Deadline) -> Answer:
    """A deadline as the slow model puts it."""
    return Answer(
        state=deadline.state.value,
        level=deadline.level.value,
        started=deadline.started,
        due=deadline.due,
        due_day=deadline.due_day,
        since=deadline.since,
        reason=deadline.reason,
        days_left=deadline.days_left,
        time_left=deadline.time_left,
        times=deadline.times_extended,
        refused=[refusal.happening for refusal in deadline.refused],
    )


@SETTINGS
@given(draw_cases())
def test_the_calculator_and_the_slow_model_agree(case: DeadlineCase) -> None:
    deadline = read_deadline(case.rule, case.heard, case.calendar, case.now)
    assert put_plainly(deadline) == SlowModel(case.rule, case.calendar).run(case.happenings, case.now)


@SETTINGS
@given(draw_cases())
def test_what_is_heard_of_late_or_twice_changes_nothing(case: DeadlineCase) -> None:
    heard = read_deadline(case.rule, case.heard, case.calendar, case.now)
    assert heard == read_deadline(case.rule, case.happenings, case.calendar, case.now)
    later = [happening for happening in case.happenings if happening.moment > case.now]
    before = [happening for happening in case.heard if happening not in later]
    assert heard == read_deadline(case.rule, before, case.calendar, case.now)


@pytest.mark.parametrize("nation", Nation)
def test_the_library_knows_the_bank_holidays_that_the_rules_give(nation: Nation) -> None:
    library = find_bank_holidays(Calendar(nation))
    days = [date(YEARS[0], 1, 1) + timedelta(days=n) for n in range(365 * len(YEARS) + 2)]
    weekdays = {day for day in days if day.isoweekday() < 6}
    assert weekdays & library == {day for year in YEARS for day in list_holidays(nation.value, year)}
