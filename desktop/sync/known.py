"""Which outside record each local key means: kept in desk.db for every record it refers to, and given to a new base."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import ComponentId, Kind, LocalKey, OutsideId
from desktop.store.base import tables as base
from desktop.store.desk import tables as desk
from desktop.store.desk.file import DeskFile

KnownRecord = tuple[LocalKey, ComponentId, Kind, OutsideId]


def remember(connection: Connection, keys: Iterable[LocalKey]) -> None:
    """Keeps what the base says of these keys; one that it does not know is left as it is."""
    for key in keys:
        row = connection.execute(
            select(base.ident.c.component, base.ident.c.kind, base.ident.c.outside_id).where(base.ident.c.key == key)
        ).one_or_none()
        if row is not None:
            know(connection, key, ComponentId(row.component), row.kind, OutsideId(row.outside_id))


def know(connection: Connection, key: LocalKey, component: ComponentId, kind: Kind, outside_id: OutsideId) -> None:
    """Keeps what one key means; "" while its component has not numbered it."""
    values = {"component": component, "kind": kind, "outside_id": outside_id}
    statement = insert(desk.known).values(key=key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


def load_known(file: DeskFile) -> list[KnownRecord]:
    """What a new base is given before its first pull."""
    with file.transaction() as connection:
        rows = connection.execute(select(desk.known).where(desk.known.c.outside_id != ""))
        return [(LocalKey(row.key), ComponentId(row.component), row.kind, OutsideId(row.outside_id)) for row in rows]


def load_last_key(file: DeskFile) -> int:
    """The last key that the present base gave: a new one goes on from there, so that no key ever means another."""
    with file.transaction() as connection:
        found = connection.execute(select(base.meta.c.value).where(base.meta.c.name == "last_key")).scalar()
    return int(found or 0)
