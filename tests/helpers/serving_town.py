"""A training town on a thread of the test, and plain HTTP to ask it with."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from desktop.domain.clocks import Clock
from desktop.sandbox.server import TownServer
from desktop.sandbox.state import open_state
from desktop.sandbox.town import TownSize, build_town

SMALL = TownSize(residents=160, addresses=180, cases=140, payments=60)


class MovableClock:
    """A clock that tests push on by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 9, 14, 9, 52, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def tree(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class TestTown:
    """A running town. `ask` sends one request on a connection of its own."""

    __test__ = False
    info: dict[str, Any]
    clock: MovableClock
    keys: dict[str, str] = field(init=False)
    urls: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.keys, self.urls = self.info["keys"], self.info["base_urls"]

    def ask(
        self,
        method: str,
        where: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str | list[str]] | None = None,
        tree: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10,
    ) -> Reply:
        """Asks `where` (a component's id, or a whole URL)."""
        url = urlsplit((self.urls.get(where, where)) + path)
        body, sent = None, dict(headers or {})
        if form is not None:
            body, sent["Content-Type"] = urlencode(form, doseq=True), "application/x-www-form-urlencoded"
        elif tree is not None:
            body, sent["Content-Type"] = json.dumps(tree), sent.get("Content-Type", "application/json")
        target = url.path + "?" + "&".join(part for part in (url.query, urlencode(query or {})) if part)
        with closing(http.client.HTTPConnection(url.hostname or "", url.port, timeout=timeout)) as connection:
            connection.request(method, target.rstrip("?"), body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())

    def admin(self, method: str, path: str, tree: object = None) -> Reply:
        return self.ask(method, "admin", path, tree=tree, headers={"Authorization": f"Bearer {self.keys['admin']}"})

    def pay(self, method: str, path: str, tree: object = None, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        bearer = {"Authorization": f"Bearer {self.keys['govuk_pay']}"}
        return self.ask(method, "govuk_pay", path, tree=tree, headers={**bearer, **named})

    def places(self, resource: str, **query: str) -> Reply:
        return self.ask("GET", "os_places", f"/{resource}", query=query, headers={"key": self.keys["os_places"]})

    def post_case(self, area: str, form: Mapping[str, str | list[str]], suffix: str = "json") -> Reply:
        return self.ask("POST", area, f"/requests.{suffix}", form={"api_key": self.keys[area], **form})

    def set_fault(self, component: str, kind: str, **more: object) -> Reply:
        return self.admin("POST", "/faults", {"component": component, "kind": kind, **more})


@contextmanager
def serving_town(folder: Path, clock: Clock | None = None, size: TownSize = SMALL) -> Iterator[TestTown]:
    """A small town on a thread; its clock stands still until it is pushed."""
    clock = clock or MovableClock()
    ready, box = threading.Event(), _Box()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(folder, clock, size, ready, box)), name="town")
    thread.start()
    ready.wait(30)
    try:
        yield TestTown(info=box.info, clock=clock if isinstance(clock, MovableClock) else MovableClock())
    finally:
        box.loop.call_soon_threadsafe(box.stopped.set)
        thread.join(20)


@dataclass
class _Box:
    info: dict[str, Any] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(init=False)
    stopped: asyncio.Event = field(init=False)


async def _serve(folder: Path, clock: Clock, size: TownSize, ready: threading.Event, box: _Box) -> None:
    box.loop, box.stopped = asyncio.get_running_loop(), asyncio.Event()
    with closing(open_state(folder, lambda: build_town(size=size))) as state:
        server = TownServer(state, clock=clock)
        server.start()
        try:
            box.info = server.info()
            ready.set()
            await box.stopped.wait()
        finally:
            await server.stop()
