"""The addresses capability on OS Places."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.adapters.api import AdapterContext, Answer, Page, read_uprn
from desktop.domain.components import Diagnosis
from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.domain.ids import Uprn
from desktop.domain.layers import Bounds
from desktop.domain.places import Place, Point

from .areas import build_polygon, format_box, format_point, format_radius, is_in_box
from .client import GRID, OsPlacesClient
from .mapping import Places, Refusal, parse_places, parse_refusal
from .refusing import build_error

NEAR_M = "1000"
"""How far `nearest` looks, in metres: the most that OS Places allows."""

_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?( *[0-9]([A-Za-z]{2})?)?")


class OsPlacesAdapter:
    """Addresses from OS Places."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = OsPlacesClient(context)
        self._settings = context.settings
        self._clock = context.clock
        self._languages = tuple(context.settings["language"].split(","))

    def check(self) -> Diagnosis:
        """Looks for one postcode: needs the address, and the key or the client's secret."""
        found = self._read(self._client.fetch("postcode", {"postcode": "SW1A 1AA", "maxresults": "1"}), field="")
        facts = {"answers": "yes", "epoch": found.epoch or "not said", "signs in with": self._client.signs_in_with}
        datasets = {"DPA", "LPI"} - set(self._settings["dataset"].split(","))
        warnings = [_LACKS[dataset] for dataset in sorted(datasets)]
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        """Places that fit free text, best first."""
        if not query.strip():
            raise InvalidInput("Enter an address to look for.", key="os_places.query", field="query")
        return self._fetch_page("find", {"query": query.strip()}, cursor, field="query")

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        """Places at a postcode, whole or in part (BS1, BS1 5, BS1 5AH)."""
        bare = " ".join(postcode.split())
        if not _POSTCODE.fullmatch(bare):
            raise InvalidInput(
                "Enter a postcode, like BS1 5AH, or the start of one.", key="os_places.postcode", field="postcode"
            )
        return self._fetch_page("postcode", {"postcode": bare.upper()}, cursor, field="postcode")

    def uprn(self, uprn: Uprn) -> Place:
        """One place. Raises NotFound."""
        asked = read_uprn(uprn)
        if not asked:
            raise InvalidInput("A UPRN is 1 to 12 digits.", key="os_places.uprn", field="uprn")
        found = self._read(self._client.fetch("uprn", {"uprn": asked}), field="uprn").items
        place = next((place for place in found if place.uprn == asked), None)
        if place is None:
            raise NotFound(
                f"There is no address with the UPRN {asked}.",
                "Check the number.",
                key="os_places.missing",
                subject=self._component,
            )
        return place

    def nearest(self, lat: float, lon: float) -> Place | None:
        """The place nearest to a WGS 84 point within a kilometre, or None."""
        point = format_point(Point(lat=lat, lon=lon), field="lat")
        answer = self._client.fetch("nearest", {"point": point, "srs": GRID, "radius": NEAR_M})
        return next(iter(self._read(answer, field="lat").items), None)

    # ==== areas ====

    def inside(self, bounds: Bounds, cursor: str = "") -> Page[Place]:
        """Places in a box of 1 km² at most."""
        page = self._fetch_page("bbox", {"bbox": format_box(bounds), "srs": GRID}, cursor, field="bounds")
        # The box of the grid is not quite upright in degrees: what lies in its corners beyond the box is left out.
        return replace(page, items=tuple(place for place in page.items if is_in_box(place, bounds)))

    def around(self, lat: float, lon: float, radius: float, cursor: str = "") -> Page[Place]:
        """Places within `radius` metres of a WGS 84 point, 1,000 at most."""
        given = {"radius": format_radius(radius), "point": format_point(Point(lat=lat, lon=lon), field="lat")}
        return self._fetch_page("radius", {**given, "srs": GRID}, cursor, field="lat")

    def within(self, outline: tuple[Point, ...], cursor: str = "") -> Page[Place]:
        """Places in a polygon, given by the corners of its outline in their order."""
        shape = build_polygon(outline)
        return self._page(
            lambda given: self._client.fetch_within(shape, {"srs": GRID, **given}), cursor, field="outline"
        )

    # ==== asking ====

    def _fetch_page(self, operation: str, params: Mapping[str, str], cursor: str, *, field: str) -> Page[Place]:
        return self._page(lambda given: self._client.fetch(operation, {**params, **given}), cursor, field=field)

    def _page(self, ask: Callable[[Mapping[str, str]], Answer], cursor: str, *, field: str) -> Page[Place]:
        if cursor and not re.fullmatch(r"[0-9]{1,9}", cursor):
            raise InvalidInput("That is not a page of OS Places.", key="os_places.cursor", field="cursor")
        offset, size = int(cursor or "0"), self._settings["page_size"]
        answer = ask({"maxresults": size, "offset": str(offset)})
        places = self._read(answer, field=field, asked=offset, size=int(size))
        return Page(items=places.items, cursor=str(places.following or ""))

    def _read(self, answer: Answer, *, field: str, asked: int = 0, size: int | None = None) -> Places:
        """The places of an answer. Raises the typed error of one that refuses, by its status or by its body."""
        text = answer.text
        try:
            refusal = parse_refusal(text, component=self._component)
        except BadResponse:
            if answer.status < 400:
                raise
            refusal = Refusal(status=None, said="")  # a gateway's web page: its status says enough
        if refusal is None and answer.status < 300:
            return parse_places(text, component=self._component, languages=self._languages, asked=asked, size=size)
        raise build_error(
            answer, refusal or Refusal(status=None, said=""), component=self._component, field=field, clock=self._clock
        )


_LACKS = {
    "DPA": "Only the councils' gazetteers are asked: addresses are not worded for letters.",
    "LPI": "Only Royal Mail's file is asked: parks, garages and what gets no letters are not found.",
}
