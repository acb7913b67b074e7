"""store.json: which files make the store, their schema numbers and keyed check values."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from desktop.config.files import file_errors
from desktop.domain.errors import StoreCorrupt


class StoreManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What store.json says. `base` is "" before there is one; `handover` counts the bases that desk.db was given to."""

    desk_id: str
    desk_check: str
    base: str = ""
    base_check: str = ""
    handover: int = 0
    desk_schema: int = 0
    base_schema: int = 0


def find_manifest(path: Path) -> StoreManifest | None:
    """The manifest, or None when there is none.

    Raises:
        StoreCorrupt: it is there and cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=StoreManifest)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, OSError) as error:
        raise StoreCorrupt(
            "The list of the store's files (store.json) cannot be read.",
            "Nothing was deleted. Restore it from a backup, or ask your IT team.",
            key="store.manifest",
            subject=path.name,
        ) from error


def save_manifest(path: Path, manifest: StoreManifest) -> None:
    """Writes the manifest beside, makes it durable, and puts it in the place of the old one. Raises StoreError."""
    part = path.with_suffix(".part")
    with file_errors(path):
        with part.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
