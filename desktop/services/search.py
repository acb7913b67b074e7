"""The box on top: people, cases, places and payments, prefix as you type, newest first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, RowMapping, Table, text

from desktop.domain.ids import ComponentId, Kind, LocalKey, Uprn
from desktop.domain.money import format_pence
from desktop.domain.payments import PaymentState
from desktop.services.cases import find_person_keys
from desktop.services.context import Context
from desktop.services.rows import Hit
from desktop.store.base import tables as base
from desktop.store.desk import tables as desk
from desktop.store.reading import build_match, by_keys, load_rows
from desktop.store.records import EDITED

_COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    "person": ("key", "component", "name", "email", "phone", "address", "identity"),
    "case": ("key", "component", "reference", "title", "address", "service_name", "opened"),
    "place": ("key", "component", "address", "postcode", "uprn"),
    "payment": ("key", "component", "reference", "description", "amount", "state", "created"),
}
_BORN: Final[dict[Kind, str]] = {"case": "opened", "payment": "created"}
"""Kinds of which records are born on this desk, under keys below 0 that say nothing of their age; and what does."""
_ONE_LETTER: Final = re.compile(r'"\w"')


class Search:
    """Finds records by what is typed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, text: str, limit_each: int = 6) -> tuple[Hit, ...]:
        """Hits by kind: people, cases, places, payments. Ranked by newness: bm25 over common words takes a second."""
        match = build_match(text)
        if not match:
            return ()
        hits: list[Hit] = []
        with self._context.reader.read() as connection:
            for kind, columns in _COLUMNS.items():
                keys = _find_keys(connection, kind, match, limit_each * (4 if kind == "person" else 1))
                rows = {row["key"]: row for row in load_rows(connection, kind, columns, by_keys(keys))}
                if kind in _BORN:
                    keys.sort(key=lambda key: rows[key][_BORN[kind]] if key in rows else 0, reverse=True)
                made = [_HITS[kind](rows[key]) for key in keys if key in rows]
                hits += _merge_people(connection, made, rows, limit_each) if kind == "person" else made[:limit_each]
        return tuple(hits)


def _find_keys(connection: Connection, kind: Kind, match: str, limit: int) -> list[LocalKey]:
    """Keys of the newest hits of each table: by key where a pull gave it, by time where the record was born here.

    Not for a word of one letter: FTS5 has no index for it, so that a second pass would take as long as the first.
    """
    tables: list[Table] = [desk.edited[kind]] if kind in EDITED else []
    tables.append(base.records[kind])
    keys: dict[LocalKey, None] = {}
    for table in tables:
        name = f"{table.name}_fts"
        schema = f"{table.schema}." if table.schema else ""
        asked = [f"SELECT rowid FROM {schema}{name} WHERE {name} MATCH :match ORDER BY rowid DESC LIMIT :limit"]
        if kind in _BORN and not _ONE_LETTER.search(match):
            # Few at most: what officers made on this desk. So all of them may be put in order.
            asked.append(
                f"SELECT key FROM {schema}{table.name} WHERE key < 0 AND key IN (SELECT rowid FROM {schema}{name} "
                f"WHERE {name} MATCH :match AND rowid < 0) ORDER BY {_BORN[kind]} DESC LIMIT :limit"
            )
        for statement in asked:
            found = connection.execute(text(statement), {"match": match, "limit": limit}).scalars()
            keys.update((LocalKey(key), None) for key in found)
    return list(keys)


def _merge_people(connection: Connection, hits: list[Hit], rows: dict[int, RowMapping], limit: int) -> list[Hit]:
    """One line for each person, however many components know them, always under the same key."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(rows[hit.key]["identity"] or str(hit.key), hit)
    shown = dict(list(seen.items())[:limit])
    first = find_person_keys(connection, shown)
    return [replace(hit, key=first.get(match, hit.key)) for match, hit in shown.items()]


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _person(row: RowMapping) -> Hit:
    return Hit(
        kind="person", key=LocalKey(row["key"]), title=row["name"], detail=_join(row["address"], row["email"]),
        component=ComponentId(row["component"]),
    )  # fmt: skip


def _case(row: RowMapping) -> Hit:
    return Hit(
        kind="case",
        key=LocalKey(row["key"]),
        title=row["title"],
        detail=_join(row["reference"] or "Not numbered yet", row["service_name"], row["address"]),
        component=ComponentId(row["component"]),
    )


def _place(row: RowMapping) -> Hit:
    return Hit(
        kind="place", key=LocalKey(row["key"]), title=row["address"], detail=_join(row["postcode"], row["uprn"]),
        component=ComponentId(row["component"]), uprn=Uprn(row["uprn"]),
    )  # fmt: skip


def _payment(row: RowMapping) -> Hit:
    return Hit(
        kind="payment",
        key=LocalKey(row["key"]),
        title=f"{row['reference']}, {format_pence(row['amount'])}",
        detail=_join(row["description"], PaymentState(row["state"]).word),
        component=ComponentId(row["component"]),
    )


_HITS: Final[dict[Kind, Callable[[RowMapping], Hit]]] = {
    "person": _person, "case": _case, "place": _place, "payment": _payment,
}  # fmt: skip
