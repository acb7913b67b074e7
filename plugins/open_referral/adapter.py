"""The directory capability on Open Referral UK."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from desktop.adapters.api import AdapterContext, Answer, Page, read_good
from desktop.domain.clocks import LONDON
from desktop.domain.components import Diagnosis
from desktop.domain.directory import Provision, Term
from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point, measure_m

from .client import OpenReferralClient
from .mapping import (
    Listed,
    build_listed_terms,
    build_provision,
    merge,
    name_taxonomies,
    needs_taxonomies,
    parse_details,
    parse_page,
    parse_said,
    parse_service,
    read_any_id,
)

_ID = re.compile(r"[A-Za-z0-9._:~-]{1,200}")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}")
_CURSOR = re.compile(r"([1-9][0-9]{0,5})/(.{0,200})", re.DOTALL)
Params = dict[str, str]


class OpenReferralAdapter:
    """Services that residents can be pointed to, from a directory in either shape."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = OpenReferralClient(context)
        self._clock = context.clock
        self._log = context.log
        self._older = context.settings["shape"] == "1"
        self._radius = float(context.settings["radius"])
        self._size = int(context.settings["page_size"])
        self._taxonomies: dict[str, str] = {}

    def check(self) -> Diagnosis:
        """Asks what the directory says of itself, and for a page of services."""
        facts, warnings = self._find_details()
        listed = self._list(self._client.fetch_services, {}, page=1)
        services = self._build(listed)
        old = sum(bool(one.warnings) for one in services)
        facts["services"] = str(listed.total if listed.total is not None else len(services))
        if old:
            warnings.append(f"{old} of the first {len(services)} services come with a warning, such as an old record.")
        if len(services) < len(listed.records):
            warnings.append(f"{len(listed.records) - len(services)} services have no id or name and are left out.")
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    def services(
        self,
        query: str = "",
        near: Point | None = None,
        postcode: str = "",
        radius: float = 0.0,
        terms: tuple[str, ...] = (),
        age: int | None = None,
        cursor: str = "",
    ) -> Page[Provision]:
        """Services that fit, in the directory's own order; a page may be short or empty and still have a next one.

        A directory is asked by words, one term and a postcode; what lies too far from a point, or is not for an age, is
        left out here, for a directory can be asked for neither.
        """
        self._refuse_odd(near, postcode, terms, radius)
        page, before = self._read_cursor(cursor)
        params = self._build_params(query.strip(), postcode.strip(), radius, terms)
        by_place = (bool(postcode) or near is not None) and not self._older
        fetch = self._client.fetch_places if by_place else self._client.fetch_services
        listed = self._list(fetch, params, page=page)
        if before and listed.first == before:
            return Page(items=())  # it takes no page number, and would send the same page for ever
        found = merge([one for one in self._build(listed) if _suits(one, age)])
        if near is not None:
            reach = None if postcode else radius or self._radius
            found = _measure(found, near, reach=reach)
        return Page(items=found, cursor=f"{page + 1}/{listed.first[:200]}" if listed.more else "")

    def service(self, id: OutsideId) -> Provision:
        """One service, whole. Raises NotFound."""
        if not _ID.fullmatch(id):
            raise InvalidInput("That is not the id of a service.", key="open_referral.id", field="id")
        text = self._read(self._client.fetch_service(id))
        return parse_service(text, today=self._today(), component=self._component)

    def terms(self, cursor: str = "") -> Page[Term]:
        """The words that services are found by."""
        page, before = self._read_cursor(cursor)
        fetch = self._client.fetch_taxonomies if self._older else self._client.fetch_terms
        listed = self._list(fetch, {}, page=page)
        if before and listed.first == before:
            return Page(items=())
        if needs_taxonomies(listed) and not self._taxonomies:
            self._taxonomies = name_taxonomies(self._list(self._client.fetch_taxonomies, {}, page=1))
        items = build_listed_terms(listed, self._taxonomies)
        return Page(items=items, cursor=f"{page + 1}/{listed.first[:200]}" if listed.more else "")

    # ==== asking ====

    def _build_params(self, query: str, postcode: str, radius: float, terms: tuple[str, ...]) -> Params:
        params = {
            "text" if self._older else "search": query,
            "taxonomy_id" if self._older else "taxonomy_term_id": next(iter(terms), ""),
            "postcode": postcode,
            "proximity": f"{radius or self._radius:.0f}" if postcode else "",
        }
        return {name: value for name, value in params.items() if value}

    def _refuse_odd(self, near: Point | None, postcode: str, terms: tuple[str, ...], radius: float) -> None:
        if len(terms) > 1:
            raise InvalidInput(
                f"{self._component} is searched by one term at a time.", key="open_referral.terms", field="terms"
            )
        if postcode.strip() and not _POSTCODE.fullmatch(postcode.strip()):
            raise InvalidInput("Enter a whole postcode.", key="open_referral.postcode", field="postcode")
        if radius < 0:
            raise InvalidInput("The distance cannot be less than nothing.", key="open_referral.radius", field="radius")
        if near is not None and not postcode and self._older:
            raise InvalidInput(
                f"{self._component} is searched by postcode, not by a point.",
                "Enter a postcode.",
                key="open_referral.near",
                field="postcode",
            )

    @staticmethod
    def _read_cursor(cursor: str) -> tuple[int, str]:
        if not cursor:
            return 1, ""
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise InvalidInput("That is not a page of this directory.", key="open_referral.cursor", field="cursor")
        return int(match[1]), match[2]

    def _list(self, fetch: Callable[[Params], Answer], params: Params, *, page: int) -> Listed:
        text = self._read(fetch({**params, "page": str(page), "per_page": str(self._size)}))
        return parse_page(text, page=page, size=self._size, component=self._component)

    def _build(self, listed: Listed) -> list[Provision]:
        """The services of a page; of one without an id or name the log says so, and the connection test counts them."""
        found = []
        for record in listed.records:
            one = build_provision(record, today=self._today())
            if one is None:
                self._log.warning(
                    "A service of a list was left out: it has no id or name. Its id: %r", read_any_id(record)
                )
            else:
                found.append(one)
        return found

    def _find_details(self) -> tuple[dict[str, str], list[str]]:
        """What it says of itself. Many do not have that page: then the list of services says whether it works."""
        try:
            facts = parse_details(self._read(self._client.fetch_details()), component=self._component)
        except (NotFound, BadResponse):
            return {}, [] if self._older else ["The directory does not say which version it speaks."]
        version = facts.get("version", "")
        wrong = version.upper().removeprefix("HSDS-UK-")[:1] not in {"", "1" if self._older else "3"}
        return facts, [f"Its version is {version[:30]}: check the setting “Shape”."] if wrong else []

    def _today(self) -> date:
        return self._clock.now().astimezone(LONDON).date()

    def _read(self, answer: Answer) -> str:
        """The text of a good answer; raises the typed error of another."""
        return read_good(answer, component=self._component, clock=self._clock, parse_said=parse_said)


def _suits(one: Provision, age: int | None) -> bool:
    if age is None:
        return True
    lowest, highest = one.eligibility.min_age, one.eligibility.max_age
    return (lowest is None or lowest <= age) and (highest is None or age <= highest)


def _measure(found: tuple[Provision, ...], near: Point, *, reach: float | None) -> tuple[Provision, ...]:
    """With distances, nearest first; what lies farther than `reach` metres, or nowhere, is left out where it is given."""
    measured = []
    for one in found:
        points = [place.point for place in one.places if place.point is not None]
        distance = min((measure_m(near, point) for point in points), default=None)
        if reach is None or (distance is not None and distance <= reach):
            measured.append(replace(one, distance_m=distance))
    return tuple(sorted(measured, key=lambda one: float("inf") if one.distance_m is None else one.distance_m))
