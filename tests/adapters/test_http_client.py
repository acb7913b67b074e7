"""The one HTTP client against a server that does everything wrong."""

from __future__ import annotations

import gzip
import logging
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desktop.adapters.http import HttpClient, Network
from desktop.domain.errors import (
    BadResponse,
    NotReady,
    OperationCancelled,
    OutcomeUnknown,
    SetupFailed,
)
from tests.helpers.adapters import QUICK, SECRET, run_client
from tests.helpers.faulty_server import (
    FaultyServer,
    Reply,
    Request,
    build_gzip_bomb,
    find_closed_port,
    run_faulty_server,
)
from tests.helpers.raw_server import run_raw_server

BUSY = Reply(status=503, headers={"Retry-After": "0"})


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def client(server: FaultyServer) -> Iterator[HttpClient]:
    with run_client(f"{server.url}/api") as client:
        yield client


# ==== what is sent and what comes back ====


def test_a_path_is_below_the_base_address(client: HttpClient, server: FaultyServer) -> None:
    answer = client.request("get", "things/1", params={"q": ["a b", "c"]})
    assert server.requests[0].path == "/api/things/1"
    assert server.requests[0].query == {"q": ["a b", "c"]}
    assert answer.url == f"{server.url}/api/things/1"


def test_a_form_repeats_the_names_of_lists(client: HttpClient, server: FaultyServer) -> None:
    client.request("POST", "requests", form={"attribute[A][]": ["1", "2"], "description": "Ünïcode & more"})
    assert server.requests[0].form == {"attribute[A][]": ["1", "2"], "description": ["Ünïcode & more"]}


def test_headers_of_an_answer_are_read_in_any_case(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(headers={"X-Thing": "yes"}, media="Text/XML; charset=utf-8")]
    answer = client.request("GET", "x")
    assert answer.headers["x-thing"] == "yes"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 412, 500])
def test_a_status_is_given_and_not_raised(client: HttpClient, server: FaultyServer, status: int) -> None:
    server.replies = [Reply(status=status, body=b"why")]
    answer = client.request("GET", "x")
    assert (answer.status, answer.body) == (status, b"why")


def test_many_threads_share_one_client(client: HttpClient, server: FaultyServer) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(client.request("GET", "x").status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8


# ==== where it may go ====


@pytest.mark.parametrize(
    "url",
    ["http://example.org/api", "ftp://127.0.0.1/x", "https://user:pw@127.0.0.1/x", "https://[::1/x", "127.0.0.1/x"],
)
def test_a_base_address_that_may_not_be_asked_is_refused_at_once(url: str) -> None:
    with pytest.raises(SetupFailed), run_client(url):
        pass


def test_another_host_is_not_asked(client: HttpClient, other: FaultyServer) -> None:
    with pytest.raises(SetupFailed, match="may not be asked at"):
        client.request("GET", f"{other.url}/x")
    assert other.requests == []


def test_a_redirect_on_the_same_host_is_followed(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=302, headers={"Location": "/api/there"}), Reply(body=b"here")]
    assert client.request("GET", "x").body == b"here"
    assert server.requests[1].path == "/api/there"


def test_a_redirect_to_another_host_is_refused_before_anything_is_sent(
    client: HttpClient, server: FaultyServer, other: FaultyServer
) -> None:
    server.replies = [Reply(status=302, headers={"Location": f"{other.url}/steal"})]
    with pytest.raises(SetupFailed, match="not set up for"):
        client.request("GET", "x", headers={"Authorization": f"Bearer {SECRET}"})
    assert other.requests == []


def test_a_redirect_to_plain_http_outside_is_refused(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=302, headers={"Location": "http://example.org/"})]
    with pytest.raises(SetupFailed):
        client.request("GET", "x")


def test_redirects_without_end_stop(client: HttpClient, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=302, headers={"Location": "/api/again"})
    with pytest.raises(SetupFailed, match="without end"):
        client.request("GET", "x")
    assert len(server.requests) == 6


def test_a_write_that_is_answered_by_a_redirect_is_not_sent_again(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=303, headers={"Location": "/api/made"}), Reply(body=b"made")]
    assert client.request("POST", "x", json={"a": 1}).body == b"made"
    assert [(r.method, r.body) for r in server.requests] == [("POST", b'{"a": 1}'), ("GET", b"")]


def test_a_write_to_an_address_that_has_moved_is_not_sent_there(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=301, headers={"Location": "/api/there"})]
    with pytest.raises(SetupFailed, match="has moved"):
        client.request("POST", "x", json={})
    assert len(server.requests) == 1


# ==== second tries ====


