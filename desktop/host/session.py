"""An open profile: lock, keys, store, host and the outbox's loop. What the desk and headless commands are built on."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from sqlalchemy import select

from desktop.adapters.loader import PluginFolders, find_roots
from desktop.config.locks import ProcessLock
from desktop.config.paths import Profile
from desktop.config.profile import ProfileSettings, load_settings
from desktop.credentials.secrets import Secrets, find_component_secrets, secret_name
from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, SystemClock
from desktop.domain.errors import DesktopError, NotFound, NotReady, StoreCorrupt
from desktop.domain.ids import ComponentId, Kind, LocalKey, OpId
from desktop.domain.people import Officer
from desktop.host.audit_head import AuditHead
from desktop.host.client import Done, Failed, HostClient
from desktop.host.wire import PROTOCOL
from desktop.services.context import Context
from desktop.services.desk import Desk
from desktop.services.reader import Reader
from desktop.store.base import tables as base
from desktop.store.cipher import check_value, make_key
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.manifest import StoreManifest, save_manifest
from desktop.store.opening import open_desk
from desktop.sync.ops import CALL_DEADLINE, Offer
from desktop.sync.outbox import Outbox

PULL_EVERY: Final = 30.0
LOOP_EVERY: Final = 1.0
KNOWN_BATCH: Final = 1_000
KEYS_OF_A_BASE: Final = 2**40
"""More keys than any base gives; 2^13 such ranges lie below 2^53, above which JavaScript no longer counts."""
FILL_SECONDS: Final = 300.0
"""How long the old base is shown at most while a new one is filled."""
DESK_KEY: Final = "desk-key"
BASE_KEY: Final = "base-key"


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
        self.notices: list[str] = []
        self._secrets = secrets
        self._log = logging.getLogger("knit.session")
        self._lock = ProcessLock(profile.lock)
        self._plugins = PluginFolders(find_roots(tuple(Path(folder) for folder in self.settings.plugin_folders)))
        self._head = AuditHead(secrets, self.clock)
        self._manifest = StoreManifest(desk_id="", desk_check="")
        self._pair = Pair(profile.desk_db, b"", None, b"")
        self._outbox: Outbox | None = None
        self._offline = threading.Event()
        self._closing = threading.Event()
        self._renewing = threading.Event()
        self._wake: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._loop = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._sending: set[OpId] = set()
        self._unsettled: set[OpId] = set()
        self._pulled_at = 0.0
        self._listeners: list[Callable[[Changes], None]] = []
        self._pulls = pulls
        self.host = HostClient(self._hello, self._ready, command=host_command)
        self.host.on_changes(self._relay)
        self.client = LiveClient(self)
        self._capabilities = {c.id: self._capabilities_of(c.plugin) for c in self.settings.components}

    # ==== life ====
    def open(self) -> Self:
        """Takes the profile and opens desk.db; the host comes up behind it.

        Raises:
            StoreError: the profile is in use, or desk.db cannot be opened; says what to do.
            CredentialError: keys cannot be read.
        """
        self._lock.__enter__()
        try:
            self._open_store()
        except BaseException:
            if self._outbox is not None:
                self._outbox.file.close()
            self._lock.release()
            raise
        self.host.start()
        self._loop.start()
        return self

    def close(self) -> None:
        """Ends the host and closes the files. What waits stays in the outbox."""
        self._closing.set()
        self._wake.put(None)
        self.host.stop(timeout=CALL_DEADLINE + 5)
        self._loop.join(10)
        if self._outbox is not None:
            try:
                self._head.keep(self._outbox.file)
            except DesktopError as error:
                self._log.warning("Closing: %s", error.key)
            self._outbox.file.close()
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
    def outbox(self) -> Outbox:
        """The one outbox; its file is the only connection that writes desk.db."""
        if self._outbox is None:
            raise StoreCorrupt("The store is not open.", key="store.closed")
        return self._outbox

    def open_desk(self) -> Desk:
        """Services over a new read connection, for the thread that asks."""
        return Desk(
            Context(
                reader=Reader(lambda: self._pair),
                outbox=self.outbox,
                clock=self.clock,
                officer=self.officer,
                components=self.settings.components,
                capabilities=self._capabilities,
            )
        )

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change, on a thread of the session."""
        self._listeners.append(callback)

    def offline(self, on: bool) -> None:
        """Works offline: nothing is offered and nothing pulled until it is switched back."""
        if on:
            self._offline.set()
        else:
            self._offline.clear()
            self._pulled_at = 0.0
            self.nudge()

    def nudge(self) -> None:
        """Lets the outbox look now."""
        self._wake.put(self._step)

    def pull_now(self, component: ComponentId | None = None) -> None:
        """Pulls one component, or all, without waiting."""
        for each in self.settings.components:
            if component in (None, each.id):
                self.host.pull(each.id, done=_ignore, failed=self._pull_failed)

    def _pull_failed(self, error: DesktopError) -> None:
        """A damaged base.db is made anew: nothing that anyone typed is in it."""
        if isinstance(error, StoreCorrupt) and not self._renewing.is_set():
            self._renewing.set()
            threading.Thread(target=self._mend_base, name="new base", daemon=True).start()

    def _mend_base(self) -> None:
        try:
            self.new_base("damaged")
        except DesktopError as error:
            self._log.warning("New base: %s", error.key)

    def put_secret(self, component: ComponentId, name: str, value: str) -> None:
        """Keeps a component's secret; it is never read back by the desk."""
        self._secrets.keep(secret_name(component, name), value.encode())
        self.host.request(
            "secrets.put", {"component": component, "name": name, "value": value}, done=_ignore, failed=_ignore
        )

    # ==== headless ====
    def sync(self, components: Iterable[ComponentId] | None = None, *, timeout: float = 600.0) -> dict[str, int]:
        """Pushes what may go and pulls every component, and waits for both; rows read by component.

        Raises:
            DesktopError: a component did not answer; the others were still asked.
        """
        if not self.host.wait_ready(60):
            raise NotReady("Knit's helper did not start.", key="host.down")
        self.drain(timeout)
        rows: dict[str, int] = {}
        failure: DesktopError | None = None
        for component in components or [c.id for c in self.settings.components]:
            try:
                rows[component] = int(self.host.wait("pull", {"component": component}, timeout) or 0)
            except DesktopError as error:
                failure = error
        self._settle()
        if failure is not None:
            raise failure
        return rows

    def drain(self, timeout: float) -> bool:
        """Waits until nothing can be sent any more; False when the time is up."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            self.nudge()
            self._idle(min(5.0, timeout))
            if not self._sending and not self.outbox.find_ready():
                return True
            time.sleep(0.02)
        return False

    def _idle(self, timeout: float) -> None:
        over = threading.Event()
        self._wake.put(over.set)
        over.wait(timeout)

    # ==== opening ====
    def _open_store(self) -> None:
        key = self._secrets.find(DESK_KEY)
        if key is None and not self.profile.desk_db.exists() and not self.profile.store_json.exists():
            key = make_key()
            self._secrets.keep(DESK_KEY, key)  # before the file: a file without a key is lost
        opened = open_desk(self.profile.desk_db, self.profile.store_json, key)
        self._manifest = opened.manifest
        if opened.copy:
            self.notices.append(f"The store was updated. The one before is kept as {opened.copy}.")
        base_key = self._secrets.find(BASE_KEY) or b""
        pair = Pair(self.profile.desk_db, opened.key, None, b"")
        if self._manifest.base and base_key and check_value(base_key) == self._manifest.base_check:
            pair = self._with_base(pair, self.profile.root / self._manifest.base, base_key)
        self._pair = pair
        self._outbox = Outbox(DeskFile(pair, writes=True), self.clock, saved=self.nudge)
        try:
            self._settle()
            self.outbox.remake()
        except StoreCorrupt:
            if pair.base is None:
                raise
            self._swap(self._without_base())  # perhaps the damage is in base.db, where nothing typed is
            self._settle()

    def _without_base(self) -> Pair:
        return Pair(self._pair.desk, self._pair.desk_key, None, b"")

    def _with_base(self, pair: Pair, path: Path, key: bytes) -> Pair:
        """The pair with its base, where that opens; else the host makes a new one, for nothing typed is in it."""
        if not path.exists():
            return pair
        candidate = Pair(pair.desk, pair.desk_key, path, key)
        try:
            DeskFile(candidate, writes=False).close()
        except DesktopError:
            return pair
        return candidate

    # ==== the host ====
    def _hello(self, _client: HostClient) -> dict[str, Any]:
        pair = self._pair
        secrets: dict[str, dict[str, str]] = {}
        for component in self.settings.components:
            try:
                names = self._plugins.get_manifest(component.plugin).secrets
            except DesktopError:
                continue  # the host says so when the component is first asked
            secrets[component.id] = find_component_secrets(self._secrets, component.id, names)
        return {
            "protocol": PROTOCOL,
            "base_path": str(pair.base) if pair.base else "",
            "base_key": pair.base_key.hex(),
            "desk_id": self._manifest.desk_id,
            "handover": self._manifest.handover,
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
            self.host.wait("base.clean", {"keep": str(self._pair.base)}, 10)
        self._pulled_at = 0.0
        self.nudge()

    def new_base(self, why: str) -> None:
        """Makes base.db anew in a new file and gives it the keys of every record that desk.db refers to.

        Nothing that anyone typed is in base.db: it is pulled again. While the old file can be read it is shown until
        the new one is filled; what is sent meanwhile is settled then. Runs on a thread that may wait.
        """
        self._renewing.set()
        try:
            self._renew(why)
        finally:
            self._renewing.clear()
        self.nudge()

    def _renew(self, why: str) -> None:
        if why in ("damaged", "other"):
            self._swap(self._without_base())
        self._settle()
        number = self._manifest.handover + 1
        path, key = self.profile.base_db(number), make_key()
        points.reach("desk.base.asked")
        params = {
            "path": str(path),
            "key": key.hex(),
            "desk_id": self._manifest.desk_id,
            "handover": number,
            "open_creates": self.outbox.open_creates(),
        }
        self.host.wait("base.create", params, 60)
        points.reach("desk.base.before_handover")
        self._hand_over()
        if self._pair.base is not None:
            self._fill()
            self._hand_over()  # what was saved meanwhile may refer to more records
        points.reach("desk.base.after_handover")
        self._secrets.keep(BASE_KEY, key)
        self._manifest = msgspec.structs.replace(
            self._manifest, base=path.name, base_check=check_value(key), handover=number, base_schema=base.SCHEMA
        )
        save_manifest(self.profile.store_json, self._manifest)
        points.reach("desk.base.named")
        self._swap(Pair(self._pair.desk, self._pair.desk_key, path, key))
        self.host.wait("base.clean", {"keep": str(path)}, 10)
        if why != "missing" or number > 1:
            self.notices.append(
                "The copy of what the components said was made anew and is being filled. Nothing you typed is lost."
            )
        self._tell(Changes(base=True, outbox=True, health=True))

    def _hand_over(self) -> None:
        known, last_key = self.outbox.load_known(), self.outbox.last_key()
        if not last_key:  # the old base cannot be read: begin where none of its keys can be
            last_key = self._manifest.handover * KEYS_OF_A_BASE
        for start in range(0, len(known) or 1, KNOWN_BATCH):
            batch = {"known": known[start : start + KNOWN_BATCH], "last_key": last_key}
            self.host.wait("base.hand_over", batch, 60)

    def _fill(self) -> None:
        """Waits for one pass over every component; one that does not answer is not waited for."""
        left = threading.Semaphore(0)
        for component in self.settings.components:
            self.host.pull(component.id, done=lambda _rows: left.release(), failed=lambda _error: left.release())
        until = time.monotonic() + FILL_SECONDS
        for _component in self.settings.components:
            left.acquire(timeout=max(0.0, until - time.monotonic()))

    def _swap(self, pair: Pair) -> None:
        """Every connection closes and opens again on the new pair; readers do so at their next read."""
        self.outbox.file.reopen(pair)
        self._pair = pair
        self._unsettled.clear()
        self.outbox.remake()

    # ==== the outbox's loop ====
    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                work = self._wake.get(timeout=LOOP_EVERY)
            except queue.Empty:
                work = self._step
            if work is None:
                return
            try:
                work()
                self._head.keep_if_due(self.outbox.file)
            except DesktopError as error:
                self._log.warning("Outbox: %s", error.key)

    def _step(self) -> None:
        """Settles, offers what may go, and pulls when it is time."""
        if self._offline.is_set() or not self._may_push():
            return
        self._settle()
        for op in self.outbox.find_ready():
            if op.id not in self._sending and op.id not in self._unsettled:
                self._send(self.outbox.offer(op))
        now = time.monotonic()
        if not self._pulls or self._renewing.is_set():
            return
        if self._pulled_at == 0.0 or now - self._pulled_at > PULL_EVERY:
            self._pulled_at = now
            self.pull_now()

    def _may_push(self) -> bool:
        return self._renewing.is_set() or self.host.wait_ready(0)

    def _send(self, offer: Offer) -> None:
        id = offer.op.id
        self._sending.add(id)
        self._tell(Changes(outbox=True))

        def answered(error: DesktopError | None) -> None:
            self._wake.put(lambda: self._answered(id, error))

        params = {
            "component": offer.op.component,
            "offer": msgspec.to_builtins(offer),
            "deadline": CALL_DEADLINE,
        }
        self.host.request("push", params, done=lambda _result: answered(None), failed=answered)
        points.reach("desk.sent")

    def _answered(self, id: OpId, error: DesktopError | None) -> None:
        self._sending.discard(id)
        if error is None:
            self._unsettled.add(id)  # its outcome may stand in a base that is not attached yet
        changes = self.outbox.answered(id, error)
        self._tell(changes)
        self._step()

    def _settle(self) -> None:
        changes = self.outbox.settle()
        self._tell(changes)

    def _relay(self, changes: Changes) -> None:
        """A change from the host: the desk's own edited rows are made anew first, then the views are told."""
        self._wake.put(lambda: self._take_in(changes))

    def _take_in(self, changes: Changes) -> None:
        own = changes
        if changes.keys or changes.many:
            own = changes | self.outbox.remake(None if changes.many else changes.keys)
        self._tell(own)

    def _tell(self, changes: Changes) -> None:
        if changes:
            for callback in self._listeners:
                callback(changes)

    # ==== inner parts ====
    def find_outside(self, key: LocalKey) -> str:
        """The number of a record in its component; "" when it has none yet."""
        with self.outbox.file.transaction() as connection:
            found = connection.execute(select(base.ident.c.outside_id).where(base.ident.c.key == key)).scalar()
        return str(found or "")

    def _capabilities_of(self, plugin: str) -> tuple[str, ...]:
        try:
            return tuple(self._plugins.get_manifest(plugin).capabilities)
        except DesktopError:
            return ()


