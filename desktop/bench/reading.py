"""What an officer waits for: lists, search, a case, a resident, an edit; beside the same SQL in a bare driver."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from desktop.bench.mapping import measure_map
from desktop.bench.measuring import Row, build_row, take, take_turns
from desktop.bench.opening import COMPONENT, KEY
from desktop.domain.clocks import SystemClock
from desktop.domain.components import Component
from desktop.domain.ids import LocalKey, OpId, StaffId
from desktop.domain.people import Officer
from desktop.services.cases import ROW_COLUMNS
from desktop.services.context import Context, InUse
from desktop.services.desk import Desk
from desktop.services.reader import Reader
from desktop.services.rows import CaseQuery, Cursor
from desktop.store.cipher import connect
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.reading import build_match
from desktop.sync.ops import Op
from desktop.sync.outbox import Outbox

PAGE: Final = 100
EDITS: Final = 1_000
TIMES: Final = 60
KEYSET: Final = "bare keyset query"
TYPED: Final = ("cynthia o'hara", "station road 12", "CT-0012345", "missed bin", "pothole", "brown", "damp and mo")
_COLUMNS: Final = ", ".join(ROW_COLUMNS)


@contextmanager
def open_desk(folder: Path, base: Path) -> Iterator[tuple[Desk, Outbox]]:
    """Services over the filled store, with a desk.db of a thousand edits that wait."""
    pair = Pair(folder / "desk.db", KEY, base, KEY)
    file = DeskFile(pair, writes=True)
    clock = SystemClock()
    outbox = Outbox(file, clock)
    desk = Desk(
        Context(
            reader=Reader(lambda: pair),
            outbox=outbox,
            clock=clock,
            officer=Officer(staff_id=StaffId("OFFICER1"), name="Officer"),
            in_use=lambda: InUse(
                components=(Component(id=COMPONENT, plugin="bench", name="Bench"),),
                capabilities={COMPONENT: ("cases",)},
            ),
        )
    )
    try:
        yield desk, outbox
    finally:
        desk.close()
        file.close()


def measure_reading(folder: Path, base: Path, cases: int) -> list[Row]:
    """Every reading job, and an edit."""
    bare = connect(base, KEY, read_only=True)
    try:
        with open_desk(folder, base) as (desk, outbox):
            keys = some_keys(bare, "case_")
            edits = [take(lambda key=key: outbox.save(build_edit(key))) for key in keys[:EDITS]]  # type: ignore[misc]
            rows = [build_row("edit acknowledged", cases, edits[1:])]
            rows += _measure_lists(desk, bare, cases)
            rows += _measure_search(desk, bare, cases)
            rows.append(_measure_each("open a case", cases, desk.cases.get, keys[-TIMES:]))
            people = some_keys(bare, "person_")[-TIMES:]
            rows.append(_measure_each("open a resident", cases, desk.people.get, people))
            rows.append(_measure_count(desk, bare, cases))
            rows.append(measure_map(desk, cases))
            return rows
    finally:
        bare.close()


def _measure_lists(desk: Desk, bare: dbapi2.Connection, cases: int) -> Iterator[Row]:
    text = "noise"
    jobs: list[tuple[str, CaseQuery, str, tuple[object, ...]]] = [
        ("list by due, first rows", CaseQuery(), "open = 1 ORDER BY due, key", ()),
        ("list by updated, first rows", CaseQuery(sort="updated"), "open = 1 ORDER BY updated DESC, key DESC", ()),
        (
            "list of one officer, first rows",
            CaseQuery(assignee="OFFICER7"),
            "assignee = ? AND open = 1 ORDER BY due, key",
            ("OFFICER7",),
        ),
        (
            "list filtered by a word, first rows",
            CaseQuery(text=text),
            "open = 1 AND key IN (SELECT rowid FROM case__fts WHERE case__fts MATCH ?) ORDER BY due, key",
            (build_match(text),),
        ),
    ]
    for job, query, where, values in jobs:
        sql = f"SELECT {_COLUMNS} FROM case_ WHERE {where} LIMIT {PAGE}"
        mine, theirs = take_turns(
            [lambda query=query: desk.cases.page(query, None, PAGE)] * TIMES,  # type: ignore[misc]
            [lambda sql=sql, values=values: bare.execute(sql, values).fetchall()] * TIMES,  # type: ignore[misc]
        )
        yield build_row(job, cases, mine, reference=KEYSET, others=theirs)
    yield _measure_middle(desk, bare, cases)


def _measure_middle(desk: Desk, bare: dbapi2.Connection, cases: int) -> Row:
    found = bare.execute("SELECT due, key FROM case_ WHERE open = 1 ORDER BY due, key").fetchall()
    after = [found[n * len(found) // TIMES] for n in range(TIMES)]
    sql = f"SELECT {_COLUMNS} FROM case_ WHERE open = 1 AND (due, key) > (?, ?) ORDER BY due, key LIMIT {PAGE}"
    mine, theirs = take_turns(
        [
            lambda at=at: desk.cases.page(CaseQuery(), Cursor(value=at[0], key=LocalKey(at[1])), PAGE)  # type: ignore[misc]
            for at in after
        ],
        [lambda at=at: bare.execute(sql, at).fetchall() for at in after],  # type: ignore[misc]
    )
    return build_row("list by due, a page anywhere", cases, mine, reference=KEYSET, others=theirs)


def _measure_search(desk: Desk, bare: dbapi2.Connection, cases: int) -> Iterator[Row]:
    keys = [words[:length] for words in TYPED for length in range(1, len(words) + 1)]
    typed = [text for text in keys if build_match(text)]

    def find_bare(text: str) -> None:
        for table in ("person_", "case_", "place_", "payment_"):
            fts = f"{table}_fts"
            found = bare.execute(
                f"SELECT rowid FROM {fts} WHERE {fts} MATCH ? ORDER BY rowid DESC LIMIT 24", (build_match(text),)
            ).fetchall()
            for (key,) in found:
                bare.execute(f"SELECT * FROM {table} WHERE key = ?", (key,)).fetchall()

    mine, theirs = take_turns(
        [lambda text=text: desk.search.find(text) for text in typed],  # type: ignore[misc]
        [lambda text=text: find_bare(text) for text in typed],  # type: ignore[misc]
    )
    yield build_row("search as you type, each key", cases, mine, reference="bare FTS query", others=theirs)


def _measure_count(desk: Desk, bare: dbapi2.Connection, cases: int) -> Row:
    sql = "SELECT count(*) FROM case_ WHERE open = 1"
    mine, theirs = take_turns(
        [lambda: desk.cases.count(CaseQuery())] * TIMES, [lambda: bare.execute(sql).fetchall()] * TIMES
    )
    return build_row("count everyone's open cases", cases, mine, reference="bare count by index", others=theirs)


def _measure_each(job: str, cases: int, work: Callable[[LocalKey], object], keys: Sequence[LocalKey]) -> Row:
    return build_row(job, cases, [take(lambda key=key: work(key)) for key in keys][1:])  # type: ignore[misc]


def some_keys(bare: dbapi2.Connection, table: str) -> list[LocalKey]:
    """Keys of a table, drawn by lot and always the same."""
    found = [LocalKey(row[0]) for row in bare.execute(f"SELECT key FROM {table}").fetchall()]
    return random.Random(3).sample(found, min(len(found), EDITS + TIMES))  # noqa: S311 (repeatable)


def build_edit(key: LocalKey) -> Op:
    """A change of a case's status."""
    return Op(
        id=OpId(str(uuid.uuid4())),
        act="case.update",
        component=COMPONENT,
        kind="case",
        key=key,
        needs=key,
        columns={"status": "in progress", "phase": "in progress"},
        send={"fields": {"status": "in progress"}},
        records=(key,),
        made_at=1_767_600_000,
    )
