"""What only Knit knows of a record: settled into desk.db with its op, and given to a new base. On the writer thread."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import LocalKey
from desktop.store.base.owned import OwnedValue
from desktop.store.desk import tables as desk
from desktop.store.desk.file import DeskFile
from desktop.sync.ops import Op


def settle_owned(connection: Connection, op: Op) -> None:
    """Keeps what a done op says of the fields that the desk owns; before that the op itself is the memory."""
    for field, value in op.owns.items():
        values = {"kind": op.kind, "value": value, "at": op.made_at, "officer": op.officer}
        statement = insert(desk.owned).values(key=op.key, field=field, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["key", "field"], set_=values))


def load_owned(file: DeskFile) -> list[OwnedValue]:
    """What a new base is given before its first pull."""
    table = desk.owned
    with file.transaction() as connection:
        rows = connection.execute(select(table.c.key, table.c.kind, table.c.field, table.c.value)).all()
    return [OwnedValue(LocalKey(row.key), row.kind, row.field, row.value) for row in rows]
