"""One run of a deadline's clock: since when it runs, when it stood still, how much was added, and so when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desktop.packs.calendars import (
    Calendar,
    add_months,
    find_end_of_day,
    find_london_day,
    find_moment_of_day,
)
from desktop.packs.deadline_rules import DeadlineRule, Ends, Unit

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline is due: a moment in UTC, and the day in London. By the end of that day, the moment is its end."""

    moment: datetime
    day: date
    ends: Ends

    def is_past(self, moment: datetime) -> bool:
        """Whether it is too late."""
        return moment >= self.moment if self.ends is Ends.DAY else moment > self.moment


@dataclass(slots=True)
class Run:
    """A clock that was started once; a new start makes a new one.

    Args:
        started: When, in UTC.
        longer: What extensions added, in the rule's unit.
        until: The day that was agreed, where it was extended to one.
        times: How often it was extended.
        pauses: When it stood still, in order; the last may be open.
        paused: Since when it stands still, and why.
        finished: When it ended or was stopped.
    """

    started: datetime
    longer: int = 0
    until: date | None = None
    times: int = 0
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    paused: tuple[datetime, str] | None = None
    finished: datetime | None = None

    def resume(self, moment: datetime) -> None:
        """Lets the clock go on."""
        if self.paused is not None:
            self.pauses.append((self.paused[0], moment))
            self.paused = None


class Reckoner:
    """Reckons the runs of one rule by one calendar."""

    def __init__(self, rule: DeadlineRule, calendar: Calendar) -> None:
        self.rule = rule
        self.days = rule.build_days(calendar)
        self._calendar = calendar

    def find_due(self, run: Run) -> Due | None:
        """When a run is due by what is known; a pause that lasts is left out. None where the calendar ends before."""
        if self.rule.unit is Unit.HOURS:
            still = sum((end - begin for begin, end in run.pauses), timedelta())
            moment = run.started + timedelta(hours=self.rule.amount + run.longer) + still
            return Due(moment, find_london_day(moment), Ends.MOMENT)
        day = run.until or self._roll(run, self._find_day(run))
        if day is None:
            return None
        whole = self.rule.ends is Ends.DAY
        return Due(find_end_of_day(day) if whole else find_moment_of_day(day, run.started), day, self.rule.ends)

    def find_limit(self, run: Run, longer: int) -> date | None:
        """The last day to which a run may be extended, when that may add so much in all."""
        return self._roll(run, self._find_day(Run(run.started, longer=longer, pauses=run.pauses)))

    def count_left(self, run: Run, moment: datetime) -> int | None:
        """Days that are left of a run that stands still since a moment. None where that is not known."""
        before, base = find_london_day(moment) - _ONE, self._find_base(run)
        gone = self.days.count(base, before)
        if gone is None:
            return None
        return max(0, self._count_needed(run) - gone + self._count_still(run, base, before))

    def find_time_left(self, run: Run, moment: datetime) -> timedelta:
        """Time that is left of a run of hours that stands still since a moment."""
        due = self.find_due(run)
        return due.moment - moment if due else timedelta()

    def is_known(self, run: Run, day: date) -> bool:
        """Whether the calendar knows every day from the start of a run to a day."""
        return self.days.count(self._find_base(run), day) is not None

    def _find_base(self, run: Run) -> date:
        """The day after which days are counted."""
        return find_london_day(run.started) - (_ONE if self.rule.first_day_counts else timedelta())

    def _count_needed(self, run: Run) -> int:
        """How many days of the kind have to go by, were there no pause."""
        amount = self.rule.amount + run.longer
        if self.rule.unit is Unit.MONTHS:
            start = find_london_day(run.started)
            end = add_months(start, amount)
            if self.rule.first_day_counts and end.day == start.day:
                end -= _ONE  # a month that begins with the 3rd ends with the 2nd; one cut short ends with its last day
            return (end - self._find_base(run)).days
        return amount * 7 if self.rule.unit is Unit.WEEKS else amount

    def _find_day(self, run: Run) -> date | None:
        base, needed = self._find_base(run), self._count_needed(run)
        day, still = self.days.find_nth(base, needed), -1
        while day is not None and (more := self._count_still(run, base, day)) != still:
            still = more
            day = self.days.find_nth(base, needed + still)
        return day

    def _roll(self, run: Run, day: date | None) -> date | None:
        """A day on which it can be due: where the rule says so, the next working day on which the clock does not stand."""
        if not self.rule.rolls_on or day is None:
            return day
        working = self.rule.build_working_days(self._calendar)
        found = working.find_nth(day - _ONE, 1)
        while found is not None and any(first <= found <= last for first, last in _join_days(run)):
            found = working.find_nth(found, 1)
        return found

    def _count_still(self, run: Run, base: date, until: date) -> int:
        """Days of the kind, after one day and until another, on which the clock stood still."""
        return sum(self.days.count(max(base, first - _ONE), min(until, last)) or 0 for first, last in _join_days(run))


def _join_days(run: Run) -> Iterator[tuple[date, date]]:
    """First and last days of the pauses, none of them twice."""
    begun: date | None = None
    ended = date.min
    for begin, end in run.pauses:
        first, last = find_london_day(begin), find_london_day(end)
        if begun is not None and first > ended:
            yield begun, ended
            begun = None
        begun, ended = begun or first, max(ended, last)
    if begun is not None:
        yield begun, ended
