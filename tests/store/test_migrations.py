"""A desk.db of every earlier schema opens with all that was in it, and a death on the way costs nothing."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import points
from desktop.domain.errors import StoreFull
from desktop.store.audit import verify
from desktop.store.cipher import check_value, is_whole, make_key
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import SCHEMA, migrate
from desktop.store.desk.tables import metadata
from desktop.store.opening import open_desk
from desktop.store.reading import find_row, load_rows, matching
from desktop.store.records import EDITED, MAPPED, SEARCHED, point_statements, search_statements
from tests.helpers.driving import ROOT
from tests.helpers.kept_store import CASE, FOLDER, KEY, NOTE, TITLE, Kept, count, find_kept, make_kept
from tests.helpers.profiles import open_desk_file
from tests.helpers.stores import read_value

KEPT = [kept for kept in find_kept() if kept.path.exists()]


def copy_kept(kept: Kept, folder: Path) -> Path:
    """A kept file as a profile has it."""
    path = folder / "desk.db"
    shutil.copy(kept.path, path)
    return path


def read_schema(file: DeskFile) -> dict[str, Any]:
    """Tables by their columns, indexes and triggers by their words."""
    rows = file.driver.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_master").fetchall()
    found: dict[str, Any] = {}
    for kind, name, table, sql in rows:
        words = " ".join((sql or "").replace('"', "").split()).replace("( ", "(").replace(" )", ")")
        if kind == "table":
            # A column's place may differ where one was added; its name, type, default and part in the key may not.
            words = str(sorted(row[1:] for row in file.driver.execute(f"PRAGMA main.table_xinfo({name})").fetchall()))
        found[f"{kind} {name} on {table}"] = words
    return found


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.path.name)
def test_a_kept_file_migrates_with_every_row(kept: Kept, tmp_path: Path) -> None:
    path = copy_kept(kept, tmp_path)
    opened = open_desk(path, tmp_path / "store.json", kept.key)
    assert opened.manifest.desk_schema == SCHEMA
    with open_desk_file(path, kept.key) as file:
        assert file.driver.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert {table: count(file, table) for table in kept.rows} == kept.rows
        with file.transaction() as connection:
            assert verify(connection, None) == []
            row = find_row(connection, "case", CASE)
            assert row is not None
            assert (row["title"], row["status"], row["pending"]) == (TITLE, "in progress", 1)
            found = load_rows(connection, "case", ("key",), lambda table: [matching(table, "o'connor pass")])
            assert [row["key"] for row in found] == [CASE]
        assert json.loads(read_value(file, "SELECT body FROM draft")) == NOTE


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.path.name)
def test_a_checked_copy_of_the_old_file_is_kept(kept: Kept, tmp_path: Path) -> None:
    path = copy_kept(kept, tmp_path)
    opened = open_desk(path, tmp_path / "store.json", kept.key)
    copy = tmp_path / opened.copy
    assert copy != path
    assert is_whole(copy, kept.key)
    assert not copy.read_bytes().startswith(b"SQLite")
    with open_desk_file(copy, kept.key) as file:
        assert read_value(file, "PRAGMA user_version") < SCHEMA
        assert {table: count(file, table) for table in kept.rows} == kept.rows


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.path.name)
def test_a_migrated_file_has_the_schema_of_a_fresh_one(kept: Kept, tmp_path: Path) -> None:
    path = copy_kept(kept, tmp_path)
    open_desk(path, tmp_path / "store.json", kept.key)
    fresh_folder = tmp_path / "fresh"
    fresh_folder.mkdir()
    fresh = open_desk(fresh_folder / "desk.db", fresh_folder / "store.json", make_key())
    with open_desk_file(path, kept.key) as migrated, open_desk_file(fresh_folder / "desk.db", fresh.key) as new:
        assert read_schema(migrated) == read_schema(new)


def test_a_fresh_file_has_the_schema_that_the_tables_say(tmp_path: Path) -> None:
    fresh = open_desk(tmp_path / "desk.db", tmp_path / "store.json", make_key())
    written = Pair(tmp_path / "by-hand.db", fresh.key, None, b"")
    by_hand = DeskFile(written, writes=True)
    try:
        with by_hand.transaction() as connection:
            metadata.create_all(connection)
            for kind in EDITED:
                for statement in search_statements(kind, f"edited_{kind}") if kind in SEARCHED else ():
                    connection.exec_driver_sql(statement)
                for statement in point_statements(f"edited_{kind}") if kind in MAPPED else ():
                    connection.exec_driver_sql(statement)
        with open_desk_file(tmp_path / "desk.db", fresh.key) as file:
            assert read_schema(file) == read_schema(by_hand)
    finally:
        by_hand.close()


def test_a_second_start_makes_no_second_copy(tmp_path: Path) -> None:
    kept = KEPT[0]
    path = copy_kept(kept, tmp_path)
    open_desk(path, tmp_path / "store.json", kept.key)
    before = sorted(item.name for item in tmp_path.iterdir())
    assert open_desk(path, tmp_path / "store.json", kept.key).copy == ""
    assert sorted(item.name for item in tmp_path.iterdir()) == before


def test_a_step_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KEPT[0]
    path = copy_kept(kept, tmp_path)

    def fail(name: str) -> None:
        if name == "desk.migrate.before_commit":
            raise StoreFull("There is no room left on the disk.", key="store.full")

    monkeypatch.setattr(points, "at", fail)
    with open_desk_file(path, kept.key) as file:
        with pytest.raises(StoreFull):
            migrate(file, path, kept.key)
        assert file.driver.execute("PRAGMA user_version").fetchone() == (1,)
        assert "index ix_op_key on op" not in read_schema(file)


OPEN = """
import sys
from pathlib import Path
from desktop.store.opening import open_desk
from tests.helpers.killing import arm
folder, point, key = Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
if point:
    arm(point, folder / "killed")
