"""What only Knit knows of a record is kept here, and outlives every base.db."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Makes the table, written out, so that it stays what it was."""
    operations.execute(
        'CREATE TABLE owned ("key" INTEGER NOT NULL, field TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, '
        'at INTEGER NOT NULL, officer TEXT NOT NULL, PRIMARY KEY ("key", field))'
    )
