"""Ratings JSON to facts. Pure.

A list is `{establishments, meta, links}`; one establishment carries its own `meta`. A rating is "0" to "5", "Pass",
"Exempt", "AwaitingInspection" and the like; scores may be null, points are text or null, `0001-01-01` is no date, and
private addresses are blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_date,
    read_flag,
    read_items,
    read_moment,
    read_number,
    read_point,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.ids import OutsideId
from desktop.domain.insight import Fact
from desktop.domain.places import Point, measure_m

METRES_IN_A_MILE = 1_609.344
_LEVELS = {"0": "severe", "1": "warning", "2": "warning", "improvement required": "warning"}
_WORDS = {
    "awaitinginspection": "awaiting inspection", "awaiting inspection": "awaiting inspection",
    "awaitingpublication": "awaiting publication", "exempt": "exempt", "pass": "pass",
    "improvement required": "improvement required", "pass and eat safe": "pass and eat safe",
}  # fmt: skip
_SCORES = ("Hygiene", "Structural", "ConfidenceInManagement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Establishments of one answer; `more` when there are further pages."""

    records: tuple[Mapping[str, object], ...]
    more: bool


def parse_found(text: str, *, component: str) -> Found:
    """A list, or one establishment. Raises BadResponse: it is neither."""
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not ("establishments" in body or "FHRSID" in body):
        raise build_bad_response(text, component=component, what="it has no establishments")
    meta = read_record(body.get("meta"))
    records = (body,) if "FHRSID" in body else tuple(map(read_record, read_items(body.get("establishments"))))
    pages, page = read_whole(meta.get("totalPages")) or 0, read_whole(meta.get("pageNumber")) or 1
    return Found(records=tuple(record for record in records if record), more=page < pages)


def build_fact(record: Mapping[str, object], *, near: Point) -> Fact | None:
    """One establishment with its rating, or None where it has no id or name."""
    number, name = read_text(record.get("FHRSID")), read_text(record.get("BusinessName"))
    if not (number and name):
        return None
    rating = read_text(record.get("RatingValue"))
    geocode, scores = read_record(record.get("geocode")), read_record(record.get("scores"))
    point = read_point(geocode.get("latitude"), geocode.get("longitude"))
    miles = read_number(record.get("Distance"))
    address = [read_text(record.get(f"AddressLine{n}")) for n in range(1, 5)] + [read_text(record.get("PostCode"))]
    details = {
        "rated on": _format_day(record.get("RatingDate")),
        "authority": read_text(record.get("LocalAuthorityName")),
        "scheme": read_text(record.get("SchemeType")),
        "new rating pending": "yes" if read_flag(record.get("NewRatingPending")) else "",
        "right to reply": read_text(record.get("RightToReply")),
        **{name: read_text(scores.get(name)) for name in _SCORES},
    }
    return Fact(
        outside_id=OutsideId(number),
        kind=read_text(record.get("BusinessType")) or "food business",
        title=f"{name}: {_say_rating(rating)}",
        text=", ".join(filter(None, address)),
        level=_LEVELS.get(rating.lower(), ""),
        at=read_moment(record.get("RatingDate")),
        point=point,
        distance_m=measure_m(near, point) if point else miles * METRES_IN_A_MILE if miles is not None else None,
        details={key: value for key, value in details.items() if value},
    )


def _say_rating(rating: str) -> str:
    if rating.isdigit() and len(rating) == 1:
        return f"rated {rating} of 5"
    return _WORDS.get(rating.lower(), rating) or "not rated"


def _format_day(value: object) -> str:
    day = read_date(value)
    return day.strftime("%d/%m/%Y") if day else ""