print(open_desk(folder / "desk.db", folder / "store.json", key).copy)
"""


def start(folder: Path, point: str, key: bytes) -> subprocess.CompletedProcess[str]:
    """One start of a process that opens the store."""
    command = [sys.executable, "-c", OPEN, str(folder), point, key.hex()]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("manifest_name", ["store.json", "lost.json"])
@pytest.mark.parametrize("point", ["desk.migrate.copied", "desk.migrate.before_commit"])
def test_a_kill_at_this_point_leaves_a_file_that_migrates_at_the_next_start(
    point: str, manifest_name: str, tmp_path: Path
) -> None:
    kept = KEPT[0]
    path = copy_kept(kept, tmp_path)
    manifest = {"desk_id": "d", "desk_check": check_value(kept.key), "desk_schema": 1}
    (tmp_path / manifest_name).write_text(json.dumps(manifest))
    killed = start(tmp_path, point, kept.key)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (tmp_path / "killed").exists()
    again = start(tmp_path, "", kept.key)
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip() == f"desk-before-{SCHEMA}-from-1.db"
    with open_desk_file(path, kept.key) as file:
        assert file.driver.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert {table: count(file, table) for table in kept.rows} == kept.rows
        assert "index ix_op_key on op" in read_schema(file)


@pytest.mark.parametrize("number", range(1, SCHEMA))
def test_the_maker_still_makes_a_file_of_each_earlier_schema(number: int, tmp_path: Path) -> None:
    make_kept(tmp_path, number)
    path = tmp_path / f"desk-{number}.db"
    assert is_whole(path, KEY)
    with open_desk_file(path, KEY) as file:
        assert read_value(file, "PRAGMA user_version") == number


def test_a_file_of_every_earlier_schema_is_kept() -> None:
    assert [kept.path.name for kept in KEPT] == [f"desk-{number}.db" for number in range(1, SCHEMA)]


def test_a_kept_profile_of_the_training_town_verifies_and_migrates(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    shutil.copytree(FOLDER / "schema-1", profile)
    done = subprocess.run(
        [sys.executable, "main.py", "store", "verify", "--profile", str(profile)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((profile / "store.json").read_text())["desk_schema"] == SCHEMA
