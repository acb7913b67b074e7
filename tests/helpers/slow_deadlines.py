"""The deadline calculator once more, slow and plain: day by day and quarter of an hour by quarter of an hour.

Written apart from `desktop.packs`, of which it takes the records that go in and nothing else: its own holidays, its own
summer time, its own months. The property tests compare the two. Moments are whole quarters of an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from desktop.packs.calendars import Calendar
from desktop.packs.deadline_rules import DeadlineRule, Happening
from tests.helpers.slow_holidays import list_holidays

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
RANKS = ["started_by", "restarted_by", "extended_by", "paused_by", "resumed_by", "ended_by", "stopped_by"]


def is_summer(moment: datetime) -> bool:
    """Whether London's clocks are an hour ahead at a UTC moment."""
    edges = []
    for month in (3, 10):
        last = date(moment.year, month, 31)
        while last.isoweekday() != 7:
            last -= DAY
        edges.append(datetime(last.year, last.month, last.day, 1, tzinfo=UTC))
    return edges[0] <= moment < edges[1]


def show_london(moment: datetime) -> datetime:
    """What London's clocks and calendars say, without a zone."""
    return (moment + timedelta(hours=is_summer(moment))).replace(tzinfo=None)


def end_day(day: date) -> datetime:
    """The first UTC moment that is not that day in London any more."""
    moment = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    while show_london(moment).date() <= day:
        moment += QUARTER
    return moment


def same_time(day: date, like: datetime) -> datetime:
    """The first UTC moment of a day at which London's clocks say the same; where they never do, an hour later."""
    wall = show_london(like).time()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - 4 * QUARTER
    for _ in range(4 * 26):
        if show_london(moment).date() == day and show_london(moment).time() == wall:
            return moment
        moment += QUARTER
    return datetime(day.year, day.month, day.day, wall.hour, wall.minute, tzinfo=UTC)


@dataclass
class Answer:
    """What the model says, in plain words and values."""

    state: str = "not started"
    level: str = "none"
    started: datetime | None = None
    due: datetime | None = None
    due_day: date | None = None
    since: datetime | None = None
    reason: str = ""
    days_left: int | None = None
    time_left: timedelta | None = None
    times: int = 0
    refused: list[Happening] = field(default_factory=list)


