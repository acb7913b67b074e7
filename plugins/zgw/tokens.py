"""The token of a request. Pure.

A few lines of hmac rather than PyJWT: only HS256 is ever made, nothing is ever verified here, and verifying is where a
library earns its place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime


def build_token(*, client_id: str, secret: str, user_id: str, user_name: str, at: datetime) -> str:
    """A JSON Web Token (RFC 7519, HS256) that names the application and the user; the server lets it hold for an hour."""
    claims = {
        "iss": client_id,
        "iat": int(at.timestamp()),
        "client_id": client_id,
        "user_id": user_id,
        "user_representation": user_name,
    }
    signed = f"{_encode({'typ': 'JWT', 'alg': 'HS256'})}.{_encode(claims)}"
    seal = hmac.new(secret.encode(), signed.encode("ascii"), hashlib.sha256).digest()
    return f"{signed}.{_pack(seal)}"


def _encode(value: object) -> str:
    return _pack(json.dumps(value, separators=(",", ":")).encode())


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
