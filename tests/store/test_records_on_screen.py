"""Records on screen: base rows with pending edits over them, merged by index, desk.db first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, insert, literal_column
from sqlalchemy.dialects import sqlite

from desktop.domain.cases import Phase
from desktop.domain.ids import ComponentId, LocalKey
from desktop.services.cases import ROW_COLUMNS, narrow_cases
from desktop.services.rows import CaseQuery, CaseRow, Cursor
from desktop.store.base import tables as base
from desktop.store.base.writer import Batch
from desktop.store.reading import build_union, load_rows, touch_desk
from desktop.store.records import FAR
from desktop.sync.incoming import case_rows
from tests.helpers.stores import START, Store, a_case, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Forty cases, every third without a due date, every fourth of somebody."""
    with open_store(tmp_path / "store") as opened:
        opened.put(
            [
                a_case(
                    n,
                    due=None if n % 3 == 0 else START + timedelta(days=n % 7),
                    assignee="me" if n % 4 == 0 else "",
                )
                for n in range(1, 41)
            ]
        )
        yield opened


def read_plan(connection: Connection, query: CaseQuery, after: Cursor | None, order: Sequence[str]) -> str:
    """What SQLite means to do for a page of cases."""
    columns: list[ColumnElement[Any]] = [literal_column(name.removeprefix("-")) for name in order]
    ordered = [c.desc() if name.startswith("-") else c for c, name in zip(columns, order, strict=True)]
    statement = build_union("case", ROW_COLUMNS, narrow_cases(query, after)).order_by(*ordered).limit(100)
    compiled = statement.compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").fetchall()
    return "\n".join(str(row[3]) for row in rows)


FIRST = Cursor(value=1_768_000_000, key=LocalKey(3))
PAGES: list[tuple[CaseQuery, Cursor | None, tuple[str, str]]] = [
    (CaseQuery(sort="due"), None, ("due", "key")),
    (CaseQuery(sort="due", assignee="me"), None, ("due", "key")),
    (CaseQuery(sort="updated"), None, ("-updated", "-key")),
    (CaseQuery(sort="due"), FIRST, ("due", "key")),
    (CaseQuery(sort="updated"), FIRST, ("-updated", "-key")),
]


@pytest.mark.parametrize(("query", "after", "order"), PAGES, ids=lambda value: str(value)[:60])
def test_a_page_is_merged_by_index_and_sorts_nothing(
    store: Store, query: CaseQuery, after: Cursor | None, order: tuple[str, str]
) -> None:
    with store.outbox.file.transaction() as connection:
        plan = read_plan(connection, query, after, order)
    assert "MERGE (UNION ALL)" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan  # the edit of a row is looked for by its key


def read_pages(store: Store, query: CaseQuery, limit: int) -> list[Any]:
    """Every row of a query, page by page."""
    desk = store.desk()
    rows: list[Any] = []
    after: Cursor | None = None
    try:
        while True:
            page = desk.cases.page(query, after, limit)
            rows += page.rows
            after = page.after
            if after is None:
                return rows
    finally:
        desk.close()


SORTED_BY: dict[str, Callable[[CaseRow], float]] = {
    "due": lambda row: row.due_at.timestamp() if row.due_at else FAR,
    "updated": lambda row: -row.updated_at.timestamp(),
}


@pytest.mark.parametrize("sort", ["due", "updated"])
@pytest.mark.parametrize("limit", [1, 7, 40, 500])
def test_pages_give_every_row_once_in_order_with_edits_among_them(store: Store, sort: Any, limit: int) -> None:
    keys = [row.key for row in read_pages(store, CaseQuery(sort=sort), 100)]
    store.edit(keys[3], due=1, updated=1)
    store.edit(keys[9], due=FAR, updated=2_000_000_000)
    store.edit(keys[12], open=0, phase=Phase.CLOSED.value)
    born = store.outbox.new_key()
    store.edit(born, title="born here", open=1, due=5, updated=5, phase="new")
    rows = read_pages(store, CaseQuery(sort=sort), limit)
    desk = store.desk()
    assert [row.key for row in rows] == list(desk.cases.ids(CaseQuery(sort=sort)))
    assert desk.cases.count(CaseQuery(sort=sort)) == len(rows)
    desk.close()
    assert {row.key for row in rows} == {*keys, born} - {keys[12]}
    assert len(rows) == len({row.key for row in rows})
    found = [SORTED_BY[sort](row) for row in rows]
    assert found == sorted(found)
    assert [row.key for row in rows if row.pending] != []


def test_a_pending_edit_hides_no_change_of_a_colleague(store: Store) -> None:
    (key,) = store.put([a_case(1)])
    store.edit(key, status="in progress")
    store.put([a_case(1, title="Said anew", updated=START + timedelta(days=9))])
    store.outbox.remake({("case", key)})
    desk = store.desk()
    file = desk.cases.get(key)
    assert (file.row.title, file.row.status, file.row.pending) == ("Said anew", "in progress", True)
    desk.close()


def test_a_pull_asked_before_a_push_does_not_undo_it(store: Store) -> None:
    early = store.base.tick()
    (key,) = store.put([a_case(1, status="in progress")])
    store.base.save(
        Batch(component=ComponentId("bins"), council="", asked=early, now=1, rows=case_rows([a_case(1, status="open")]))
    )
    desk = store.desk()
    assert desk.cases.get(key).row.status == "in progress"
    desk.close()


def clear_edit(store: Store, op: str, key: LocalKey, status: str) -> None:
    """What happens between two statements of a reader: the outcome is committed to base.db, then the edit cleared."""
    (again,) = store.put([a_case(1, status=status, updated=START + timedelta(days=3))])
    assert again == key
    with store.base.transaction() as connection:
        connection.execute(insert(base.outcome).values(op=op, state="done", key=key, outside_id="C1", at=1))
    store.outbox.settle()


def test_a_read_never_shows_the_old_value_of_an_edit_that_is_cleared_meanwhile(store: Store) -> None:
    (key,) = store.put([a_case(1, status="open")])
    op = store.edit(key, status="in progress")
    desk = store.desk()
    with desk.cases._context.reader.read() as connection:  # touches a desk table first, and so takes its snapshot
        clear_edit(store, op.id, key, "in progress")
        rows = load_rows(connection, "case", ("key", "status"), lambda table: [table.c.key == key])
        assert [(row["status"], row["pending"]) for row in rows] == [("in progress", 1)]
    after = desk.cases.get(key)
    assert (after.row.status, after.row.pending) == ("in progress", False)
    desk.close()


def test_base_first_would_show_the_old_value(store: Store) -> None:
    # Why the order matters: the snapshot of base.db is from before the commit, that of desk.db from after the clearing.
    (key,) = store.put([a_case(1, status="open")])
    op = store.edit(key, status="in progress")
    desk = store.desk()
    reader = desk.cases._context.reader._open()
    with reader.transaction() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM base.case_").fetchall()
        clear_edit(store, op.id, key, "in progress")
        touch_desk(connection)
        rows = load_rows(connection, "case", ("key", "status"), lambda table: [table.c.key == key])
        assert [row["status"] for row in rows] == ["open"]
    desk.close()


def test_a_cancelled_read_says_so_and_the_next_one_goes_well(store: Store) -> None:
    desk = store.desk()
    desk.interrupt()
    assert desk.cases.count(CaseQuery()) == 40
    desk.close()
