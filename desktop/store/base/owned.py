"""Values that the desk owns, as base.db has them: beside the record they belong to, and in its row for lists to use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import Kind, LocalKey
from desktop.store.base import tables

CHUNK: Final = 500


class OwnedValue(NamedTuple):
    """One value: a column of a record's row, and what the desk says it is ("" for nothing)."""

    key: LocalKey
    kind: Kind
    field: str
    value: str


def load_owned(connection: Connection, keys: Sequence[int]) -> dict[int, dict[str, str]]:
    """What the desk owns of these records: columns by key."""
    table = tables.owned
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(keys), CHUNK):
        rows = connection.execute(
            select(table.c.key, table.c.field, table.c.value).where(table.c.key.in_(keys[start : start + CHUNK]))
        )
        for row in rows:
            found.setdefault(row.key, {})[row.field] = row.value
    return found


def put_owned(connection: Connection, values: Iterable[OwnedValue]) -> None:
    """Takes what the desk says now, over what it said before."""
    for value in values:
        statement = insert(tables.owned).values(value._asdict())
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["key", "field"], set_={"kind": value.kind, "value": value.value}
            )
        )
        _put_column(connection, value)


def hand_over_owned(connection: Connection, values: Iterable[OwnedValue]) -> None:
    """Takes what the desk had settled; what a push has brought meanwhile is newer and stays."""
    for value in values:
        done = connection.execute(insert(tables.owned).values(value._asdict()).on_conflict_do_nothing())
        if done.rowcount:
            _put_column(connection, value)


def move_owned(connection: Connection, before: LocalKey, key: LocalKey) -> None:
    """Gives a record's values to its other key; a value that is there already stays."""
    table = tables.owned
    connection.execute(update(table).prefix_with("OR IGNORE").where(table.c.key == before).values(key=key))


def _put_column(connection: Connection, value: OwnedValue) -> None:
    table = tables.records[value.kind]
    column = table.c[value.field]
    # The hash stays: it is of what the component said, and says whether that has changed.
    connection.execute(
        update(table).where(table.c.key == value.key, column != value.value).values({value.field: value.value})
    )
