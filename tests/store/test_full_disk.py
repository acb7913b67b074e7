"""A disk with no room left: said as such, nothing that was saved is lost, and work goes on when there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.domain.errors import StoreError, StoreFull
from desktop.host.store_pair import DESK_KEY
from desktop.store.cipher import make_key
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import migrate
from desktop.store.opening import open_desk
from tests.helpers.kept_store import write_schema
from tests.helpers.profiles import HeldSecrets, a_session
from tests.helpers.stores import a_case, open_store


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this system does not let root mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, *, leave: int = 0) -> Path:
    """Takes all room but some bytes."""
    free = os.statvfs(place)
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        with suppress(OSError):  # the last pages are those of the folder itself
            file.write(b"x" * max(0, free.f_bavail * free.f_frsize - leave))
    return ballast


# With no room for the log's index SQLite says "disk I/O error", which the sentence takes into account.
@pytest.mark.parametrize(("leave", "word"), [(0, "store.full"), (32_768, "store.io"), (98_304, "store.full")])
def test_a_first_start_on_a_full_disk_says_so_and_goes_well_later(small_disk: Path, leave: int, word: str) -> None:
    ballast, key = fill(small_disk, leave=leave), make_key()
    with pytest.raises(StoreError) as caught:
        open_desk(small_disk / "desk.db", small_disk / "store.json", key)
    assert caught.value.key == word
    assert "room" in str(caught.value)
    assert not (small_disk / "store.json").exists()
    ballast.unlink()
    open_desk(small_disk / "desk.db", small_disk / "store.json", key)
    assert (small_disk / "store.json").exists()


def test_an_edit_on_a_full_disk_is_refused_whole_and_the_ones_before_stay(small_disk: Path) -> None:
    with open_store(small_disk) as store:
        (key,) = store.put([a_case(1)])
        store.edit(key, title="kept")
        ballast = fill(small_disk)
        with pytest.raises(StoreFull):
            store.edit(key, title="refused", description="x" * 3_000_000)
        desk = store.desk()
        assert desk.cases.get(key).row.title == "kept"
        assert len(desk.outbox.summary().ops) == 1
        ballast.unlink()
        store.edit(key, title="after")
        assert desk.cases.get(key).row.title == "after"
        desk.close()


def test_a_pull_on_a_full_disk_is_refused_whole(small_disk: Path) -> None:
    with open_store(small_disk) as store:
        store.put([a_case(1)])
        ballast = fill(small_disk)
        with pytest.raises(StoreFull):
            store.put([a_case(n, title="x" * 5_000) for n in range(2, 400)])
        ballast.unlink()
        assert len(store.put([a_case(n) for n in range(1, 20)])) == 19


def test_a_migration_without_room_for_its_copy_leaves_the_store_as_it_was(small_disk: Path) -> None:
    key, path = make_key(), small_disk / "desk.db"
    write_schema(path, key, 1)
    ballast = fill(small_disk, leave=65_536)
    file = DeskFile(Pair(path, key, None, b""), writes=True)
    try:
        with pytest.raises(StoreFull):
            migrate(file, path, key)
        assert file.driver.execute("PRAGMA user_version").fetchone() == (1,)
        assert list(small_disk.glob("desk-before-*")) == []
        ballast.unlink()
        assert migrate(file, path, key) is not None
    finally:
        file.close()


def test_a_session_that_opens_on_a_full_disk_ends_with_that_sentence(small_disk: Path) -> None:
    secrets = HeldSecrets()
    fill(small_disk, leave=98_304)
    with pytest.raises(StoreFull):
        a_session(small_disk, secrets).open()
    assert DESK_KEY in secrets.held
