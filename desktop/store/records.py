"""Columns of every kind of record, once: base.db's tables and the edited rows of desk.db are both made from them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, text

from desktop.domain.ids import Kind

FAR: Final = 253_402_300_799
"""31 Dec 9999 in epoch seconds: stands for "no due date", so that the column is NOT NULL and sorts by index."""

_TEXT: Final = {
    "case": (
        "reference service_code service_name title description phase status status_note uprn address postcode ward "
        "usrn assignee team reporter_id reporter given family email phone identity media_url"
    ),
    "event": "text status phase author media_url",
    "person": "given family name email phone born uprn address postcode ward identity",
    "place": "uprn address postcode ward usrn organisation classification",
    "payment": (
        "reference description state code message email payer identity card_last_digits card_brand provider_id next_url "
        "refund_status"
    ),
}
_INTEGER: Final = {
    "case": "open opened updated due",
    "event": "case_key at",
    "person": "",
    "place": "",
    "payment": "amount refundable refunded created",
}
_POINT: Final = frozenset({"case", "person", "place"})
SEARCHED: Final[dict[Kind, tuple[str, ...]]] = {
    "case": ("reference", "title", "address", "reporter"),
    "person": ("name", "email", "phone", "address"),
    "place": ("address", "postcode", "uprn"),
    "payment": ("reference", "description", "payer"),
}
"""Columns of each kind in full-text search."""
MAPPED: Final[tuple[Kind, ...]] = ("case",)
"""Kinds whose points are in an R*Tree."""
INDEXES: Final = {
    "case": (
        ("assignee", "open", "due", "key"),
        ("open", "due", "key"),
        ("open", "updated", "key"),
        ("reference",),
        ("identity",),
        ("uprn",),
        ("component", "updated"),
    ),
    "event": (("case_key", "at", "key"),),
    "person": (("identity",), ("uprn",), ("family", "given", "key")),
    "place": (("uprn",), ("postcode",)),
    "payment": (("created", "key"), ("reference",), ("identity",)),
}
KINDS: Final[tuple[Kind, ...]] = ("case", "event", "person", "place", "payment")
EDITED: Final[tuple[Kind, ...]] = ("case", "event", "payment")
"""Kinds that an officer changes, so that desk.db has edited rows of them."""


def _columns(kind: Kind) -> list[Column[object]]:
    common: list[Column[object]] = [
        Column("key", Integer, primary_key=True, autoincrement=False),
        Column("component", Text, nullable=False, server_default=""),
        Column("council", Text, nullable=False, server_default=""),
        Column("outside_id", Text, nullable=False, server_default=""),
        Column("version", Text, nullable=False, server_default=""),
        Column("fetched_at", Integer, nullable=False, server_default="0"),
        Column("asked", Integer, nullable=False, server_default="0"),
        Column("hash", LargeBinary, nullable=False, server_default=text("x''")),
    ]
    common += [Column(name, Integer, nullable=False, server_default="0") for name in _INTEGER[kind].split()]
    common += [Column(name, Text, nullable=False, server_default="") for name in _TEXT[kind].split()]
    if kind in _POINT:
        common += [Column("lat", Float), Column("lon", Float)]
    return common


def build_table(kind: Kind, metadata: MetaData, *, name: str, schema: str | None) -> Table:
    """The table of one kind with its indexes."""
    table = Table(name, metadata, *_columns(kind), schema=schema)
    for columns in INDEXES[kind]:
        Index(f"ix_{name}_{'_'.join(columns)}", *(table.c[column] for column in columns))
    return table


def search_statements(kind: Kind, name: str, *, prefixes: str = "2 3") -> list[str]:
    """SQL for the external-content FTS5 table of a record table, and the triggers that keep it.

    Args:
        kind: of record.
        name: of the record table.
        prefixes: lengths of the starts of words that have an index of their own. A start of one of these lengths is read
            newest first and stops at its limit; any other gathers every hit before the first comes back.
    """
    columns = SEARCHED[kind]
    listed = ", ".join(columns)
    new = ", ".join(f"new.{c}" for c in columns)
    old = ", ".join(f"old.{c}" for c in columns)
    fts = f"{name}_fts"
    return [
        (
            f"CREATE VIRTUAL TABLE {fts} USING fts5({listed}, content='{name}', content_rowid='key', "
            f"tokenize='unicode61 remove_diacritics 2', prefix='{prefixes}')"
        ),
        (
            f"CREATE TRIGGER {fts}_insert AFTER INSERT ON {name} BEGIN "
            f"INSERT INTO {fts}(rowid, {listed}) VALUES (new.key, {new}); END"
        ),
        (
            f"CREATE TRIGGER {fts}_delete AFTER DELETE ON {name} BEGIN "
            f"INSERT INTO {fts}({fts}, rowid, {listed}) VALUES ('delete', old.key, {old}); END"
        ),
        (
            f"CREATE TRIGGER {fts}_update AFTER UPDATE OF key, {listed} ON {name} "
            f"WHEN old.key IS NOT new.key OR {' OR '.join(f'old.{c} IS NOT new.{c}' for c in columns)} BEGIN "
            f"INSERT INTO {fts}({fts}, rowid, {listed}) VALUES ('delete', old.key, {old}); "
            f"INSERT INTO {fts}(rowid, {listed}) VALUES (new.key, {new}); END"
        ),
    ]


def point_statements(name: str) -> list[str]:
    """SQL for the R*Tree over a record table's points, and the triggers that keep it.

    R*Tree keeps 32-bit floats: narrow with it, then compare the exact columns.
    """
    tree = f"{name}_geo"
    insert = (
        f"INSERT INTO {tree} SELECT new.key, new.lat, new.lat, new.lon, new.lon "
        "WHERE new.lat IS NOT NULL AND new.lon IS NOT NULL"
    )
    delete = f"DELETE FROM {tree} WHERE key = old.key"
    moved = "old.key IS NOT new.key OR old.lat IS NOT new.lat OR old.lon IS NOT new.lon"
    # One trigger for a move: the order of two is not defined, and an upsert overrides OR REPLACE inside a trigger.
    return [
        f"CREATE VIRTUAL TABLE {tree} USING rtree(key, min_lat, max_lat, min_lon, max_lon)",
        f"CREATE TRIGGER {tree}_insert AFTER INSERT ON {name} BEGIN {insert}; END",
        f"CREATE TRIGGER {tree}_delete AFTER DELETE ON {name} BEGIN {delete}; END",
        (
            f"CREATE TRIGGER {tree}_move AFTER UPDATE OF key, lat, lon ON {name} WHEN {moved} "
            f"BEGIN {delete}; {insert}; END"
        ),
    ]
