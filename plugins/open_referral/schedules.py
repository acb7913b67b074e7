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


def build_opening(record: Mapping[str, object]) -> Opening | None:
    """One schedule, or None where it says nothing."""
    freq = read_text(record.get("freq")).upper()
    freq = freq if freq in _FREQS else ""
    interval = read_whole(record.get("interval")) or 1
    days = _read_days(record.get("byday"))
    dates = _read_dates(record.get("bymonthday")) if freq in {"MONTHLY", "YEARLY"} else ()
    opens, closes = _read_time(record.get("opens_at")), _read_time(record.get("closes_at"))
    starts = read_date(record.get("dtstart")) or read_date(record.get("valid_from"))
    ends = read_date(record.get("until")) or read_date(record.get("valid_to"))
    when = ", ".join(filter(None, [_say_days(freq, interval, days, dates), _say_hours(opens, closes)]))
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
        rule=_build_rule(freq, interval, days, dates, read_date(record.get("until"))),
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


def _read_dates(value: object) -> tuple[int, ...]:
    """Days of the month of `1,15,-1`."""
    parts = map(read_whole, read_text(value).split(",")[:_MOST_PARTS])
    return tuple(dict.fromkeys(part for part in parts if part is not None and 1 <= abs(part) <= 31))


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
    if number < 0:
        return "last day" if number == -1 else f"{_say_date(-number)} last day"
    ending = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


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
    freq: str, interval: int, days: tuple[tuple[int, int], ...], dates: tuple[int, ...], until: date | None
) -> str:
    """The RRULE that the parts stand for; "" where it has no frequency."""
    if not freq:
        return ""
    monthly = freq in {"MONTHLY", "YEARLY"}
    byday = ",".join(f"{which if which and monthly else ''}{_CODES[day - 1]}" for which, day in days)
    parts = [
        f"FREQ={freq}",
        f"INTERVAL={interval}" if interval > 1 else "",
        f"UNTIL={until:%Y%m%d}" if until else "",
        f"BYDAY={byday}" if byday else "",
        f"BYMONTHDAY={','.join(map(str, dates))}" if dates else "",
    ]
    return ";".join(filter(None, parts))
