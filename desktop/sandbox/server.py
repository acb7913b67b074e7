"""The training town's components as a process of their own: `python -m desktop.sandbox.server --state DIR`.

It says where everything is in one JSON line and serves until it is stopped by SIGTERM, SIGINT or, with
`--until-stdin-closes`, by the end of its input (which no parent that dies can leave open). It listens on 127.0.0.1 only.
Each component has a port of its own, so that taking one down looks like a machine that is off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

from tornado.httpserver import HTTPServer
from tornado.web import Application
from typing_extensions import override

from desktop.config.paths import default_profile
from desktop.domain.clocks import Clock, SystemClock
from desktop.domain.errors import DesktopError, InvalidInput, SetupFailed
from desktop.sandbox.admin import Town, admin_routes
from desktop.sandbox.catalogue import areas
from desktop.sandbox.dialects import dialects
from desktop.sandbox.faults import FaultBook
from desktop.sandbox.pay_pages import page_routes
from desktop.sandbox.state import State, open_state
from desktop.sandbox.town import SEED, TownSize, build_town
from desktop.sandbox.web import Site, Tuning

HOST = "127.0.0.1"
PAGES = "pay_pages"
"""Name under which faults strike the pay pages, which are on the trainer's port."""


class TownServer:
    """All components of a town on their ports. Made, started and stopped on the thread of one event loop."""

    def __init__(self, state: State, *, port: int = 0, clock: Clock | None = None) -> None:
        """Args: `port` of the trainer's endpoint and the pay pages; components take the next ones; 0 for any."""
        self._state, self._port = state, port
        self._faults, self._tuning, self._clock = FaultBook(), Tuning(), clock or SystemClock()
        self._addresses = state.load_addresses()
        self._main, self._pages = self._site("", ""), self._site(PAGES, "")
        self._dialects = {dialect.id: dialect for dialect in dialects()}
        self._sites = {
            id: self._site(id, dialect.area, dialect.shape(state.get_secret(f"key.{id}")))
            for id, dialect in self._dialects.items()
        }
        self._servers: dict[str, HTTPServer] = {}
        self._ports: dict[str, int] = {}
        self._apps: dict[str, Application] = {}

    def _site(self, component: str, area: str, key: str = "") -> Site:
        return Site(
            component=component, area=area, key=key,
            state=self._state, faults=self._faults, tuning=self._tuning, clock=self._clock,
        )  # fmt: skip

    def start(self) -> None:
        """Listens. Raises SetupFailed where a port is taken."""
        admin = Town(
            key=self._state.get_secret("key.admin"), sites=self._sites | {PAGES: self._pages}, switch=self.switch
        )
        pages = [(path, handler, {"site": self._pages}) for path, handler in page_routes()]
        self._apps[""] = _application([*admin_routes(self._main, admin), *pages])
        for id, site in self._sites.items():
            routes = self._dialects[id].routes()
            self._apps[id] = _application([(*route, {"site": site}) for route in routes], addresses=self._addresses)
        for i, id in enumerate(self._apps):
            self._listen(id, self._port + i if self._port else 0)
        self._main.base = self._main.public = self._pages.base = self._pages.public = self._url("")
        for id, site in self._sites.items():
            site.base, site.public = self._url(id) + self._dialects[id].path, self._main.base

    def _url(self, id: str) -> str:
        return f"http://{HOST}:{self._ports[id]}"

    def _listen(self, id: str, port: int) -> None:
        if id not in self._apps:
            return
        try:
            # Not tornado's bind_sockets, which leaves its socket open when the port is taken.
            listening = socket.create_server((HOST, port))
        except OSError as error:
            raise SetupFailed(
                f"The training town cannot use port {port}.",
                "Another program has it. Give another one with --port, or none.",
                key="sandbox.port",
            ) from error
        server = HTTPServer(self._apps[id], max_buffer_size=8_000_000)
        listening.setblocking(False)
        server.add_socket(listening)
        self._servers[id], self._ports[id] = server, listening.getsockname()[1]

    async def switch(self, id: str, up: bool) -> bool:
        """Takes a component down (its port is closed) or brings it up again on the same port."""
        if id not in self._apps or not id:
            return False
        if up and id not in self._servers:
            self._listen(id, self._ports[id])
        elif not up and (server := self._servers.pop(id, None)):
            server.stop()
            await server.close_all_connections()
        return True

    async def stop(self) -> None:
        """Closes every port and connection."""
        for server in self._servers.values():
            server.stop()
        for server in self._servers.values():
            await server.close_all_connections()
        self._servers.clear()

    def info(self) -> dict[str, object]:
        """Where everything is: what `knit demo --serve` prints as its one line."""
        components: list[dict[str, object]] = []
        for id, site in self._sites.items():
            dialect = self._dialects[id]
            components.append(
                {
                    "id": id,
                    "plugin": dialect.plugin,
                    "name": dialect.name,
                    "services": [site.area] if site.area else [area.id for area in areas()],
                    "settings": {"base_url": site.base, **dialect.settings(site)},
                    "secrets": dict.fromkeys(dialect.secrets, site.key),
                    "cost_pence": dialect.pounds_a_year * 100,
                    "contract_ends": dialect.find_end(self._clock.now()),
                }
            )
        admin = self._state.get_secret("key.admin")
        return {
            "base_urls": {"admin": f"{self._main.base}/_admin", **{id: site.base for id, site in self._sites.items()}},
            "keys": {"admin": admin, **{id: site.key for id, site in self._sites.items()}},
            "components": components,
            "seed": self._state.get_meta("seed"),
            "now": self._state.get_meta("now"),
        }


