"""Schedules of HSDS (parts of an RRULE, RFC 5545, and of the older shape) to opening hours in words and parts. Pure.

Times are shown as the publisher wrote them, whatever zone stands after them: publishers write `Z` all the year round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from desktop.adapters.api import read_date, read_text, read_whole
from desktop.domain.directory import Opening

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMED = {name.upper(): number for number, name in enumerate(_NAMES, 1)}
_FREQS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])(?::[0-9.]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?", re.IGNORECASE)
_MOST_SAID = 300
_MOST_PARTS = 31
_MOST_TIMES = 10_000


def build_opening(record: Mapping[str, object]) -> Opening | None:
    """One schedule, or None where it says nothing."""
    freq = read_text(record.get("freq")).upper()
    freq = freq if freq in _FREQS else ""
    interval = read_whole(record.get("interval")) or 1
    days = _read_days(record.get("byday"))
    dates = _read_numbers(record.get("bymonthday"), most=31) if freq in {"MONTHLY", "YEARLY"} else ()
    opens, closes = _read_time(record.get("opens_at")), _read_time(record.get("closes_at"))
    starts = read_date(record.get("dtstart")) or read_date(record.get("valid_from"))
    ends = read_date(record.get("until")) or read_date(record.get("valid_to"))
    on = (
        [_say_days(freq, interval, days, dates), _say_year(record)]
        if freq
        else [_say_days(freq, interval, days, dates)]
    )
    when = ", ".join(filter(None, [*on, _say_hours(opens, closes), _say_count(record)]))
    words = [_say_span(when, starts, ends) if when else ""]
    words += [read_text(record.get(name))[:_MOST_SAID] for name in ("description", "notes", "attending_type")]
    text = ". ".join(word.rstrip(". ") for word in words if word)
    if not text:
        return None
    return Opening(
        text=text,
        days=tuple(sorted({number for _, number in days})),
        opens=opens,
        closes=closes,
        starts=starts,
        ends=ends,
        rule=_build_rule(freq, interval, days, dates, record),
    )


# ==== reading ====


def _read_days(value: object) -> tuple[tuple[int, int], ...]:
    """(which of the month or 0, day from 1) of `2MO,-1FR`; the older shape also writes `Monday`."""
    found = []
    for part in re.split(r"[,\s]+", read_text(value).upper())[:_MOST_PARTS]:
        if part in _NAMED:
            found.append((0, _NAMED[part]))
        elif match := _DAY.fullmatch(part):
            found.append((int(match[1] or 0), _CODES.index(match[2]) + 1))
    return tuple(dict.fromkeys(found))


def _read_numbers(value: object, *, most: int) -> tuple[int, ...]:
    """Days or weeks, counted from either end, of `1,15,-1`."""
    parts = map(read_whole, read_text(value).split(",")[:_MOST_PARTS])
    return tuple(dict.fromkeys(part for part in parts if part is not None and 1 <= abs(part) <= most))


def _read_weeks(record: Mapping[str, object]) -> tuple[int, ...]:
    return _read_numbers(record.get("byweekno"), most=53)


def _read_year_days(record: Mapping[str, object]) -> tuple[int, ...]:
    return _read_numbers(record.get("byyearday"), most=366)


def _read_count(record: Mapping[str, object]) -> int:
    """How many times it is held, 0 where that is not said or an end is said instead: a rule has one of the two."""
    count = read_whole(record.get("count")) or 0
    return count if 0 < count <= _MOST_TIMES and read_date(record.get("until")) is None else 0


def _read_time(value: object) -> str:
    match = _TIME.fullmatch(read_text(value))
    if match is None or (int(match[1]), int(match[2])) > (24, 0):
        return ""
    return f"{int(match[1]):02}:{match[2]}"


# ==== words ====


def _say_days(freq: str, interval: int, days: tuple[tuple[int, int], ...], dates: tuple[int, ...]) -> str:
    if not freq and not days:
        return ""
    every = "" if interval == 1 else f"Every {interval} {_FREQS.get(freq, 'week')}s"
    if dates:
        on = f"on the {_join([_say_date(number) for number in dates])} of the month"
    elif any(which for which, _ in days):
        on = f"on the {_join([_say_which(which, day) for which, day in days])} of the month"
    elif days:
        on = _join([_NAMES[day - 1] for _, day in days])
        on = f"on {on}" if every else on
    else:
        on = "" if every else f"Every {_FREQS[freq]}"
    said = f"{every} {on}".strip()
    return said[:1].upper() + said[1:]


def _say_which(which: int, day: int) -> str:
    ordinal = _ORDINALS.get(which, f"{abs(which)}th last")
    return f"{ordinal} {_NAMES[day - 1]}" if which else f"every {_NAMES[day - 1]}"


def _say_date(number: int) -> str:
    return _say_nth(number) if number > 0 else f"{_say_nth(number)} day"


def _say_nth(number: int) -> str:
    if number < 0:
        return "last" if number == -1 else f"{_say_nth(-number)} last"
    ending = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _say_year(record: Mapping[str, object]) -> str:
    """Weeks and days of the year that it is held in."""
    weeks, days = _read_weeks(record), _read_year_days(record)
    said = [f"in the {_join([_say_nth(week) for week in weeks])} week of the year"] if weeks else []
    said += [f"on the {_join([_say_date(day) for day in days])} of the year"] if days else []
    return ", ".join(said)


def _say_count(record: Mapping[str, object]) -> str:
    count = _read_count(record)
    return f"{count} times" if count > 1 else "once" if count else ""


def _say_hours(opens: str, closes: str) -> str:
    if opens and closes:
        return f"{opens} to {closes}"
    return f"from {opens}" if opens else f"until {closes}" if closes else ""


def _say_span(when: str, starts: date | None, ends: date | None) -> str:
    first = f", from {say_date(starts)}" if starts else ""
    return f"{when}{first}" + (f", until {say_date(ends)}" if ends else "")


def say_date(day: date) -> str:
    """`1 January 2026`."""
    return f"{day.day} {day:%B %Y}"


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# ==== the rule ====


def _build_rule(
    freq: str, interval: int, days: tuple[tuple[int, int], ...], dates: tuple[int, ...], record: Mapping[str, object]
) -> str:
    """The RRULE that the parts stand for; "" where there is none that says the same.

    Weeks and days of the year belong to yearly rules alone (RFC 5545, 3.3.10): without them another rule would promise
    days on which nothing is held.
    """
    weeks, year_days = _read_weeks(record), _read_year_days(record)
    if not freq or (freq != "YEARLY" and (weeks or year_days)):
        return ""
    monthly = freq in {"MONTHLY", "YEARLY"}
    byday = ",".join(f"{which if which and monthly else ''}{_CODES[day - 1]}" for which, day in days)
    until, count, first = read_date(record.get("until")), _read_count(record), read_text(record.get("wkst")).upper()
    named = {
        "FREQ": freq,
        "INTERVAL": str(interval) if interval > 1 else "",
        "COUNT": str(count or ""),
        "UNTIL": f"{until:%Y%m%d}" if until else "",
        "WKST": first if first in _CODES and interval > 1 else "",
        "BYDAY": byday,
        "BYMONTHDAY": ",".join(map(str, dates)),
        "BYWEEKNO": ",".join(map(str, weeks)),
        "BYYEARDAY": ",".join(map(str, year_days)),
    }
    return ";".join(f"{name}={value}" for name, value in named.items() if value)
