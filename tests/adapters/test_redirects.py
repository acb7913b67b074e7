"""Where a redirect may lead, and what goes along; and the way through a proxy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.adapters.addresses import AllowList, build_shown_url, build_url
from desktop.adapters.orders import Order, Redirects
from desktop.domain.errors import NotReady, OutcomeUnknown, SetupFailed
from tests.helpers.adapters import QUICK, SECRET, run_client
from tests.helpers.faulty_server import Reply, run_faulty_server

BASE = "https://api.council.example/v1"
ALLOWED = AllowList.build(hosts=["files.council.example"], addresses=[BASE], component="Waste")
REDIRECTS = Redirects(ALLOWED, component="Waste", secrets=frozenset({SECRET}))
READ = Order(
    method="GET", url=f"{BASE}/x", params={"q": "1"},
    headers={"Authorization": "Bearer other", "key": SECRET, "Accept": "text/xml"},
)  # fmt: skip
WRITE = Order(method="POST", url=f"{BASE}/x", json={"a": 1})


def follow(order: Order, location: str, status: int = 302) -> Order:
    return REDIRECTS.build_next(order, status=status, location=location, last=False)


def test_no_secret_goes_along_to_another_host() -> None:
    after = follow(READ, "https://files.council.example/y")
    assert (after.url, dict(after.headers), after.params) == (
        "https://files.council.example/y", {"Accept": "text/xml"}, None,
    )  # fmt: skip


def test_secrets_stay_on_the_same_host() -> None:
    assert follow(READ, "/y").headers == READ.headers


@pytest.mark.parametrize(
    "location",
    [
        f"https://files.council.example/y?key={SECRET}",
        "https://files.council.example:8443/y",
        "https://evil.example/y",
        "http://files.council.example/y",
        "https://api.council.example:444/y",
        "ftp://files.council.example/y",
    ],
)
def test_a_redirect_that_leads_astray_is_refused(location: str) -> None:
    with pytest.raises(SetupFailed):
        follow(READ, location)


def test_a_write_is_repeated_on_the_same_host_only() -> None:
    assert follow(WRITE, "/y", 307).json == {"a": 1}
    with pytest.raises(SetupFailed):
        follow(WRITE, "https://files.council.example/y", 307)


def test_paths_lie_below_the_base_address() -> None:
    assert build_url("https://a.example/v1/", "/x?y=1") == "https://a.example/v1/x?y=1"
    assert build_url("https://a.example/v1", "https://b.example/z") == "https://b.example/z"
    assert build_shown_url("https://u:p@a.example/x?name=Cynthia#f") == "https://a.example/x"


def test_a_write_that_was_taken_and_then_not_answered_is_unknown() -> None:
    with run_faulty_server() as server, run_client(server.url) as client:
        server.replies = [Reply(status=303, headers={"Location": "/made"}), Reply(status=503)]
        with pytest.raises(OutcomeUnknown):
            client.request("POST", "x", json={})


def test_a_proxy_that_refuses_is_not_ready_and_sees_no_request() -> None:
    with run_faulty_server() as proxy:
        network = replace(QUICK, proxy=proxy.url)
        with run_client(BASE, network=network) as client, pytest.raises(NotReady):
            client.request("POST", "x", json={"a": 1}, headers={"key": SECRET})
        assert proxy.requests == []


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with run_faulty_server() as server, run_client(server.url) as client:
        assert client.request("GET", "x").status == 200