def _application(routes: list[Any], **settings: Any) -> Application:
    return Application(routes, log_function=lambda _: None, **settings)


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises rather than ends the process."""

    @override
    def error(self, message: str) -> NoReturn:
        raise InvalidInput(f"{message[:1].upper()}{message[1:]}.", self.format_usage(), key="sandbox.arguments")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="knit demo --serve", description="Serves the training town's components on 127.0.0.1.")
    size = TownSize()
    parser.add_argument("--state", type=Path, default=None, metavar="DIR", help="folder that keeps the town")
    parser.add_argument("--profile", type=Path, default=None, metavar="DIR", help="folder in which `town` keeps it")
    parser.add_argument("--port", type=int, default=0, help="first port; the next ones are taken too (any)")
    parser.add_argument("--seed", default=SEED, help="which town is made when there is none yet")
    parser.add_argument("--now", type=_moment, default=None, help="the moment up to which a new town has lived (now)")
    for name in ("residents", "addresses", "cases", "payments"):
        parser.add_argument(f"--{name}", type=int, default=getattr(size, name), help="how many in a new town")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop at the end of the input too")
    return parser


def serve_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """`knit demo --serve`: prints the one JSON line and serves until stopped.

    Returns:
        0 when it was stopped, 1 when it could not serve, 2 when the arguments are wrong; a sentence is on `err` then.
    """
    try:
        options = _parser().parse_args(argv)
        asyncio.run(_serve(options, out))
    except InvalidInput as error:
        err.write(f"{error}\n")
        return 2
    except DesktopError as error:
        err.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


async def _serve(options: argparse.Namespace, out: TextIO) -> None:
    size = TownSize(
        residents=options.residents, addresses=options.addresses, cases=options.cases, payments=options.payments
    )
    now = options.now or SystemClock().now().replace(second=0, microsecond=0)
    folder = options.state or (options.profile or default_profile("served").root) / "town"
    state = open_state(folder, lambda: build_town(seed=options.seed, now=now, size=size))
    try:
        server = TownServer(state, port=options.port)
        stopped = asyncio.Event()
        _stop_on_signal(stopped)
        try:
            server.start()
            out.write(json.dumps(server.info()) + "\n")
            out.flush()
            if options.until_stdin_closes:
                _stop_at_end_of_input(stopped)
            await stopped.wait()
        finally:
            await server.stop()
    finally:
        state.close()


def _stop_on_signal(stopped: asyncio.Event) -> None:
    """SIGTERM and SIGINT stop it; only the main thread may ask for signals."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopped.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _stop_at_end_of_input(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stopped.set)

    threading.Thread(target=watch, name="stdin", daemon=True).start()


if __name__ == "__main__":
    sys.exit(serve_command(sys.argv[1:], sys.stdout, sys.stderr))
