"""Bank holidays as gov.uk publishes them, and days that calendars get wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.errors import InvalidInput
from desktop.packs.calendars import (
    LAST_YEAR,
    Calendar,
    Days,
    Nation,
    Term,
    add_months,
    build_school_days,
    build_working_days,
    find_bank_holidays,
    find_moment_of_day,
)

ENGLAND_AND_WALES = """
2024: 1/1 29/3 1/4 6/5 27/5 26/8 25/12 26/12
2025: 1/1 18/4 21/4 5/5 26/5 25/8 25/12 26/12
2026: 1/1 3/4 6/4 4/5 25/5 31/8 25/12 28/12
2027: 1/1 26/3 29/3 3/5 31/5 30/8 27/12 28/12
"""
PUBLISHED = {
    Nation.ENGLAND: ENGLAND_AND_WALES,
    Nation.WALES: ENGLAND_AND_WALES,
    Nation.SCOTLAND: """
2024: 1/1 2/1 29/3 6/5 27/5 5/8 2/12 25/12 26/12
2025: 1/1 2/1 18/4 5/5 26/5 4/8 1/12 25/12 26/12
2026: 1/1 2/1 3/4 4/5 25/5 15/6 3/8 30/11 25/12 28/12
2027: 1/1 4/1 26/3 3/5 31/5 2/8 30/11 27/12 28/12
""",
    Nation.NORTHERN_IRELAND: """
2024: 1/1 18/3 29/3 1/4 6/5 27/5 12/7 26/8 25/12 26/12
2025: 1/1 17/3 18/4 21/4 5/5 26/5 14/7 25/8 25/12 26/12
2026: 1/1 17/3 3/4 6/4 4/5 25/5 13/7 31/8 25/12 28/12
2027: 1/1 17/3 26/3 29/3 3/5 31/5 12/7 30/8 27/12 28/12
""",
}
"""The list on https://www.gov.uk/bank-holidays, with substitute days in the place of weekends."""


def read_published(nation: Nation) -> set[date]:
    lines = [line.partition(": ") for line in PUBLISHED[nation].strip().splitlines()]
    return {date(int(year), *map(int, reversed(day.split("/")))) for year, _, days in lines for day in days.split()}


def counts(days: Days, day: date) -> bool:
    return days.count(day - timedelta(days=1), day) == 1


@pytest.mark.parametrize("nation", Nation)
def test_bank_holidays_are_those_that_gov_uk_publishes(nation: Nation) -> None:
    found = {day for day in find_bank_holidays(Calendar(nation)) if 2024 <= day.year <= 2027 and day.weekday() < 5}
    assert found == read_published(nation)


def test_a_council_adds_a_proclaimed_holiday_and_drops_one_that_was_moved() -> None:
    moved = Calendar(
        Nation.WALES, extra_holidays=frozenset({date(2028, 5, 5)}), not_holidays=frozenset({date(2028, 5, 1)})
    )
    days = build_working_days(moved)
    assert (counts(days, date(2028, 5, 1)), counts(days, date(2028, 5, 5))) == (True, False)


def test_a_holiday_anywhere_is_none_where_the_law_asks_for_all_four() -> None:
    england, anywhere = (
        build_working_days(Calendar(Nation.ENGLAND)),
        build_working_days(Calendar(Nation.ENGLAND), tuple(Nation)),
    )
    one_nations = [date(2026, 1, 2), date(2026, 3, 17), date(2026, 7, 13), date(2026, 8, 3), date(2026, 11, 30)]
    assert [counts(england, day) for day in one_nations] == [True] * 5
    assert [counts(anywhere, day) for day in one_nations] == [False] * 5


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 11, 5), 1, date(2026, 12, 5)),
    ],
)
def test_a_month_ends_with_the_last_day_of_a_shorter_one(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_an_hour_that_the_clocks_say_twice_or_never_has_one_moment() -> None:
    half_past_one = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    assert find_moment_of_day(date(2026, 10, 25), half_past_one) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert find_moment_of_day(date(2026, 3, 29), half_past_one) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert find_moment_of_day(date(2026, 3, 28), half_past_one) == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)


def test_past_its_end_a_calendar_says_nothing() -> None:
    days = build_working_days(Calendar(Nation.ENGLAND))
    assert days.find_nth(date(LAST_YEAR, 12, 30), 2) is None
    assert days.count(date(LAST_YEAR, 12, 1), date(LAST_YEAR + 1, 1, 1)) is None
    assert days.find_nth(date(1999, 12, 1), 2) is None
    assert build_school_days(Calendar(Nation.ENGLAND)).find_nth(date(2026, 9, 1), 1) is None


@pytest.mark.parametrize(
    ("terms", "key"),
    [
        ((Term(date(2026, 9, 2), date(2026, 9, 1)),), "calendar.term"),
        ((Term(date(2026, 9, 2), date(2026, 12, 18)), Term(date(2026, 12, 18), date(2027, 2, 1))), "calendar.terms"),
    ],
)
def test_terms_in_the_wrong_order_are_refused(terms: tuple[Term, ...], key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Calendar(Nation.ENGLAND, terms=terms)
    assert (caught.value.key, caught.value.field) == (key, "terms")
