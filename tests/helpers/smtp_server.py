"""A mail server on loopback that answers as it is told: refuses, falls silent, drips, goes away. It speaks no TLS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HELLO = b"250-test.example\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000\r\n"
GOOD = {
    "greeting": b"220 test.example\r\n", "EHLO": HELLO, "MAIL": b"250 ok\r\n", "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n", "message": b"250 taken as 1\r\n", "QUIT": b"221 bye\r\n", "AUTH": b"235 welcome\r\n",
}  # fmt: skip

SILENT = b"silent"
GONE = b"gone"


@dataclass
class ScriptedSmtp:
    """What the server says and what it was told.

    Attributes:
        answers: by command; `SILENT` says nothing, `GONE` closes, anything else is sent as it is.
        drip_s: seconds between two bytes of what it says.
        heard: commands, whole, of conversations that ended; one that does not end is waited for half a second.
        messages: as they came, without the dots of the wire.
        deaf: takes nothing more once a message begins.
    """

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    drip_s: float = 0.0
    deaf: bool = False
    messages: list[bytes] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    lines: list[str] = field(default_factory=list)

    @property
    def heard(self) -> list[str]:
        self.ended.wait(0.5)  # a client that said QUIT may be gone before it is heard here
        return self.lines

    def find_answer(self, command: str, line: str) -> bytes:
        """What is said to a command; one for the whole line comes first."""
        return self.answers.get(line) or self.answers.get(command) or GOOD.get(command, b"500 what?\r\n")


@contextmanager
def run_smtp_server() -> Iterator[ScriptedSmtp]:
    """A running server, stopped afterwards."""
    script = ScriptedSmtp()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.ended.set()
        script.port = listener.getsockname()[1]
        listener.settimeout(0.02)
        thread = threading.Thread(target=_serve, args=(listener, script))
        thread.start()
        try:
            yield script
        finally:
            script.stopping.set()
            thread.join()


def _serve(listener: socket.socket, script: ScriptedSmtp) -> None:
    while not script.stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(0.02)
            script.ended.clear()
            try:
                _talk(connection, script)
            except (OSError, EOFError):
                continue
            finally:
                script.ended.set()


def _talk(connection: socket.socket, script: ScriptedSmtp) -> None:
    lines = _read_lines(connection, script)
    _say(connection, script, script.find_answer("greeting", ""))
    for raw in lines:
        line = raw.decode()
        command = line.split()[0].upper() if line.split() else ""
        script.lines.append(line)
        answer = script.find_answer(command, line)
        _say(connection, script, answer)
        if command == "QUIT":
            return
        if command == "DATA" and answer.startswith(b"354"):
            if script.deaf:
                script.stopping.wait(30)
            script.messages.append(_read_message(lines))
            _say(connection, script, script.find_answer("message", ""))


def _read_message(lines: Iterator[bytes]) -> bytes:
    kept: list[bytes] = []
    for line in lines:
        if line == b".":
            return b"\r\n".join(kept)
        kept.append(line[1:] if line.startswith(b"..") else line)
    raise EOFError


def _read_lines(connection: socket.socket, script: ScriptedSmtp) -> Iterator[bytes]:
    left = b""
    while not script.stopping.is_set():
        line, end, rest = left.partition(b"\r\n")
        if end:
            left = rest
            yield line
            continue
        try:
            got = connection.recv(65_536)
        except TimeoutError:
            continue
        if not got:
            return
        left += got


def _say(connection: socket.socket, script: ScriptedSmtp, answer: bytes) -> None:
    if answer == GONE:
        raise EOFError
    if answer == SILENT:
        script.stopping.wait(30)
        return
    for byte in answer if script.drip_s else ():
        if script.stopping.wait(script.drip_s):
            return
        connection.sendall(bytes([byte]))
    if not script.drip_s:
        connection.sendall(answer)