def test_a_read_is_tried_again_while_the_server_is_busy(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [BUSY, replace(BUSY, status=429), Reply(body=b"ok")]
    assert client.request("GET", "x").body == b"ok"


def test_a_server_that_stays_busy_gives_its_last_answer(client: HttpClient, server: FaultyServer) -> None:
    server.answer = lambda _request: BUSY
    assert client.request("GET", "x").status == 503
    assert len(server.requests) == 3


def test_a_retry_after_longer_than_the_call_is_not_waited_for(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=429, headers={"Retry-After": "3600"})]
    assert client.request("GET", "x").status == 429
    assert len(server.requests) == 1


def test_a_write_is_not_sent_again(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [BUSY]
    assert client.request("POST", "x", json={}).status == 503
    assert len(server.requests) == 1


def test_a_write_with_a_key_is_sent_again(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(drop=True), Reply(status=201)]
    assert client.request("POST", "x", json={}, retry=True).status == 201


def test_a_write_that_was_lost_and_then_refused_in_passing_stays_unknown(
    client: HttpClient, server: FaultyServer
) -> None:
    server.replies = [Reply(drop=True), BUSY, BUSY]
    with pytest.raises(OutcomeUnknown):
        client.request("POST", "x", json={}, retry=True)


def test_a_read_whose_connection_breaks_is_tried_again(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(drop=True), Reply(body=b"half", length=10), Reply(body=b"whole")]
    assert client.request("GET", "x").body == b"whole"


# ==== no answer ====


def test_nobody_there_means_not_ready_even_for_a_write() -> None:
    with run_client(f"http://127.0.0.1:{find_closed_port()}") as client, pytest.raises(NotReady, match="reached"):
        client.request("POST", "x", json={})


def test_a_lost_answer_to_a_write_is_unknown(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(drop=True)]
    with pytest.raises(OutcomeUnknown):
        client.request("POST", "x", json={})


def test_a_cut_answer_to_a_write_is_unknown(client: HttpClient, server: FaultyServer) -> None:
    server.replies = [Reply(status=201, body=b"{", length=200)]
    with pytest.raises(OutcomeUnknown):
        client.request("POST", "x", json={})


def test_a_cut_answer_to_a_read_is_not_ready(client: HttpClient, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=b"{", length=200)
    with pytest.raises(NotReady):
        client.request("GET", "x")


def test_a_silent_server_ends_in_time(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(hold=threading.Event())
    network = replace(QUICK, read_s=0.2, backoff=replace(QUICK.backoff, tries=1))
    with run_client(server.url, network=network) as client:
        with pytest.raises(NotReady, match="in time"):
            client.request("GET", "x")
        with pytest.raises(OutcomeUnknown):
            client.request("POST", "x", json={})


def _drip_body(_request: Request) -> Reply:
    return Reply(body=b"x" * 1000, drip_s=0.05)


@pytest.mark.parametrize(("method", "kind"), [("GET", NotReady), ("POST", OutcomeUnknown)])
def test_a_dripping_body_ends_at_the_deadline(
    client: HttpClient, server: FaultyServer, method: str, kind: type[Exception]
) -> None:
    server.answer = _drip_body
    with client.call_scope(0.4), pytest.raises(kind):
        client.request(method, "x")
    assert len(server.requests) == 1


def test_dripping_headers_end_at_the_deadline() -> None:
    with run_raw_server(_drip_headers) as url, run_client(url) as client:
        with client.call_scope(0.4), pytest.raises(NotReady):
            client.request("GET", "x")


def test_a_call_that_is_called_off_ends_while_the_body_drips(client: HttpClient, server: FaultyServer) -> None:
    server.answer = _drip_body
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with client.call_scope(30, cancel), pytest.raises(OperationCancelled):
        client.request("GET", "x")
    timer.join()


def test_a_write_that_is_called_off_after_it_was_sent_is_unknown(client: HttpClient, server: FaultyServer) -> None:
    server.answer = _drip_body
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with client.call_scope(30, cancel), pytest.raises(OutcomeUnknown):
        client.request("POST", "x")
    timer.join()


def test_a_call_that_is_called_off_before_it_is_sent_is_cancelled(client: HttpClient, server: FaultyServer) -> None:
    with client.call_scope(30, lambda: True), pytest.raises(OperationCancelled):
        client.request("POST", "x")
    assert server.requests == []


def test_a_wait_for_a_busy_server_can_be_called_off(client: HttpClient, server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=503, headers={"Retry-After": "5"})
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    with client.call_scope(30, cancel), pytest.raises(OperationCancelled):
        client.request("GET", "x")
    timer.join()


def test_an_inner_scope_ends_with_the_outer_one(client: HttpClient, server: FaultyServer) -> None:
    server.answer = _drip_body
    with client.call_scope(0.3), client.call_scope(30), pytest.raises(NotReady):
        client.request("GET", "x")


# ==== bodies ====


def test_gzip_deflate_and_bare_deflate_are_undone(client: HttpClient, server: FaultyServer) -> None:
    text = b"knit " * 50_000
    bare = zlib.compressobj(wbits=-15)
    packed = [
        ("gzip", gzip.compress(text)),
        ("gzip", gzip.compress(text[:100]) + gzip.compress(text[100:])),
        ("deflate", zlib.compress(text)),
        ("deflate", bare.compress(text) + bare.flush()),
    ]
    server.replies = [Reply(body=body, headers={"Content-Encoding": name}) for name, body in packed]
    assert [client.request("GET", "x").body == text for _ in packed] == [True] * 4


def test_a_gzip_bomb_is_refused_by_its_unpacked_size(server: FaultyServer) -> None:
    bomb = Reply(body=build_gzip_bomb(50_000_000), headers={"Content-Encoding": "gzip"})
    server.answer = lambda _request: bomb
    with run_client(server.url, network=replace(QUICK, most_bytes=1_000_000)) as client:
        with pytest.raises(BadResponse, match="more than it may"):
            client.request("GET", "x")
        with pytest.raises(OutcomeUnknown):
            client.request("POST", "x")


def test_a_body_that_is_too_large_is_not_read_to_its_end(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=b"x" * 3_000_000)
    with run_client(server.url, network=replace(QUICK, most_bytes=1_000_000)) as client:
        with pytest.raises(BadResponse, match="more than it may"):
            client.request("GET", "x")


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_body_that_cannot_be_unpacked_is_a_bad_response(
    client: HttpClient, server: FaultyServer, encoding: str
) -> None:
    server.replies = [Reply(body=b"not packed at all", headers={"Content-Encoding": encoding})]
    with pytest.raises(BadResponse, match="unpacked"):
        client.request("GET", "x")


def test_a_gzip_body_that_is_cut_off_is_not_ready(client: HttpClient, server: FaultyServer) -> None:
    cut = gzip.compress(bytes(range(256)) * 40)[:-20]
    server.answer = lambda _request: Reply(body=cut, headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotReady):
        client.request("GET", "x")


# ==== rate ====


def test_requests_beyond_the_rate_wait_or_say_when(server: FaultyServer) -> None:
    with run_client(server.url, per_second=0.5, burst=2) as client, client.call_scope(1):
        client.request("GET", "x")
        client.request("GET", "x")
        with pytest.raises(NotReady) as caught:
            client.request("GET", "x")
    assert caught.value.retry_after is not None
    assert len(server.requests) == 2


# ==== what gets out ====


def test_no_error_or_log_holds_a_secret_or_a_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    port = find_closed_port()
    with run_client(f"http://127.0.0.1:{port}") as client, pytest.raises(NotReady) as caught:
        client.request("GET", f"x/{SECRET}", params={"name": "Cynthia"}, headers={"key": SECRET})
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caplog.text}"
    assert SECRET not in told
    assert "Cynthia" not in told


def test_a_secret_that_cannot_be_sent_is_a_setup_fault_and_is_not_shown(client: HttpClient) -> None:
    with pytest.raises(SetupFailed) as caught:
        client.request("GET", "x", headers={"key": f"{SECRET}\nX-Evil: 1"})
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"


def test_a_missing_certificate_bundle_is_a_setup_fault() -> None:
    network = Network(ca_bundle="/nowhere/ca.pem")
    with run_client("https://127.0.0.1:9", network=network) as client, pytest.raises(SetupFailed):
        client.request("GET", "x")


def test_a_server_without_tls_is_a_setup_fault(server: FaultyServer) -> None:
    with run_client(f"https://127.0.0.1:{server.port}") as client, pytest.raises(SetupFailed, match="secure"):
        client.request("GET", "x")


# ==== a server that is not even HTTP ====


def _drip_headers(write: Callable[[bytes], None], stopping: threading.Event) -> None:
    write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not stopping.wait(0.05):
        write(b"a")


def _babble(write: Callable[[bytes], None], _stopping: threading.Event) -> None:
    write(b"220 mail.example ESMTP ready\r\n")


def test_what_is_not_http_is_not_ready() -> None:
    with run_raw_server(_babble) as url, run_client(url) as client, pytest.raises(NotReady):
        client.request("GET", "x")
