"""Access tokens for a client that proves itself with a signed JWT (OAuth 2 `private_key_jwt`: RFC 7521, RFC 7523).

The JWT is signed with RS512 (RFC 7518), lasts five minutes and is used once. A token is kept in memory only, until a
minute before it ends.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from desktop.adapters.reading import parse_json, read_body, read_number, read_record, read_text
from desktop.adapters.refusals import build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import AuthFailed, BadResponse, NotReady, OutcomeUnknown, SetupFailed

if TYPE_CHECKING:
    from desktop.adapters.api import AdapterContext, Answer, Http

_LASTS_S = 300
_MARGIN_S = 60.0
_GRANT = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """How a client proves itself: its id, and the RSA key (PEM, without a password) whose public half is registered.

    `key_id` is the name of that half (`kid`); `token_url` is asked for tokens, and is the audience of the JWT.
    """

    token_url: str
    client_id: str = field(repr=False)
    private_key: str = field(repr=False)
    key_id: str


class SignedTokens:
    """Gets and keeps one client's token; safe to use from the component's threads."""

    def __init__(self, http: Http, clock: Clock, key: ClientKey, *, component: str) -> None:
        self._http, self._clock, self._key, self._component = http, clock, key, component
        self._lock = threading.Lock()
        self._token, self._ends = "", 0.0

    def get(self) -> str:
        """A token that holds for another minute at least.

        Raises:
            SetupFailed: the private key cannot be used.
            AuthFailed: the key or client is not known.
            NotReady: no answer.
            BadResponse: an answer without a token.
        """
        with self._lock:
            if not self._token or self._clock.monotonic() >= self._ends:
                self._token, self._ends = self._fetch()
            return self._token

    def forget(self) -> None:
        """Drops the token: the API did not take it."""
        with self._lock:
            self._token = ""

    def _fetch(self) -> tuple[str, float]:
        asked = self._clock.monotonic()
        form = {**_GRANT, "client_assertion": sign_assertion(self._key, self._clock, component=self._component)}
        try:
            answer = self._http.request("POST", self._key.token_url, form=form, headers={"Accept": "application/json"})
        except OutcomeUnknown as error:  # a token that was made and lost does no harm
            raise NotReady(
                f"{self._component} did not give an access token.",
                "Knit tries again by itself.",
                key="component.token",
                subject=self._component,
            ) from error
        fields = self._read(answer)
        token, lasts = read_text(fields.get("access_token")), read_number(fields.get("expires_in")) or 0.0
        if not token:
            raise BadResponse(
                f"{self._component} answered without an access token.",
                "Try again later. If it stays, report it to whoever runs it.",
                key="component.token",
                subject=self._component,
            )
        return token, asked + max(0.0, lasts - _MARGIN_S)

    def _read(self, answer: Answer) -> Mapping[str, object]:
        if answer.status in {400, 401, 403}:
            raise AuthFailed(
                f"{self._component} does not give an access token for this key.",
                "Check the API key, the private key and the key's id, and that the public key is registered.",
                key="component.token",
                subject=self._component,
            )
        if answer.status != 200:
            raise build_refusal(
                answer.status, component=self._component, writes=False, headers=answer.headers, clock=self._clock
            )
        try:
            return read_record(parse_json(read_body(answer.body), component=self._component))
        except BadResponse:
            return {}  # what was answered may be half a token: it is not kept with the error


def find_signed_tokens(context: AdapterContext) -> SignedTokens | None:
    """Tokens for a component with secrets `api_key` (the client) and `private_key`, and settings `token_url` and `key_id`.

    None where one of the secrets is missing, or where `access_token` is given, which goes before.
    """
    client, private = context.secrets.get("api_key", ""), context.secrets.get("private_key", "")
    if context.secrets.get("access_token") or not (client and private):
        return None
    key = ClientKey(
        token_url=context.settings["token_url"],
        client_id=client,
        private_key=private,
        key_id=context.settings["key_id"],
    )
    return SignedTokens(context.http, context.clock, key, component=context.component)


def sign_assertion(key: ClientKey, clock: Clock, *, component: str) -> str:
    """A JWT (RFC 7519) that proves the client, signed with RS512. Raises SetupFailed: the key cannot be used."""
    # Loaded where it is needed: it takes as long as the start of a small program.
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key.private_key.strip().encode(), password=None)
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, rsa.RSAPrivateKey):
        # Raised with no cause: that of the library may repeat part of the key.
        raise SetupFailed(
            f"The private key of {component} cannot be used.",
            "Enter an RSA key in PEM form without a password, from “-----BEGIN” to the end.",
            key="component.private_key",
            subject=component,
        )
    head = {"alg": "RS512", "typ": "JWT", "kid": key.key_id}
    claims = {
        "iss": key.client_id,
        "sub": key.client_id,
        "aud": key.token_url,
        "jti": str(uuid4()),
        "exp": int(clock.now().timestamp()) + _LASTS_S,
    }
    signed = b".".join(_encode(json.dumps(part).encode()) for part in (head, claims))
    signature = private.sign(signed, padding.PKCS1v15(), hashes.SHA512())
    return (signed + b"." + _encode(signature)).decode()


def _encode(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