class SlowModel:
    """One rule, one calendar, one case."""

    def __init__(self, rule: DeadlineRule, calendar: Calendar) -> None:
        self.rule, self.calendar = rule, calendar
        self.clear(None)

    def clear(self, started: datetime | None) -> None:
        self.started = started
        self.added = self.times = 0
        self.agreed: date | None = None
        self.still: list[tuple[datetime, datetime]] = []
        self.waiting: Happening | None = None
        self.over: tuple[str, datetime, str] | None = None

    # ==== days ====
    def is_working(self, day: date) -> bool:
        nations = [n.value for n in self.rule.holidays_of] or [self.calendar.nation.value]
        banks = any(day in list_holidays(n, day.year) for n in nations) and day not in self.calendar.not_holidays
        closed = self.rule.closures if self.rule.closures is not None else self.rule.kind.value != "statutory"
        shut = closed and day in self.calendar.closures
        return day.isoweekday() < 6 and not banks and day not in self.calendar.extra_holidays and not shut

    def is_school(self, day: date) -> bool:
        banks = day in list_holidays(self.calendar.nation.value, day.year) and day not in self.calendar.not_holidays
        off = banks or day in self.calendar.extra_holidays or day in self.calendar.school_closures
        return day.isoweekday() < 6 and not off and any(t.first <= day <= t.last for t in self.calendar.terms)

    def is_known(self, day: date) -> bool:
        terms = self.calendar.terms
        return self.rule.unit.value != "school_days" or (bool(terms) and terms[0].first <= day <= terms[-1].last)

    def is_counted(self, day: date) -> bool:
        kinds = {"working_days": self.is_working, "school_days": self.is_school}
        return kinds.get(self.rule.unit.value, lambda _day: True)(day)

    def stood_still(self) -> set[date]:
        found = set()
        for begin, end in self.still:
            day = show_london(begin).date()
            while day <= show_london(end).date():
                found.add(day)
                day += DAY
        return found

    def first_day(self) -> date:
        assert self.started is not None
        day = show_london(self.started).date()
        return day if self.rule.first_day_counts else day + DAY

    def needed(self, added: int) -> int:
        amount = self.rule.amount + added
        if self.rule.unit.value == "weeks":
            return sum(7 for _ in range(amount))
        if self.rule.unit.value != "months":
            return amount
        assert self.started is not None
        start = show_london(self.started).date()
        day, crossed = start, 0
        while crossed < amount:  # to the 1st of the month in which it ends
            day += DAY
            crossed += day.day == 1
        while day.day < start.day and (day + DAY).day != 1:
            day += DAY
        if self.rule.first_day_counts and day.day == start.day:
            day -= DAY
        count, walked = 0, self.first_day()
        while walked <= day:
            count, walked = count + 1, walked + DAY
        return count

    def land(self, added: int) -> date | None:
        day, left, still = self.first_day(), self.needed(added), self.stood_still()
        while True:
            if not self.is_known(day):
                return None
            left -= self.is_counted(day) and day not in still
            if left == 0:
                break
            day += DAY
        while self.rule.rolls_on and (not self.is_working(day) or day in still):
            day += DAY
        return day

    def due(self) -> tuple[datetime, date] | None:
        assert self.started is not None
        if self.rule.unit.value == "hours":
            moment, left = self.started, 4 * (self.rule.amount + self.added)
            while left:
                left -= not any(begin <= moment < end for begin, end in self.still)
                moment += QUARTER
            while any(begin <= moment < end for begin, end in self.still):  # stopped with nothing left
                moment += QUARTER
            return moment, show_london(moment).date()
        day = self.agreed or self.land(self.added)
        if day is None:
            return None
        return (end_day(day) if self.rule.ends.name == "DAY" else same_time(day, self.started)), day

    def is_late(self, moment: datetime) -> bool:
        found = self.due()
        if found is None or self.waiting:
            return False
        return moment >= found[0] if self.rule.ends.name == "DAY" else moment > found[0]

    # ==== what happened ====
    def run(self, happenings: list[Happening], now: datetime) -> Answer:
        answer = Answer()
        seen: list[Happening] = []
        ranked = [
            (h, rank) for h in happenings for rank, name in enumerate(RANKS) if h.event in getattr(self.rule, name)
        ]
        for happening, rank in sorted(
            ranked, key=lambda i: (i[0].moment, i[1], i[0].event, i[0].reason, i[0].amount, str(i[0].until or ""))
        ):
            if happening.moment > now or happening in seen:
                continue
            seen.append(happening)
            if self.happen(happening, RANKS[rank]):
                answer.refused.append(happening)
        self.tell(answer, now)
        return answer

    def happen(self, happening: Happening, name: str) -> bool:
        """Takes one in; whether it is refused."""
        moment = happening.moment
        if name == "restarted_by" or (name == "started_by" and self.started is None):
            self.clear(moment)
            return False
        if self.started is None or self.over is not None:
            return name == "extended_by"
        if name == "extended_by":
            return not self.extend(happening)
        if name == "paused_by" and self.is_late(moment):
            return True
        if name == "paused_by" and self.waiting is None:
            self.waiting = happening
        elif name == "resumed_by" and self.waiting is not None:
            self.still.append((self.waiting.moment, moment))
            self.waiting = None
        elif name == "stopped_by":
            self.over = ("stopped", moment, happening.reason)
        elif name == "ended_by":
            self.over = (self.judge(moment), moment, "")
        return False

    def judge(self, moment: datetime) -> str:
        if self.waiting is None and self.due() is None:
            day, last = self.first_day(), show_london(moment).date()
            while day <= last:
                if not self.is_known(day):
                    return "not known"
                day += DAY
            return "met"
        return "missed" if self.is_late(moment) else "met"

    def extend(self, happening: Happening) -> bool:
        limits = self.rule.extension
        assert limits is not None
        if (limits.needs_reason and happening.reason == "") or self.times == limits.most_times > 0:
            return False
        if limits.before_due and self.is_late(happening.moment):
            return False
        if limits.to_day:
            now_due, furthest = self.due(), self.land(limits.most_amount)
            if happening.until is None or happening.amount or now_due is None or happening.until <= now_due[1]:
                return False
            if limits.most_amount and (furthest is None or happening.until > furthest):
                return False
            self.agreed = happening.until
        else:
            if happening.until is not None or happening.amount < 1:
                return False
            if limits.most_amount and self.added + happening.amount > limits.most_amount:
                return False
            self.added += happening.amount
        self.times += 1
        return True

    # ==== what is said ====
    def tell(self, answer: Answer, now: datetime) -> None:
        if self.started is None:
            return
        answer.started, answer.times = self.started, self.times
        if self.over:
            answer.state, answer.since, answer.reason = self.over
            if answer.state == "stopped" or self.waiting:
                return
        elif self.waiting:
            answer.state, answer.since, answer.reason = "paused", self.waiting.moment, self.waiting.reason
            self.tell_paused(answer)
            return
        found = self.due()
        if found is None:
            answer.state = self.over[0] if self.over else "not known"
            return
        answer.due, answer.due_day = found
        if not self.over:
            answer.state = "overdue" if self.is_late(now) else "running"
        if answer.state != "met":
            self.tell_left(answer, self.over[1] if self.over else now)

    def tell_paused(self, answer: Answer) -> None:
        assert self.waiting is not None
        if self.rule.unit.value == "hours":
            found = self.due()
            assert found is not None
            answer.time_left = found[0] - self.waiting.moment
            return
        left, day, still = self.needed(self.added), self.first_day(), self.stood_still()
        while day < show_london(self.waiting.moment).date():
            if not self.is_known(day):
                return
            left -= self.is_counted(day) and day not in still
            day += DAY
        answer.days_left = max(left, 0)

    def tell_left(self, answer: Answer, moment: datetime) -> None:
        assert answer.due is not None
        assert answer.due_day is not None
        answer.time_left = answer.due - moment
        today = show_london(moment).date()
        if answer.state in {"overdue", "missed"}:
            answer.level, answer.days_left = "red", (answer.due_day - today).days
            return
        left: float = answer.time_left.total_seconds() / 3600
        if self.rule.unit.value != "hours":
            left, day = 0, today + DAY
            while day <= answer.due_day:
                left, day = left + self.is_counted(day), day + DAY
            answer.days_left = int(left)
        answer.level = "red" if left <= self.rule.red else "amber" if left <= self.rule.amber else "green"
