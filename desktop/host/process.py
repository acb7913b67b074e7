"""The component host: a process of its own that runs the adapters and writes base.db. Never imports Qt.

The main thread reads requests and answers pings; everything that may take time runs on a component's threads.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from desktop.adapters.http import HttpClient
from desktop.adapters.loader import PluginFolders, find_roots
from desktop.config.locks import ProcessLock
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, SystemClock, to_epoch
from desktop.domain.errors import DesktopError, InvalidInput, SetupFailed, StoreError
from desktop.host.base_keeper import BaseKeeper
from desktop.host.components import HostSetup, Running
from desktop.host.pieces import Pieces
from desktop.host.roster import Roster
from desktop.host.turns import Turns
from desktop.host.wire import MOST, PROTOCOL, Message, decode, encode, pack_changes, pack_error
from desktop.host.workers import Job
from desktop.sync.ops import CALL_DEADLINE, Offer
from desktop.sync.pull import Progress
from desktop.sync.push import failure

LINGER: Final = CALL_DEADLINE
"""Seconds that a host whose desk is gone goes on with what it is sending, and then leaves."""
PULL_DEADLINE: Final = 3_600.0


class Host:
    """Requests by method name; answers and notifications by `say`."""

    def __init__(self, out: BinaryIO, clock: Clock) -> None:
        self._out = out
        self._out_lock = threading.Lock()
        self._clock = clock
        self._log = logging.getLogger("knit.host")
        self._base = BaseKeeper(clock)
        self._lock: ProcessLock | None = None
        self._jobs: dict[int, Job] = {}
        self._pieces = Pieces()
        self._turns = Turns(lambda name, begins: self.notify("turn", {"component": name, "begins": begins}))
        self._roster = Roster(
            self._turns,
            lambda component, secrets: Running(
                component,
                secrets,
                base=self._base.get,
                plugins=self._roster.plugins,
                clock=clock,
                log=self._log,
                changed=self._changed,
                progress=self._progress,
            ),
        )
        self._quick: dict[str, Callable[[dict[str, Any]], object]] = {
            "ping": self._ping,
            "cancel": self._cancel,
            "piece.put": self._pieces.put,
            "piece.get": self._pieces.get,
            "secrets.put": self._roster.put_secret,
            "health": self._roster.health,
            "base.gates": self._base.keep_gates,
        }
        self._slow: dict[str, Callable[[dict[str, Any]], object]] = {
            "hello": self._hello,
            "components.set": self._roster.put,
            "component.try": self._roster.try_out,
            "base.create": self._base.create,
            "base.hand_over": self._base.hand_over,
            "base.clean": self._base.clean,
            "pull.again": self._base.pull_again,
        }
        self._work: dict[str, Callable[[Running, dict[str, Any]], object]] = {
            "call": lambda running, params: running.call(params["method"], params["arguments"]),
            "hear": lambda running, params: running.hear(params["method"], params["arguments"]),
            "push": self._push,
            "pull": self._pull,
            "refresh": lambda running, params: running.refresh(params["kind"], params["outside_id"]),
        }

    # ==== the pipe ====
    def serve(self, source: BinaryIO) -> None:
        """Reads requests until the end of stdin; then finishes what it is sending and leaves."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        while True:
            line = source.readline(MOST + 1)
            if not line:
                break
            self._take(line)
        until = time.monotonic() + LINGER
        while time.monotonic() < until and not all(r.workers.is_idle() for r in list(self._roster.running.values())):
            time.sleep(0.05)
        self._base.close()

    def say(self, message: Message, *, whole: bool = False) -> None:
        """Writes one line, a `whole` one as it is. A desk that is gone is no error: the outcome stands in base.db."""
        if not whole:
            message = self._pieces.shrink(message)
        with self._out_lock:
            try:
                self._out.write(encode(message))
                self._out.flush()
            except (BrokenPipeError, ValueError, OSError):
                return

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Says something that nobody asked for."""
        self.say(Message(method=method, params=params))

    def _take(self, line: bytes) -> None:
        try:
            message = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._log.warning("Unreadable message: %s", type(error).__name__)
            return
        if message.method in self._quick:
            self._answer(message, self._quick[message.method])
        elif message.method in self._slow:
            work = self._slow[message.method]
            threading.Thread(target=self._answer, args=(message, work), daemon=True).start()
        elif message.method in self._work:
            self._submit(message)
        else:
            self._fail(message.id, InvalidInput(f"There is no method {message.method[:40]!r}.", key="host.method"))

    def _answer(self, message: Message, work: Callable[[dict[str, Any]], object]) -> None:
        try:
            result = work(self._pieces.grow(message.params))
        except DesktopError as error:
            self._fail(message.id, error)
        except Exception as error:  # noqa: BLE001 (the pipe is the edge: the desk is told, and the host lives on)
            self._log.warning("Request %s failed: %s", message.method, type(error).__name__)
            self._fail(message.id, DesktopError(f"The host failed in {message.method}.", key="host.bug"))
        else:
            self.say(Message(id=message.id, result=result), whole=message.method == "piece.get")

    def _fail(self, id: int, error: DesktopError) -> None:
        self.say(Message(id=id, error=pack_error(error)))

    def _submit(self, message: Message) -> None:
        try:
            params = self._pieces.grow(message.params)
        except KeyError:
            self._fail(message.id, DesktopError("A part of this request did not arrive.", key="host.piece_lost"))
            return
        running = self._roster.running.get(str(params.get("component")))
        if running is None:
            self._fail(message.id, SetupFailed("There is no such component.", key="host.component"))
            return
        deadline = float(params.get("deadline") or (PULL_DEADLINE if message.method == "pull" else CALL_DEADLINE))

        def work(job: Job) -> None:
            try:
                id = running.component.id
                scope = HttpClient.call_scope(deadline, job.cancelled, waits=lambda: self._turns.waiting(id))
                with scope, self._turns.working(id):
                    result = self._work[message.method](running, params)
                answer = Message(id=message.id, result=result)
            except Exception as error:  # noqa: BLE001 (a plugin may raise anything; the desk is told which component)
                answer = Message(id=message.id, error=pack_error(failure(error, running.component)))
            self._jobs.pop(message.id, None)
            if job.claim():
                self.say(answer)

        def gave_up(error: DesktopError) -> None:
            self._jobs.pop(message.id, None)
            self._fail(message.id, error)
            running.note(error, deadline)

        job = Job(work, gave_up=gave_up, deadline=deadline)
        self._jobs[message.id] = job
        running.workers.submit(job)

    def _watch(self) -> None:
        """Gives up calls past their time."""
        while True:
            time.sleep(0.2)
            now = time.monotonic()
            for running in list(self._roster.running.values()):
                try:
                    late = running.workers.give_up(now)
                except DesktopError as error:  # such as a full disk: the next hung call must be given up too
                    self._log.warning("Giving up a call of %s: %s", running.component.id, error.key)
                    continue
                for _job in late:
                    self._log.warning("A call of %s was given up", running.component.id)

    # ==== requests answered at once ====
    def _ping(self, params: dict[str, Any]) -> object:
        self._turns.careful = bool(params.get("careful"))
        return {"at": to_epoch(self._clock.now())}

    def _cancel(self, params: dict[str, Any]) -> object:
        job = self._jobs.get(int(params["id"]))
        if job is not None:
            job.cancelled.set()
        return None

    # ==== base.db ====
    def _hello(self, params: dict[str, Any]) -> object:
        setup = msgspec.convert(params, HostSetup)
        if setup.protocol != PROTOCOL:
            raise SetupFailed(
                "Knit's two programs are of different versions.", "Install Knit again.", key="host.protocol"
            )
        self._take_lock(Path(setup.host_lock))
        self._roster.plugins = PluginFolders(find_roots(tuple(Path(folder) for folder in setup.plugin_folders)))
        self._roster.put({"components": params["components"], "secrets": params["secrets"]})
        return {"base": self._base.open(setup), "pid": os.getpid()}

    def _take_lock(self, path: Path) -> None:
        """Waits for an older host that may still be sending; after the longest call it is ended."""
        lock = ProcessLock(path)
        if not lock.take(wait=LINGER + 5):
            holder = lock.holder()
            if holder:
                os.kill(holder, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
            if not lock.take(wait=5):
                raise StoreError("An older part of Knit will not end.", "Restart this computer.", key="host.older")
        self._lock = lock

    # ==== work on a component's threads ====
    def _push(self, running: Running, params: dict[str, Any]) -> object:
        running.push(msgspec.convert(params["offer"], Offer))
        return None

    def _pull(self, running: Running, params: dict[str, Any]) -> object:
        """One pass. With one under way it is left alone, or, when asked to `wait`, another follows it."""
        if not running.pulling.acquire(blocking=bool(params.get("wait"))):
            return 0
        try:
            return running.pull()
        finally:
            running.pulling.release()

    def _changed(self, changes: Changes) -> None:
        if changes:
            self.notify("base.changed", pack_changes(changes))

    def _progress(self, progress: Progress) -> None:
        self.notify(
            "progress",
            {
                "component": progress.component,
                "stream": progress.stream,
                "rows": progress.rows,
                "filled": progress.filled,
            },
        )


def run_host() -> int:
    """Runs the host on this process's stdin and stdout until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches both; the desk decides
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # a print in a library must not break a message
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    Host(out, SystemClock()).serve(sys.stdin.buffer)
    out.close()
    sys.stderr.flush()
    os._exit(0)  # a stuck thread of a plugin must not keep the process
