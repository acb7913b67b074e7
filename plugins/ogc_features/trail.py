"""The trail of a walk from page to page, kept in the cursor itself: by it links that lead round are found out. Pure.

One page passed is remembered, and after 1, 2, 4, 8 … steps the page then reached in its place (R. P. Brent, 1980): a circle
of any length is found out before it was walked four times, however many pages came before, and the cursor does not grow.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urldefrag, urlsplit

_TRAIL = re.compile(r"([0-9a-f]{16})\.([0-9]{1,9})\.([0-9]{1,9})")


def split_cursor(cursor: str) -> str:
    """The address of a cursor, without its trail."""
    return urldefrag(cursor).url


def lead_on(cursor: str, following: str) -> str | None:
    """The cursor of the page that follows the one of `cursor` ("" for the first); None where the links lead round."""
    if not cursor:
        return following
    address, trail = urldefrag(cursor)
    match = _TRAIL.fullmatch(trail)
    passed, steps, most = (match[1], int(match[2]), int(match[3])) if match else (_name(address), 0, 1)
    here = _name(following)
    if here == passed:
        return None
    steps += 1
    if steps >= most:
        passed, steps, most = here, 0, min(2 * most, 500_000_000)
    return f"{following}#{passed}.{steps}.{most}"


def _name(address: str) -> str:
    """What an address asks for, in whatever order its parameters come, as 16 letters."""
    parts = urlsplit(address)
    asked = repr((parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True))))
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
