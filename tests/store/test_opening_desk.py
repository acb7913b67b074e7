"""desk.db opens, or a sentence says exactly why not; an old file is never deleted and never replaced in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.domain.errors import StoreCorrupt, StoreError, StoreKeyLost, StoreKeyWrong, StoreTooNew
from desktop.host.store_pair import DESK_KEY
from desktop.store.audit import Entry, append
from desktop.store.cipher import check_value, make_key
from desktop.store.desk.migrations import SCHEMA
from desktop.store.manifest import find_manifest
from desktop.store.opening import open_desk
from tests.helpers.profiles import HeldSecrets, a_session, open_desk_file

PAGE = 4096


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    """A store with something in it, closed; gives its key."""
    opened = open_desk(tmp_path / "desk.db", tmp_path / "store.json", make_key())
    with open_desk_file(tmp_path / "desk.db", opened.key) as file:
        with file.transaction() as connection:
            append(connection, [Entry(1, "me", "view", f"case/{n}", "x" * 200) for n in range(200)])
        file.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return opened.key


def refuse(folder: Path, key: bytes | None, kind: type[StoreError], word: str) -> None:
    """The store must not open, must say so in a sentence of its own, and must be as it was."""
    desk = folder / "desk.db"
    before = desk.read_bytes() if desk.exists() else None
    with pytest.raises(kind) as caught:
        open_desk(desk, folder / "store.json", key)
    assert type(caught.value) is kind
    assert caught.value.key == word
    assert caught.value.title.endswith(".")
    assert caught.value.hint.endswith(".")
    assert (desk.read_bytes() if desk.exists() else None) == before


def test_a_first_start_makes_the_file_and_its_manifest(tmp_path: Path) -> None:
    key = make_key()
    opened = open_desk(tmp_path / "desk.db", tmp_path / "store.json", key)
    assert (opened.is_new, opened.key, opened.manifest.desk_schema) == (True, key, SCHEMA)
    again = open_desk(tmp_path / "desk.db", tmp_path / "store.json", key)
    assert (again.is_new, again.copy, again.manifest) == (False, "", opened.manifest)


def test_the_file_says_nothing_without_its_key(tmp_path: Path, key: bytes) -> None:
    body = (tmp_path / "desk.db").read_bytes()
    assert not body.startswith(b"SQLite")
    assert b"case/" not in body
    assert key.hex().encode() not in (tmp_path / "store.json").read_bytes()


def test_a_store_of_a_newer_knit_is_left_alone(tmp_path: Path, key: bytes) -> None:
    with open_desk_file(tmp_path / "desk.db", key) as file:
        file.driver.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    refuse(tmp_path, key, StoreTooNew, "store.too_new")


def test_a_wrong_key_is_told_apart_from_damage(tmp_path: Path, key: bytes) -> None:
    refuse(tmp_path, make_key(), StoreKeyWrong, "store.key_wrong")


def test_a_wrong_key_is_said_without_a_manifest_too(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "store.json").unlink()
    refuse(tmp_path, make_key(), StoreKeyWrong, "store.key_wrong")
    assert not (tmp_path / "store.json").exists()


def test_a_lost_key_makes_no_new_store(tmp_path: Path, key: bytes) -> None:
    refuse(tmp_path, None, StoreKeyLost, "store.key_lost")


@pytest.mark.parametrize("start", [0, 20, PAGE - 64], ids=["salt", "header", "seal of the first page"])
def test_a_damaged_header_is_said_to_be_damage(tmp_path: Path, key: bytes, start: int) -> None:
    flip(tmp_path / "desk.db", start, 16)
    refuse(tmp_path, key, StoreCorrupt, "store.corrupt")


def test_a_file_of_something_else_is_said_to_be_damage(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "desk.db").write_bytes(b"Dear Sir or Madam, " * 2_000)
    refuse(tmp_path, key, StoreCorrupt, "store.corrupt")


def test_damage_in_the_middle_is_said_when_the_session_opens(tmp_path: Path) -> None:
    secrets = HeldSecrets()
    profile = tmp_path / "profile"
    session = a_session(profile, secrets)
    session.open()
    session.close()
    with open_desk_file(profile / "desk.db", secrets.held[DESK_KEY]) as file:
        file.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = (profile / "desk.db").stat().st_size
    for page in range(1, size // PAGE):
        flip(profile / "desk.db", page * PAGE + 100, 16)
    before = (profile / "desk.db").read_bytes()
    with pytest.raises(StoreCorrupt) as caught:
        a_session(profile, secrets).open()
    assert caught.value.key == "store.corrupt"
    assert (profile / "desk.db").read_bytes() == before


def test_a_vanished_file_is_not_replaced(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "desk.db").unlink()
    refuse(tmp_path, key, StoreCorrupt, "store.gone")
    assert not (tmp_path / "desk.db").exists()


def test_an_emptied_file_is_not_taken_for_a_new_one(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "desk.db").write_bytes(b"")
    refuse(tmp_path, key, StoreCorrupt, "store.gone")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"desk_id": 3}', b"\xff\xfe"])
def test_an_unreadable_manifest_is_said(tmp_path: Path, key: bytes, text: bytes) -> None:
    (tmp_path / "store.json").write_bytes(text)
    refuse(tmp_path, key, StoreCorrupt, "store.manifest")
    assert (tmp_path / "store.json").read_bytes() == text


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "desk.db").unlink()
    (tmp_path / "desk.db").mkdir()
    with pytest.raises(StoreError) as caught:
        open_desk(tmp_path / "desk.db", tmp_path / "store.json", key)
    assert caught.value.key == "store.io"


def test_a_start_that_died_before_its_manifest_goes_on(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "store.json").unlink()
    opened = open_desk(tmp_path / "desk.db", tmp_path / "store.json", key)
    assert not opened.is_new
    manifest = find_manifest(tmp_path / "store.json")
    assert manifest == opened.manifest
    assert opened.manifest.desk_check == check_value(key)


def test_a_store_on_a_disk_of_another_computer_opens_with_its_key(tmp_path: Path, key: bytes) -> None:
    moved = tmp_path / "a #1 100% moved?"
    moved.mkdir()
    for name in ("desk.db", "store.json"):
        shutil.copy(tmp_path / name, moved / name)
    assert not open_desk(moved / "desk.db", moved / "store.json", key).is_new


def flip(path: Path, start: int, count: int) -> None:
    """Turns some bytes over, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(start)
        body = file.read(count)
        file.seek(start)
        file.write(bytes(byte ^ 0xFF for byte in body))
