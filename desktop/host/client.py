"""The desk's side of the component host: starts it, speaks to it, and brings it back when it ends. No Qt.

Call-backs come on the client's reader thread; whoever gives one must be quick and must not block.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from desktop.domain.errors import DesktopError, OperationCancelled
from desktop.domain.ids import ComponentId
from desktop.host.large_texts import fetch_behind, has_pieces, send_large
from desktop.host.life import Done, Failed, HostLife, Waiting, close_quietly, died, not_running, own_command
from desktop.host.listeners import Listeners
from desktop.host.suspects import Suspects
from desktop.host.wire import Message, decode, unpack_error

PING_EVERY: Final = 1.0
BACK_OFF: Final = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
HELLO_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
LAST_WORDS: Final = 5.0
"""Seconds in which the reader takes in what a dead host had still said."""


class HostClient(Listeners):
    """The host as the desk sees it. Made stopped; `start` brings it up and keeps it up."""

    def __init__(
        self,
        hello: Callable[[HostClient], Mapping[str, Any]],
        ready: Callable[[Mapping[str, Any]], None],
        *,
        command: Sequence[str] | None = None,
    ) -> None:
        """Does nothing yet.

        Args:
            hello: gives the first message's parameters, each time the host starts.
            ready: takes the host's answer to it, on a thread of its own, and makes the store ready.
            command: how the host is started; None for the product's way.
        """
        super().__init__()
        self._hello = hello
        self._ready = ready
        self._command = list(command or own_command())
        self._log = logging.getLogger("knit.client")
        self._lock = threading.RLock()
        self._process: HostLife | None = None
        self._next_id = 0
        self._suspects = Suspects()
        self._stopping = threading.Event()
        self._up = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="host supervisor", daemon=True)

    # ==== life ====
    def start(self) -> None:
        """Starts the host and its supervision."""
        self._supervisor.start()

    def wait_ready(self, timeout: float) -> bool:
        """Waits until the host runs and its store is ready."""
        return self._up.wait(timeout)

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the host by closing its stdin; it finishes what it is sending. Past the time it is killed."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            process.leave(timeout)
        if self._supervisor.is_alive():
            self._supervisor.join(timeout + 5)

    @property
    def pid(self) -> int:
        """Process number of the host, or 0."""
        with self._lock:
            return self._process.popen.pid if self._process else 0

    def bounce(self) -> None:
        """Ends the host, so that it starts again and is told anew where the store is."""
        with self._lock:
            process = self._process
        if process is not None:
            process.popen.kill()

    def release(self, component: ComponentId) -> None:
        """Lets a component that was stopped after two deaths of the host start again."""
        self._suspects.release(component)

    # ==== speaking ====
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
        params = {"component": component, "method": method, "arguments": dict(arguments), "deadline": deadline}
        return self.request("call", params, done=done, failed=failed)

    def cancel(self, call: object) -> None:
        """Asks a call to end; its `failed` gets OperationCancelled."""
        with self._lock:
            waiting = self._process.waiting.pop(call, None) if self._process and isinstance(call, int) else None
        if waiting is not None:
            self.request("cancel", {"id": call}, done=_ignore, failed=_ignore)
            waiting.failed(OperationCancelled("Called off.", key="host.cancelled"))

    def pull(self, component: ComponentId, *, done: Done, failed: Failed) -> int:
        """Pulls what changed in a component; gives the rows read."""
        return self.request("pull", {"component": component}, done=done, failed=failed)

    def request(self, method: str, params: Mapping[str, Any], *, done: Done, failed: Failed) -> int:
        """Any request of the protocol. Exactly one of `done` and `failed` is called, once."""
        component = str(params.get("component", ""))
        held = component in self._suspects.held
        with self._lock:
            process = self._process
            self._next_id += 1
            number = self._next_id
            if process is not None and not held:
                process.waiting[number] = Waiting(component, method, done, failed)
        if process is None or held:
            failed(not_running(component, held=held))
            return number
        try:
            sent = dict(params) if method == "piece.put" else send_large(self, dict(params))
            process.write(Message(id=number, method=method, params=sent))
        except (OSError, ValueError):
            self._fail(process, number, not_running(component, held=False))
        return number

    def wait(self, method: str, params: Mapping[str, Any], timeout: float) -> Any:
        """A request whose answer is waited for. Not from the reader thread.

        Raises:
            DesktopError: what the host answered, or that it did not.
        """
        box: list[Any] = []
        over = threading.Event()

        def done(result: Any) -> None:
            box.append(result)
            over.set()

        self.request(method, params, done=done, failed=done)
        if not over.wait(timeout):
            raise not_running(str(params.get("component", "")), held=False)
        if isinstance(box[0], DesktopError):
            raise box[0]
        return box[0]

    # ==== inner parts ====
    def _supervise(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            self.say("starting" if tries == 0 else "restarting", "Knit's helper is starting.")
            began = time.monotonic()
            try:
                process = HostLife.launch(self._command)
            except OSError as error:
                self._log.warning("Host does not start: %s", type(error).__name__)
                self.say("stopped", "Knit's helper does not start. Install Knit again, or ask your IT team.")
                return
            self._begin(process)
            process.watch(self._stopping)
            self._end(process)
            if self._stopping.is_set():
                break
            tries = 1 if time.monotonic() - began > 60 else tries + 1
            self.say("restarting", "Knit's helper ended and is starting again. Nothing you typed is lost.")
            self._stopping.wait(BACK_OFF[min(tries, len(BACK_OFF)) - 1])
        self.say("stopped", "")

    def _begin(self, process: HostLife) -> None:
        with self._lock:
            self._process = process
        process.reader = threading.Thread(target=self._read, args=(process,), name="host reader", daemon=True)
        process.reader.start()
        self._send_ping()  # before the hello: it says whether to be careful
        for name, work in {"hello": self._greet, "ping": self._ping}.items():
            threading.Thread(target=work, args=(process,), name=f"host {name}", daemon=True).start()
        threading.Thread(target=process.drain, args=(self._log,), name="host stderr", daemon=True).start()

    def _ping(self, process: HostLife) -> None:
        while process.is_alive() and not self._stopping.is_set():
            self._send_ping()
            self._stopping.wait(PING_EVERY)

    def _send_ping(self) -> None:
        self.request("ping", {"careful": self._suspects.any}, done=_ignore, failed=_ignore)

    def _greet(self, process: HostLife) -> None:
        try:
            answer = self.wait("hello", self._hello(self), HELLO_SECONDS)
            self._ready(answer)
        except DesktopError as error:
            self._log.warning("Host not ready: %s", error.key)
            self.say("stopped", str(error))
            if process.is_alive() and not self._stopping.is_set():
                process.popen.kill()
            return
        self._up.set()
        self.say("running", "")

    def _end(self, process: HostLife) -> None:
        """Fails what was under way, and counts the death against the components that the host worked for."""
        self._up.clear()
        if process.reader is not None:
            process.reader.join(LAST_WORDS)
        with self._lock:
            if self._process is process:
                self._process = None
            left = list(process.waiting.values())
            process.waiting.clear()
        if not self._stopping.is_set():
            # With nobody at work it died of what came over the network, or of ours: all that waited may be it.
            self._suspects.count(process.working or {item.component for item in left if item.component})
        for item in left:
            item.failed(died(item.component))
        if self._stopping.is_set():
            process.leave(STOP_SECONDS)  # `stop` may have come before there was a process
        close_quietly(process.popen.stdin)

    def _read(self, process: HostLife) -> None:
        stdout = process.popen.stdout
        if stdout is None:
            return
        with stdout:
            for line in stdout:
                process.heard, process.has_spoken = time.monotonic(), True
                try:
                    message = decode(line)
                except msgspec.DecodeError:
                    self._log.warning("Host said something unreadable")
                    continue
                self._hear(process, message)

    def _hear(self, process: HostLife, message: Message) -> None:
        if message.method == "turn":
            process.hear_turn(message.params)
        elif message.method:
            if message.method == "progress":
                self._suspects.clear(message.params["component"])
            self.pass_on(message)
        elif message.error is not None:
            self._fail(process, message.id, unpack_error(message.error), by_host=True)
        else:
            self._finish(process, message)

    def _finish(self, process: HostLife, message: Message) -> None:
        with self._lock:
            waiting = process.waiting.pop(message.id, None)
        if waiting is None:
            return
        self._suspects.clear(waiting.component)
        if has_pieces(message.result):
            fetch_behind(self, message.result, waiting)
        else:
            waiting.done(message.result)

    def _fail(self, process: HostLife, number: int, error: DesktopError, *, by_host: bool = False) -> None:
        with self._lock:
            waiting = process.waiting.pop(number, None)
        if waiting is not None:
            if by_host and error.key != "host.late":
                self._suspects.clear(waiting.component)
            waiting.failed(error)


def _ignore(_answer: object) -> None:
    return
