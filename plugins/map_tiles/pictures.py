"""What came as a picture: one, nothing at all, or a refusal in its place. Pure."""

from __future__ import annotations

from desktop.adapters.api import build_bad_response, read_body

MOST_BYTES = 2 * 1024 * 1024
"""Of one tile: an aerial photograph of 512 by 512 pixels has some 300 KB."""
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def find_media(body: bytes) -> str:
    """The type of a picture by its first bytes, whatever its header says; "" for what is none."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((media for start, media in _STARTS if body.startswith(start)), "")


def check_picture(body: bytes, media: str, *, component: str) -> str:
    """The type of a picture.

    Raises:
        BadResponse: it is none, or larger than a tile may be.
    """
    found = find_media(body)
    if not found:
        text = read_body(body, media)
        what = "" if text.lstrip().startswith("<") else "it sent something that is not a picture"
        raise build_bad_response(text, component=component, what=what)
    if len(body) > MOST_BYTES:
        raise build_bad_response("", component=component, what="it sent a picture larger than 2 MB")
    return found
