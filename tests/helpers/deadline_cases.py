"""Rules, calendars and happenings for the property tests of deadlines, drawn close to where days go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import prod

from hypothesis import strategies as st

from desktop.packs.calendars import Calendar, Nation, Term
from desktop.packs.deadline_rules import DeadlineRule, Ends, Extension, Happening, Kind, Source, Unit
from tests.helpers.slow_holidays import find_easter, list_holidays

YEARS = range(2024, 2031)
LAW = Source("An Act, section 1", "https://www.legislation.gov.uk/", date(2024, 1, 1))


def list_edges() -> list[date]:
    """Days about which calendars go wrong, in every year."""
    edges = [find_easter(year) for year in YEARS]
    for year in YEARS:
        edges += [date(year, 1, 1), date(year, 1, 31), date(year, 3, 1), date(year, 3, 29), date(year, 7, 12)]
        edges += [date(year, 5, 31), date(year, 8, 31), date(year, 10, 28), date(year, 11, 30), date(year, 12, 25)]
        for month in (3, 10):  # the clocks change on the last Sunday
            last = date(year, month, 31)
            edges += [last - timedelta(days=last.isoweekday() % 7)] * 3
    return edges


EDGES = tuple(list_edges())
HOLIDAYS = {
    nation: tuple(sorted(day for year in YEARS for day in list_holidays(nation.value, year))) for nation in Nation
}
AWKWARD = (0, 1, 3, 4, 5, 7, 91, 92, 95)
"""Quarters of an hour in a day about which clocks go wrong."""


def draw_numbers(draw: st.DrawFn, *sizes: int) -> list[int]:
    """A number below each size, in few draws: a draw is what takes time. Ranges over 2**24 are not drawn evenly."""
    numbers: list[int] = []
    while sizes:
        many = next((n for n in range(1, len(sizes)) if prod(sizes[: n + 1]) > 2**24), len(sizes))
        whole = draw(st.integers(0, prod(sizes[:many]) - 1))
        for size in sizes[:many]:
            whole, number = divmod(whole, size)
            numbers.append(number)
        sizes = sizes[many:]
    return numbers


def draw_start(draw: st.DrawFn) -> datetime:
    """A moment in the years, mostly within a few days of an edge."""
    near, edge, away, awkward, quarter = draw_numbers(draw, 4, len(EDGES), 13, 3, 96)
    day = EDGES[edge] + timedelta(days=away - 6) if near else date(2024, 1, 2) + timedelta(days=edge * 21 + away)
    day = max(day, date(2024, 1, 1))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + count_quarters(awkward, quarter)


def count_quarters(awkward: int, quarter: int) -> timedelta:
    """Some time of a day; an awkward one where the first number says so."""
    return timedelta(minutes=15 * (quarter if awkward else AWKWARD[quarter % len(AWKWARD)]))


@dataclass(frozen=True)
class DeadlineCase:
    """What goes into the calculator, and the same happenings as they were heard of."""

    rule: DeadlineRule
    calendar: Calendar
    happenings: list[Happening]
    heard: list[Happening]
    now: datetime


def draw_calendar(draw: st.DrawFn, start: date) -> Calendar:
    """A calendar whose closures and holidays lie where a case that starts then meets them."""
    which, last_year, few, *off = draw_numbers(draw, 4, 4, 4, 30, 30, 30, 30)
    nation = tuple(Nation)[which]
    after = [day for day in HOLIDAYS[nation] if day >= start][:3]
    days = [start + timedelta(days=number) for number in off]
    terms = [
        Term(date(year, *first), date(year, *last))
        for year in range(2024, (2024, 2026, 2028, 2032)[last_year])
        for first, last in (((1, 6), (2, 14)), ((2, 24), (4, 4)), ((4, 22), (7, 22)), ((9, 2), (12, 19)))
    ]
    return Calendar(
        nation,
        closures=frozenset(days[:few]),
        extra_holidays=frozenset(days[3:]) if few == 1 else frozenset(),
        not_holidays=frozenset(after[:few]) if few < 3 else frozenset(),
        terms=tuple(terms),
        school_closures=frozenset(days[2:]),
    )


def draw_extension(draw: st.DrawFn, *, to_day: bool) -> Extension:
    """Limits of an extension."""
    times, amount, reason, late = draw_numbers(draw, 3, 3, 3, 2)
    return Extension(
        most_times=times, most_amount=(0, 2, 5)[amount], needs_reason=reason == 1, to_day=to_day, before_due=bool(late)
    )


@st.composite
def draw_rules(draw: st.DrawFn) -> DeadlineRule:
    """A rule of an invented pack."""
    which, words, small, amount, agreed = draw_numbers(draw, len(Unit), 3, 2, 72, 2)
    law, nations, closures, first, moment, rolls, red, amber = draw_numbers(draw, 2, 4, 3, 2, 2, 3, 4, 6)
    unit = tuple(Unit)[which]
    hours = unit is Unit.HOURS
    most = {Unit.HOURS: 72, Unit.WEEKS: 6, Unit.MONTHS: 4}.get(unit, 25)
    can_extend, can_pause = words < 2, words > 0
    to_day = can_extend and not can_pause and not hours and agreed == 1
    return DeadlineRule(
        name="answer",
        kind=Kind.STATUTORY if law else Kind.TARGET,
        amount=1 + amount % (min(most, 7) if small else most),
        unit=unit,
        started_by=frozenset({"go"}),
        ended_by=frozenset({"done"}),
        paused_by=frozenset({"wait"} if can_pause else ()),
        resumed_by=frozenset({"back"} if can_pause else ()),
        restarted_by=frozenset({"again"}),
        stopped_by=frozenset({"drop"}),
        extended_by=frozenset({"longer"} if can_extend else ()),
        extension=draw_extension(draw, to_day=to_day) if can_extend else None,
        nations=tuple(Nation) if law else (),
        source=LAW if law else None,
        holidays_of=((), (), tuple(Nation), (Nation.SCOTLAND,))[nations],
        closures=(None, True, False)[closures],
        first_day_counts=not hours and first == 1,
        ends=Ends.MOMENT if hours or moment else Ends.DAY,
        rolls_on=not hours and rolls == 2,
        amber=red + amber,
        red=red,
    )


def draw_happening(draw: st.DrawFn, start: datetime, rule: DeadlineRule, days: list[int]) -> Happening:
    """Something that happens on one of a few days after the start."""
    event, day, awkward, quarter, reason, number = draw_numbers(draw, 24, len(days), 3, 96, 5, 72)
    often = ["wait", "back"] * bool(rule.paused_by) + ["longer"] * 2 * bool(rule.extended_by)
    words = ["done", "go", "again", "drop", "hum", *often * 5]
    word, amount, until = words[event % len(words)], 0, None
    if word == "longer":
        agrees = rule.extension is not None and rule.extension.to_day
        amount = int(number == 7) if agrees else (1, 2, 3, 1, 0)[number % 5]
        until = (start + timedelta(days=5 + number)).date() if agrees else None
    said = ("complex", "complex", "waiting for the resident", "heard by telephone", "")[reason]
    moment = start + timedelta(days=days[day]) + count_quarters(awkward, quarter)
    return Happening(word, moment, said, amount, until)


def draw_pauses(draw: st.DrawFn, start: datetime, days: list[int]) -> list[Happening]:
    """Two pauses one after the other, on the first and the last of some days, or all on one."""
    awkward, *quarters = draw_numbers(draw, 3, 30, 30, 30, 30)
    moments = [
        start + timedelta(days=day) + count_quarters(awkward, sum(quarters[: place + 1]) % 96)
        for place, day in enumerate((days[0], days[1], days[-2], days[-1]))
    ]
    return [
        Happening(word, moment, "complex")
        for word, moment in zip(("wait", "back", "wait", "back"), moments, strict=True)
    ]


@st.composite
def draw_cases(draw: st.DrawFn) -> DeadlineCase:
    """A case of an invented pack: happenings in one order, and heard of in another and twice."""
    rule, start = draw(draw_rules()), draw_start(draw)
    calendar = draw_calendar(draw, start.date())
    how_many, pairs, wide, from_then, late, *away = draw_numbers(draw, 7, 4, 3, 12, 51, 51, 51, 51, 51)
    spread = ((2, 5, 8) if rule.unit is Unit.HOURS else (9, 12, 50))[wide]
    days = [number % (spread + 1) for number in away]
    days = days[:1] * 3 + days[1:2] if wide == 0 else days  # most of it on one day
    happenings = [Happening("go", start), *(draw_happening(draw, start, rule, days) for _ in range(how_many))]
    happenings += draw_pauses(draw, start, sorted(days)) if pairs and rule.paused_by else []
    order, again, awkward, quarter = draw_numbers(draw, 40_320, 9, 3, 96)
    heard = [*happenings, *happenings[again:]]
    for place in range(1, len(heard)):
        order, other = divmod(order * 7 + place, place + 1)
        heard[place], heard[other] = heard[other], heard[place]
    then = happenings[from_then % len(happenings)].moment
    now = then + timedelta(days=late % (spread + 1)) + count_quarters(awkward, quarter)
    return DeadlineCase(rule, calendar, happenings, heard, now)
