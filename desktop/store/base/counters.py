"""What the map and the counts read instead of counting: kept by triggers, in the commit that changes the rows.

Two tables over the cases of base.db. `case_grid` counts them by squares of the map, `case_tally` by what lists narrow by.
Both are exact; pending edits are laid over them by the desk (`store/squares.py`, `reading.count_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column, Integer, Table, Text

from desktop.domain.cases import EARLY, MIDDLE, Phase
from desktop.store.base import tables

LEVELS: Final = (19, 17, 15, 13)
"""Zooms that have squares of their own, finest first; those between are gathered from the next finer one."""
FINEST: Final = LEVELS[0]
MICRO: Final = 1_000_000
"""Places are added up in millionths of a degree: whole numbers, so that taking a case away leaves no rest."""

grid = Table(
    "case_grid",
    tables.metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("x", Integer, primary_key=True, autoincrement=False),
    Column("y", Integer, primary_key=True, autoincrement=False),
    Column("early", Integer, nullable=False),
    Column("middle", Integer, nullable=False),
    Column("late", Integer, nullable=False),
    Column("open_lat", Integer, nullable=False),
    Column("open_lon", Integer, nullable=False),
    Column("late_lat", Integer, nullable=False),
    Column("late_lon", Integer, nullable=False),
    schema=tables.NAME,
    sqlite_with_rowid=False,
)
"""Cases in a square of the map, by how far they are, and the sums of their places. Squares may stand at nought."""

tally = Table(
    "case_tally",
    tables.metadata,
    Column("assignee", Text, primary_key=True),
    Column("phase", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("open", Integer, primary_key=True),
    Column("cases", Integer, nullable=False),
    schema=tables.NAME,
    sqlite_with_rowid=False,
)
"""How many cases of each officer, phase and component, under the columns' own names: one condition fits both. Rows may stand at nought."""

_SUMS: Final = ("early", "middle", "late", "open_lat", "open_lon", "late_lat", "late_lon")
TALLIED: Final = ("assignee", "phase", "component", "open")


def square(lat: float, lon: float, level: int) -> tuple[int, int]:
    """The square of a point: 64 pixels wide at that zoom, and about as high in Britain.

    Degrees, not Mercator metres, because a trigger has no logarithm; 54 is 90 times the cosine of 53 degrees.
    """
    x, y = int((lon + 180.0) * 2**FINEST / 90), int((lat + 90.0) * 2**FINEST / 54)
    return x >> (FINEST - level), y >> (FINEST - level)


def counter_statements() -> list[str]:
    """SQL for the triggers on the table of cases."""
    cases = tables.records["case"].name
    tallied = " OR ".join(f"old.{name} IS NOT new.{name}" for name in TALLIED)
    moved = "old.lat IS NOT new.lat OR old.lon IS NOT new.lon OR old.phase IS NOT new.phase"
    events = (
        ("insert", f"INSERT ON {cases}", "", ("new",)),
        ("delete", f"DELETE ON {cases}", "", ("old",)),
        ("update", f"UPDATE OF {{names}} ON {cases}", "WHEN {changed} ", ("old", "new")),
    )
    made: list[str] = []
    for name, event, when, rows in events:
        for what, build, names, changed in (
            ("grid", _grid_step, "lat, lon, phase", moved),
            ("tally", _tally_step, ", ".join(TALLIED), tallied),
        ):
            steps = " ".join(f"{build(row)};" for row in rows)
            head = f"CREATE TRIGGER {cases}_{what}_{name} AFTER {event} {when}"
            made.append(f"{head.format(names=names, changed=changed)}BEGIN {steps} END")
    return made


def _grid_step(row: str) -> str:
    sign = "-1" if row == "old" else "1"
    down = ", ".join(f"({FINEST - level})" for level in LEVELS)
    return (
        f"INSERT INTO {grid.name} (level, x, y, {', '.join(_SUMS)}) "
        f"SELECT {FINEST} - down, x >> down, y >> down, {sign} * early, {sign} * middle, {sign} * late, "
        + ", ".join(f"{sign} * {at} * {counted}" for counted in ("(early + middle)", "late") for at in ("lat", "lon"))
        + f" FROM (SELECT CAST(({row}.lon + 180.0) * {2**FINEST} / 90 AS INTEGER) AS x, "
        f"CAST(({row}.lat + 90.0) * {2**FINEST} / 54 AS INTEGER) AS y, "
        f"{row}.phase IN ({_listed(EARLY)}) AS early, {row}.phase IN ({_listed(MIDDLE)}) AS middle, "
        f"{row}.phase NOT IN ({_listed(EARLY | MIDDLE)}) AS late, "
        f"CAST(round({row}.lat * {MICRO}) AS INTEGER) AS lat, CAST(round({row}.lon * {MICRO}) AS INTEGER) AS lon), "
        f"(SELECT column1 AS down FROM (VALUES {down})) WHERE lat IS NOT NULL AND lon IS NOT NULL "
        f"ON CONFLICT (level, x, y) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in _SUMS)}"
    )


def _tally_step(row: str) -> str:
    values = ", ".join(f"{row}.{name}" for name in TALLIED)
    return (
        f"INSERT INTO {tally.name} ({', '.join(TALLIED)}, cases) VALUES ({values}, {'-1' if row == 'old' else '1'}) "
        f"ON CONFLICT ({', '.join(TALLIED)}) DO UPDATE SET cases = cases + excluded.cases"
    )


def _listed(phases: Iterable[Phase]) -> str:
    return ", ".join(f"'{phase}'" for phase in sorted(phases))
