"""Bank holidays worked out by hand, for the slow model: by the rules of each nation, with no library."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SPECIAL = {("Scotland", 2026): [date(2026, 6, 15)]}
"""By proclamation: Scotland's place in the World Cup."""


def find_easter(year: int) -> date:
    """Easter Sunday, by Gauss's rule with his two exceptions, for 1900 to 2099."""
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    if (d, e) == (29, 6) or (d == 28 and e == 6 and a > 10):
        e -= 7
    return date(year, 3, 22) + timedelta(days=d + e)


def find_monday(year: int, month: int, which: int) -> date:
    """The first (0) or the last (-1) Monday of a month."""
    mondays = [date(year, month, day) for day in range(1, 32 if month in {5, 8} else 31)]
    return [day for day in mondays if day.strftime("%a") == "Mon"][which]


@cache
def list_holidays(nation: str, year: int) -> frozenset[date]:
    """The weekdays of a year on which banks are closed in a nation."""
    easter = find_easter(year)
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    moving = [easter - timedelta(days=2), find_monday(year, 5, 0), find_monday(year, 5, -1)]
    if nation == "Scotland":
        fixed += [date(year, 1, 2), date(year, 11, 30)]
        moving.append(find_monday(year, 8, 0))
    else:
        moving += [easter + timedelta(days=1), find_monday(year, 8, -1)]
    if nation == "Northern Ireland":
        fixed += [date(year, 3, 17), date(year, 7, 12)]
    off = {day for day in fixed if day.isoweekday() <= 5}
    for day in sorted(day for day in fixed if day.isoweekday() > 5):
        moved = day
        while moved.isoweekday() > 5 or moved in off:
            moved += timedelta(days=1)
        off.add(moved)
    return frozenset(off | set(moving) | set(SPECIAL.get((nation, year), [])))
