"""Opens desk.db, or says exactly why it cannot be. Never makes a new one silently and never deletes an old one."""

from __future__ import annotations

import uuid
from pathlib import Path

import msgspec

from desktop.domain.errors import StoreCorrupt, StoreKeyLost, StoreKeyWrong
from desktop.store.cipher import check_value, make_key
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import SCHEMA, migrate
from desktop.store.manifest import StoreManifest, find_manifest, save_manifest


class OpenedDesk(msgspec.Struct, frozen=True):
    """desk.db as it was found: its key, its manifest, whether it is new, and the copy made before a migration."""

    key: bytes
    manifest: StoreManifest
    is_new: bool
    copy: str = ""


def has_desk(desk_db: Path) -> bool:
    """Whether there is a desk.db: an empty file, left by a start that was cut off, is none."""
    return desk_db.exists() and desk_db.stat().st_size > 0


def open_desk(desk_db: Path, store_json: Path, kept_key: bytes | None) -> OpenedDesk:
    """Checks key and file, makes a first one, and brings it to this schema. The caller holds the profile lock.

    Args:
        desk_db: the file.
        store_json: its manifest.
        kept_key: the key that the keyring holds, or None.

    Raises:
        StoreKeyLost: there is a file and no key.
        StoreKeyWrong: the key is not this file's.
        StoreCorrupt: the key is right and the file does not open, or the file is gone.
        StoreTooNew: a newer Knit made it.
    """
    manifest = find_manifest(store_json)
    exists = has_desk(desk_db)
    if manifest is None and not exists:
        return _create(desk_db, store_json, kept_key or make_key())
    if manifest is not None and not exists:
        raise StoreCorrupt(
            "The file with your work (desk.db) is gone from the profile.",
            "Nothing was put in its place. Restore it from a backup, or ask your IT team.",
            key="store.gone",
            subject=desk_db.name,
        )
    if kept_key is None:
        raise StoreKeyLost(
            "The key to your work on this computer is not in the keyring.",
            "Your file was left alone. Sign in with the account that made it, or ask your IT team to restore the key.",
            key="store.key_lost",
            subject=desk_db.name,
        )
    if manifest is not None and manifest.desk_check != check_value(kept_key):
        raise StoreKeyWrong(
            "The key in the keyring is not the one of this profile.",
            "Your file was left alone. Ask your IT team to restore the key that belongs to it.",
            key="store.key_wrong",
            subject=desk_db.name,
        )
    return _open(desk_db, store_json, kept_key, manifest)


def _create(desk_db: Path, store_json: Path, key: bytes) -> OpenedDesk:
    # The manifest comes last: a process that dies before it leaves an empty desk.db that the kept key opens.
    file = DeskFile(Pair(desk_db, key, None, b""), writes=True)
    try:
        migrate(file, desk_db, key)
    finally:
        file.close()
    manifest = StoreManifest(desk_id=uuid.uuid4().hex, desk_check=check_value(key), desk_schema=SCHEMA)
    save_manifest(store_json, manifest)
    return OpenedDesk(key, manifest, is_new=True)


def _open(desk_db: Path, store_json: Path, key: bytes, manifest: StoreManifest | None) -> OpenedDesk:
    try:
        file = DeskFile(Pair(desk_db, key, None, b""), writes=True)
    except StoreCorrupt as error:
        if manifest is None:
            raise StoreKeyWrong(
                "The key in the keyring does not open this profile's file.",
                "Your file was left alone. It is damaged, or the key is another's: ask your IT team.",
                key="store.key_wrong",
                subject=desk_db.name,
            ) from error
        raise
    try:
        copy = migrate(file, desk_db, key)
    finally:
        file.close()
    if manifest is None or manifest.desk_schema != SCHEMA:
        manifest = msgspec.structs.replace(
            manifest or StoreManifest(desk_id=uuid.uuid4().hex, desk_check=check_value(key)), desk_schema=SCHEMA
        )
        save_manifest(store_json, manifest)
    return OpenedDesk(key, manifest, is_new=False, copy=copy.name if copy else "")
