"""The addresses capability on postcodes.io: at the level of postcodes, with wards and other areas."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer, Page, read_good
from desktop.domain.components import Diagnosis
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import Uprn
from desktop.domain.places import Place

from .client import MOST_AT_ONCE, PostcodesIoClient
from .mapping import (
    build_areas,
    build_place,
    build_places,
    build_terminated,
    pair_many,
    parse_result,
    parse_said,
    squeeze,
)

MOST = "100"
FARTHEST_M = 2_000
_WHOLE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_START = re.compile(r"[A-Z]{1,2}[0-9]?[A-Z0-9]?[0-9]?[A-Z]{0,2}")


class PostcodesIoAdapter:
    """Postcodes of the UK."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = PostcodesIoClient(context)
        self._clock = context.clock

    def check(self) -> Diagnosis:
        """Looks for one postcode."""
        result = self._result(self._client.fetch("SW1A1AA"))
        return Diagnosis(facts={"knows SW1A 1AA": "yes" if build_place(result) else "no"})

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        """Postcodes that begin with what is typed; other words find nothing, for there are only postcodes here."""
        _check_cursor(cursor)
        start = squeeze(query)
        if not start:
            raise InvalidInput("Enter a postcode, or the start of one.", key="postcodes_io.query", field="query")
        if not _START.fullmatch(start):
            return Page(items=())
        return Page(items=build_places(self._result(self._client.search({"q": start, "limit": MOST}))))

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        """One postcode, also one that is no longer in use (it says so); the start of one gives those that begin so."""
        _check_cursor(cursor)
        asked = squeeze(postcode)
        if not _WHOLE.fullmatch(asked):
            if not asked or not _START.fullmatch(asked):
                raise _not_a_postcode()
            return self.find(asked)
        try:
            place = build_place(self._result(self._client.fetch(asked)))
        except NotFound:
            place = self._find_terminated(asked)
        return Page(items=(place,) if place else ())

    def _find_terminated(self, asked: str) -> Place | None:
        try:
            return build_terminated(self._result(self._client.fetch_terminated(asked)))
        except NotFound:
            return None

    def uprn(self, uprn: Uprn) -> Place:
        """There are no properties here. Raises InvalidInput."""
        del uprn
        raise InvalidInput(
            f"{self._component} knows postcodes, not properties.",
            "Ask an address component for a UPRN.",
            key="postcodes_io.uprn",
            field="uprn",
        )

    def nearest(self, lat: float, lon: float) -> Place | None:
        """The postcode nearest to a WGS 84 point within 2 km, or None."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="postcodes_io.point", field="lat")
        where = {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "radius": str(FARTHEST_M), "limit": "1"}
        return next(iter(build_places(self._result(self._client.search(where)))), None)

    # ==== areas ====

    def areas(self, postcode: str) -> Mapping[str, str]:
        """Names and GSS codes of the areas of a postcode. Raises NotFound."""
        asked = squeeze(postcode)
        if not _WHOLE.fullmatch(asked):
            raise _not_a_postcode()
        return build_areas(self._result(self._client.fetch(asked)))

    def bulk(self, postcodes: tuple[str, ...]) -> tuple[Place | None, ...]:
        """One place for each postcode, in order; None for one that is not in use. A hundred go in each request."""
        found: list[Place | None] = []
        for start in range(0, len(postcodes), MOST_AT_ONCE):
            part = postcodes[start : start + MOST_AT_ONCE]
            found += pair_many(self._result(self._client.fetch_many(part)), part)
        return tuple(found)

    def _result(self, answer: Answer) -> object:
        text = read_good(answer, component=self._component, clock=self._clock, parse_said=parse_said)
        return parse_result(text, component=self._component)


def _check_cursor(cursor: str) -> None:
    if cursor:
        raise InvalidInput("This list has no further page.", key="postcodes_io.cursor", field="cursor")


def _not_a_postcode() -> InvalidInput:
    return InvalidInput("Enter a postcode, like BS1 5AH.", key="postcodes_io.postcode", field="postcode")
