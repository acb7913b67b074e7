"""A proxy on loopback that stands between an adapter and a real server and spoils answers as it is told.

It relays bytes, whatever protocol they are of: HTTP, SMTP. `faults` are used up one by one, each by the next thing that
a client asks; with none left it relays faithfully.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_TICK_S = 0.02
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyFault:
    """What is done to one answer.

    Attributes:
        delay_s: seconds before its first byte.
        drip_s: seconds between two of its bytes.
        cut_after: bytes after which the connection is closed; None for never.
        reset: the connection is reset rather than closed, at `cut_after` or at once.
        edit: changes its first bytes, such as a header.
        instead: sent in place of an answer, with the server not asked at all; then the connection is closed.
    """

    delay_s: float = 0.0
    drip_s: float = 0.0
    cut_after: int | None = None
    reset: bool = False
    edit: Callable[[bytes], bytes] | None = None
    instead: bytes | None = None


# ==== faults with names ====


def delay(seconds: float) -> ProxyFault:
    """The answer comes late."""
    return ProxyFault(delay_s=seconds)


def drip(seconds: float) -> ProxyFault:
    """The answer comes byte by byte."""
    return ProxyFault(drip_s=seconds)


def cut(after: int) -> ProxyFault:
    """The connection is closed in the middle of the answer."""
    return ProxyFault(cut_after=after)


def reset(after: int = 0) -> ProxyFault:
    """The connection is reset, after so many bytes of the answer."""
    return ProxyFault(cut_after=after, reset=True)


def say_length(length: int) -> ProxyFault:
    """The answer says that it is of another length than it is."""

    def edit(start: bytes) -> bytes:
        head, gap, rest = start.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
        return b"\r\n".join([*lines, b"Content-Length: %d" % length]) + gap + rest

    return ProxyFault(edit=edit)


def answer(status: str, body: bytes = b"", media: str = "text/plain", **headers: str) -> ProxyFault:
    """An HTTP answer of the proxy's own, such as `429 Too Many Requests`."""
    named = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {media}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *named,
    ]
    return ProxyFault(instead="\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def busy(retry_after_s: int = 3600) -> ProxyFault:
    """429, come again later."""
    return answer("429 Too Many Requests", Retry_After=str(retry_after_s))


def web_page() -> ProxyFault:
    """The page of a sign-in in place of an answer."""
    return answer("200 OK", b"<!doctype html><html><body>Sign in</body></html>", "text/html")


# ==== the proxy ====


class FaultProxy:
    """The proxy. It takes connections as soon as it is made; `target` is the port that it relays to."""

    def __init__(self) -> None:
        self.faults: list[ProxyFault] = []
        self.target = 0
        self.asked = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_TICK_S)
        self._acceptor = threading.Thread(target=self._accept, name="fault-proxy")
        self._acceptor.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Ends every connection and the proxy."""
        self._stopping.set()
        self._acceptor.join()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(client,), name="fault-proxy-connection")
            self._threads.append(thread)
            thread.start()

    def _take_fault(self) -> ProxyFault:
        with self._lock:
            self.asked += 1
            return self.faults.pop(0) if self.faults else ProxyFault()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, socket.create_connection(("127.0.0.1", self.target), timeout=5) as server:
                client.settimeout(5)
                self._relay(client, server)
        except OSError:
            return  # one of the two went away: that is what it is for

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        """Bytes both ways until one side ends; each thing asked takes a fault along for its answer."""
        fault, sent, waiting = ProxyFault(), 0, False
        while not self._stopping.is_set():
            readable, _, _ = select.select([client, server], [], [], _TICK_S)
            if client in readable:
                data = client.recv(_CHUNK)
                if not data:
                    return
                if not waiting:
                    fault, sent, waiting = self._take_fault(), 0, True
                if fault.instead is not None:
                    client.sendall(fault.instead)
                    return
                server.sendall(data)
            if server in readable:
                data = server.recv(_CHUNK)
                if not data or not self._pass_on(client, data, fault, sent):
                    return
                sent, waiting = sent + len(data), False

    def _pass_on(self, client: socket.socket, data: bytes, fault: ProxyFault, sent: int) -> bool:
        """Sends what the fault leaves of some bytes of an answer; False where the connection ends with them."""
        if sent == 0:
            data = fault.edit(data) if fault.edit else data
            self._stopping.wait(fault.delay_s)
        kept = data if fault.cut_after is None else data[: max(0, fault.cut_after - sent)]
        if fault.drip_s:
            for byte in kept:
                if self._stopping.wait(fault.drip_s):
                    return False
                client.sendall(bytes([byte]))
        else:
            client.sendall(kept)
        if fault.cut_after is None or sent + len(data) < fault.cut_after:
            return True
        if fault.reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


@contextmanager
def run_fault_proxy(target: int = 0) -> Iterator[FaultProxy]:
    """A proxy before a port of this machine, stopped afterwards; `target` may be set later."""
    proxy = FaultProxy()
    proxy.target = target
    try:
        yield proxy
    finally:
        proxy.stop()
