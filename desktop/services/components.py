"""Components as the status bar and the forms see them, and the small settings of the window."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.changes import Changes
from desktop.domain.clocks import from_epoch
from desktop.domain.components import ComponentState, Vitals
from desktop.domain.ids import ComponentId, LocalKey
from desktop.services.cases import load_types
from desktop.services.context import Context
from desktop.services.rows import ComponentStatus, Written
from desktop.store.base import tables as base
from desktop.store.base.counters import tally
from desktop.store.desk import tables as desk
from desktop.sync.known import remember


class Components:
    """Components and settings."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> tuple[ComponentStatus, ...]:
        """Every component of the profile, in its order."""
        with self._context.reader.read() as connection:
            return load_statuses(connection, self._context)

    def case_counts(self) -> dict[ComponentId, int]:
        """How many cases each component holds, from kept counts; what was made here and not sent is left out."""
        statement = select(tally.c.component, func.sum(tally.c.cases)).group_by(tally.c.component)
        with self._context.reader.read() as connection:
            return {ComponentId(id): int(cases) for id, cases in connection.execute(statement) if cases}

    def setting(self, name: str) -> object | None:
        """A small setting of the window, as it was kept."""
        with self._context.reader.read() as connection:
            value = connection.execute(select(desk.setting.c.value).where(desk.setting.c.name == name)).scalar()
        return None if value is None else msgspec.json.decode(value)

    def keep_setting(self, name: str, value: object) -> Written:
        """Keeps a small setting. Records that it names by key stay known to a new base."""
        packed = msgspec.json.encode(value)
        outbox = self._context.outbox
        with outbox.file.transaction() as connection:
            statement = insert(desk.setting).values(name=name, value=packed)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": packed}))
            remember(connection, _keys_in(value))
        return Written(changes=Changes())


def load_statuses(connection: Connection, context: Context) -> tuple[ComponentStatus, ...]:
    """How every component is, from the store."""
    rows = {row["id"]: row for row in connection.execute(select(base.component)).mappings()}
    found = []
    for component in context.components:
        row = rows.get(component.id)
        found.append(
            ComponentStatus(
                id=component.id,
                name=component.name,
                plugin=component.plugin,
                colour=context.colour_of(component.id),
                capabilities=context.capabilities.get(component.id, ()),
                services=component.services,
                state=ComponentState(row["state"]) if row else ComponentState.WAITING,
                as_of=from_epoch(row["as_of"]) if row and row["as_of"] else None,
                latency_ms=int(row["latency_ms"]) if row else 0,
                error=row["error"] if row else "",
                types=load_types(connection, component.id),
                default_for=component.default_for,
                attribution=context.in_use().attributions.get(component.id, ""),
                vitals=msgspec.json.decode(row["vitals"], type=Vitals) if row and row["vitals"] else Vitals(),
            )
        )
    return tuple(found)


def _keys_in(value: object) -> list[LocalKey]:
    """Every whole number in a setting: a tab names its record by key, and any other number is simply not found."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [LocalKey(value)]
    if isinstance(value, dict):
        return [key for item in value.values() for key in _keys_in(item)]
    if isinstance(value, list | tuple):
        return [key for item in value for key in _keys_in(item)]
    return []
