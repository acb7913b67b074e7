"""The stores in tests/store/kept: how they were made, and what is in them.

`python -m tests.helpers.kept_store` made each desk-N.db, by the statements of the first N revisions; a file that is there
stays as it is, and with a later schema there is one more.
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
from desktop.store.desk.migrations import r0001_first, r0002_op_by_record
from desktop.sync.outbox import Outbox
from tests.helpers.clocks import FakeClock
from tests.helpers.stores import an_op, read_value

REVISIONS: Final = (r0001_first, r0002_op_by_record)
"""Those of which a file is kept: all but the newest."""
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


def write_schema(path: Path, key: bytes, number: int) -> None:
    """A desk.db as that many revisions left it, empty."""
    file = DeskFile(Pair(path, key, None, b""), writes=True)
    try:
        with file.transaction() as connection:
            for revision in REVISIONS[:number]:
                revision.upgrade(Operations(MigrationContext.configure(connection)))
            connection.exec_driver_sql(f"PRAGMA user_version = {number}")
    finally:
        file.close()


def make_kept(folder: Path, number: int) -> None:
    """desk-N.db and desk-N.json: two ops on one case, its edited row, a draft, a setting and three audit rows."""
    path = folder / f"desk-{number}.db"
    write_schema(path, KEY, number)
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
    (folder / f"desk-{number}.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


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
    for each in range(1, len(REVISIONS) + 1):
        if not (FOLDER / f"desk-{each}.db").exists():
            make_kept(FOLDER, each)
