"""OS Places by key, or by a token for the client's id and secret; what the gateway says of either; plans and limits."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from typing_extensions import override

from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, Forbidden, NotReady, SetupFailed
from plugins.os_places.adapter import OsPlacesAdapter
from tests.helpers.adapters import SECRET, SetClock, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server

CLIENT = {"client_id": "project-17", "client_secret": "s3cret-of-17"}
EMPTY = Reply(body=b'{"header": {"totalresults": 0}}')


class TickingClock(SetClock):
    """A clock whose seconds are set too."""

    seconds = 1_000.0

    @override
    def monotonic(self) -> float:
        return self.seconds


class TokenServer:
    """Gives tokens that are numbered, and takes the last one."""

    def __init__(self, server: FaultyServer) -> None:
        self.given: list[Request] = []
        self.reply: Reply | None = None
        server.aside = self.aside
        server.answer = lambda _request: EMPTY

    def aside(self, request: Request) -> Reply | None:
        if request.path != "/oauth2/token/v1":
            return None
        self.given.append(request)
        tree = {"access_token": f"t-{len(self.given)}", "expires_in": "299", "token_type": "Bearer"}
        return self.reply or Reply(body=json.dumps(tree).encode())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def tokens(server: FaultyServer) -> TokenServer:
    return TokenServer(server)


@contextmanager
def signed_in(
    server: FaultyServer, secrets: Mapping[str, str] = CLIENT, clock: SetClock | None = None, token_url: str = ""
) -> Iterator[OsPlacesAdapter]:
    settings = {"token_url": token_url or f"{server.url}/oauth2/token/v1"}
    with run_adapter("os_places", server.url, secrets=secrets, settings=settings, clock=clock) as loaded:
        assert isinstance(loaded.adapter, OsPlacesAdapter)
        yield loaded.adapter


def bearers(server: FaultyServer) -> list[str]:
    return [request.headers.get("authorization", "") for request in server.requests]


def test_a_token_is_got_with_a_basic_header_and_goes_along_instead_of_the_key(
    server: FaultyServer, tokens: TokenServer
) -> None:
    with signed_in(server, {**CLIENT, "api_key": SECRET}) as places:
        places.find("x")
        places.find("y")
        assert places.check().facts["signs in with"] == "client id and secret"
    (asked,) = tokens.given
    basic = base64.b64encode(b"project-17:s3cret-of-17").decode()
    assert (asked.method, asked.headers["authorization"]) == ("POST", f"Basic {basic}")
    assert asked.form == {"grant_type": ["client_credentials"]}
    assert bearers(server) == ["Bearer t-1"] * 3
    assert "key" not in server.requests[0].headers
    assert "s3cret" not in str([(r.path, r.query) for r in (*tokens.given, *server.requests)])


def test_a_token_is_renewed_before_it_ends(server: FaultyServer, tokens: TokenServer) -> None:
    clock = TickingClock()
    with signed_in(server, clock=clock) as places:
        places.find("x")
        clock.seconds += 238
        places.find("x")
        clock.seconds += 2
        places.find("x")
    assert bearers(server) == ["Bearer t-1", "Bearer t-1", "Bearer t-2"]


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_token_server_that_says_back_what_it_was_shown_gets_nothing_of_it_out(
    server: FaultyServer, tokens: TokenServer, status: int
) -> None:
    shown = base64.b64encode(b"project-17:s3cret-of-17").decode()
    tokens.reply = Reply(
        status=status, body=f"<p>Basic {shown} project-17 s3cret-of-17</p>".encode(), media="text/html"
    )
    with signed_in(server) as places, pytest.raises(DesktopError) as caught:
        places.find("x")
    said = f"{vars(caught.value)} {caught.value.__cause__!r}"
    assert [word for word in (shown, "s3cret-of-17") if word in said] == []


EXPIRED = b'{"fault": {"faultstring": "Access Token expired", "detail": {"errorcode": "keymanagement.service.access_token_expired"}}}'


def test_a_token_that_is_not_taken_is_got_anew_once(server: FaultyServer, tokens: TokenServer) -> None:
    with signed_in(server) as places:
        server.replies = [Reply(status=401, body=EXPIRED)]
        assert places.find("x").items == ()
        server.replies = [Reply(status=401, body=EXPIRED)] * 2
        with pytest.raises(AuthFailed):
            places.find("x")
    assert bearers(server) == ["Bearer t-1", "Bearer t-2", "Bearer t-2", "Bearer t-3"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=401, body=b'{"ErrorCode": "invalid_client", "Error": "ClientId is Invalid"}'), AuthFailed),
        (Reply(status=500), NotReady),
        (Reply(drop=True), NotReady),
        (Reply(body=b"<html>Sign in</html>", media="text/html"), BadResponse),
        (Reply(status=404), SetupFailed),
        (Reply(status=405, body=b"<html>"), SetupFailed),
        (Reply(status=429, headers={"Retry-After": "5"}), NotReady),
    ],
)
def test_no_token_is_an_error_by_what_happens_next_and_nothing_is_asked(
    server: FaultyServer, tokens: TokenServer, reply: Reply, kind: type[DesktopError]
) -> None:
    tokens.reply = reply
    with signed_in(server) as places, pytest.raises(kind) as caught:
        places.find("x")
    assert server.requests == []
    assert "s3cret" not in str(vars(caught.value))


def test_tokens_may_come_from_a_host_of_their_own(server: FaultyServer, tokens: TokenServer) -> None:
    tokens.reply = Reply(status=404)
    with run_faulty_server() as other:
        other.answer = lambda _request: Reply(body=b'{"access_token": "t-other", "expires_in": 299}')
        with signed_in(server, token_url=f"{other.url}/elsewhere") as places:
            places.find("x")
        assert [request.path for request in other.requests] == ["/elsewhere"]
    assert bearers(server) == ["Bearer t-other"]


def test_tokens_come_over_https_only(server: FaultyServer) -> None:
    with pytest.raises(SetupFailed, match="plain http"), signed_in(server, token_url="http://tokens.example/t"):
        pass


@pytest.mark.parametrize(
    ("secrets", "missing"),
    [
        ({}, "API key, or Client id and Client secret"),
        ({"client_id": "project-17"}, "client_secret"),
        ({"client_secret": "s3cret-of-17"}, "client_id"),
        ({"api_key": SECRET, "client_id": "project-17"}, "client_secret"),
        ({"api_key": ""}, "API key, or Client id and Client secret"),
    ],
)
def test_what_is_missing_of_the_secrets_is_said_before_anything_is_asked(
    server: FaultyServer, secrets: dict[str, str], missing: str
) -> None:
    with pytest.raises(SetupFailed, match=missing) as caught, signed_in(server, secrets):
        pass
    assert caught.value.key == "plugin.settings"
    assert "s3cret" not in str(caught.value)
    assert server.requests == []


# ==== what the gateway says ====


def fault(code: str, text: str = "Some words") -> bytes:
    return json.dumps({"fault": {"faultstring": text, "detail": {"errorcode": code}}}).encode()


@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_plan_that_has_no_addresses_says_whom_to_ask(server: FaultyServer, status: int) -> None:
    body = fault("oauth.v2.InvalidApiKeyForGivenResource", "Invalid ApiKey for given resource")
    server.answer = lambda _request: Reply(status=status, body=body)
    with signed_in(server, {"api_key": SECRET}) as places, pytest.raises(Forbidden) as caught:
        places.find("x")
    assert caught.value.key == "os_places.plan"
    assert "OS Data Hub" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "oauth.v2.InvalidApiKey", AuthFailed),
        (200, "steps.oauth.v2.FailedToResolveAPIKey", AuthFailed),
        (200, "keymanagement.service.invalid_access_token", AuthFailed),
        (429, "policies.ratelimit.QuotaViolation", NotReady),
        (200, "policies.ratelimit.SpikeArrestViolation", NotReady),
        (500, "messaging.runtime.Failed", NotReady),
        (200, "something.else", BadResponse),
    ],
)
def test_a_fault_of_the_gateway_is_typed(
    server: FaultyServer, status: int, code: str, kind: type[DesktopError]
) -> None:
    server.answer = lambda _request: Reply(status=status, body=fault(code))
    with signed_in(server, {"api_key": SECRET}) as places, pytest.raises(kind):
        places.find("x")


@pytest.mark.parametrize(("headers", "after"), [({}, 60.0), ({"Retry-After": "3600"}, 3600.0)])
def test_too_many_requests_are_waited_out_for_a_minute_or_as_it_says(
    server: FaultyServer, headers: dict[str, str], after: float
) -> None:
    server.answer = lambda _request: Reply(status=429, headers=headers, body=fault("policies.ratelimit.QuotaViolation"))
    with signed_in(server, {"api_key": SECRET}) as places, pytest.raises(NotReady) as caught:
        places.find("x")
    assert caught.value.retry_after == after


def test_a_quota_that_is_used_up_is_waited_out_where_the_gateway_says_so_as_a_fault(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=500, body=fault("policies.ratelimit.SpikeArrestViolation"))
    with signed_in(server, {"api_key": SECRET}) as places, pytest.raises(NotReady) as caught:
        places.find("x")
    assert caught.value.retry_after == 60.0


@pytest.mark.parametrize("body", [b"", b"{}", b'{"header": {"totalresults": 1}}'])
def test_an_answer_that_nothing_changed_is_no_answer_to_what_was_asked(server: FaultyServer, body: bytes) -> None:
    server.answer = lambda _request: Reply(status=304, body=body)
    with signed_in(server, {"api_key": SECRET}) as places, pytest.raises(BadResponse):
        places.find("x")


def test_the_connection_test_warns_of_a_data_set_that_is_left_out(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=b'{"header": {"epoch": 118, "totalresults": 0}}')
    with run_adapter("os_places", server.url, secrets={"api_key": SECRET}, settings={"dataset": "DPA"}) as loaded:
        assert isinstance(loaded.adapter, OsPlacesAdapter)
        said = loaded.adapter.check()
    assert said.facts == {"answers": "yes", "epoch": "118", "signs in with": "API key"}
    assert "parks" in said.warnings[0]
