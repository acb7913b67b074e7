"""Access tokens for a client that proves itself with a signed JWT (OAuth 2 `private_key_jwt`: RFC 7521, RFC 7523).

The JWT is signed with RS512 (RFC 7518), lasts five minutes and is used once.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from desktop.adapters.oauth import AccessTokens, Proof
from desktop.domain.clocks import Clock
from desktop.domain.errors import SetupFailed

if TYPE_CHECKING:
    from desktop.adapters.api import AdapterContext, Http

_LASTS_S = 300
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


class SignedTokens(AccessTokens):
    """Gets and keeps one client's token; safe to use from the component's threads."""

    def __init__(self, http: Http, clock: Clock, key: ClientKey, *, component: str) -> None:
        def prove() -> Proof:
            return Proof(form={**_GRANT, "client_assertion": sign_assertion(key, clock, component=component)})

        super().__init__(
            http,
            clock,
            url=key.token_url,
            prove=prove,
            component=component,
            check="Check the API key, the private key and the key's id, and that the public key is registered.",
        )


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
