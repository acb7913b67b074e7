"""The map: what a part of the town holds, as pins and clusters, with the list beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table

from desktop.domain.cases import Phase
from desktop.domain.ids import LocalKey
from desktop.maps.clusters import Spot, build_spots, describe
from desktop.services.cases import NEWEST, Lead, count_by_query, load_case_rows, narrow_cases
from desktop.services.context import Context
from desktop.services.rows import CaseQuery, MapFound
from desktop.store.reading import has_more_hits, load_rows
from desktop.store.squares import Square, load_squares

MOST_PINS: Final = 1_000
MOST_LISTED: Final = 300
NEAR: Final = 20_000
"""With more cases than this in view, a filter is better met from an index of its own than from the R*Tree."""
_PIN_COLUMNS: Final = ("key", "due", "lat", "lon", "phase", "reference", "title")


@dataclass(frozen=True, slots=True)
class _Pin:
    key: LocalKey
    due: int
    lat: float
    lon: float
    phase: Phase
    reference: str
    title: str


class MapViews:
    """Cases by where they are."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def view(self, query: CaseQuery, zoom: int) -> MapFound:
        """The cases of a query inside its box, which may be none: pins where they are few, else clusters.

        Counts are exact while no more than 1,000 cases are to be looked at. Above that they come from the kept squares,
        counted whole at the edges of the box too; or, under a filter that the squares do not know, they are what was
        drawn of more.
        """
        with self._context.reader.read() as connection:
            total = None if query.text.strip() else count_by_query(connection, replace(query, bbox=None))
            squares = [] if query.bbox is None else load_squares(connection, query.bbox, zoom)
            around = sum(each.cases for each in squares)
            if around > MOST_PINS and _is_counted(query):
                wanted = [each.only_open() if query.open_only else each for each in squares]
                some = _load_pins(connection, query, "some of box", limit=MOST_LISTED)
                return MapFound(
                    rows=load_case_rows(connection, [pin.key for pin in some]),
                    spots=tuple(_build_spot(each) for each in wanted if each.cases),
                    in_view=sum(each.cases for each in wanted),
                    counted="about",
                    total=total,
                )
            lead = _choose_lead(query, around)
            pins = _load_pins(connection, query, lead, limit=MOST_PINS + 1)
            more = len(pins) > MOST_PINS or (
                lead == "newest" and has_more_hits(connection, "case", query.text, than=NEWEST)
            )
            del pins[MOST_PINS:]
            return MapFound(
                rows=load_case_rows(connection, [pin.key for pin in pins[:MOST_LISTED]]),
                spots=build_spots(pins, zoom) if query.bbox is not None else (),
                in_view=len(pins),
                counted="at least" if more else "exact",
                total=total,
            )


def _is_counted(query: CaseQuery) -> bool:
    """Whether the kept squares know all that is asked."""
    return query == CaseQuery(open_only=query.open_only, bbox=query.bbox, sort=query.sort)


def _choose_lead(query: CaseQuery, around: int) -> Lead:
    if query.bbox is not None and around <= NEAR:
        return "box"
    # An officer's own cases are few: their index leads, and the words are compared.
    return "newest" if query.text.strip() and not query.assignee else "order"


def _load_pins(connection: Connection, query: CaseQuery, lead: Lead, *, limit: int) -> list[_Pin]:
    """Earliest target first. Of more than the limit: those due first, or else those that came first."""
    box, by_box = query.bbox, lead in {"box", "some of box"}
    plain = narrow_cases(query if by_box else replace(query, bbox=None), lead=lead)

    def narrow(table: Table) -> Sequence[ColumnElement[bool]]:
        where = [*plain(table), table.c.lat.is_not(None), table.c.lon.is_not(None)]
        if box is not None and not by_box:
            where += [table.c.lat.between(box[0], box[2]), table.c.lon.between(box[1], box[3])]
        return where

    order = ("due", "key") if lead == "order" else ()
    found = load_rows(connection, "case", _PIN_COLUMNS, narrow, order=order, limit=limit)
    pins = [
        _Pin(
            LocalKey(row["key"]),
            row["due"],
            row["lat"],
            row["lon"],
            Phase(row["phase"]),
            row["reference"],
            row["title"],
        )
        for row in found
    ]
    return sorted(pins, key=lambda pin: (pin.due, pin.key))


def _build_spot(each: Square) -> Spot:
    lat, lon = each.middle_point
    return Spot(
        lat=lat, lon=lon, keys=(), early=each.early, middle=each.middle, late=each.late, title=describe(each.cases)
    )