class LiveClient:
    """What the views may ask of components. Call-backs come on a thread of the session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(
        self,
        component: ComponentId,
        method: str,
        arguments: Mapping[str, object],
        *,
        done: Done,
        failed: Failed,
        deadline: float = 5.0,
    ) -> int:
        """Calls a capability's method; gives a number for `cancel`. The result is JSON builtins."""
        return self._session.host.call(component, method, arguments, done=done, failed=failed, deadline=deadline)

    def cancel(self, call: object) -> None:
        """Calls a question off."""
        self._session.host.cancel(call)

    def refresh(
        self, kind: Kind, record: LocalKey | str, component: ComponentId, *, done: Done, failed: Failed
    ) -> None:
        """Reads one record again from its component; the change then comes as any other."""
        outside = record if isinstance(record, str) else self._session.find_outside(record)
        if not outside:
            failed(NotFound("This record has no number in its component yet.", key="refresh.unnumbered"))
            return
        params = {"component": component, "kind": kind, "outside_id": outside}
        self._session.host.request("refresh", params, done=done, failed=failed)

    def pull(self, component: ComponentId | None = None) -> None:
        """Asks for what is new, from one component or from all."""
        self._session.pull_now(component)

    def start(self, component: ComponentId) -> None:
        """Starts a component that was stopped because it took the host down."""
        self._session.host.release(component)
        self._session.pull_now(component)

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change of the store, whoever made it but this desk's own writes."""
        self._session.on_changes(callback)

    def on_state(self, callback: Callable[[str, str], None]) -> None:
        """Calls back with `starting`, `running`, `restarting` or `stopped`, and a sentence."""
        self._session.host.on_state(callback)

    def on_progress(self, callback: Callable[[ComponentId, int, bool], None]) -> None:
        """Calls back with a component's rows so far in this pull, and whether it is filled."""
        self._session.host.on_progress(callback)


def _ignore(_answer: object) -> None:
    return
