"""Bodies of answers: read in pieces, undone from their compression within a limit.

The limit is of the decoded size: a few kilobytes of gzip can hold gigabytes. The transport's own decoding is not used,
for it decodes a whole piece before it can be counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from urllib3.response import BaseHTTPResponse

PIECE = 65_536
"""Bytes read, and decoded, at most at once."""

ACCEPTED = "gzip, deflate"
"""What `decode` undoes, as an Accept-Encoding header."""


class BodyTooLarge(Exception):
    """The decoded body is larger than it may be."""


class BodyDamaged(Exception):
    """The body is cut off, or its compression is broken or unknown."""


def read_body(raw: BaseHTTPResponse, *, encoding: str, most: int) -> bytes:
    """The whole decoded body.

    Raises:
        BodyTooLarge: decodes to more than `most` bytes.
        BodyDamaged: cut off or not decodable.
    """
    return b"".join(decode(_pieces(raw), encoding=encoding, most=most))


def _pieces(raw: BaseHTTPResponse) -> Iterator[bytes]:
    while piece := raw.read1(PIECE, decode_content=False):
        yield piece


def decode(pieces: Iterator[bytes], *, encoding: str, most: int) -> Iterator[bytes]:
    """Undoes a Content-Encoding piece by piece, and counts."""
    left = most
    for piece in _undo(pieces, encoding.strip().lower()):
        left -= len(piece)
        if left < 0:
            raise BodyTooLarge
        yield piece


def _undo(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"", "identity", "none"}:
        return pieces
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflate(pieces)
    raise BodyDamaged(f"compression {encoding[:20]!r} was not asked for")


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """gzip, zlib or, as some servers send for "deflate", a bare stream; gives at most PIECE bytes at once."""
    stream = _Inflater()
    for piece in pieces:
        stream.waiting += piece
        while stream.has_work:
            yield stream.step()
    if not stream.ended:
        raise BodyDamaged("it is cut off")


class _Inflater:
    """One compressed body, which may be several gzip members one after another."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._untouched = True
        self._full = False
        self.waiting = b""

    @property
    def has_work(self) -> bool:
        """Whether there is something to decode, or decoded bytes that did not fit into the last step."""
        if self._stream.eof:
            self.waiting = self.waiting.lstrip(b"\0")  # padding after a member
        return bool(self.waiting) or self._full

    @property
    def ended(self) -> bool:
        """Whether the last member is whole; a body without any bytes is."""
        return self._untouched or self._stream.eof

    def step(self) -> bytes:
        """Decodes a little more."""
        if self._stream.eof:
            self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            out = self._stream.decompress(self.waiting, PIECE)
        except zlib.error as error:
            if not self._untouched:
                raise BodyDamaged("its compression is broken") from error
            out = self._start_bare(error)
        self._untouched = False
        self._full = len(out) == PIECE
        self.waiting = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return out

    def _start_bare(self, error: zlib.error) -> bytes:
        """The same bytes as a deflate stream without its zlib header."""
        self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(self.waiting, PIECE)
        except zlib.error:
            raise BodyDamaged("its compression is broken") from error
