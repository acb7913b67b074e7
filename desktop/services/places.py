"""Places kept in the store."""

from __future__ import annotations

from desktop.domain.ids import LocalKey
from desktop.domain.places import Place
from desktop.services.context import Context
from desktop.store.base import tables as base
from desktop.store.mapping import read_place
from desktop.store.reading import build_match, load_rows, matching


class Places:
    """Addresses that have been met; live look-ups go through the host."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, text: str, limit: int = 8) -> tuple[tuple[LocalKey, Place], ...]:
        """Places whose address, postcode or UPRN has every typed word as a prefix."""
        if not build_match(text):
            return ()
        columns = [column.name for column in base.records["place"].columns]
        with self._context.reader.read() as connection:
            rows = load_rows(
                connection,
                "place",
                columns,
                lambda table: [matching(table, text)],
                order=("address",),
                limit=limit,
            )
        return tuple((LocalKey(row["key"]), place) for row in rows if (place := read_place(row)) is not None)
