"""Open Referral UK's JSON to directory records. Pure.

A page is `{contents, page_number, total_pages, last_page}` in HSDS-UK 3, `{content, number, totalPages, last}` before. An
item is a service, or a service at a location with the service inside.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_date,
    read_flag,
    read_items,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.directory import Provision, Term
from desktop.domain.ids import OutsideId

from .parts import (
    build_areas,
    build_costs,
    build_eligibility,
    build_languages,
    build_openings,
    build_organisation,
    build_place,
    build_places,
    build_term,
    build_terms,
    build_warnings,
    find_phone,
)

MONTHS = 6
"""A record that nobody assured for longer is old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page. `more` says that there is another; `total` is None where it does not say."""

    records: tuple[Mapping[str, object], ...]
    more: bool
    total: int | None

    @property
    def first(self) -> str:
        """The id of its first record, by which a page that is repeated is known."""
        return read_text(self.records[0].get("id")) if self.records else ""


def parse_page(text: str, *, page: int, size: int, component: str) -> Listed:
    """A page in either shape. Raises BadResponse: it is none."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not ("contents" in body or "content" in body):
        raise build_bad_response(text, component=component, what="it has no page of records")
    items = read_items(body.get("contents", body.get("content")))
    pages = read_whole(body.get("total_pages", body.get("totalPages")))
    last = body.get("last_page", body.get("last"))
    more = bool(items) and not read_flag(last)
    if more and pages is not None:
        more = page < pages
    elif more and not isinstance(last, bool):
        more = len(items) >= size  # it says nothing about pages: one that is not full is the last
    records = tuple(record for record in map(read_record, items) if record)
    return Listed(records=records, more=more, total=read_whole(body.get("total_items", body.get("totalElements"))))


def parse_service(text: str, *, today: date, component: str) -> Provision:
    """One service, whole. Raises BadResponse: it has no id or name."""
    body = parse_json(text, component=component)
    found = build_provision(body, today=today) if isinstance(body, dict) else None
    if found is None:
        raise build_bad_response(text, component=component, what="a service has no id or name")
    return found


def build_provision(record: Mapping[str, object], *, today: date) -> Provision | None:
    """A service, or a service at a location; None where it has no id or name."""
    at_place = "service" in record
    service = read_record(record["service"]) if at_place else record
    id, name = OutsideId(read_text(service.get("id"))), read_text(service.get("name"))
    if not (id and name):
        return None
    status = read_text(service.get("status"))
    checked = read_date(service.get("assured_date"))
    here = build_place(read_record(record.get("location"))) if at_place else None
    openings = build_openings(service)
    if at_place:
        openings = tuple(dict.fromkeys([*build_openings(record), *openings]))
    return Provision(
        outside_id=id,
        name=name,
        organisation=build_organisation(read_record(service.get("organization"))),
        description=read_text(service.get("description")),
        status=status,
        url=read_text(service.get("url")),
        email=read_text(service.get("email")),
        phone=find_phone(record) or find_phone(service),
        places=tuple(dict.fromkeys([*([here] if here else []), *build_places(service)])),
        areas=build_areas(service),
        openings=openings,
        costs=build_costs(service),
        eligibility=build_eligibility(service),
        terms=build_terms(service),
        languages=build_languages(service),
        checked=checked,
        warnings=build_warnings(status, checked, read_text(service.get("alert")), oldest=find_oldest(today)),
    )


def read_any_id(record: Mapping[str, object]) -> str:
    """What a service, or else a service at a location, is known by; "" for nothing."""
    ids = (read_record(record.get("service")).get("id"), record.get("service_id"), record.get("id"))
    return next(filter(None, map(read_text, ids)), "")


def merge(found: list[Provision]) -> tuple[Provision, ...]:
    """Services at several places as one each, in the order in which they came."""
    kept: dict[OutsideId, Provision] = {}
    for one in found:
        known = kept.get(one.outside_id)
        kept[one.outside_id] = (
            one if known is None else replace(known, places=tuple(dict.fromkeys([*known.places, *one.places])))
        )
    return tuple(kept.values())


def find_oldest(today: date) -> date:
    """The day before which a check is too long ago: six months back, or the last day of that month."""
    month = today.month - MONTHS
    year, month = (today.year, month) if month > 0 else (today.year - 1, month + 12)
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def build_listed_terms(listed: Listed, taxonomies: Mapping[str, str]) -> tuple[Term, ...]:
    """The terms of a page; those without an id or name are left out."""
    terms = (build_term(record, taxonomies) for record in listed.records)
    return tuple(term for term in terms if term is not None)


def name_taxonomies(listed: Listed) -> dict[str, str]:
    """Names of taxonomies by id."""
    return {read_text(record.get("id")): read_text(record.get("name")) for record in listed.records}


def needs_taxonomies(listed: Listed) -> bool:
    """Whether a page of terms names a taxonomy by its id only."""
    return any(
        read_text(record.get("taxonomy_id"))
        and not (read_text(record.get("taxonomy")) or read_record(record.get("taxonomy_detail")).get("name"))
        for record in listed.records
    )


def parse_details(text: str, *, component: str) -> dict[str, str]:
    """What a directory says of itself: version and profile. Raises BadResponse."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "version" not in body:
        raise build_bad_response(text, component=component, what="it does not say its version")
    named = {"version": read_text(body["version"]), "profile": read_text(body.get("profile"))}
    return {name: value for name, value in named.items() if value}


def parse_said(text: str, *, component: str) -> str:
    """The words of a refusal, for which there is no one shape; "" where there are none."""
    body = read_record(parse_json(text, component=component))
    error = body.get("error")
    words = (read_text(body.get("message")), read_text(body.get("detail")), read_text(error))
    return next(filter(None, [*words, read_text(read_record(error).get("message"))]), "")
