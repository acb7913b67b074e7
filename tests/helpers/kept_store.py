"""The stores in tests/store/kept: how they were made, and what is in them.

`python -m tests.helpers.kept_store` made desk-1.db, by the first schema's own statements; with a later schema this gets a
function and a file beside it, and the old one stays as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from alembic.migration import MigrationContext
from alembic.operations import Operations

from desktop.domain.ids import LocalKey
from desktop.store.audit import Entry, append
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import r0001_first
from desktop.sync.outbox import Outbox
from tests.helpers.clocks import FakeClock
from tests.helpers.stores import an_op, read_value

FOLDER: Final = Path(__file__).resolve().parents[1] / "store" / "kept"
KEY: Final = bytes.fromhex("5a" * 32)
CASE: Final = LocalKey(41)
TITLE: Final = "Missed bin, O'Connor’s passage ☂"
NOTE: Final = {"text": "Half a note, while the kettle boils"}


@dataclass(frozen=True)
class Kept:
    """A kept desk.db with its key, and how many rows its tables have."""

    path: Path
    key: bytes
    rows: dict[str, int]


def write_first_schema(path: Path, key: bytes) -> None:
    """A desk.db as the first revision left it, empty."""
    file = DeskFile(Pair(path, key, None, b""), writes=True)
    try:
        with file.transaction() as connection:
            r0001_first.upgrade(Operations(MigrationContext.configure(connection)))
            connection.exec_driver_sql("PRAGMA user_version = 1")
    finally:
        file.close()


def make_first(folder: Path) -> None:
    """desk-1.db and desk-1.json: two ops on one case, its edited row, a draft, a setting and three audit rows."""
    path = folder / "desk-1.db"
    write_first_schema(path, KEY)
    file = DeskFile(Pair(path, KEY, None, b""), writes=True)
    try:
        outbox = Outbox(file, FakeClock())
        outbox.save(an_op(CASE, title=TITLE, lat=53.25, lon=-1.5))
        outbox.save(an_op(CASE, status="in progress"))
        with file.transaction() as connection:
            body = msgspec.json.encode(NOTE)
            connection.exec_driver_sql("INSERT INTO draft VALUES ('note:41', ?, 1767000000)", (body,))
            connection.exec_driver_sql("INSERT INTO setting VALUES ('theme', '\"dark\"')")
            entries = [Entry(1_767_000_000 + n, "D.WHITFIELD", "view", f"case/{CASE}") for n in range(3)]
            append(connection, entries)
        rows = {name: count(file, name) for name in ("op", "op_record", "edited_case", "draft", "setting", "audit")}
        file.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        file.driver.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        file.close()
    described = {"key": KEY.hex(), "rows": rows, "made_by": "python -m tests.helpers.kept_store"}
    (folder / "desk-1.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def count(file: DeskFile, table: str) -> int:
    """Rows of a table."""
    return int(read_value(file, f"SELECT count(*) FROM {table}"))


def find_kept() -> list[Kept]:
    """Every kept desk.db."""
    found = []
    for path in sorted(FOLDER.glob("desk-*.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        found.append(Kept(path.with_suffix(".db"), bytes.fromhex(described["key"]), described["rows"]))
    return found


if __name__ == "__main__":
    make_first(FOLDER)
