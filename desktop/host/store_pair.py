"""The store of an open profile: keys, manifest and the one connection that writes desk.db."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from desktop.config.paths import Profile
from desktop.credentials.secrets import Secrets
from desktop.domain import points
from desktop.domain.clocks import Clock
from desktop.domain.errors import DesktopError, StoreCorrupt
from desktop.store.base import tables as base
from desktop.store.cipher import check_value, make_key
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.manifest import StoreManifest, save_manifest
from desktop.store.opening import open_desk
from desktop.sync.outbox import Outbox

DESK_KEY: Final = "desk-key"
BASE_KEY: Final = "base-key"


class StorePair:
    """desk.db and the base.db that it is attached to."""

    def __init__(self, profile: Profile, secrets: Secrets, clock: Clock, *, saved: Callable[[], None]) -> None:
        """Opens the files and keys. The caller holds the profile lock.

        Raises:
            StoreError: desk.db cannot be opened; says what to do.
            CredentialError: keys cannot be read.
        """
        self.profile = profile
        self.notices: list[str] = []
        self._secrets = secrets
        key = secrets.find(DESK_KEY)
        if key is None and not profile.desk_db.exists() and not profile.store_json.exists():
            key = make_key()
            secrets.keep(DESK_KEY, key)  # before the file: a file without a key is lost
        opened = open_desk(profile.desk_db, profile.store_json, key)
        self.manifest: StoreManifest = opened.manifest
        if opened.copy:
            self.notices.append(f"The store was updated. The one before is kept as {opened.copy}.")
        self.pair = self._find_pair(opened.key)
        self.outbox = Outbox(DeskFile(self.pair, writes=True), clock, saved=saved)
        try:
            self._begin()
        except BaseException:
            self.outbox.file.close()
            raise

    def close(self) -> None:
        """Closes the writer's connection."""
        self.outbox.file.close()

    def swap(self, pair: Pair) -> None:
        """Every connection closes and opens again on another pair; readers do so at their next read."""
        self.outbox.file.reopen(pair)
        self.pair = pair
        self.outbox.remake()

    def without_base(self) -> Pair:
        """The pair with an empty base in memory."""
        return Pair(self.pair.desk, self.pair.desk_key, None, b"")

    def name_base(self, path: Path, key: bytes, number: int) -> None:
        """Makes a new base the one of this store: its key is kept, store.json names it, and it is attached."""
        self._secrets.keep(BASE_KEY, key)
        self.manifest = msgspec.structs.replace(
            self.manifest, base=path.name, base_check=check_value(key), handover=number, base_schema=base.SCHEMA
        )
        save_manifest(self.profile.store_json, self.manifest)
        points.reach("desk.base.named")
        self.swap(Pair(self.pair.desk, self.pair.desk_key, path, key))

    def _begin(self) -> None:
        try:
            self.outbox.settle()
            self.outbox.remake()
        except StoreCorrupt:
            if self.pair.base is None:
                raise
            self.swap(self.without_base())  # perhaps the damage is in base.db, where nothing typed is
            self.outbox.settle()

    def _find_pair(self, desk_key: bytes) -> Pair:
        """The pair with its base, where that opens; else the host makes a new one."""
        alone = Pair(self.profile.desk_db, desk_key, None, b"")
        key = self._secrets.find(BASE_KEY) or b""
        path = self.profile.root / self.manifest.base
        if not self.manifest.base or not path.exists() or check_value(key) != self.manifest.base_check:
            return alone
        if self.manifest.base_schema != base.SCHEMA:
            return alone  # what lists read today may not be in it
        candidate = Pair(alone.desk, desk_key, path, key)
        try:
            DeskFile(candidate, writes=False).close()
        except DesktopError:
            return alone
        return candidate
