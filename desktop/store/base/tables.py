"""Tables of base.db. The desk sees them under the schema `base`; the host, whose main file it is, translates that away."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

from desktop.domain.ids import Kind
from desktop.store.records import KINDS, build_table

SCHEMA: Final = 2
"""Number of this schema, kept in `PRAGMA user_version`; another number is made anew, for base.db is disposable."""
NAME: Final = "base"

metadata = MetaData()
records: Final[dict[Kind, Table]] = {kind: build_table(kind, metadata, name=f"{kind}_", schema=NAME) for kind in KINDS}

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    schema=NAME,
)
"""Which desk.db and hand-over this file was made for, and the last local key given."""

ident = Table(
    "ident",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("component", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("outside_id", Text, nullable=False),
    UniqueConstraint("component", "kind", "outside_id"),
    schema=NAME,
)
"""The one key for life of each outside record, whether or not its row has come yet."""

raw = Table(
    "raw",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    schema=NAME,
)
"""What the component really said, redacted and compressed (zlib); apart, so that lists read narrow rows."""

component = Table(
    "component",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("as_of", Integer, nullable=False, server_default="0"),
    Column("latency_ms", Float, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("types", LargeBinary, nullable=False, server_default=text("x''")),
    Column("capabilities", Text, nullable=False, server_default=""),
    schema=NAME,
)
"""Each component's health, and the case types it takes (JSON)."""

cursor = Table(
    "cursor",
    metadata,
    Column("component", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("since", Integer, nullable=False, server_default="0"),
    Column("page", Text, nullable=False, server_default=""),
    Column("started", Integer, nullable=False, server_default="0"),
    Column("filled", Integer, nullable=False, server_default="0"),
    schema=NAME,
)
"""How far each stream of a component was pulled: resumable inside a pass by `page`."""

outcome = Table(
    "outcome",
    metadata,
    Column("op", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("key", Integer, nullable=False),
    Column("outside_id", Text, nullable=False, server_default=""),
    Column("detail", LargeBinary, nullable=False, server_default=text("x''")),
    Column("at", Integer, nullable=False),
    schema=NAME,
)
"""What came of each pushed op: done, conflict or refused. Only a cache: the offered mark in desk.db is the memory."""

owned = Table(
    "owned",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    schema=NAME,
)
"""What only Knit knows of a record, as desk.db has it: a pull leaves these columns of the record's row alone."""

audit_wait = Table(
    "audit_wait",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    schema=NAME,
)
"""The host's audit entries until the desk has chained them."""

Index("ix_outcome_at", outcome.c.at)
