"""A real HTTP server on loopback that answers as it is told: rightly, wrongly, slowly, in pieces, not at all."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server got it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        """A form-encoded body."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered.

    Attributes:
        status: the HTTP status.
        body: as it is sent.
        media: the Content-Type.
        headers: further ones.
        length: what Content-Length says, None for the truth; -1 leaves it out, so the end of the connection is the end.
        drip_s: seconds between two bytes, 0 for all at once.
        hold: waits for this before anything is sent.
        drop: closes the connection without an answer.
    """

    status: int = 200
    body: bytes = b""
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    drip_s: float = 0.0
    hold: threading.Event | None = None
    drop: bool = False


Answerer = Callable[[Request], Reply]


class FaultyServer:
    """The server. `requests` are those that came, oldest first; `replies` are used up before `answer` is asked.

    What `aside` answers (a token, say) is neither counted nor changed by either.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self.answer: Answerer = lambda _request: Reply()
        self.aside: Callable[[Request], Reply | None] = lambda _request: None
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def take_reply(self, request: Request) -> Reply:
        """Notes a request and gives what to answer."""
        with self._lock:
            aside = self.aside(request)
            if aside is not None:
                return aside
            self.requests.append(request)
            return self.replies.pop(0) if self.replies else self.answer(request)

    def start(self) -> None:
        """Serves on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends everything that still drips or waits, then the server."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def run_faulty_server() -> Iterator[FaultyServer]:
    """A running server, stopped afterwards."""
    server = FaultyServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def find_closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build_gzip_bomb(size: int) -> bytes:
    """A few bytes that unpack to `size`."""
    return gzip.compress(b"\0" * size)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    owner: FaultyServer

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    @override
    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(0.05)

    @override
    def handle_one_request(self) -> None:
        """Waits for a request, but no longer than the server lives."""
        while not self.server.owner.stopping.is_set():
            try:
                self.connection.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                continue
            except OSError:
                break
            self.connection.settimeout(10)
            super().handle_one_request()
            self.connection.settimeout(0.05)
            return
        self.close_connection = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = parse_qs(parts.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.take_reply(Request(self.command, parts.path, query, headers, body))
        try:
            self._send(reply)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _serve  # noqa: N815 -- the base class's
    do_PROPFIND = do_MKCOL = do_LOCK = do_UNLOCK = _serve  # noqa: N815 -- WebDAV's

    def _send(self, reply: Reply) -> None:
        if reply.hold is not None:
            self._wait(reply.hold)
        if reply.drop:
            self.close_connection = True
            return
        length = len(reply.body) if reply.length is None else reply.length
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media)
        if length >= 0:
            self.send_header("Content-Length", str(length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        for byte in reply.body if reply.drip_s else ():
            if self.server.owner.stopping.wait(reply.drip_s):
                break
            self.wfile.write(bytes([byte]))
        if not reply.drip_s:
            self.wfile.write(reply.body)
        if length != len(reply.body):
            self.close_connection = True

    def _wait(self, hold: threading.Event) -> None:
        while not hold.wait(0.02):
            if self.server.owner.stopping.is_set():
                return

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
