"""Planning applications of BOPS to cases. Pure.

`build_published` reads the shape of both searches and of the public half (`application`, `property`, `proposal`),
`build_whole` the one of the authenticated half, which has the applicant and the officer besides. Both make the same case
of the same application, apart from what only one of them says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from desktop.adapters.api import (
    build_bad_response,
    find_middle,
    read_date,
    read_moment,
    read_point,
    read_record,
    read_text,
    read_uprn,
)
from desktop.domain.cases import Case
from desktop.domain.clocks import LONDON
from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place

from .kinds import Kind, find_by_code, find_by_reference
from .statuses import build_phase, build_status

Record = Mapping[str, object]
Kinds = Mapping[str, Kind]
LONGEST_TITLE = 120


def build_published(record: Record, kinds: Kinds, *, component: str) -> Case:
    """A case of a search or of the public half. Raises BadResponse where it has no reference or no date."""
    overview = read_record(record.get("application"))
    described = read_record(overview.get("type"))
    kind = find_by_code(kinds, read_text(described.get("value")), read_text(described.get("description")))
    text = read_text(read_record(record.get("proposal")).get("description"))
    status = read_text(overview.get("status"))
    return Case(
        outside_id=_read_reference(overview, component),
        reference=read_text(overview.get("reference")),
        service_code=kind.code,
        service_name=kind.name,
        title=build_title(text, kind),
        description=text,
        phase=build_phase(status),
        status=build_status(status, read_text(overview.get("decision"))),
        status_note=_say_dates(overview),
        opened_at=_read_opened(overview, ("receivedAt", "validAt", "publishedAt", "published_at"), component),
        updated_at=_find_last(overview, ("validAt", "publishedAt", "published_at", "determinedAt")),
        due_at=_read_due(overview.get("targetDate")) or _read_due(overview.get("expiryDate")),
        place=read_property(record.get("property")),
        assignee=read_text(read_record(record.get("officer")).get("name")),
    )


_CHANGES = (
    "validAt", "publishedAt", "started_at", "in_assessment_at", "invalidated_at", "to_be_reviewed_at",
    "awaiting_determination_at", "determined_at", "returned_at", "withdrawn_at",
)  # fmt: skip
"""When a whole application came to a status."""


def build_whole(record: Record, kinds: Kinds, *, component: str) -> Case:
    """A case of the authenticated half. Raises BadResponse where it has no reference or no date."""
    reference = _read_reference(record, component)
    kind = find_by_reference(kinds, reference, read_text(record.get("application_type")))
    text, status = read_text(record.get("description")), read_text(record.get("status"))
    return Case(
        outside_id=reference,
        reference=reference,
        service_code=kind.code,
        service_name=kind.name,
        title=build_title(text, kind),
        description=text,
        phase=build_phase(status),
        status=build_status(status, read_text(record.get("decision"))),
        status_note=_say_whole_dates(record),
        opened_at=_read_opened(record, ("received_date", "created_at"), component),
        updated_at=_find_last(record, _CHANGES),
        due_at=_read_due(record.get("target_date")),
        place=_read_site(record),
        reporter=read_person(record, "applicant") or read_person(record, "agent"),
        assignee=read_text(record.get("assigned_user_name")),
    )


def _read_reference(record: Record, component: str) -> OutsideId:
    reference = read_text(record.get("reference"))
    if not reference:
        raise build_bad_response("", component=component, what="an application has no reference")
    return OutsideId(reference)


def _read_opened(record: Record, names: tuple[str, ...], component: str) -> datetime:
    moment = next((m for m in (read_moment(record.get(name)) for name in names) if m is not None), None)
    if moment is None:
        raise build_bad_response("", component=component, what="an application has no date on which it was received")
    return moment


def _find_last(record: Record, names: tuple[str, ...]) -> datetime | None:
    return max((m for m in (read_moment(record.get(name)) for name in names) if m is not None), default=None)


def _read_due(value: object) -> datetime | None:
    """The last minute of a day, for a decision made on the target date is in time."""
    day = read_date(value)
    return None if day is None else datetime.combine(day, time(23, 59), LONDON).astimezone(UTC)


def build_title(text: str, kind: Kind) -> str:
    """The first line of what is proposed, cut at a word; else the type of application."""
    line = text.partition("\n")[0].strip()
    if len(line) > LONGEST_TITLE:
        line = line[: LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(" ,;.") + "…"
    return line or kind.name or "Planning application"


# ==== dates in words ====


def say_day(day: date) -> str:
    """`7 May 2024`."""
    return f"{day.day} {day:%B %Y}"


def _say_dates(overview: Record) -> str:
    consultation = read_record(overview.get("consultation"))
    starts, ends = read_date(consultation.get("startDate")), read_date(consultation.get("endDate"))
    decided = read_date(overview.get("determinationDate")) or read_date(overview.get("determinedAt"))
    return _join(
        _say("Valid from", read_date(overview.get("validAt"))),
        f"Consultation from {say_day(starts)} to {say_day(ends)}."
        if starts and ends
        else _say("Consultation to", ends),
        _say("Expires on", read_date(overview.get("expiryDate"))),
        _say("Decided on", decided),
    )


def _say_whole_dates(record: Record) -> str:
    ends = read_date(read_record(record.get("consultation")).get("end_date"))
    decided = read_date(record.get("determined_at")) and (
        read_date(record.get("determination_date")) or read_date(record.get("determined_at"))
    )
    return _join(
        _say("Valid from", read_date(record.get("validAt"))),
        _say("Consultation to", ends),
        _say("Decided on", decided),
    )


def _say(words: str, day: date | None) -> str:
    return f"{words} {say_day(day)}." if day else ""


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


# ==== places ====


def read_property(value: object) -> Place | None:
    """Where an application is, by the address of its site; its point, or else the middle of its boundary."""
    record = read_record(value)
    address = read_record(record.get("address"))
    boundary = read_record(record.get("boundary")).get("site")
    place = Place(
        uprn=read_uprn(address.get("uprn")),
        address=read_text(address.get("singleLine")) or read_text(address.get("title")),
        postcode=read_text(address.get("postcode")),
        ward=read_text(record.get("ward")),
        usrn=read_text(address.get("usrn")).lstrip("0"),
        organisation=read_text(address.get("organisation")),
        point=read_point(address.get("latitude"), address.get("longitude")) or find_middle(boundary),
    )
    return None if place == Place() else place


def _read_site(record: Record) -> Place | None:
    site = read_record(record.get("site"))
    lines = (read_text(site.get(name)) for name in ("address_1", "address_2", "town", "county", "postcode"))
    place = Place(
        uprn=read_uprn(site.get("uprn")),
        address=", ".join(line for line in lines if line),
        postcode=read_text(site.get("postcode")),
        point=read_point(site.get("latitude"), site.get("longitude")) or find_middle(record.get("boundary_geojson")),
    )
    return None if place == Place() else place


# ==== people ====


def drop_redacted(value: object) -> str:
    """Text; "" where BOPS has put REDACTED in its place."""
    text = read_text(value)
    return "" if text.upper() == "REDACTED" else text


def read_person(record: Record, part: str) -> Person | None:
    """The applicant or agent of a whole application (`part`), where it has a name."""

    def read(name: str) -> str:
        return drop_redacted(record.get(f"{part}_{name}"))

    lines = (read(name) for name in ("address_1", "address_2", "town", "county", "postcode"))
    home = Place(address=", ".join(line for line in lines if line), postcode=read("postcode"))
    given, family, email = read("first_name"), read("last_name") or read("company_name"), read("email")
    if not given and not family:
        return None
    return Person(
        outside_id=OutsideId(email.casefold()),
        given=given,
        family=family,
        email=email,
        phone=read("phone"),
        home=None if home == Place() else home,
    )
