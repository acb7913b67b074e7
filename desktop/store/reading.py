"""Reads records as they are on screen: base rows with pending edits laid over them. Used on a reader's own thread."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Float,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    column,
    exists,
    func,
    intersect,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy import table as virtual

from desktop.domain.ids import Kind, LocalKey
from desktop.store.base import tables as base
from desktop.store.desk import tables as desk
from desktop.store.records import EDITED

Narrow = Callable[[Table], Sequence[ColumnElement[bool]]]
CHUNK: Final = 500
_WORD = re.compile(r"\w+", re.UNICODE)


def build_union(kind: Kind, columns: Sequence[str], narrow: Narrow) -> CompoundSelect[Any]:
    """`base rows not edited UNION ALL edited rows`, the one way in which lists are read.

    SQLite merges the two by index only while the sort columns are selected and bare, and while edits are excluded by
    NOT EXISTS on the key; so order this by `literal_column` of selected names.

    Args:
        kind: of record; kinds without edits give base rows alone.
        columns: what is wanted; `pending` (0 or 1) is added.
        narrow: conditions for a table, applied to each branch by itself.
    """
    source = base.records[kind]
    if kind not in EDITED:
        plain = select(*(source.c[name] for name in columns), literal(0).label("pending")).where(*narrow(source))
        return union_all(plain)
    edited = desk.edited[kind]
    untouched = not_(exists(select(literal(1)).select_from(edited).where(edited.c.key == source.c.key)))
    return union_all(
        select(*(source.c[name] for name in columns), literal(0).label("pending")).where(untouched, *narrow(source)),
        select(*(edited.c[name] for name in columns), literal(1).label("pending")).where(*narrow(edited)),
    )


def touch_desk(connection: Connection) -> None:
    """Takes desk.db's snapshot before base.db's: an edit is cleared only after its outcome was committed."""
    connection.exec_driver_sql("SELECT 1 FROM op LIMIT 1").fetchall()


def load_rows(
    connection: Connection,
    kind: Kind,
    columns: Sequence[str],
    narrow: Narrow,
    *,
    order: Sequence[str] = (),
    limit: int = 0,
) -> list[RowMapping]:
    """Rows of a union. `order` holds selected names, `-` before one for the other way."""
    statement = build_union(kind, columns, narrow)
    if order:
        statement = statement.order_by(*(_order(name) for name in order))
    if limit:
        statement = statement.limit(limit)
    return list(connection.execute(statement).mappings())


def find_row(connection: Connection, kind: Kind, key: LocalKey) -> RowMapping | None:
    """One record as on screen, with every column, or None."""
    names = [column.name for column in base.records[kind].columns]
    rows = load_rows(connection, kind, names, lambda table: [table.c.key == key])
    return rows[0] if rows else None


def by_keys(keys: Sequence[LocalKey]) -> Narrow:
    """Rows of those keys; at most 500 at a time."""
    return lambda table: [table.c.key.in_(keys)]


def after(table: Table, column: str, value: int, key: int, *, down: bool = False) -> ColumnElement[bool]:
    """Rows behind (value, key) in a keyset order."""
    first, second = table.c[column], table.c.key
    # The first condition lets the index seek; with the second alone every row before the page is stepped over.
    if down:
        return and_(first <= value, or_(first < value, second < key))
    return and_(first >= value, or_(first > value, second > key))


def aside(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as a value only, so that no index of it is stepped through.

    SQLite keeps no statistics here: it takes `open = 1` for a rare thing, and would step through every open case to meet
    the few that a box or some words have.
    """
    return column + 0 if isinstance(column.type, Integer) else column.concat("")


def matching(table: Table, words: str, *, newest: int = 0) -> ColumnElement[bool]:
    """Rows of a branch whose full-text index has every word, each as a prefix; all rows where no word is typed.

    Args:
        table: of the branch.
        words: as typed.
        newest: how many of the newest hits are enough; 0 for all.
    """
    found = select_hits(table, words)
    if found is None:
        return true()
    if newest:
        found = found.order_by(literal_column("rowid").desc()).limit(newest)
    return table.c.key.in_(found)


def select_hits(table: Table, words: str) -> Select[int] | None:
    """The keys of a branch's full-text hits; None where no word is typed, since FTS5 takes an empty query for a fault."""
    match = build_match(words)
    if not match:
        return None
    name = f"{table.name}_fts"
    fts = virtual(name, column("rowid", Integer), schema=table.schema)
    return select(fts.c.rowid).where(text(f"{name} MATCH :words").bindparams(words=match))


def has_more_hits(connection: Connection, kind: Kind, words: str, *, than: int) -> bool:
    """Whether more base records than that have every word."""
    name = f"{base.records[kind].name}_fts"
    some = text(f"SELECT count(*) FROM (SELECT 1 FROM {base.NAME}.{name} WHERE {name} MATCH :words LIMIT :most)")
    found: int | None = connection.execute(some, {"words": build_match(words), "most": than + 1}).scalar()
    return (found or 0) > than


def build_match(words: str) -> str:
    """An FTS5 query for what is typed: every word, each as a prefix; never its operators."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(words))


def inside(
    table: Table, bbox: tuple[float, float, float, float], *, most: int = -1, among: Sequence[Select[int]] = ()
) -> list[ColumnElement[bool]]:
    """Rows whose point is in a box (south, west, north, east): the R*Tree narrows, the exact columns decide.

    Args:
        table: of the branch.
        bbox: in degrees.
        most: how many the R*Tree may give, so that a large box costs no more than a small one; -1 for all.
        among: keys that narrow further, before any row is looked up: a row costs fifty times its key.
    """
    south, west, north, east = bbox
    sides = (column(side, Float) for side in ("min_lat", "max_lat", "min_lon", "max_lon"))
    tree = virtual(f"{table.name}_geo", column("key", Integer), *sides, schema=table.schema)
    found = select(tree.c.key).where(
        tree.c.max_lat >= south, tree.c.min_lat <= north, tree.c.max_lon >= west, tree.c.min_lon <= east
    )
    keys = intersect(found, *among) if among else found.limit(most)
    return [
        table.c.key.in_(keys),
        table.c.lat.between(south, north),
        table.c.lon.between(west, east),
    ]


def count_rows(connection: Connection, kind: Kind, narrow: Narrow, *, tally: Table | None = None) -> int:
    """How many, counted by branch and never over the union.

    Args:
        connection: of the reader.
        kind: of record.
        narrow: conditions for a table.
        tally: kept counts of the base rows, in `cases`, where they have every column that `narrow` asks for.
    """
    source = base.records[kind]
    if tally is None:
        total = _count(connection, source, narrow(source))
    else:
        total = connection.execute(select(func.sum(tally.c.cases)).where(*narrow(tally))).scalar() or 0
    if kind in EDITED:
        edited = desk.edited[kind]
        # From the edited rows to their base rows: there are few of them, and any number of rows that fit.
        fits = exists(select(literal(1)).select_from(source).where(source.c.key == edited.c.key, *narrow(source)))
        total -= _count(connection, edited, [fits])
        total += _count(connection, edited, narrow(edited))
    return total


def _count(connection: Connection, table: Table, where: Sequence[ColumnElement[bool]]) -> int:
    found: int | None = connection.execute(select(func.count()).select_from(table).where(*where)).scalar()
    return found or 0


def _order(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = literal_column(name.removeprefix("-"))
    return column.desc() if name.startswith("-") else column
