"""How fast rows go into base.db, beside a bare driver that upserts the same rows into the same tables."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from desktop.bench.made_cases import build_cases
from desktop.bench.measuring import Row, build_row, take
from desktop.bench.opening import COMPONENT, KEY
from desktop.domain.cases import Case
from desktop.domain.ids import Kind
from desktop.store.base import tables
from desktop.store.base.schema import create_base
from desktop.store.base.writer import BaseWriter, Batch, build_upsert
from desktop.store.cipher import connect
from desktop.sync.incoming import Rows, case_rows

BATCH: Final = 1_000
BARE: Final = "bare executemany upserts"
NOW: Final = 1_767_600_000


def fill(base: BaseWriter, cases: Iterator[Case]) -> list[float]:
    """Writes cases as a pull does, with the people and places in them; seconds of each batch."""
    times: list[float] = []
    while batch := list(islice(cases, BATCH)):
        times.append(take(lambda batch=batch: save(base, batch)))  # type: ignore[misc]
    return times


def save(base: BaseWriter, cases: Sequence[Case]) -> None:
    """One page of a pull, from domain records to the checkpoint."""
    base.save(Batch(component=COMPONENT, council="", asked=base.tick(), now=NOW, rows=case_rows(cases)))
    base.checkpoint()


class BareWriter:
    """The driver alone: same file, pragmas, key, tables, triggers, FTS and R*Tree; rows come ready made."""

    def __init__(self, path: Path) -> None:
        create_base(path, KEY, desk_id="bench", handover=1).close()
        self._driver: dbapi2.Connection = connect(path, KEY)
        for pragma in ("synchronous = NORMAL", "wal_autocheckpoint = 0", "cache_size = -65536"):
            self._driver.execute(f"PRAGMA {pragma}")
        self._keys: dict[tuple[Kind, str], int] = {}

    def prepare(self, rows: Rows) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """Statements and their parameters; not part of what is timed."""
        ready: list[tuple[str, list[tuple[Any, ...]]]] = []
        for kind, incoming in rows.items():
            once = {row.outside_id: row for row in incoming}
            made = [
                {
                    "key": self._keys.setdefault((kind, row.outside_id), len(self._keys) + 1),
                    "component": COMPONENT,
                    "council": "",
                    "outside_id": row.outside_id,
                    "fetched_at": NOW,
                    "asked": 1,
                    "hash": b"0" * 16,
                    **row.columns,
                }
                for row in once.values()
            ]
            made.sort(key=lambda values: int(values["key"]))
            names = tuple(made[0]) if made else ()
            ready.append((build_upsert(tables.records[kind].name, names), [tuple(row.values()) for row in made]))
        return [(statement, parameters) for statement, parameters in ready if parameters]

    def save(self, ready: Iterable[tuple[str, list[tuple[Any, ...]]]]) -> None:
        """One commit and a checkpoint."""
        self._driver.execute("BEGIN IMMEDIATE")
        for statement, parameters in ready:
            self._driver.executemany(statement, parameters)
        self._driver.execute("COMMIT")
        self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Closes the file."""
        self._driver.close()


def measure_pull(folder: Path, cases: int) -> list[Row]:
    """First fill, and a mixed update of as many again (5 % new, 15 % changed, the rest as before)."""
    first = [list(build_cases(BATCH, start=start, of=cases)) for start in range(0, cases, BATCH)]
    base = create_base(folder / "pull.db", KEY, desk_id="bench", handover=1)
    bare = BareWriter(folder / "bare.db")
    try:
        filled = _both(base, bare, first)
        mixed = _both(base, bare, _mix(first, cases))
    finally:
        base.close()
        bare.close()
    return [
        build_row("pull, first fill, per 1,000 cases", cases, filled[0], reference=BARE, others=filled[1]),
        build_row("pull, 5 % new and 15 % changed, per 1,000", cases, mixed[0], reference=BARE, others=mixed[1]),
    ]


def _both(base: BaseWriter, bare: BareWriter, pages: Iterable[list[Case]]) -> tuple[list[float], list[float]]:
    mine: list[float] = []
    theirs: list[float] = []
    for page in pages:
        ready = bare.prepare(case_rows(page))
        mine.append(take(lambda page=page: save(base, page)))  # type: ignore[misc]
        theirs.append(take(lambda ready=ready: bare.save(ready)))  # type: ignore[misc]
    return mine, theirs


def _mix(first: list[list[Case]], cases: int) -> Iterator[list[Case]]:
    dice = random.Random(5)  # noqa: S311 (repeatable)
    born = cases
    for number, page in enumerate(first):
        new, changed = BATCH // 20, BATCH * 15 // 100
        again = build_cases(BATCH, start=number * BATCH, of=cases, changed=1)
        moved = set(dice.sample(range(BATCH), changed))
        rows = [after if n in moved else before for n, (before, after) in enumerate(zip(page, again, strict=True))]
        yield [*rows[:-new], *build_cases(new, start=born, of=cases)]
        born += new
