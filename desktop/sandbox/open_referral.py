"""The town's directory of services in Open Referral UK's dialect (HSDS-UK 3): open, without a key, and read only.

As the standard says, `minimum_age` asks for services whose lowest age is at least so high, `maximum_age` for those whose
highest is at most so high. A list has each service without what belongs to it; the service itself is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from desktop.domain.places import Point, measure_m
from desktop.sandbox.addresses import Address
from desktop.sandbox.offers import OFFERS, ORGANISATIONS, TERMS, Hours, Offer
from desktop.sandbox.web import TownHandler

TAXONOMY = "Citytown services"
_WEB = "https://services.citytown.example"
_MOST = 100
_LISTED = frozenset({
    "id", "name", "description", "url", "email", "status", "fees", "minimum_age", "maximum_age", "assured_date",
    "assurer_email", "alert", "last_modified", "organization",
})  # fmt: skip
"""What a list has of a service."""

Tree = dict[str, Any]


class BadQuery(Exception):
    """A query that is answered with 400; the text is the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A service as the directory has it, whole, with the point where it is (None for nowhere)."""

    offer: Offer
    tree: Tree
    point: Point | None


def make_id(kind: str, code: str) -> str:
    """The id of a record, the same in every town."""
    return str(uuid5(NAMESPACE_URL, f"{_WEB}/{kind}/{code}"))


# ==== records ====


def build_listings(addresses: tuple[Address, ...], now: datetime) -> tuple[Listing, ...]:
    """Every service of a town; `now` is when its records were last looked at."""
    return tuple(_build_listing(offer, addresses, now) for offer in OFFERS)


def _build_listing(offer: Offer, addresses: tuple[Address, ...], now: datetime) -> Listing:
    home = next((place for place in addresses if offer.street and place.street == offer.street), None)
    lowest, highest = offer.ages
    checked = None if offer.checked is None else now - timedelta(days=offer.checked)
    tree: Tree = {
        "id": make_id("service", offer.code),
        "name": offer.name,
        "description": offer.text,
        "url": f"{_WEB}/{offer.code}",
        "email": f"{offer.code}@citytown.example",
        "status": offer.status,
        "fees": offer.fees,
        "minimum_age": lowest,
        "maximum_age": highest,
        "assured_date": checked.date().isoformat() if checked else None,
        "alert": offer.alert,
        "last_modified": (checked or now).isoformat(),
        "organization": _build_organisation(offer.by, whole=True),
        "schedules": [_build_schedule(offer.code, n, hours, now) for n, hours in enumerate(offer.hours)],
        "service_areas": [{"id": make_id("area", offer.code), "name": offer.area, "service_area": offer.area}],
        "service_at_locations": [_build_location(offer.code, home)] if home else [],
        "languages": [{"id": make_id("language", f"{offer.code}/{name}"), "name": name} for name in offer.languages],
        "cost_options": [_build_cost(offer.code, n, *cost) for n, cost in enumerate(offer.costs)],
        "attributes": [_build_attribute(offer.code, term) for term in offer.terms],
    }
    point = Point(lat=home.lat, lon=home.lon) if home else None
    return Listing(offer=offer, tree=_without_nothing(tree), point=point)


def _without_nothing(tree: Tree) -> Tree:
    return {name: value for name, value in tree.items() if value not in (None, "", [])}


def _build_organisation(code: str, *, whole: bool) -> Tree:
    name, text, number = ORGANISATIONS[code]
    tree: Tree = {"id": make_id("organization", code), "name": name, "description": text, "website": f"{_WEB}/{code}"}
    if whole and number:
        scheme, _, value = number.partition("/")
        tree["organization_identifiers"] = [
            {
                "id": make_id("number", code),
                "identifier_scheme": scheme,
                "identifier_type": "Charity number" if scheme == "GB-CHC" else "Company number",
                "identifier": value,
            }
        ]
    return tree


def _build_schedule(code: str, number: int, hours: Hours, now: datetime) -> Tree:
    tree: Tree = {
        "id": make_id("schedule", f"{code}/{number}"),
        "freq": hours.freq,
        "interval": hours.interval,
        "byday": hours.byday,
        "bymonthday": hours.bymonthday,
        "dtstart": "2026-01-05" if hours.interval > 1 else "",
        "valid_to": (now + timedelta(days=hours.until_days)).date().isoformat() if hours.until_days else "",
        "opens_at": hours.opens,
        "closes_at": hours.closes,
        "description": hours.text,
    }
    return _without_nothing(tree)


def _build_cost(code: str, number: int, amount: float, about: str, option: str) -> Tree:
    tree = {
        "id": make_id("cost", f"{code}/{number}"), "option": option, "amount": amount, "amount_description": about,
    }  # fmt: skip
    return _without_nothing(tree)


def _build_location(code: str, place: Address) -> Tree:
    address = {
        "id": make_id("address", place.uprn), "address_1": f"{place.number} {place.street}", "city": "Citytown",
        "state_province": "Cityshire", "postal_code": place.postcode, "country": "GB", "address_type": "physical",
    }  # fmt: skip
    location = {
        "id": make_id("location", place.uprn), "location_type": "physical", "name": f"{place.street} rooms",
        "latitude": place.lat, "longitude": place.lon, "external_identifier": place.uprn,
        "external_identifier_type": "UPRN", "addresses": [address],
    }  # fmt: skip
    return {"id": make_id("service_at_location", code), "location": location}


def _build_attribute(code: str, term: str) -> Tree:
    return {
        "id": make_id("attribute", f"{code}/{term}"), "link_type": "service type", "taxonomy_term": build_term(term),
    }  # fmt: skip


def build_term(code: str) -> Tree:
    """One term of the town's taxonomy."""
    name, parent = TERMS[code]
    tree = {
        "id": make_id("term", code), "name": name, "description": f"Services of the kind {name.lower()}.",
        "taxonomy": TAXONOMY, "term_uri": f"{_WEB}/terms/{code}",
    }  # fmt: skip
    return {**tree, "parent_id": make_id("term", parent)} if parent else tree


