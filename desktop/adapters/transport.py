"""The wire below the HTTP client: sockets whose every read keeps to the call's deadline and cancel.

`requests` gives a time limit for each read, so a server that sends one byte a second is never late. Here the reader of
a response, status line and headers included, waits in short slices and looks at the call's limit between them.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from typing_extensions import Buffer, override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from desktop.adapters.limits import SLICE_S, find_limit

if TYPE_CHECKING:
    from urllib3.poolmanager import PoolManager, ProxyManager

# These two loggers write whole addresses, whose query may hold a resident's name.
for _name in ("urllib3.connectionpool", "urllib3.connection"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class LimitedReader(io.RawIOBase):
    """Reads a socket in slices of the call's limit; keeps the file object it stands in for alive until closed.

    Raises from `readinto`: TimeoutError after `quiet_s` seconds without a byte, and what `CallLimit.check` raises.
    """

    def __init__(self, stream: io.RawIOBase, sock: socket.socket, quiet_s: float | None) -> None:
        super().__init__()
        self._stream = stream
        self._socket = sock
        self._quiet_s = quiet_s

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        limit = find_limit()
        if limit is None:
            return self._socket.recv_into(buffer)
        quiet_until = None if self._quiet_s is None else limit.clock.monotonic() + self._quiet_s
        try:
            while True:
                limit.check()
                self._socket.settimeout(max(0.001, min(SLICE_S, limit.remaining())))
                try:
                    return self._socket.recv_into(buffer)
                except TimeoutError:
                    if quiet_until is not None and limit.clock.monotonic() >= quiet_until:
                        raise
        finally:
            self._restore()

    def _restore(self) -> None:
        """Gives the socket its own time limit back, for the next request that it sends."""
        try:
            self._socket.settimeout(self._quiet_s)
        except OSError:
            return  # closed meanwhile: there is no next request

    @override
    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class _LineReader(io.BufferedReader):
    """Remembers whether the last line that was read ended as a line does."""

    cut = False

    @override
    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.cut = not line.endswith(b"\n")
        return line


class _LimitedResponse(http.client.HTTPResponse):
    """A response read through a `LimitedReader`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        stream = self.fp.detach()
        self.fp = _LineReader(LimitedReader(stream, sock, sock.gettimeout()))

    @override
    def begin(self) -> None:
        """Reads status line and headers. http.client takes headers that are cut off for whole ones without a body."""
        lines = self.fp
        super().begin()
        if isinstance(lines, _LineReader) and lines.cut:
            self.close()
            raise http.client.RemoteDisconnected("cut off in its headers")


class _LimitedHttp(HTTPConnection):
    response_class = _LimitedResponse


class _LimitedHttps(HTTPSConnection):
    response_class = _LimitedResponse


class _LimitedHttpPool(HTTPConnectionPool):
    ConnectionCls = _LimitedHttp


class _LimitedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _LimitedHttps


_POOLS = {"http": _LimitedHttpPool, "https": _LimitedHttpsPool}


class LimitedAdapter(HTTPAdapter):
    """A transport of `requests` that reads within the call's limit, direct or through a proxy."""

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = dict(_POOLS)

    @override
    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = dict(_POOLS)
        return manager
