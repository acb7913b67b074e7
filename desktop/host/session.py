"""An open profile: lock, keys, store, host and the outbox's loop. What the desk and headless commands are built on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import select

from desktop.adapters.loader import PluginFolders, find_roots
from desktop.adapters.manifest import Manifest
from desktop.config.locks import ProcessLock
from desktop.config.paths import Profile
from desktop.config.profile import ProfileSettings, load_settings
from desktop.credentials.secrets import Secrets, find_component_secrets, secret_name
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, SystemClock
from desktop.domain.errors import DesktopError, NotReady, StoreCorrupt
from desktop.domain.ids import ComponentId, LocalKey
from desktop.domain.people import Officer
from desktop.host.audit_head import AuditHead
from desktop.host.client import HostClient
from desktop.host.live import LiveClient
from desktop.host.outbox_loop import OutboxLoop
from desktop.host.renewal import Renewal
from desktop.host.store_pair import StorePair
from desktop.host.wire import PROTOCOL
from desktop.services.context import Context
from desktop.services.desk import Desk
from desktop.services.reader import Reader
from desktop.store.base import tables as base
from desktop.sync.ops import CALL_DEADLINE
from desktop.sync.outbox import Outbox


class Session:
    """One officer's open profile. Use as a context manager, or `open` and `close`."""

    def __init__(
        self,
        profile: Profile,
        secrets: Secrets,
        *,
        clock: Clock | None = None,
        settings: ProfileSettings | None = None,
        host_command: Sequence[str] | None = None,
        pulls: bool = True,
    ) -> None:
        """Opens nothing yet.

        Args:
            profile: where the files are.
            secrets: where keys and component secrets are kept.
            clock: for tests.
            settings: instead of profile.toml.
            host_command: how the host is started, for tests.
            pulls: whether it pulls by itself; headless commands pull when they say.
        """
        self.profile = profile
        self.settings = settings or load_settings(profile.settings)
        self.clock = clock or SystemClock()
        self._secrets = secrets
        self._lock = ProcessLock(profile.lock)
        self._plugins = PluginFolders(find_roots(tuple(Path(folder) for folder in self.settings.plugin_folders)))
        self._manifests = {c.id: self._find_manifest(c.plugin) for c in self.settings.components}
        self._head = AuditHead(secrets, self.clock)
        self._store: StorePair | None = None
        self.host = HostClient(self._hello, self._ready, command=host_command)
        self._loop = OutboxLoop(
            self.host,
            lambda: self.outbox,
            pull=self.pull_now if pulls else None,
            after=lambda: self._head.keep_if_due(self.outbox.file),
        )
        self.host.on_changes(self._loop.relay)
        self.client = LiveClient(self)

    # ==== life ====
    def open(self) -> Self:
        """Takes the profile and opens desk.db; the host comes up behind it.

        Raises:
            StoreError: the profile is in use, or desk.db cannot be opened; says what to do.
            CredentialError: keys cannot be read.
        """
        self._lock.__enter__()
        try:
            self._store = StorePair(self.profile, self._secrets, self.clock, saved=self._loop.nudge)
        except BaseException:
            self._lock.release()
            raise
        self.host.start()
        self._loop.start()
        return self

    def close(self) -> None:
        """Ends the host and closes the files. What waits stays in the outbox."""
        self._loop.stop()
        self.host.stop(timeout=CALL_DEADLINE + 5)
        if self._store is not None:
            try:
                self._head.keep(self._store.outbox.file)
            except DesktopError as error:
                logging.getLogger("knit.session").warning("Closing: %s", error.key)
            self._store.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ==== what the desk uses ====
    @property
    def officer(self) -> Officer:
        """Who is at the desk."""
        return self.settings.present_officer()

    @property
    def officers(self) -> tuple[Officer, ...]:
        """Who may be."""
        return self.settings.officers

    @property
    def council_name(self) -> str:
        """Whose desk it is."""
        return self.settings.council_name

    @property
    def training(self) -> bool:
        """Whether this is a training town."""
        return self.settings.training

    @property
    def notices(self) -> list[str]:
        """Sentences to show the officer once."""
        return self.store.notices

    @property
    def store(self) -> StorePair:
        """The open store."""
        if self._store is None:
            raise StoreCorrupt("The store is not open.", key="store.closed")
        return self._store

    @property
    def outbox(self) -> Outbox:
        """The one outbox; its file is the only connection that writes desk.db."""
        return self.store.outbox

    def open_desk(self) -> Desk:
        """Services over a new read connection, for the thread that asks."""
        return Desk(
            Context(
                reader=Reader(lambda: self.store.pair),
                outbox=self.outbox,
                clock=self.clock,
                officer=self.officer,
                components=self.settings.components,
                capabilities={id: found.capabilities for id, found in self._manifests.items() if found},
                officers=self.officers,
                owned={id: found.desk_owned for id, found in self._manifests.items() if found},
            )
        )

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change, on a thread of the session."""
        self._loop.on_changes(callback)

    def offline(self, on: bool) -> None:
        """Works offline: nothing is offered and nothing pulled until it is switched back."""
        if on:
            self._loop.offline.set()
        else:
            self._loop.offline.clear()
            self._loop.look_anew()

    def pull_now(self, component: ComponentId | None = None) -> None:
        """Pulls one component, or all, without waiting; nothing while offline."""
        if self._loop.offline.is_set():
            return
        for each in self.settings.components:
            if component in (None, each.id):
                self.host.pull(each.id, done=_ignore, failed=lambda error: self._renewal().mend(error))

    def put_secret(self, component: ComponentId, name: str, value: str) -> None:
        """Keeps a component's secret; it is never read back by the desk."""
        self._secrets.keep(secret_name(component, name), value.encode())
        self.host.request(
            "secrets.put", {"component": component, "name": name, "value": value}, done=_ignore, failed=_ignore
        )

    def new_base(self, why: str) -> None:
        """Makes base.db anew; see `Renewal`."""
        self._renewal().renew(why)

    def find_outside(self, key: LocalKey) -> str:
        """The number of a record in its component; "" when it has none yet."""
        with self.outbox.file.transaction() as connection:
            found = connection.execute(select(base.ident.c.outside_id).where(base.ident.c.key == key)).scalar()
        return str(found or "")

    # ==== headless ====
    def sync(self, components: Iterable[ComponentId] | None = None, *, timeout: float = 600.0) -> dict[str, int]:
        """Pushes what may go and pulls every component, and waits for both; rows read by component.

        Raises:
            DesktopError: a component did not answer; the others were still asked.
        """
        if not self.host.wait_ready(60):
            raise NotReady("Knit's helper did not start.", key="host.down")
        self._loop.drain(timeout)
        rows: dict[str, int] = {}
        failure: DesktopError | None = None
        for component in components or [c.id for c in self.settings.components]:
            try:
                rows[component] = int(self.host.wait("pull", {"component": component, "wait": True}, timeout) or 0)
            except DesktopError as error:
                failure = error
        self._loop.settle()
        if failure is not None:
            raise failure
        return rows

    # ==== the host ====
    def _hello(self, _client: HostClient) -> dict[str, Any]:
        store = self.store
        pair = store.pair
        secrets: dict[str, dict[str, str]] = {}
        for id, found in self._manifests.items():
            if found:
                secrets[id] = find_component_secrets(self._secrets, id, found.secrets)
        return {
            "protocol": PROTOCOL,
            "base_path": str(pair.base) if pair.base else "",
            "base_key": pair.base_key.hex(),
            "desk_id": store.manifest.desk_id,
            "handover": store.manifest.handover,
            "host_lock": str(self.profile.host_lock),
            "components": msgspec.to_builtins(self.settings.components),
            "secrets": secrets,
            "plugin_folders": list(self.settings.plugin_folders),
            "open_creates": self.outbox.open_creates(),
        }

    def _ready(self, answer: Any) -> None:
        if answer["base"] != "ready":
            self.new_base(answer["base"])
        else:
            self.host.wait("base.clean", {"keep": str(self.store.pair.base)}, 10)
        self._loop.settle()
        self._loop.send_gates()  # outcomes of the host before this one may have come since `_hello`
        self._loop.look_anew()

    # ==== inner parts ====
    def _renewal(self) -> Renewal:
        return Renewal(self.host, self.store, self._loop, self.settings.components)

    def _find_manifest(self, plugin: str) -> Manifest | None:
        try:
            return self._plugins.get_manifest(plugin)
        except DesktopError:
            return None  # the host says so when the component is first asked


def _ignore(_answer: object) -> None:
    return
