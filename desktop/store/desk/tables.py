"""Tables of desk.db: what the officer did. Alembic keeps them; a test compares a migrated file with these."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

from desktop.domain.ids import Kind
from desktop.store.records import EDITED, build_table

metadata = MetaData()
edited: Final[dict[Kind, Table]] = {
    kind: build_table(kind, metadata, name=f"edited_{kind}", schema=None) for kind in EDITED
}

op = Table(
    "op",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("seen", LargeBinary, nullable=False, server_default=text("x''")),
    Column("version", Text, nullable=False, server_default=""),
    Column("made_at", Integer, nullable=False),
    Column("officer", Text, nullable=False, server_default=""),
    Column("offered_at", Integer, nullable=False, server_default="0"),
    Column("busy_until", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("detail", LargeBinary, nullable=False, server_default=text("x''")),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("next_try", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
"""The outbox. `seen` is what the officer saw of the changed fields; state: waiting, conflict, refused, unknown or sent."""
Index("ix_op_key", op.c.key, op.c.kind, op.c.seq)

op_record = Table(
    "op_record",
    metadata,
    Column("op", Text, primary_key=True),
    Column("key", Integer, primary_key=True, autoincrement=False),
)
"""The records an op names: it waits for every earlier op that names one of them."""
Index("ix_op_record_key", op_record.c.key)

known = Table(
    "known",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("component", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("outside_id", Text, nullable=False, server_default=""),
    UniqueConstraint("component", "kind", "outside_id", "key"),
)
"""Every record this file refers to, so that a new base gives it the same key."""

owned = Table(
    "owned",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("officer", Text, nullable=False),
)
"""What only Knit knows of a record, such as who handles it: settled here, and given to every new base."""

draft = Table(
    "draft",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("saved_at", Integer, nullable=False),
)
"""What is being typed, saved as it is typed."""

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Integer, nullable=False),
    Column("officer", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("link", LargeBinary, nullable=False),
)
"""Append-only chain: `link` is SHA-256 over the link before and this row."""
