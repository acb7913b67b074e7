"""An answer that is cut off in its headers is no answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from desktop.domain.errors import NotReady, OutcomeUnknown
from tests.helpers.adapters import run_client
from tests.helpers.raw_server import run_raw_server

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
HEAD = len(WHOLE) - len(b"\r\nok")


@pytest.mark.parametrize("kept", [9, 17, 30, 41, 60, HEAD - 1, HEAD])
def test_an_answer_cut_off_in_its_headers_is_not_taken_for_a_whole_one(kept: int) -> None:
    def talk(write: Callable[[bytes], None], _stopping: threading.Event) -> None:
        write(WHOLE[:kept])

    with run_raw_server(talk) as url, run_client(url) as client:
        with pytest.raises(NotReady):
            client.request("GET", "x")
        with pytest.raises(OutcomeUnknown):
            client.request("POST", "x", data=b"x")


def test_a_whole_answer_is_read() -> None:
    with run_raw_server(lambda write, _stopping: write(WHOLE)) as url, run_client(url) as client:
        assert client.request("GET", "x").body == b"ok"
