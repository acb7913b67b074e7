"""PDS's FHIR R4 JSON to people. Pure.

A record that is restricted comes without address, telecom and practice; what stands there all the same is not read.
Errors keep nothing of a body: it is somebody's demographics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from desktop.adapters.api import parse_json, read_date, read_items, read_record, read_text, read_uprn
from desktop.domain.errors import BadResponse
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.nhs_numbers import read_nhs_number
from desktop.domain.people import Person, PersonQuery
from desktop.domain.places import Place

MOST = 50
"""Items of a list that are read."""
_OPEN = frozenset({"U"})


def parse_patient(text: str, *, etag: str, today: date, component: str) -> Person:
    """One person. Raises BadResponse: it is no patient, or has no NHS number."""
    record = read_record(_parse(text, component=component))
    found = build_person(record, etag=etag, today=today)
    if found is None:
        raise refuse(component, "it is no record of a person")
    return found


def parse_found(text: str, *, today: date, component: str) -> tuple[Person, ...]:
    """People that a search found, best first. Raises BadResponse: it is no list, or of all it found nobody can be read."""
    body = _parse(text, component=component)
    if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
        raise refuse(component, "it is no list of people")
    resources = [read_record(entry.get("resource")) for entry in _records(body.get("entry"))]
    built = (build_person(resource, etag="", today=today) for resource in resources)
    people = tuple(person for person in built if person is not None)
    if resources and not people:  # "nobody fits" would be wrong
        raise refuse(component, "nobody whom it found has a sound NHS number")
    return people


def _parse(text: str, *, component: str) -> object:
    try:
        return parse_json(text, component=component)
    except BadResponse as error:
        # Without its cause: the error of the reader keeps the body, and the reader of JSON the text.
        raise BadResponse(error.title, error.hint, key="nhs_pds.answer", subject=component) from None


def refuse(component: str, what: str) -> BadResponse:
    """The error for an answer that cannot be used, with nothing of its body."""
    return BadResponse(
        f"{component} did not answer as it should: {what}.",
        "Try again later. If it stays, report it to whoever runs it.",
        key="nhs_pds.answer",
        subject=component,
    )


def build_person(record: Mapping[str, object], *, etag: str, today: date) -> Person | None:
    """One Patient resource, or None where it is none or its NHS number is not sound."""
    id = read_nhs_number(read_text(record.get("id")))
    if read_text(record.get("resourceType")) not in {"", "Patient"} or not id:
        return None
    meta = read_record(record.get("meta"))
    restricted = is_restricted(meta)
    name = _pick(record.get("name"), "usual", today=today)
    version = read_text(meta.get("versionId"))
    telecom = () if restricted else tuple(_current(record.get("telecom"), today=today))
    return Person(
        outside_id=OutsideId(id),
        given=" ".join(filter(None, map(read_text, read_items(name.get("given"))[:MOST]))),
        family=read_text(name.get("family")),
        email=_find_contact(telecom, "email"),
        phone=_find_contact(telecom, "phone"),
        born=read_date(record.get("birthDate")),
        home=None if restricted else _build_home(record.get("address"), today=today),
        gender=read_text(record.get("gender")),
        died=read_date(record.get("deceasedDateTime")),
        restricted=restricted,
        version=etag or (f'W/"{version}"' if version else ""),
    )


def is_restricted(meta: Mapping[str, object]) -> bool:
    """Whether the record is marked as anything but unrestricted; a mark that cannot be read counts as one."""
    marks = meta.get("security")
    if marks is None or marks == []:
        return False
    codes = {read_text(read_record(mark).get("code")).upper() for mark in read_items(marks)[:MOST]}
    return codes != _OPEN


# ==== parts ====


def _records(value: object) -> Iterator[Mapping[str, object]]:
    yield from (record for record in map(read_record, read_items(value)[:MOST]) if record)


def _current(value: object, *, today: date) -> Iterator[Mapping[str, object]]:
    """Those that have begun and not ended."""
    for record in _records(value):
        period = read_record(record.get("period"))
        start, end = read_date(period.get("start")), read_date(period.get("end"))
        if (start is None or start <= today) and (end is None or end >= today):
            yield record


def _pick(value: object, use: str, *, today: date) -> Mapping[str, object]:
    """The one of a use that holds today, else any of that use, else the first: everybody has a name."""
    every, current = list(_records(value)), list(_current(value, today=today))
    ranked = [*(r for r in current if r.get("use") == use), *(r for r in every if r.get("use") == use), *every]
    return ranked[0] if ranked else {}


def _find_contact(telecom: tuple[Mapping[str, object], ...], system: str) -> str:
    values = (read_text(record.get("value")) for record in telecom if read_text(record.get("system")) == system)
    return next(filter(None, values), "")


def _build_home(value: object, *, today: date) -> Place | None:
    home = next((record for record in _current(value, today=today) if read_text(record.get("use")) == "home"), {})
    lines = [text for text in map(read_text, read_items(home.get("line"))[:MOST]) if text]
    postcode = read_text(home.get("postalCode"))
    words = ", ".join(filter(None, [*lines, postcode]))
    return Place(address=words, postcode=postcode, uprn=_find_uprn(home)) if words else None


def _find_uprn(home: Mapping[str, object]) -> Uprn:
    """The address key of kind UPRN: an extension of two halves."""
    for key in _records(home.get("extension")):
        halves = {read_text(half.get("url")): half for half in _records(key.get("extension"))}
        kind = read_record(halves.get("type", {}).get("valueCoding"))
        if read_text(kind.get("code")) == "UPRN":
            return read_uprn(halves.get("value", {}).get("valueString"))
    return Uprn("")


# ==== asking ====


def build_params(query: PersonQuery, *, most: int) -> dict[str, str | list[str]]:
    """A search as PDS names its parts; empty parts are left out."""
    if query.born and query.born_to:
        born = [f"ge{query.born.isoformat()}", f"le{query.born_to.isoformat()}"]
    else:
        born = [f"eq{query.born.isoformat()}"] if query.born else []
    params: dict[str, str | list[str]] = {
        "_fuzzy-match": "true" if query.fuzzy else "",
        "_max-results": str(most),
        "family": query.family.strip(),
        "given": query.given.strip(),
        "gender": query.gender.strip().lower(),
        "birthdate": born,
        "address-postalcode": query.postcode.strip(),
        "email": query.email.strip(),
        "phone": query.phone.strip(),
    }
    return {name: value for name, value in params.items() if value}
