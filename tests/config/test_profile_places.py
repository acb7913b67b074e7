"""Where a profile may lie: on a local disk, by what each system says of it, and for one Knit at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from desktop.config.locks import ProcessLock
from desktop.config.paths import find_file_system, is_on_network, open_profile
from desktop.domain.errors import StoreLocked, StoreOnNetwork
from tests.helpers.driving import ROOT

MOUNTS = """/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/data /data nfs4 rw 0 0
/dev/sdb1 /data/local xfs rw 0 0
//server/share /media/the\\040share cifs rw 0 0
sshfs#me@there /mnt/there fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/knit", "ext4"),
        ("/data/me/knit", "nfs4"),
        ("/data/local/me/knit", "xfs"),
        ("/database", "ext4"),
        ("/media/the share/knit", "cifs"),
        ("/mnt/there", "fuse.sshfs"),
    ],
)
def test_the_deepest_mount_that_holds_a_path_decides(path: str, kind: str) -> None:
    assert find_file_system(PurePosixPath(path), MOUNTS) == kind


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "webdav"])
def test_a_network_file_system_is_known(tmp_path: Path, platform: str, kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nshare {tmp_path} {kind} rw 0 0\n"
    assert is_on_network(tmp_path / "profile", platform=platform, mounts=mounts)
    assert not is_on_network(tmp_path.parent, platform=platform, mounts=mounts)


@pytest.mark.parametrize(
    ("path", "remote"), [("\\\\server\\share\\knit", True), ("//server/share/knit", True), ("C:\\Knit", False)]
)
def test_a_share_is_known_on_windows(path: str, remote: bool) -> None:
    assert is_on_network(Path(path), platform="win32") is remote


def test_a_profile_on_a_network_drive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreOnNetwork) as caught:
        open_profile(tmp_path / "profile", on_network=lambda _path: True)
    assert caught.value.key == "store.network"
    assert "--profile" in caught.value.hint
    assert list((tmp_path / "profile").iterdir()) == []


def test_a_profile_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    assert open_profile(tmp_path / "p").root.stat().st_mode & 0o077 == 0


def test_one_lock_is_held_once_and_names_its_process(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path / "profile.lock"), ProcessLock(tmp_path / "profile.lock")
    with first:
        assert not second.take()
        assert second.holder() is not None
        with pytest.raises(StoreLocked) as caught:
            second.__enter__()
        assert caught.value.key == "store.second"
    assert second.take()
    second.release()


HOLD = """
import sys
from pathlib import Path
from desktop.config.locks import ProcessLock
with ProcessLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_knit_on_the_profile_ends_with_four_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text("training = true\n")
    command = [sys.executable, "-c", HOLD, str(tmp_path / "profile.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        for words in (["sync"], ["store", "verify"]):
            done = subprocess.run(
                [sys.executable, "main.py", *words, "--profile", str(tmp_path)],
                cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            said = json.loads(done.stderr)
            assert (done.returncode, said["error"], said["key"]) == (4, "StoreLocked", "store.second")
            assert said["hint"]
        holder.stdin.close()
    assert not (tmp_path / "desk.db").exists()


def test_a_lock_is_free_when_its_process_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "profile.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    lock = ProcessLock(tmp_path / "profile.lock")
    assert lock.take(wait=5)
    lock.release()
