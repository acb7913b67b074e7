"""Where a profile lies, and whether that place is fit for it. The platform is an argument, so that all are tested."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import platformdirs

from desktop.config.files import file_errors
from desktop.domain.errors import StoreOnNetwork

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "fuse.sshfs", "ncpfs"}
)
_DRIVE_REMOTE: Final = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """The folder of one officer's Knit, and the files in it."""

    root: Path

    @property
    def name(self) -> str:
        """Its name, under which keys are kept."""
        return self.root.name

    @property
    def settings(self) -> Path:
        """profile.toml: council, officer and components, no secrets."""
        return self.root / "profile.toml"

    @property
    def desk_db(self) -> Path:
        """What the officer did."""
        return self.root / "desk.db"

    @property
    def store_json(self) -> Path:
        """Which files make the store, with check values."""
        return self.root / "store.json"

    def base_db(self, number: int) -> Path:
        """What components said; a new base is a new file."""
        return self.root / f"base-{number}.db"

    @property
    def vault_db(self) -> Path:
        """Keys and secrets where no keyring answers."""
        return self.root / "vault.db"

    @property
    def lock(self) -> Path:
        """Held by the one Knit on this profile."""
        return self.root / "profile.lock"

    @property
    def host_lock(self) -> Path:
        """Held by its component host."""
        return self.root / "host.lock"

    @property
    def log(self) -> Path:
        """The redacted log."""
        return self.root / "knit.log"


def default_profile(name: str = "default") -> Profile:
    """The profile of that name in the user's own, local data folder."""
    return Profile(Path(platformdirs.user_data_dir("Knit", appauthor=False, roaming=False)) / "profiles" / name)


def open_profile(root: Path, *, on_network: Callable[[Path], bool] | None = None) -> Profile:
    """Makes the folder, for this user alone, and checks that it is on a local disk.

    Raises:
        StoreOnNetwork: it is on a network drive.
        StoreError: it cannot be made.
    """
    with file_errors(root):
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    check = on_network or (lambda path: is_on_network(path, platform=sys.platform))
    if check(root):
        raise StoreOnNetwork(
            "This profile is on a network drive, where Knit cannot keep it safe.",
            "Choose a folder on this computer with --profile, or ask your IT team to set a local one.",
            key="store.network",
            subject=root.name,
        )
    return Profile(root)


def is_on_network(path: Path, *, platform: str, mounts: str | None = None) -> bool:
    """Whether a folder is on a network drive.

    Args:
        path: the folder.
        platform: as `sys.platform`.
        mounts: what `/proc/self/mounts` says; read when None.
    """
    if platform == "win32":
        return _is_remote_drive(path)
    if mounts is None:
        source = Path("/proc/self/mounts")
        mounts = source.read_text(encoding="utf-8", errors="replace") if source.exists() else ""
    return find_file_system(PurePosixPath(path.resolve()), mounts) in NETWORK_FILE_SYSTEMS


def find_file_system(path: PurePosixPath, mounts: str) -> str:
    """The type of file system that holds a path, by lines like those of `/proc/self/mounts`; "" when none does."""
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def _is_remote_drive(path: Path) -> bool:
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return True
    windll = getattr(__import__("ctypes"), "windll", None)
    return windll is not None and windll.kernel32.GetDriveTypeW(text[:3]) == _DRIVE_REMOTE
