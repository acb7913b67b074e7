"""Ops are found by the record they change: with 10,000 of them waiting, each save read them all."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Makes the index."""
    operations.create_index("ix_op_key", "op", ["key", "kind", "seq"])
