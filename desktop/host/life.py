"""One life of the host process: its pipes, what is waited for, and how it ends."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

from desktop.domain.errors import DesktopError, NotReady
from desktop.host.wire import Message, encode

SILENCE: Final = 5.0
"""Seconds without a word after which the host is taken for dead."""
START_SILENCE: Final = 30.0
"""The same before its first word: a busy computer may take long to start a process."""
LOOK_EVERY: Final = 0.25
Done = Callable[[Any], None]
Failed = Callable[[DesktopError], None]


def host_command(*, frozen: bool, executable: str, platform: str) -> list[str]:
    """How the host is started: `knit host` beside a frozen desk, the module otherwise."""
    if not frozen:
        return [executable, "-m", "desktop.host"]
    name = "knit.exe" if platform == "win32" else "knit"
    folder = executable.replace("\\", "/").rsplit("/", 1)[0]
    return [f"{folder}/{name}", "host"]


def own_command() -> list[str]:
    """How this program starts its host."""
    frozen = bool(getattr(sys, "frozen", False))
    return host_command(frozen=frozen, executable=sys.executable, platform=sys.platform)


def creation_flags(platform: str) -> int:
    """Windows opens no console window for the host; elsewhere nothing."""
    return 0x0800_0000 if platform == "win32" else 0


@dataclass(slots=True)
class Waiting:
    """A request whose answer has not come."""

    component: str
    method: str
    done: Done
    failed: Failed


@dataclass(slots=True)
class HostLife:
    """A running host. `waiting` is changed under the client's lock alone."""

    popen: subprocess.Popen[bytes]
    heard: float = field(default_factory=time.monotonic)
    has_spoken: bool = False
    working: set[str] = field(default_factory=set)
    """Components that it last said it worked for. Changed by the reader thread alone."""
    reader: threading.Thread | None = None
    waiting: dict[int, Waiting] = field(default_factory=dict)
    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held while a line is written, and never the client's own lock: a host that no longer reads can block it."""

    @classmethod
    def launch(cls, command: Sequence[str]) -> HostLife:
        """Starts the process. Raises OSError."""
        popen = subprocess.Popen(  # noqa: S603 (our own program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=creation_flags(sys.platform),
        )
        return cls(popen)

    def hear_turn(self, said: Mapping[str, Any]) -> None:
        """Takes in that it works for a component from now on, or no longer."""
        (self.working.add if said["begins"] else self.working.discard)(str(said["component"]))

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.popen.poll() is None

    def write(self, message: Message) -> None:
        """Sends one line. Raises OSError or ValueError when the host is gone."""
        line = encode(message)
        with self.writing:
            if self.popen.stdin is None:
                raise ValueError("closed")
            self.popen.stdin.write(line)
            self.popen.stdin.flush()

    def watch(self, stopping: threading.Event) -> None:
        """Waits until the host ends; ends it when it falls silent. Never writes, for a write may block."""
        while self.is_alive() and not stopping.is_set():
            if time.monotonic() - self.heard > (SILENCE if self.has_spoken else START_SILENCE):
                logging.getLogger("knit.client").warning("Host is silent: ending it")
                self.popen.kill()
                break
            stopping.wait(LOOK_EVERY)
        if not stopping.is_set():
            self.popen.wait()

    def drain(self, log: logging.Logger) -> None:
        """Reads stderr to its end into the log."""
        if self.popen.stderr is None:
            return
        with self.popen.stderr as stderr:
            for line in stderr:
                log.info("Host: %s", line.decode("utf-8", "replace").rstrip()[:500])

    def leave(self, timeout: float) -> None:
        """Lets the host end by closing its stdin, and kills one that does not in time."""
        if self.writing.acquire(timeout=1.0):
            close_quietly(self.popen.stdin)
            self.writing.release()
        else:
            self.popen.kill()  # it does not read any more: closing would wait for the write that is stuck
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait(5)


def close_quietly(stream: IO[bytes] | None) -> None:
    """Closes a pipe whose other end may be gone."""
    if stream is not None:
        try:
            stream.close()
        except OSError:
            return


def not_running(component: str, *, held: bool) -> NotReady:
    """What is said when a request finds no host, or a component that took it down twice."""
    if held:
        return NotReady(
            f"{component} was stopped because it twice took Knit's helper down.",
            "Start it again from the status bar.",
            key="host.held",
            subject=component,
        )
    return NotReady("Knit's helper is starting again.", "What you typed is safe.", key="host.down", subject=component)


def died(component: str) -> NotReady:
    """What is said of a request under way when the host ended."""
    return NotReady(
        f"Knit's helper ended while {component or 'it'} was being asked.",
        "Nothing you typed is lost; it is read back before any second try.",
        key="host.died",
        subject=component,
    )
