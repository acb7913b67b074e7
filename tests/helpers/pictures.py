"""PNG pictures of one colour, and the colour of a picture's point: enough to see whether a tile lies where it should."""

from __future__ import annotations

import struct
import zlib

from PySide6.QtGui import QImage

Colour = tuple[int, int, int]


def build_png(colour: Colour, size: int = 256) -> bytes:
    """A picture of one colour."""
    row = b"\0" + bytes(colour) * size
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * size)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def read_colour(picture: bytes, x: float, y: float) -> tuple[Colour, int]:
    """The colour of a point, given as fractions of width and height from the upper left, and its opacity (0 to 255)."""
    image = QImage.fromData(picture)
    assert not image.isNull(), "this is no picture"
    colour = image.pixelColor(
        min(int(x * image.width()), image.width() - 1), min(int(y * image.height()), image.height() - 1)
    )
    return (colour.red(), colour.green(), colour.blue()), colour.alpha()


def read_size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    image = QImage.fromData(picture)
    return image.width(), image.height()
