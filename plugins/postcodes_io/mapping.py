"""postcodes.io JSON to places. Pure.

An answer is `{status, result}` or `{status, error}`; `result` is null where nothing was found, and null for each miss of
a bulk request. A place here is a postcode: it has no UPRN.
"""

from __future__ import annotations

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_point,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.places import Place

_AREAS = {
    "admin_ward": "ward",
    "admin_district": "council",
    "admin_county": "county",
    "parish": "parish",
    "parliamentary_constituency_2024": "constituency",
    "ced": "county division",
    "icb": "integrated care board",
    "pfa": "police force",
    "lsoa": "lower super output area",
    "region": "region",
    "country": "country",
}
"""Names of areas in an answer, as officers know them."""


def parse_result(text: str, *, component: str) -> object:
    """What an answer brings. Raises BadResponse: it has no result."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or "result" not in body:
        raise build_bad_response(text, component=component, what="it has no result")
    result: object = body["result"]
    return result


def parse_said(text: str, *, component: str) -> str:
    """The words of a refusal."""
    return read_text(read_record(parse_json(text, component=component)).get("error"))


def build_place(value: object) -> Place | None:
    """A postcode as a place, or None where there is none."""
    record = read_record(value)
    postcode = read_text(record.get("postcode"))
    if not postcode:
        return None
    council = read_text(record.get("admin_district"))
    return Place(
        address=", ".join(filter(None, [postcode, council])),
        postcode=postcode,
        ward=read_text(record.get("admin_ward")),
        point=read_point(record.get("latitude"), record.get("longitude")),
    )


def build_places(value: object) -> tuple[Place, ...]:
    """Every postcode of a list; none for null."""
    return tuple(place for place in map(build_place, read_items(value)) if place is not None)


def build_terminated(value: object) -> Place | None:
    """A postcode that is no longer in use, and says so in its address."""
    record = read_record(value)
    postcode, year = read_text(record.get("postcode")), read_whole(record.get("year_terminated"))
    if not postcode:
        return None
    month = read_whole(record.get("month_terminated"))
    when = f" since {month:02}/{year}" if year and month else ""
    return Place(
        address=f"{postcode} (not in use{when})",
        postcode=postcode,
        classification="terminated",
        point=read_point(record.get("latitude"), record.get("longitude")),
    )


def build_areas(value: object) -> dict[str, str]:
    """Names and GSS codes of the areas of a postcode, such as `ward` and `ward_code`."""
    record = read_record(value)
    codes = read_record(record.get("codes"))
    areas: dict[str, str] = {}
    for field, name in _AREAS.items():
        said, code = read_text(record.get(field)), read_text(codes.get(field))
        if said:
            areas[name] = said
        if said and code and not code.endswith("99999999"):  # a pseudo code: there is no such area here
            areas[f"{name}_code"] = code
    return areas


def pair_many(value: object, asked: tuple[str, ...]) -> tuple[Place | None, ...]:
    """One place for each postcode asked for, in order; None for a miss. Answers may come in another order."""
    found: dict[str, Place] = {}
    for item in map(read_record, read_items(value)):
        place = build_place(item.get("result"))
        if place is not None:
            found[squeeze(read_text(item.get("query")))] = place
            found.setdefault(squeeze(place.postcode), place)
    return tuple(found.get(squeeze(postcode)) for postcode in asked)


def squeeze(postcode: str) -> str:
    """A postcode for comparing: capitals, no spaces."""
    return "".join(postcode.split()).upper()
