"""What is being typed, kept as it is typed."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.changes import Changes
from desktop.domain.clocks import to_epoch
from desktop.services.context import Context
from desktop.services.rows import Written
from desktop.store.desk import tables as desk


class Drafts:
    """Drafts by name; the write that uses one drops it in the same commit."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, name: str) -> dict[str, object] | None:
        """A draft, or None."""
        with self._context.reader.read() as connection:
            body = connection.execute(select(desk.draft.c.body).where(desk.draft.c.name == name)).scalar()
        return None if body is None else msgspec.json.decode(body, type=dict[str, object])

    def names(self, prefix: str) -> tuple[str, ...]:
        """Names of drafts that begin so, the last typed first."""
        with self._context.reader.read() as connection:
            found = connection.execute(
                select(desk.draft.c.name)
                .where(desk.draft.c.name.startswith(prefix, autoescape=True))
                .order_by(desk.draft.c.saved_at.desc())
            )
            return tuple(found.scalars())

    def save(self, name: str, body: dict[str, object]) -> Written:
        """Keeps a draft."""
        values = {"body": msgspec.json.encode(body), "saved_at": to_epoch(self._context.clock.now())}
        with self._context.outbox.file.transaction() as connection:
            statement = insert(desk.draft).values(name=name, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
        return Written(changes=Changes())

    def drop(self, name: str) -> Written:
        """Forgets a draft."""
        with self._context.outbox.file.transaction() as connection:
            connection.execute(delete(desk.draft).where(desk.draft.c.name == name))
        return Written(changes=Changes())
