"""Tokens for a client that proves itself with a signed JWT, read back by the public half of its key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typing_extensions import override

from desktop.adapters.api import ClientKey, SignedTokens
from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, NotReady, SetupFailed
from tests.helpers.adapters import SetClock, run_client
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server


class TickingClock(SetClock):
    """A clock whose seconds are set too."""

    seconds = 1_000.0

    @override
    def monotonic(self) -> float:
        return self.seconds


@cache
def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def write_pem(key: Any) -> str:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = lambda _request: Reply(body=b'{"access_token": "t-1", "expires_in": "599"}')
        yield server


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


def build(server: FaultyServer, http: Any, clock: TickingClock, pem: str) -> SignedTokens:
    key = ClientKey(token_url=f"{server.url}/token", client_id="app-17", private_key=pem, key_id="council-1")
    return SignedTokens(http, clock, key, component="PDS")


@pytest.fixture
def tokens(server: FaultyServer, clock: TickingClock) -> Iterator[SignedTokens]:
    with run_client(server.url) as http:
        yield build(server, http, clock, write_pem(make_key()))


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_jwt_says_who_asks_and_is_signed_by_the_key(
    server: FaultyServer, clock: TickingClock, tokens: SignedTokens
) -> None:
    assert tokens.get() == "t-1"
    form = server.requests[0].form
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    head, claims, signature = form["client_assertion"][0].split(".")
    assert json.loads(decode(head)) == {"alg": "RS512", "typ": "JWT", "kid": "council-1"}
    said = json.loads(decode(claims))
    assert (said["iss"], said["sub"], said["aud"]) == ("app-17", "app-17", f"{server.url}/token")
    assert said["exp"] == int((clock.moment + timedelta(minutes=5)).timestamp())
    public, signed = make_key().public_key(), f"{head}.{claims}".encode()
    public.verify(decode(signature), signed, padding.PKCS1v15(), hashes.SHA512())
    with pytest.raises(InvalidSignature):
        public.verify(decode(signature), signed + b"x", padding.PKCS1v15(), hashes.SHA512())


def test_a_token_is_kept_until_a_minute_before_its_end_and_each_jwt_is_another(
    server: FaultyServer, clock: TickingClock, tokens: SignedTokens
) -> None:
    tokens.get()
    clock.seconds += 538
    tokens.get()
    assert len(server.requests) == 1
    clock.seconds += 2
    tokens.get()
    tokens.forget()
    tokens.get()
    sent = [request.form["client_assertion"][0].split(".")[1] for request in server.requests]
    assert len({json.loads(decode(claims))["jti"] for claims in sent}) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=400, body=b'{"error": "invalid_request"}'), AuthFailed),
        (Reply(status=401), AuthFailed),
        (Reply(status=429), NotReady),
        (Reply(status=500), NotReady),
        (Reply(drop=True), NotReady),
        (Reply(body=b"<html>Sign in</html>"), BadResponse),
        (Reply(body=b'{"access_token": null}'), BadResponse),
        (Reply(body=b'{"access_token": "half-a-tok'), BadResponse),
    ],
)
def test_no_token_is_an_error_by_what_happens_next_without_a_secret(
    server: FaultyServer, tokens: SignedTokens, reply: Reply, kind: type[DesktopError]
) -> None:
    server.answer = lambda _request: reply
    with pytest.raises(kind) as caught:
        tokens.get()
    assert "half-a-tok" not in str(vars(caught.value))


@pytest.mark.parametrize("pem", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "EC"])
def test_a_key_that_cannot_be_used_is_said_before_anything_is_asked(
    server: FaultyServer, clock: TickingClock, pem: str
) -> None:
    given = write_pem(ec.generate_private_key(ec.SECP256R1())) if pem == "EC" else pem
    with run_client(server.url) as http, pytest.raises(SetupFailed) as caught:
        build(server, http, clock, given).get()
    assert caught.value.__cause__ is None
    assert server.requests == []


def test_neither_key_nor_client_is_shown() -> None:
    key = ClientKey(token_url="https://example.org", client_id="app-17", private_key="secret pem", key_id="k")
    assert "app-17" not in repr(key)
    assert "secret pem" not in repr(key)
