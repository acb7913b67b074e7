"""Takes secrets, card numbers and citizen numbers out of what is kept or shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from urllib.parse import quote, quote_plus

GONE = b"[removed]"
_CARD = re.compile(rb"(?<![0-9.])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])")
_TOKEN = re.compile(rb'("(?:access|refresh|id)_token"\s*:\s*")[^"]*')
"""A token of OAuth 2.0 (RFC 6749 section 5.1) in the answer that gives it: nobody knows it for a secret yet."""
_CITIZEN = re.compile(rb'("(?:inpBsn|anpIdentificatie|inpA_nummer)"\s*:\s*")[^"]*')
"""A citizen number in the record of a person (ZGW): no plugin reads it, and nobody who looks at a raw body needs it."""
_SHORTEST = 4
"""Secrets shorter than this are not looked for: they would cut up every body."""


def redact(body: bytes, secrets: Collection[str]) -> bytes:
    """A body without known secrets (as they are, URL-encoded, in base64 or JSON-escaped), new tokens, card numbers, citizen numbers.

    A card number is 13 to 19 digits from 2 to 6 up, spaced or not, that pass the Luhn check (ISO/IEC 7812); masked
    ones stay, and so do times in milliseconds, which start with 1.
    """
    for form in sorted(_forms(secrets), key=len, reverse=True):
        body = body.replace(form, GONE)
    return _CARD.sub(_hide_card, _CITIZEN.sub(rb"\1" + GONE, _TOKEN.sub(rb"\1" + GONE, body)))


def redact_text(text: str, secrets: Collection[str]) -> str:
    """As `redact`, for text."""
    return redact(text.encode("utf-8", "surrogatepass"), secrets).decode("utf-8", "replace")


def _forms(secrets: Collection[str]) -> set[bytes]:
    """Every way in which a secret may be written."""
    forms: set[bytes] = set()
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        raw = secret.encode()
        forms |= {raw, quote(secret, safe="").encode(), quote_plus(secret).encode(), quote(secret).encode()}
        forms |= {secret.replace("\\", "\\\\").replace('"', '\\"').encode()}
        forms |= _base64_forms(raw)
    return forms


def _base64_forms(raw: bytes) -> set[bytes]:
    """The secret in base64, alone or inside longer text (as in a Basic header): one form for each of three offsets.

    Only the characters that the secret alone decides are looked for, so its neighbours do not matter.
    """
    forms: set[bytes] = set()
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + raw)
        first = (lead * 8 + 5) // 6
        whole = ((lead + len(raw)) * 8) // 6
        part = coded[first:whole]
        if len(part) >= 2 * _SHORTEST:
            forms |= {part, part.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


def _hide_card(match: re.Match[bytes]) -> bytes:
    digits = [int(d) for d in match[0].decode() if d.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return GONE if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else match[0]
