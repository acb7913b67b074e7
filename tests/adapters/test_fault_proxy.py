"""The proxy that spoils answers does each of its faults, and nothing else."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.helpers import fault_proxy
from tests.helpers.fault_proxy import FaultProxy, ProxyFault, run_fault_proxy
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server

BODY = b"0123456789"


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = lambda _request: Reply(body=BODY)
        yield server


@pytest.fixture
def proxy(server: FaultyServer) -> Iterator[FaultProxy]:
    with run_fault_proxy(server.port) as proxy:
        yield proxy


def ask(proxy: FaultProxy) -> tuple[int, bytes, dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)) as connection:
        connection.request("GET", "/x")
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


def test_without_a_fault_it_relays_faithfully_and_keeps_the_connection(proxy: FaultProxy) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)) as connection:
        for _ in range(3):
            connection.request("GET", "/x")
            assert connection.getresponse().read() == BODY
    assert proxy.asked == 3


def test_a_fault_strikes_one_answer_only(proxy: FaultProxy) -> None:
    proxy.faults = [fault_proxy.busy(7)]
    status, _body, headers = ask(proxy)
    assert (status, headers["Retry-After"]) == (429, "7")
    assert ask(proxy)[:2] == (200, BODY)


def test_an_answer_in_place_of_the_servers_leaves_the_server_unasked(proxy: FaultProxy, server: FaultyServer) -> None:
    proxy.faults = [fault_proxy.web_page()]
    status, body, headers = ask(proxy)
    assert (status, headers["Content-Type"]) == (200, "text/html")
    assert b"Sign in" in body
    assert server.requests == []


def test_a_cut_answer_ends_early(proxy: FaultProxy) -> None:
    whole = read_to_the_end(proxy)
    assert whole.endswith(BODY)
    proxy.faults = [fault_proxy.cut(len(whole) - 4)]
    assert read_to_the_end(proxy)[-6:] == BODY[:6]


def read_to_the_end(proxy: FaultProxy) -> bytes:
    """Every byte of an answer."""
    with socket.create_connection(("127.0.0.1", proxy.port)) as client, client.makefile("rb") as stream:
        client.sendall(b"GET /x HTTP/1.0\r\n\r\n")
        return stream.read()


def test_a_reset_is_a_reset(proxy: FaultProxy) -> None:
    proxy.faults = [fault_proxy.reset()]
    with pytest.raises(ConnectionResetError):
        ask(proxy)


def test_a_wrong_length_is_said(proxy: FaultProxy) -> None:
    proxy.faults = [fault_proxy.say_length(4), fault_proxy.say_length(400)]
    assert ask(proxy)[1] == BODY[:4]
    proxy.faults.append(ProxyFault())
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=0.2)) as connection:
        connection.request("GET", "/x")
        with pytest.raises((TimeoutError, http.client.IncompleteRead)):
            connection.getresponse().read()


@pytest.mark.parametrize("fault", [fault_proxy.delay(0.3), fault_proxy.drip(0.1)], ids=["delay", "drip"])
def test_a_slow_answer_outlasts_who_does_not_wait(proxy: FaultProxy, fault: ProxyFault) -> None:
    proxy.faults = [fault]
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        client.settimeout(0.05)
        client.sendall(b"GET /x HTTP/1.1\r\nHost: here\r\n\r\n")
        with pytest.raises(TimeoutError):
            read_on(client)


def read_on(client: socket.socket) -> None:
    """Reads until nothing comes in time: a byte now and then, or none at all, never all of them at once."""
    while client.recv(65_536):
        continue
