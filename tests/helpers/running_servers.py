"""Starts a server that nobody here wrote, from its own environment, and ends it by its process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
import real_servers

from tests.helpers.faulty_server import find_closed_port

STARTS_WITHIN_S = 60.0
_TRIES = 3
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
"""All that a server is given of this environment: no proxy, no secret, no path into Knit."""

Command = Callable[[Path, int], Sequence[str | Path]]
"""What starts a server: from the interpreter of its environment and the port it is to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A server on loopback. What it prints is in `log`."""

    port: int
    pid: int
    log: Path

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


def find_server_python(name: str) -> Path:
    """The interpreter of a server's environment; skips the test where there is none, and fails it in CI."""
    python = real_servers.find_python(name)
    if python is None:
        _go_without(f"the real server {name} is not installed: python3 build/dev.py test tests/real")
    return python


def _go_without(reason: str) -> NoReturn:
    if real_servers.is_ci():
        pytest.fail(f"{reason}. In CI none may be left out.")
    pytest.skip(reason)


@contextmanager
def run_server(
    name: str,
    command: Command,
    folder: Path,
    *,
    variables: dict[str, str] | None = None,
    port: int = 0,
    is_ready: Callable[[int], bool] | None = None,
) -> Iterator[RunningServer]:
    """A running server, ended afterwards.

    Args:
        name: of its lock under build/servers.
        command: what starts it; it must listen on 127.0.0.1 and stay in the foreground.
        folder: where it runs, and where its log is written.
        variables: of its environment, besides the few that it is given anyway.
        port: that it is to take, 0 for any that is free.
        is_ready: whether it answers on a port by now; by default whether it takes a connection.
    """
    python = find_server_python(name)
    log = folder / f"{name}.log"
    for left in reversed(range(_TRIES)):
        chosen = port or find_closed_port()
        process = _start(command(python, chosen), folder, log, variables or {})
        try:
            if _wait_until_ready(process, chosen, is_ready or is_listening):
                yield RunningServer(port=chosen, pid=process.pid, log=log)
                return
        finally:
            _end(process)
        if not left:  # the port may have been taken by somebody else in between: that is worth another try
            text = log.read_text(encoding="utf-8", errors="replace")
            pytest.fail(f"{name} did not start:\n{text[-3000:]}")


def is_listening(port: int) -> bool:
    """Whether somebody takes connections on a port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _start(words: Sequence[str | Path], folder: Path, log: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with log.open("wb") as out:
        return subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env={**kept, "PYTHONUNBUFFERED": "1", **variables},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, is_ready: Callable[[int], bool]) -> bool:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends and process.poll() is None:
        if is_ready(port):
            return True
        time.sleep(0.05)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, then ends it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
