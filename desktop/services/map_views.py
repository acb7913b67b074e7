"""The map: what a part of the town holds, as pins and clusters, with the list beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table

from desktop.maps.clusters import Spot, build_spots, describe
from desktop.services.cases import ROW_COLUMNS, count_by_query, narrow_cases, read_case_row
from desktop.services.context import Context
from desktop.services.rows import CaseQuery, CaseRow, MapFound
from desktop.store.reading import inside, load_rows
from desktop.store.squares import Square, load_squares

MOST_PINS: Final = 2_000
MOST_LISTED: Final = 300
NEAR: Final = 20_000
"""With more cases than this in view, a filter is better met from the lists' indexes than from the R*Tree."""


class MapViews:
    """Cases by where they are."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def view(self, query: CaseQuery, zoom: int) -> MapFound:
        """The cases of a query inside its box, which may be none: pins where they are few, else clusters.

        Counts are exact up to 2,000. Above that they come from the kept squares, counted whole at the edges of the box
        too; or, under a filter that the squares do not know, they are what was drawn of more.
        """
        with self._context.reader.read() as connection:
            total = None if query.text.strip() else count_by_query(connection, replace(query, bbox=None))
            squares = _squares(connection, query, zoom)
            around = sum(each.cases for each in squares)
            if around > MOST_PINS and query == CaseQuery(open_only=query.open_only, bbox=query.bbox, sort=query.sort):
                return MapFound(
                    rows=_sample(connection, query),
                    spots=tuple(_spot(each) for each in squares),
                    in_view=around,
                    counted="about",
                    total=total,
                )
            rows = _rows(connection, query, near=query.bbox is not None and around <= NEAR)
        pins = rows[:MOST_PINS]
        return MapFound(
            rows=tuple(pins[:MOST_LISTED]),
            spots=build_spots(pins, zoom) if query.bbox is not None else (),
            in_view=len(pins),
            counted="exact" if len(rows) <= MOST_PINS else "at least",
            total=total,
        )


def _squares(connection: Connection, query: CaseQuery, zoom: int) -> list[Square]:
    if query.bbox is None:
        return []
    return load_squares(connection, query.bbox, zoom, open_only=query.open_only)


def _rows(connection: Connection, query: CaseQuery, *, near: bool) -> list[CaseRow]:
    """At most one more than the pins of a map, earliest target first; of more, those that are due or came first."""
    box = query.bbox
    plain = narrow_cases(query if near else replace(query, bbox=None))

    def narrow(table: Table) -> list[ColumnElement[bool]]:
        where = [*plain(table), table.c.lat.is_not(None), table.c.lon.is_not(None)]
        if box is not None and not near:
            where += [table.c.lat.between(box[0], box[2]), table.c.lon.between(box[1], box[3])]
        return where

    # In order only from afar: near by, it would lead SQLite to step through the list's index instead of the R*Tree.
    order = () if near else ("due", "key")
    found = load_rows(connection, "case", ROW_COLUMNS, narrow, order=order, limit=MOST_PINS + 1)
    return [read_case_row(row) for row in sorted(found, key=lambda row: (row["due"], row["key"]))]


def _sample(connection: Connection, query: CaseQuery) -> tuple[CaseRow, ...]:
    """Some of very many rows in view, for the list."""
    box = query.bbox
    plain = narrow_cases(replace(query, bbox=None))

    def narrow(table: Table) -> list[ColumnElement[bool]]:
        return [*plain(table), *(inside(table, box, most=2 * MOST_LISTED) if box else ())]

    found = load_rows(connection, "case", ROW_COLUMNS, narrow, limit=MOST_LISTED)
    return tuple(read_case_row(row) for row in sorted(found, key=lambda row: (row["due"], row["key"])))


def _spot(each: Square) -> Spot:
    lat, lon = each.middle_point
    return Spot(
        lat=lat, lon=lon, keys=(), early=each.early, middle=each.middle, late=each.late, title=describe(each.cases)
    )
