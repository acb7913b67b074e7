"""The addresses capability on OS Places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.adapters.api import (
    AdapterContext,
    Answer,
    Page,
    build_bad_response,
    build_refusal,
    read_uprn,
)
from desktop.domain.components import Diagnosis
from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.domain.ids import Uprn
from desktop.domain.places import Place

from .client import SRS, OsPlacesClient
from .mapping import Places, parse_places, parse_refusal

NEAR_M = "1000"
"""How far `nearest` looks, in metres: the most that OS Places allows."""

_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?( *[0-9]([A-Za-z]{2})?)?")


class OsPlacesAdapter:
    """Addresses from OS Places."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = OsPlacesClient(context)
        self._page_size = context.settings["page_size"]
        self._clock = context.clock

    def check(self) -> Diagnosis:
        """Looks for one postcode: needs the address and the key."""
        found = self._fetch("postcode", {"postcode": "SW1A 1AA", "maxresults": "1"}, field="")
        return Diagnosis(facts={"answers": "yes", "epoch": found.epoch or "not said"})

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        """Places that fit free text, best first."""
        if not query.strip():
            raise InvalidInput("Enter an address to look for.", key="os_places.query", field="query")
        return self._fetch_page("find", {"query": query.strip()}, cursor, field="query")

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        """Places at a postcode, whole or in part (BS1, BS1 5, BS1 5AH)."""
        bare = postcode.strip()
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
        found = self._fetch("uprn", {"uprn": asked}, field="uprn").items
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
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="os_places.point", field="lat")
        params = {"point": f"{lat:.7f},{lon:.7f}", "srs": SRS, "radius": NEAR_M}
        return next(iter(self._fetch("nearest", params, field="lat").items), None)

    def _fetch_page(self, operation: str, params: Mapping[str, str], cursor: str, *, field: str) -> Page[Place]:
        if cursor and not re.fullmatch(r"[0-9]{1,9}", cursor):
            raise InvalidInput("That is not a page of OS Places.", key="os_places.cursor", field="cursor")
        asked = {**params, "maxresults": self._page_size, "offset": cursor or "0"}
        places = self._fetch(operation, asked, field=field)
        # A server that ignores the offset would send the same page for ever.
        forward = places.following is not None and places.following > int(cursor or "0")
        return Page(items=places.items, cursor=str(places.following) if forward else "")

    def _fetch(self, operation: str, params: Mapping[str, str], *, field: str) -> Places:
        answer = self._client.fetch(operation, params)
        text = answer.text
        self._check(answer, text, field=field)
        return parse_places(text, component=self._component)

    def _check(self, answer: Answer, text: str, *, field: str) -> None:
        """Raises the typed error of an answer that refuses, by its status or by its body."""
        try:
            refusal = parse_refusal(text, component=self._component)
        except BadResponse:
            if answer.status < 400:
                raise
            refusal = None  # a gateway's web page: its status says enough
        status = answer.status
        if status < 400:
            if refusal is None:
                return
            if refusal.status is None or refusal.status < 400:
                raise build_bad_response(text, component=self._component, what="it says that it failed")
            status = refusal.status
        raise build_refusal(
            status,
            component=self._component,
            writes=False,
            headers=answer.headers,
            said=refusal.said if refusal else "",
            field=field,
            body=text,
            clock=self._clock,
        )
