"""The components of a host: their adapters, threads and health."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import msgspec
from sqlalchemy.dialects.sqlite import insert

from desktop.adapters.breaker import Breaker
from desktop.adapters.building import LoadedAdapter, build_adapter
from desktop.adapters.calling import call_typed, clean_error, encode_result
from desktop.adapters.heard import hearing
from desktop.adapters.loader import PluginFolders
from desktop.adapters.redaction import redact
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, to_epoch
from desktop.domain.components import Component, ComponentState
from desktop.domain.errors import AuthFailed, DesktopError, InvalidInput, NotFound, OperationCancelled
from desktop.domain.ids import ComponentId, OutsideId
from desktop.domain.places import Place
from desktop.host.wire import pack_error
from desktop.host.workers import Workers
from desktop.store.base import tables
from desktop.store.base.writer import BaseWriter
from desktop.sync.incoming import place_rows
from desktop.sync.ops import LOCAL, Offer
from desktop.sync.pull import Progress, Puller
from desktop.sync.push import Pusher, failure

SLOW_MS = 2_000
"""An answer slower than this is said to be slow."""
RETIRE_SECONDS = 60.0
_Note = Callable[[DesktopError | None, float | None], None]


class Running:
    """One component at work."""

    def __init__(
        self,
        component: Component,
        secrets: Mapping[str, str],
        *,
        base: Callable[[], BaseWriter],
        plugins: PluginFolders,
        clock: Clock,
        log: logging.Logger,
        changed: Callable[[Changes], None],
        progress: Callable[[Progress], None],
    ) -> None:
        self.component = component
        self.workers = Workers(component.name)
        self.pulling = threading.Lock()
        self._secrets = dict(secrets)
        self._base = base
        self._plugins = plugins
        self._clock = clock
        self._log = log
        self._changed = changed
        self._progress = progress
        self._loaded: LoadedAdapter | None = None
        self._loading = threading.Lock()
        self._state: tuple[ComponentState, str] | None = None
        self.breaker = Breaker(component.name, clock)

    def set_secret(self, name: str, value: str) -> None:
        """Takes a new secret; the adapter is made again with it."""
        self._secrets[name] = value
        self.close()

    def copy_secrets(self) -> dict[str, str]:
        """Its secrets, for a test of other settings; they stay in this process."""
        return dict(self._secrets)

    def is_same(self, component: Component, secrets: Mapping[str, str]) -> bool:
        """Whether it runs as that."""
        return self.component == component and self._secrets == secrets

    def retire(self) -> None:
        """Lets what runs come to its end, then closes the connections."""
        threading.Thread(target=self._retire, name=f"{self.component.id} retires", daemon=True).start()

    def _retire(self) -> None:
        until = time.monotonic() + RETIRE_SECONDS
        while time.monotonic() < until and not self.workers.is_idle():
            time.sleep(0.1)
        self.close()

    def check(self) -> object:
        """The connection test, without a note of health: what is tried may not be in use."""
        loaded = self._load()
        return encode_result(call_typed(loaded.adapter, "component.check", {}, secrets=tuple(loaded.secrets)))

    def close(self) -> None:
        """Closes the adapter's connections."""
        with self._loading:
            if self._loaded is not None:
                self._loaded.close()
                self._loaded = None

    # ==== work, on one of the component's threads ====
    def call(self, method: str, arguments: Mapping[str, object]) -> object:
        """One call of a capability's method; addresses that it brings are kept for the next time."""
        with self._timed():
            loaded = self._load()
            asked = self._base().tick()
            result = call_typed(
                loaded.adapter,
                method,
                arguments,
                capabilities=loaded.manifest.capabilities,
                secrets=tuple(loaded.secrets),
            )
        if method.startswith("addresses."):
            self._keep_places(asked, result)
        return encode_result(result)

    def hear(self, method: str, arguments: Mapping[str, object]) -> object:
        """One call, for what the component says in it; `error` is why it was of no use, None where it was."""
        error: DesktopError | None = None
        with hearing() as heard:
            try:
                self.call(method, arguments)
            except DesktopError as failed:
                error = failed
        return {"said": encode_result(heard), "error": pack_error(error) if error else None}

    def push(self, offer: Offer) -> None:
        """Pushes one op; the outcome stands in base.db when this returns."""
        if offer.op.act in LOCAL:  # it says nothing of the component's health, and must not wait for its adapter
            self._changed(Pusher(self._base(), self.component, None, self._clock).push(offer)[1])
            return
        with self._timed():
            pusher = Pusher(self._base(), self.component, self._load().adapter, self._clock)
            _outcome, changes = pusher.push(offer)
        self._changed(changes)

    def pull(self) -> int:
        """One pass over the component's streams."""
        puller: list[Puller] = []

        def note(error: DesktopError | None, _seconds: float | None) -> None:
            self.note(error, puller[0].answer_seconds if puller else None)

        with _Timed(self.component, note, tuple(self._secrets.values()), refusals=True):
            puller.append(self._puller())
            return puller[0].pull()

    def refresh(self, kind: str, outside_id: str) -> None:
        """Reads one record again."""
        with self._timed():
            puller = self._puller()
            if kind == "case":
                puller.refresh_case(OutsideId(outside_id))
            elif kind == "payment":
                puller.refresh_payment(OutsideId(outside_id))

    # ==== inner parts ====
    def _puller(self) -> Puller:
        loaded = self._load()
        return Puller(
            self._base(),
            self.component,
            loaded.adapter,
            self._clock,
            changed=self._changed,
            progress=self._progress,
            redact=lambda raw: redact(raw, tuple(loaded.secrets)),
        )

    def _load(self) -> LoadedAdapter:
        with self._loading:  # two adapters would each remember half of what was sent
            if self._loaded is None:
                self._loaded = build_adapter(
                    self.component, self._secrets, self._plugins, self._clock, self._log, breaker=self.breaker
                )
            return self._loaded

    def _keep_places(self, asked: int, result: object) -> None:
        items = getattr(result, "items", None)
        found = tuple(item for item in (items if isinstance(items, tuple) else (result,)) if isinstance(item, Place))
        if found:
            self._puller().save_rows(asked, place_rows(found))

    def _pack_vitals(self) -> bytes:
        loaded = self._loaded
        headroom = loaded.http.find_headroom() if loaded is not None else None
        return msgspec.json.encode(replace(self.breaker.vitals(), headroom=headroom))

    def _timed(self) -> _Timed:
        return _Timed(self.component, self.note, tuple(self._secrets.values()))

    def note(self, error: DesktopError | None, seconds: float | None) -> None:
        """Keeps how the component was just now, in base.db; `seconds` is how long one answer took, where it was one."""
        state, text = ComponentState.FRESH, ""
        if isinstance(error, AuthFailed):
            state, text = ComponentState.SIGN_IN, str(error)
        elif error is not None:
            state, text = ComponentState.STOPPED, str(error)
        elif seconds is not None and seconds * 1000 > SLOW_MS:
            state = ComponentState.SLOW
        values: dict[str, object] = {"state": state.value, "error": text, "vitals": self._pack_vitals()}
        if error is None:
            values["as_of"] = to_epoch(self._clock.now())
        if error is None and seconds is not None:
            values["latency_ms"] = seconds * 1000
        base = self._base()
        with base.transaction() as connection:
            statement = insert(tables.component).values(id=self.component.id, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
        if self._state != (state, text):
            if error is not None:
                self._log.warning("%s: %s", self.component.id, error.key)
            self._state = (state, text)
        self._changed(Changes(health=True))


class _Timed:
    """Times a piece of work and notes how it went.

    What the component refused of somebody's wishes is no fault of its health, unless `refusals`: a list that it refuses is.
    """

    def __init__(self, component: Component, note: _Note, secrets: Collection[str], *, refusals: bool = False) -> None:
        self._component = component
        self._note = note
        self._secrets = secrets
        self._refusals = refusals
        self._began = time.monotonic()

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        seconds = time.monotonic() - self._began
        if isinstance(error, DesktopError):
            clean_error(error, self._secrets)
        if error is None or (isinstance(error, InvalidInput | NotFound) and not self._refusals):
            self._note(None, seconds)
        elif isinstance(error, Exception) and not isinstance(error, OperationCancelled):
            self._note(failure(error, self._component), seconds)


class HostSetup(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk tells its host first. Secrets come by this pipe only, never by argument or environment."""

    protocol: int
    base_path: str
    base_key: str
    desk_id: str
    handover: int
    host_lock: str
    components: tuple[Component, ...]
    secrets: dict[str, dict[str, str]]
    plugin_folders: tuple[str, ...] = ()
    open_creates: tuple[tuple[ComponentId, str, str], ...] = ()
