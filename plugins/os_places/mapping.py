"""OS Places JSON to places. Pure.

An answer is `{header: {offset, totalresults, maxresults}, results: [{DPA: {...}} | {LPI: {...}}]}`; `results` is absent
or null when nothing was found. Errors are `{error: {statuscode, message}}`, the gateway's
`{fault: {faultstring, detail: {errorcode}}}`, or an XML ExceptionReport.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_point,
    read_record,
    read_text,
    read_uprn,
    read_whole,
)
from desktop.domain.places import Place

_XML_TEXT = re.compile(r"<(?:\w+:)?ExceptionText>(.*?)</(?:\w+:)?ExceptionText>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A page of places; `following` is the offset of the next page, None on the last; `epoch` numbers the data's issue."""

    items: tuple[Place, ...]
    following: int | None
    epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an error body says; `status` is None where it names none."""

    status: int | None
    said: str


def parse_refusal(text: str, *, component: str) -> Refusal | None:
    """The error in a body, whichever shape it has, or None when it is none.

    Raises:
        BadResponse: the body is neither JSON nor an ExceptionReport.
    """
    if text.lstrip().startswith("<") and "ExceptionReport" in text:
        found = _XML_TEXT.search(text)
        return Refusal(status=None, said=html.unescape(found[1]).strip() if found else "")
    body = read_record(parse_json(text, component=component))
    error, fault = read_record(body.get("error")), read_record(body.get("fault"))
    if error:
        return Refusal(status=read_whole(error.get("statuscode")), said=read_text(error.get("message")))
    if fault:
        return Refusal(status=None, said=read_text(fault.get("faultstring")))
    return None


def parse_places(text: str, *, component: str) -> Places:
    """A page of places, each property once.

    Raises:
        BadResponse: not an answer of OS Places.
    """
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not isinstance(body.get("header"), dict):
        raise build_bad_response(text, component=component, what="it has no header of OS Places")
    records = [record for record in map(_read_result, read_items(body.get("results"))) if record]
    return Places(
        items=merge_places(map(build_place, records)),
        following=_find_following(read_record(body["header"]), count=len(read_items(body.get("results")))),
        epoch=read_text(read_record(body["header"]).get("epoch")),
    )


def _read_result(result: object) -> Mapping[str, object]:
    """The address in a result, whichever dataset it is from; empty where there is none."""
    fields = read_record(result)
    return read_record(fields.get("DPA")) or read_record(fields.get("LPI"))


def _find_following(header: Mapping[str, object], *, count: int) -> int | None:
    """The next offset. Without a total, a full page means that there may be more."""
    offset, total = read_whole(header.get("offset")) or 0, read_whole(header.get("totalresults"))
    following = offset + count
    if count == 0:
        return None
    if total is None:
        most = read_whole(header.get("maxresults"))
        return following if most is not None and count >= most else None
    return following if following < total else None


def build_place(record: Mapping[str, object]) -> Place:
    """A DPA or LPI record as a place. Without LAT and LNG it has no point: the national grid is not converted here."""
    return Place(
        uprn=read_uprn(record.get("UPRN")),
        address=read_text(record.get("ADDRESS")),
        postcode=read_text(record.get("POSTCODE")) or read_text(record.get("POSTCODE_LOCATOR")),
        ward=read_text(record.get("WARD_NAME")) or read_text(record.get("WARD_CODE")),
        usrn=read_text(record.get("USRN")),
        organisation=read_text(record.get("ORGANISATION_NAME")) or read_text(record.get("ORGANISATION")),
        classification=read_text(record.get("CLASSIFICATION_CODE")),
        point=read_point(record.get("LAT"), record.get("LNG")),
    )


def merge_places(places: Iterable[Place]) -> tuple[Place, ...]:
    """Each UPRN once, in the order of first sight.

    The same property comes from both datasets, and from two custodians. What comes first is kept, and gaps are filled
    from what comes later: Royal Mail's address with the council's street. Places without a UPRN are all kept.
    """
    merged: dict[str, Place] = {}
    for number, place in enumerate(places):
        key = place.uprn or f"without {number}"
        merged[key] = _fill(merged[key], place) if key in merged else place
    return tuple(merged.values())


def _fill(first: Place, later: Place) -> Place:
    return replace(
        first,
        address=first.address or later.address,
        postcode=first.postcode or later.postcode,
        ward=first.ward or later.ward,
        usrn=first.usrn or later.usrn,
        organisation=first.organisation or later.organisation,
        classification=first.classification or later.classification,
        point=first.point or later.point,
    )
