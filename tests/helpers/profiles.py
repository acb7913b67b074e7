"""Profiles of real files, opened as the desk opens them but with keys that a test can lose and break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.config.paths import open_profile
from desktop.config.profile import ProfileSettings
from desktop.credentials.secrets import Secrets
from desktop.domain.components import Component
from desktop.host.session import Session
from desktop.store.desk.file import DeskFile, Pair

PLUGINS = Path(__file__).resolve().parents[1] / "plugins_for_tests"


class HeldSecrets:
    """Secrets in memory, which outlive the sessions of one test."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def find(self, name: str) -> bytes | None:
        return self.held.get(name)

    def keep(self, name: str, value: bytes) -> None:
        self.held[name] = value

    def drop(self, name: str) -> None:
        self.held.pop(name, None)


def a_session(
    root: Path,
    secrets: Secrets,
    *components: Component,
    host_command: list[str] | None = None,
    pulls: bool = False,
) -> Session:
    """A session over a profile with these components of the plugins for tests; not opened yet."""
    settings = ProfileSettings(components=components, plugin_folders=(str(PLUGINS),), training=True)
    return Session(open_profile(root), secrets, settings=settings, host_command=host_command, pulls=pulls)


@contextmanager
def open_desk_file(path: Path, key: bytes) -> Iterator[DeskFile]:
    """desk.db alone, to look into."""
    file = DeskFile(Pair(path, key, None, b""), writes=True)
    try:
        yield file
    finally:
        file.close()
