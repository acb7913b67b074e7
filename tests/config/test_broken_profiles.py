"""A profile that is broken in whatever way: every command says what is wrong, and none ends with a traceback."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.config.files import file_errors
from desktop.config.locks import ProcessLock
from desktop.config.profile import ProfileSettings, load_settings, save_settings
from desktop.domain.errors import InvalidInput, StoreError, StoreFull
from desktop.host.commands import EXIT_INPUT, EXIT_STORE, doctor_command, store_command, sync_command
from desktop.store.manifest import StoreManifest, save_manifest

COMMANDS = {"sync": (sync_command, []), "verify": (store_command, ["verify"]), "doctor": (doctor_command, [])}
TWICE = '[[components]]\nid = "a"\nplugin = "open311"\nname = "A"\n' * 2


def run(name: str, root: Path) -> tuple[int, str]:
    """A command's exit code, and the key of the error that it says."""
    command, words = COMMANDS[name]
    err = io.StringIO()
    code = command([*words, "--profile", str(root)], io.StringIO(), err)
    return code, json.loads(err.getvalue())["key"] if err.getvalue() else ""


def profile(root: Path, settings: str = "training = true\n") -> Path:
    """A folder with settings and nothing else."""
    root.mkdir()
    (root / "profile.toml").write_text(settings)
    return root


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("below", ["", "x", "x/y"])
def test_a_profile_where_no_folder_can_be(name: str, below: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(name, tmp_path / "file" / below) == (EXIT_STORE, "profile.io")


@pytest.mark.parametrize("name", COMMANDS)
def test_settings_that_are_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "p" / "profile.toml").mkdir(parents=True)
    assert run(name, tmp_path / "p") == (EXIT_STORE, "profile.io")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "settings",
    [
        "training = ",
        "officer = 3",
        "strange = true",
        "components = 1",
        f"training = true\n{TWICE}",
        *(
            f'[[components]]\nid = "{id}"\nplugin = "open311"\nname = "A"'
            for id in ("", "*", "a/b", "..", "a b", "x" * 65)
        ),
        "officer = '\x00'",
    ],
)
def test_settings_that_say_nothing_sensible(name: str, settings: str, tmp_path: Path) -> None:
    assert run(name, profile(tmp_path / "p", settings)) == (EXIT_INPUT, "profile.settings")


@pytest.mark.parametrize("name", ["sync", "verify"])
@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("profile.lock", "profile.io"),
        ("store.json", "store.manifest"),
        ("vault.db", "vault.io"),
        ("vault.key", "vault.key_file"),
    ],
)
def test_a_file_that_is_a_folder(name: str, file: str, key: str, tmp_path: Path) -> None:
    root = profile(tmp_path / "p")
    (root / file).mkdir()
    assert run(name, root) == (EXIT_STORE, key)


@pytest.mark.parametrize("name", ["sync", "verify"])
def test_a_key_file_of_other_characters(name: str, tmp_path: Path) -> None:
    root = profile(tmp_path / "p")
    (root / "vault.key").write_bytes(b"\xff\xff")
    assert run(name, root) == (EXIT_STORE, "vault.key_file")


def test_two_components_of_one_id_are_refused_by_its_name(tmp_path: Path) -> None:
    root = profile(tmp_path / "p", TWICE)
    with pytest.raises(InvalidInput, match="Two components have the id a"):
        load_settings(root / "profile.toml")


@pytest.mark.parametrize(
    "write",
    [
        lambda path: save_settings(path, ProfileSettings()),
        lambda path: save_manifest(path, StoreManifest(desk_id="d", desk_check="c")),
        lambda path: ProcessLock(path).take(),
    ],
    ids=["settings", "manifest", "lock"],
)
def test_what_cannot_be_written_is_said(write: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "here.json"
    path.mkdir()
    (path / "full").touch()
    with pytest.raises(StoreError) as caught:
        write(path)
    assert (caught.value.key, caught.value.subject) == ("profile.io", "here.json")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_from_a_folder_that_is_not_ones_own(number: int, tmp_path: Path) -> None:
    with pytest.raises(StoreFull) as caught, file_errors(tmp_path):
        raise OSError(number, "full")
    assert caught.value.key == "store.full"
