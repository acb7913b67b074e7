"""Migrations of desk.db by alembic. Modules are listed by name, for a frozen program has no folder to scan."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from desktop.domain import points
from desktop.domain.errors import StoreCorrupt, StoreTooNew
from desktop.store.cipher import File, is_whole, translated

REVISIONS: Final = ("r0001_first", "r0002_op_by_record", "r0003_owned")
"""In order. The number of a file, kept in `PRAGMA user_version`, is how many it has had."""
SCHEMA: Final = len(REVISIONS)


def migrate(file: File, path: Path, key: bytes) -> Path | None:
    """Brings desk.db to this program's schema, after a checked copy beside it; gives the copy where one was made.

    The caller holds the profile lock. A process that dies half-way leaves the old file as it was.

    Raises:
        StoreTooNew: the file was made by a newer Knit.
    """
    with translated(path.name):
        row = file.driver.execute("PRAGMA user_version").fetchone()
    had = int(row[0]) if row else 0
    if had > SCHEMA:
        raise StoreTooNew(
            f"This profile was last used by a newer Knit (store {had}; this program knows {SCHEMA}).",
            "Nothing was changed. Install the newer Knit again, or ask your IT team.",
            key="store.too_new",
            subject=path.name,
        )
    if had == SCHEMA:
        return None
    from alembic.migration import MigrationContext  # late: 120 ms, and most starts migrate nothing
    from alembic.operations import Operations  # late, for the same reason

    copy = _copy(file, path, key, had) if had else None
    with file.transaction() as connection:
        operations = Operations(MigrationContext.configure(connection))
        for name in REVISIONS[had:]:
            importlib.import_module(f"{__name__}.{name}").upgrade(operations)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
        points.reach("desk.migrate.before_commit")
    return copy


def _copy(file: File, path: Path, key: bytes, had: int) -> Path:
    target = path.with_name(f"{path.stem}-before-{SCHEMA}-from-{had}.db")
    target.unlink(missing_ok=True)
    try:
        with translated(path.name):
            file.driver.execute("VACUUM INTO ?", (str(target),))
            whole = is_whole(target, key)
    except BaseException:
        target.unlink(missing_ok=True)  # half a copy helps nobody
        raise
    if not whole:
        raise StoreCorrupt(
            "The copy made before updating the store is not whole.",
            "Nothing was changed. Check the disk, then start Knit again.",
            key="store.copy",
            subject=target.name,
        )
    points.reach("desk.migrate.copied")
    return target
