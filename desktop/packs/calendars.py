"""Which days count: working days by nation, a council's closures, and school days by its term dates.

Days are dates in London. Bank holidays come from the `holidays` library (ADR 0009), with what a council adds or drops.
Nothing is guessed: past the last day that a calendar knows, every answer is None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from desktop.domain.clocks import LONDON
from desktop.domain.errors import InvalidInput

FIRST_YEAR, LAST_YEAR = 2000, 2060
"""Years of bank holidays. Later ones are by the rule of today, which a proclamation can change; beyond is not known."""
_ONE = timedelta(days=1)


class Nation(StrEnum):
    """A nation of the United Kingdom: where a law is in force."""

    ENGLAND = "England"
    WALES = "Wales"
    SCOTLAND = "Scotland"
    NORTHERN_IRELAND = "Northern Ireland"


_SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}
"""ISO 3166-2:GB, as `holidays` names them."""


@dataclass(frozen=True, slots=True)
class Term:
    """Days between which schools are open, both counted; a half term holiday ends one and begins the next."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one council says of its days.

    Args:
        nation: Whose bank holidays it keeps.
        closures: Days on which the council is closed; no bank holidays, and the law takes no notice of them.
        extra_holidays: Bank holidays proclaimed since the library was published, and local ones.
        not_holidays: Days of the library's that are no bank holidays here, as when one was moved.
        terms: School terms, in order.
        school_closures: Days in a term on which schools are closed, such as training days.

    Raises:
        InvalidInput: terms out of order, over one another, or ending before they begin.
    """

    nation: Nation
    closures: frozenset[date] = frozenset()
    extra_holidays: frozenset[date] = frozenset()
    not_holidays: frozenset[date] = frozenset()
    terms: tuple[Term, ...] = field(default=())
    school_closures: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for term in self.terms:
            if term.last < term.first:
                raise InvalidInput(
                    f"The term from {term.first} ends before it begins. Give its last day.",
                    key="calendar.term",
                    field="terms",
                )
        for before, after in pairwise(self.terms):
            if after.first <= before.last:
                raise InvalidInput(
                    f"The term from {after.first} begins before the one before it ends. Give terms in order.",
                    key="calendar.terms",
                    field="terms",
                )


class Days(Protocol):
    """A kind of day that can be counted."""

    def find_nth(self, after: date, amount: int) -> date | None:
        """The `amount`th such day after a day (1 is the next one). None past what is known."""
        ...

    def count(self, after: date, until: date) -> int | None:
        """How many there are after a day and until another, that one counted. None past what is known."""
        ...

    @property
    def known_until(self) -> date:
        """Last day of which anything is known."""
        ...


class EveryDay:
    """Calendar days: each counts, and all are known."""

    known_until = date.max

    def find_nth(self, after: date, amount: int) -> date | None:
        """The day that is `amount` days later."""
        return after + timedelta(days=amount)

    def count(self, after: date, until: date) -> int | None:
        """Days from one to the other; none where the second is no later."""
        return max(0, (until - after).days)


class ListedDays:
    """Days of a list of ordinals, in order, which is whole from `known_from` to `known_until`."""

    def __init__(self, days: list[int], known_from: date, known_until: date) -> None:
        self._days = days
        self._known_from = known_from
        self.known_until = known_until

    def find_nth(self, after: date, amount: int) -> date | None:
        """The `amount`th day of the list after a day."""
        if after + _ONE < self._known_from:
            return None
        place = bisect_right(self._days, after.toordinal()) + amount - 1
        return date.fromordinal(self._days[place]) if place < len(self._days) else None

    def count(self, after: date, until: date) -> int | None:
        """How many days of the list lie after a day and until another."""
        if until <= after:
            return 0
        if after + _ONE < self._known_from or until > self.known_until:
            return None
        return bisect_right(self._days, until.toordinal()) - bisect_left(self._days, after.toordinal() + 1)


EVERY_DAY = EveryDay()


@lru_cache(maxsize=4)
def _load_bank_holidays(nation: Nation) -> frozenset[date]:
    """Bank holidays of a nation by the library, from FIRST_YEAR to LAST_YEAR."""
    from holidays import country_holidays  # late: it loads every country there is, 0.12 s

    return frozenset(country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=range(FIRST_YEAR, LAST_YEAR + 1)))


def find_bank_holidays(calendar: Calendar, nations: tuple[Nation, ...] = ()) -> frozenset[date]:
    """Bank holidays, with what the council adds and drops; of several nations, a day that is one in any of them."""
    listed = frozenset[date]().union(*(_load_bank_holidays(nation) for nation in nations or (calendar.nation,)))
    return (listed - calendar.not_holidays) | calendar.extra_holidays


@lru_cache(maxsize=64)
def build_working_days(calendar: Calendar, nations: tuple[Nation, ...] = (), *, closures: bool = True) -> Days:
    """Days that are no Saturday, Sunday or bank holiday, nor a closure of the council's where those are left out.

    Args:
        calendar: The council's.
        nations: Whose bank holidays are left out; the council's own nation where none is named.
        closures: Whether days on which the council is closed are left out as well.
    """
    off = find_bank_holidays(calendar, nations) | (calendar.closures if closures else frozenset())
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return ListedDays(_list_weekdays(first, last, off), first, last)


@lru_cache(maxsize=64)
def build_school_days(calendar: Calendar) -> Days:
    """Weekdays in a term that are no bank holiday and on which schools are not closed. Known as far as the terms are."""
    off = find_bank_holidays(calendar) | calendar.school_closures
    days = [day for term in calendar.terms for day in _list_weekdays(term.first, term.last, off)]
    first = calendar.terms[0].first if calendar.terms else date.max
    last = calendar.terms[-1].last if calendar.terms else date.min
    return ListedDays(days, first, last)


def _list_weekdays(first: date, last: date, off: frozenset[date]) -> list[int]:
    """Ordinals of Mondays to Fridays between two days, both counted, but for some."""
    skipped = {day.toordinal() for day in off}
    numbers = range(first.toordinal(), last.toordinal() + 1)
    return [number for number in numbers if (number - 1) % 7 < 5 and number not in skipped]  # day 1 was a Monday


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def find_london_day(moment: datetime) -> date:
    """The day that it is in London at a moment."""
    return moment.astimezone(LONDON).date()


def find_end_of_day(day: date) -> datetime:
    """The first moment, in UTC, that is no longer that day in London."""
    return datetime.combine(day + _ONE, time(), LONDON).astimezone(UTC)


def find_moment_of_day(day: date, like: datetime) -> datetime:
    """The moment, in UTC, at which London's clocks say on that day what they said at another.

    Where the clocks say it twice it is the first time; where they skip it, as long after the skip as it was into it.
    """
    wall = like.astimezone(LONDON).time()
    return datetime.combine(day, wall.replace(fold=0), LONDON).astimezone(UTC)
