"""A profile over the filled store, opened as the desk opens one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from desktop.config.paths import Profile
from desktop.config.profile import ProfileSettings
from desktop.domain.components import Component
from desktop.domain.ids import ComponentId, StaffId
from desktop.domain.people import Officer
from desktop.host.session import Session
from desktop.host.store_pair import BASE_KEY, DESK_KEY
from desktop.store.base import tables
from desktop.store.cipher import check_value
from desktop.store.manifest import find_manifest, save_manifest
from desktop.store.opening import open_desk

COMPONENT: Final = ComponentId("bench")
KEY: Final = bytes(range(32))


class FixedSecrets:
    """The keys of a bench's store, which are no secret."""

    def __init__(self) -> None:
        self._held = {DESK_KEY: KEY, BASE_KEY: KEY}

    def find(self, name: str) -> bytes | None:
        """The secret, or None."""
        return self._held.get(name)

    def keep(self, name: str, value: bytes) -> None:
        """Keeps a secret while this process lives."""
        self._held[name] = value

    def drop(self, name: str) -> None:
        """Forgets a secret."""
        self._held.pop(name, None)


def prepare_profile(root: Path) -> str:
    """Makes desk.db and store.json; gives the desk's id, for the base that is to be `base-1.db`."""
    profile = Profile(root)
    opened = open_desk(profile.desk_db, profile.store_json, KEY)
    save_manifest(
        profile.store_json,
        msgspec.structs.replace(
            find_manifest(profile.store_json) or opened.manifest,
            base=profile.base_db(1).name,
            base_check=check_value(KEY),
            handover=1,
            base_schema=tables.SCHEMA,
        ),
    )
    return opened.manifest.desk_id


def open_bench_session(root: Path) -> Session:
    """A session of an officer with cases of their own; it pulls nothing."""
    settings = ProfileSettings(
        officer="OFFICER1",
        officers=(Officer(staff_id=StaffId("OFFICER1"), name="Bench Officer"),),
        components=(Component(id=COMPONENT, plugin="open311", name="Bench"),),
    )
    return Session(Profile(root), FixedSecrets(), settings=settings, pulls=False)
