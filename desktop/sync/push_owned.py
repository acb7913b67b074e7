"""What only Knit knows goes no further than base.db: a column that lists sort and filter by."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, literal, select

from desktop.domain.errors import NotReady
from desktop.domain.ids import Kind
from desktop.store.base import tables
from desktop.sync.ops import Offer, Op
from desktop.sync.outcomes import Decided, Outcomes

STREAMS: Final[dict[Kind, str]] = {"case": "cases", "event": "events", "payment": "payments"}
"""The stream of a pull in which records of a kind come."""


class OwnedPusher:
    """One op of owned values. A repeat writes the same again, so nothing is read back."""

    def __init__(self, to: Outcomes) -> None:
        self._to = to

    def push(self, offer: Offer) -> Decided:
        """Writes the values into the record's row.

        Raises:
            NotReady: a new base has not got the record yet; until then the edited row is all that is on screen.
        """
        op = offer.op
        with self._to.base.transaction() as connection:
            if not _is_here(connection, op) and not _is_filled(connection, op):
                raise NotReady(
                    f"What {self._to.component.name} has is being read again first.",
                    "What you did is safe.",
                    key="push.filling",
                    subject=op.component,
                    retry_after=2.0,
                )
            return self._to.decide(op, "done")


def _is_here(connection: Connection, op: Op) -> bool:
    table = tables.records[op.kind]
    return connection.execute(select(literal(1)).where(table.c.key == op.key)).scalar() is not None


def _is_filled(connection: Connection, op: Op) -> bool:
    table = tables.cursor
    where = (table.c.component == op.component, table.c.stream == STREAMS.get(op.kind, ""), table.c.filled == 1)
    return connection.execute(select(literal(1)).where(*where)).scalar() is not None
