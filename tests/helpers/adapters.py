"""Adapters for tests: real ones, on a real client, against a server on loopback."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

from desktop.adapters.api import AdapterContext, Answer, MailServer
from desktop.adapters.building import LoadedAdapter, build_adapter
from desktop.adapters.http import HttpClient, HttpPolicy, Network
from desktop.adapters.loader import PluginFolders
from desktop.adapters.retry import Backoff
from desktop.adapters.settings import build_settings
from desktop.domain.clocks import SystemClock
from desktop.domain.components import Component
from desktop.domain.ids import ComponentId
from tests.helpers.faulty_server import Reply, Request

REPOSITORY = Path(__file__).parents[2]
SPECS = REPOSITORY.parent / "shared" / "specs"
"""Published contracts, kept beside the project; tests that read them are skipped where they are not."""

SECRET = "test-key-4f1d2c3b"
QUICK = Network(connect_s=2, read_s=2, deadline_s=10, backoff=Backoff(tries=3, first_s=0.01, most_s=0.05))
"""Waits short enough for tests."""

LOG = logging.getLogger("tests.adapters")


class SetClock(SystemClock):
    """A clock whose date is set; its seconds run as they do."""

    def __init__(self, now: datetime = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)) -> None:
        self.moment = now

    @override
    def now(self) -> datetime:
        """The time that was set."""
        return self.moment


@contextmanager
def run_client(
    base_url: str,
    *,
    network: Network = QUICK,
    hosts: frozenset[str] = frozenset(),
    per_second: float = 0.0,
    burst: int = 10,
) -> Iterator[HttpClient]:
    """A client for one address, closed afterwards."""
    policy = HttpPolicy(
        component="Waste", base_url=base_url, hosts=hosts, secrets=frozenset({SECRET}), per_second=per_second,
        burst=burst, network=network,
    )  # fmt: skip
    client = HttpClient(policy, clock=SystemClock(), log=LOG, rng=random.Random(1))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def run_adapter(
    plugin: str,
    base_url: str,
    *,
    settings: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    clock: SystemClock | None = None,
    network: Network = QUICK,
) -> Iterator[LoadedAdapter]:
    """An adapter of the repository's plugins, closed afterwards; every secret is the test key where none are given."""
    component = Component(
        id=ComponentId("waste"), plugin=plugin, name="Waste", settings={"base_url": base_url, **(settings or {})}
    )
    folders = PluginFolders([REPOSITORY / "plugins"])
    given = build_secrets(folders, plugin) if secrets is None else secrets
    loaded = build_adapter(component, given, folders, clock or SetClock(), LOG, network=network)
    try:
        yield loaded
    finally:
        loaded.close()


def build_secrets(folders: PluginFolders, plugin: str) -> dict[str, str]:
    """The test key for every secret of a plugin."""
    return dict.fromkeys(folders.get_manifest(plugin).secrets, SECRET)


class CannedHttp:
    """Answers every request with one body, on no wire: for tests of thousands of bodies."""

    def __init__(
        self, aside: Callable[[Request], Reply | None] = lambda _request: None, *, media: str = "application/json"
    ) -> None:
        self.body = b""
        self._aside = aside
        self._media = media

    def request(self, method: str, path: str, **_given: object) -> Answer:
        """The body, but for what is answered aside."""
        bare = "/" + path.partition("://")[2].partition("/")[2] if "://" in path else path
        aside = self._aside(Request(method, bare, {}, {}, b""))
        status, body = (200, self.body) if aside is None else (aside.status, aside.body)
        return Answer(status=status, headers={"Content-Type": self._media}, body=body, url=f"{method} {path}")


@dataclass
class KeptMail:
    """Keeps what is sent, on no wire; what is in `refused` is refused."""

    sent: list[tuple[MailServer, bytes, str, tuple[str, ...]]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def send(self, server: MailServer, message: bytes, *, sender: str, recipients: tuple[str, ...]) -> dict[str, str]:
        """Keeps a message."""
        self.sent.append((server, message, sender, recipients))
        return self.refused

    def check(self, server: MailServer) -> None:
        """Finds every server well."""


def build_canned_adapter(
    plugin: str,
    http: CannedHttp,
    *,
    settings: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    mail: KeptMail | None = None,
) -> object:
    """An adapter of the repository's plugins that is answered by `http`."""
    folders = PluginFolders([REPOSITORY / "plugins"])
    full = build_settings(folders.get_manifest(plugin), {"base_url": "https://example.org", **settings}, subject=plugin)
    context = AdapterContext(
        component="waste",
        settings=full,
        secrets=build_secrets(folders, plugin) if secrets is None else secrets,
        http=http,
        clock=SetClock(),
        log=LOG,
        mail=mail or KeptMail(),
    )
    adapter: object = folders.load_class(plugin)(context)
    return adapter