def build_taxonomy() -> Tree:
    """The one taxonomy."""
    return {
        "id": make_id("taxonomy", "own"), "name": TAXONOMY, "description": "What there is to do and to get.",
        "uri": f"{_WEB}/terms", "version": "1",
    }  # fmt: skip


def list_service(listing: Listing) -> Tree:
    """A service as a list has it."""
    tree = {name: value for name, value in listing.tree.items() if name in _LISTED}
    return {**tree, "organization": _build_organisation(listing.offer.by, whole=False)}


def list_at_location(listing: Listing) -> Tree:
    """A service at its place as a list has it."""
    at = listing.tree["service_at_locations"][0]
    location = {name: value for name, value in at["location"].items() if name != "addresses"}
    return {"id": at["id"], "location": location, "service": list_service(listing)}


# ==== answers ====


class DirectoryHandler(TownHandler):
    """Everything of the directory: its own page, lists, and single records."""

    async def get(self, kind: str | None = None, id: str | None = None) -> None:
        if not kind:
            await self.answer_json(200, {
                "version": "HSDS-UK-3.0", "profile": "https://docs.openreferraluk.org/", "openapi_url": f"{self.site.base}/",
            })  # fmt: skip
            return
        try:
            body = self._find(kind, id) if id else self._list(kind)
        except BadQuery as bad:
            await self.answer_json(400, {"message": str(bad)})
            return
        if body is None:
            await self.answer_json(404, {"message": "There is no such record."})
            return
        await self.answer_json(200, body)

    def _listings(self) -> tuple[Listing, ...]:
        addresses = cast("tuple[Address, ...]", self.application.settings["addresses"])
        return build_listings(addresses, datetime.fromisoformat(self.site.state.get_meta("now")))

    def _find(self, kind: str, id: str) -> Tree | None:
        listings = self._listings()
        records: dict[str, Callable[[], list[Tree]]] = {
            "services": lambda: [one.tree for one in listings],
            "service_at_locations": lambda: [list_at_location(one) for one in listings if one.point],
            "taxonomies": lambda: [build_taxonomy()],
            "taxonomy_terms": lambda: [build_term(code) for code in TERMS],
        }
        return next((record for record in records[kind]() if record["id"] == id), None)

    def _list(self, kind: str) -> Tree:
        if kind == "taxonomies":
            return self._page([build_taxonomy()])
        if kind == "taxonomy_terms":
            return self._page([build_term(code) for code in TERMS])
        found = [one for one in self._listings() if self._fits(one)]
        if kind == "services":
            return self._page([list_service(one) for one in found])
        centre, reach = self._centre(), self._whole("proximity", 100_000, 0, 1_000_000)
        if centre is not None:
            found = [one for one in found if one.point and measure_m(centre, one.point) <= reach]
        elif self.get_query_argument("postcode", ""):
            found = []
        return self._page([list_at_location(one) for one in found if one.point])

    def _fits(self, one: Listing) -> bool:
        asked = self.get_query_argument("search", "").casefold().split()
        words = " ".join((one.offer.name, one.offer.text, ORGANISATIONS[one.offer.by][0])).casefold()
        terms = {make_id("term", code) for code in (*one.offer.terms, *(TERMS[code][1] for code in one.offer.terms))}
        wanted, taxonomy = self.get_query_argument("taxonomy_term_id", ""), self.get_query_argument("taxonomy_id", "")
        day = self.get_query_argument("day", "").upper()
        lowest, highest = one.offer.ages
        return (
            all(word in words for word in asked)
            and (not wanted or wanted in terms)
            and (not taxonomy or taxonomy == make_id("taxonomy", "own"))
            and (not day or any(day in hours.byday for hours in one.offer.hours))
            and self._whole("minimum_age", 0, 0, 200) <= (lowest or 0)
            and (inf if highest is None else highest) <= (self._whole("maximum_age", 0, 0, 200) or inf)
        )

    def _centre(self) -> Point | None:
        """The middle of the postcode that is asked about, None where there is none or none is asked."""
        code = self.get_query_argument("postcode", "").replace(" ", "").upper()
        addresses = cast("tuple[Address, ...]", self.application.settings["addresses"])
        there = [place for place in addresses if code and place.postcode.replace(" ", "") == code]
        if not there:
            return None
        return Point(
            lat=sum(place.lat for place in there) / len(there), lon=sum(place.lon for place in there) / len(there)
        )

    def _whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.get_query_argument(name, "") or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadQuery(f"{name} is a whole number from {least} to {most}.")
        return int(text)

    def _page(self, records: list[Tree]) -> Tree:
        page, size = self._whole("page", 1, 1, 1_000_000), self._whole("per_page", 20, 1, _MOST)
        some = records[(page - 1) * size : page * size]
        pages = -(-len(records) // size)
        return {
            "total_items": len(records), "total_pages": pages, "page_number": page, "size": len(some),
            "first_page": page == 1, "last_page": page >= pages, "empty": not some, "contents": some,
        }  # fmt: skip


def directory_routes() -> list[tuple[str, type[DirectoryHandler]]]:
    """Paths of the directory and who answers them."""
    kinds = "services|service_at_locations|taxonomies|taxonomy_terms"
    return [(r"/", DirectoryHandler), (rf"/({kinds})", DirectoryHandler), (rf"/({kinds})/([^/]+)", DirectoryHandler)]
