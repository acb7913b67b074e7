"""Where a shape of GeoJSON (RFC 7946) is, for records that are shown as one pin."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.adapters.reading import read_items, read_point, read_record
from desktop.domain.places import Point

MOST_CORNERS = 10_000
_DEEPEST = 6
"""Lists in lists: four in a MultiPolygon, and some to spare for what is no GeoJSON."""


def find_middle(shape: object) -> Point | None:
    """The middle of the corners of a geometry, of a feature, or of several; None where there is none in WGS 84."""
    record = read_record(shape)
    whole = [record, *map(read_record, read_items(record.get("features"))[:MOST_CORNERS])]
    shapes = [read_record(one.get("geometry")) or one for one in whole]
    shapes += [
        read_record(inner) for one in tuple(shapes) for inner in read_items(one.get("geometries"))[:MOST_CORNERS]
    ]
    corners = [corner for one in shapes for corner in _iterate_corners(one.get("coordinates"), levels=_DEEPEST)]
    if not corners:
        return None
    return read_point(sum(c.lat for c in corners) / len(corners), sum(c.lon for c in corners) / len(corners))


def _iterate_corners(value: object, *, levels: int) -> Iterator[Point]:
    """Positions (longitude first), however deep they are nested."""
    if not isinstance(value, list) or levels == 0:
        return
    if len(value) >= 2 and not isinstance(value[0], list):
        point = read_point(value[1], value[0])
        if point is not None:
            yield point
        return
    for item in value[:MOST_CORNERS]:
        yield from _iterate_corners(item, levels=levels - 1)
