"""JSON Web Tokens for components that ask for one with each call.

Signing by HMAC is three lines of the standard library, and that is all that any plugin needs: nothing is ever verified or
decrypted here, which is where such libraries earn their keep.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping


def build_jwt(claims: Mapping[str, object], secret: str) -> str:
    """A token signed with HS256 (RFC 7519, RFC 7518 3.2). `claims` are builtins that JSON can hold."""
    head = _pack(json.dumps({"typ": "JWT", "alg": "HS256"}, separators=(",", ":")).encode())
    body = _pack(json.dumps(claims, separators=(",", ":")).encode())
    signed = f"{head}.{body}"
    return f"{signed}.{_pack(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _pack(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
