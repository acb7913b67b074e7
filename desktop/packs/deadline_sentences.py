"""How a deadline is said to an officer: short, in plain words, never by colour alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from desktop.domain.clocks import LONDON
from desktop.packs.calendars import find_london_day
from desktop.packs.deadline_rules import DeadlineRule, Kind, Unit
from desktop.packs.deadlines import Deadline, State, say_times

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTED = {Unit.WEEKS: Unit.DAYS, Unit.MONTHS: Unit.DAYS}
"""What is left of weeks and months is said in days."""


def describe_state(deadline: Deadline, now: datetime) -> str:
    """Where it stands, in one phrase: `2 working days left`, `paused since 3 Nov: waiting for the resident`."""
    if deadline.state is State.PAUSED:
        left = _say_left(deadline)
        return _say_since(deadline, now) + (f" ({left})" if left else "")
    if deadline.state is State.STOPPED:
        return _say_since(deadline, now)
    if deadline.state is State.UNKNOWN:
        return f"not known: {_say_known(deadline, now)}"
    if deadline.state is State.RUNNING:
        extended = f", extended {say_times(deadline.times_extended)}" if deadline.times_extended else ""
        return _say_left(deadline) + extended
    if deadline.state in {State.OVERDUE, State.MISSED}:
        return f"{deadline.state} by {_say_late(deadline)}"
    return deadline.state.value


def describe_due(deadline: Deadline, now: datetime) -> str:
    """`due by the end of 12 Nov`, `due 12 Nov 14:30`; empty where nothing is due."""
    if deadline.due is None or deadline.due_day is None or not deadline.state.is_open:
        return ""
    day = _say_day(deadline.due_day, find_london_day(now))
    if find_london_day(deadline.due) > deadline.due_day:
        return f"due by the end of {day}"
    return f"due {day} {_say_clock(deadline.due)}"


def describe_kind(rule: DeadlineRule) -> str:
    """Whose deadline it is: the law with its nation and since when, or the council's own target."""
    if rule.kind is not Kind.STATUTORY or rule.source is None:
        return "Council’s own target"
    nations = ", ".join(rule.nations)
    in_force = rule.source.in_force
    since = f"{in_force.day} {_MONTHS[in_force.month - 1]} {in_force.year}"
    return f"Statutory ({nations}): {rule.source.text}, in force since {since}"


def _say_since(deadline: Deadline, now: datetime) -> str:
    since = find_london_day(deadline.since or now)
    return f"{deadline.state} since {_say_day(since, find_london_day(now))}: {deadline.reason or 'no reason given'}"


def _say_known(deadline: Deadline, now: datetime) -> str:
    kind = deadline.rule.unit.say(2).partition(" ")[2]
    if deadline.known_until is None or deadline.known_until == date.min:
        return f"the council’s calendar has no {kind}"
    return f"the council’s calendar has {kind} until {_say_day(deadline.known_until, find_london_day(now))}"


def _say_left(deadline: Deadline) -> str:
    if deadline.days_left is None:
        return f"{_say_time(deadline.time_left)} left" if deadline.time_left is not None else ""
    if deadline.days_left == 0:
        return "due today" if deadline.state is State.RUNNING else "no whole day left"
    unit = _COUNTED.get(deadline.rule.unit, deadline.rule.unit)
    return f"{unit.say(deadline.days_left)} left"


def _say_late(deadline: Deadline) -> str:
    hours = deadline.rule.unit is Unit.HOURS or deadline.days_left == 0
    late = -(deadline.time_left or timedelta())
    if hours and late < timedelta(days=2):
        return _say_time(late)
    return Unit.DAYS.say(-(deadline.days_left or 0))


def _say_time(time: timedelta) -> str:
    """Whole days of 48 hours and more, hours, or minutes; never rounded up, so that nobody relies on time that is not there."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return Unit.HOURS.say(minutes // 60)


def _say_day(day: date, today: date) -> str:
    """`3 Nov`, with the year where it is another."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def _say_clock(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%H:%M")
