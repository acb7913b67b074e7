"""A server on loopback that says whatever bytes it is told to, HTTP or not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Talk = Callable[[Callable[[bytes], None], threading.Event], None]
"""Says something: gets a function that writes bytes, and an event that is set when it must end."""


@contextmanager
def run_raw_server(talk: Talk) -> Iterator[str]:
    """The address of a server that reads a little of each request and then talks."""
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(listener, talk, stopping))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join()


def _serve(listener: socket.socket, talk: Talk, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            try:
                connection.settimeout(2)
                connection.recv(65_536)
                talk(connection.sendall, stopping)
            except OSError:
                continue
