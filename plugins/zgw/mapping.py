"""Cases, statuses, roles and notes of the Zaken API to our records. Pure.

Relations are whole addresses; our ids are their last step. What a relation leads to is given along, or is empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.adapters.api import (
    build_bad_response,
    find_middle,
    read_flag,
    read_moment,
    read_record,
    read_text,
    read_whole,
)
from desktop.domain.cases import Case, Event, Phase
from desktop.domain.ids import OutsideId, StaffId
from desktop.domain.people import Person
from desktop.domain.places import Place
from desktop.domain.team import Assignment

Record = Mapping[str, object]

HANDLER, INITIATOR = "behandelaar", "initiator"
STAFF, UNIT, PERSON = "medewerker", "organisatorische_eenheid", "natuurlijk_persoon"
SOURCE = "Knit"
"""What our own reference is marked with among the marks (`kenmerken`) of a case."""

_LISTED = frozenset(
    {
        "deelzaken",
        "eigenschappen",
        "rollen",
        "zaakinformatieobjecten",
        "zaakobjecten",
        "relevanteAndereZaken",
        "kenmerken",
    }
)
"""Lists of what belongs to a case: they change without it, and in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What a case refers to, each as its API gives it; empty where it is not known."""

    kind: Record
    status: Record
    status_kind: Record
    result_kind: Record
    roles: Sequence[Record] = ()


def read_id(url: object) -> OutsideId:
    """The last step of an address."""
    return OutsideId(read_text(url).rstrip("/").rpartition("/")[2])


def read_own_id(record: Record) -> OutsideId:
    """The id of a record: its UUID, or the last step of its address."""
    return OutsideId(read_text(record.get("uuid"))) or read_id(record.get("url"))


def read_version(zaak: Record) -> str:
    """What changes when a case itself is changed, whichever way it was read; a list has no ETag for each of its cases."""
    kept = {name: value for name, value in zaak.items() if name not in _LISTED and not name.startswith("_")}
    text = json.dumps(kept, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def get_embedded(record: Record, name: str) -> object:
    """What came along with a record for one of its relations, None where nothing did."""
    return read_record(record.get("_expand")).get(name)


# ==== cases ====


def is_whole(zaak: Record) -> bool:
    """Whether a case says which it is and since when there is one: without either nothing can be kept of it."""
    return bool(read_own_id(zaak)) and _read_opened(zaak) is not None


def _read_opened(zaak: Record) -> datetime | None:
    return read_moment(zaak.get("registratiedatum")) or read_moment(zaak.get("startdatum"))


def build_case(zaak: Record, related: Related, *, component: str) -> Case:
    """A case.

    Raises:
        BadResponse: it has no address or no day of its start.
    """
    id, opened = read_own_id(zaak), _read_opened(zaak)
    if not id or opened is None:
        raise build_bad_response(json.dumps(sorted(zaak)), component=component, what="a case has no address or no date")
    return Case(
        outside_id=id,
        reference=read_text(zaak.get("identificatie")),
        service_code=read_text(related.kind.get("identificatie")) or read_id(zaak.get("zaaktype")),
        service_name=read_text(related.kind.get("omschrijving")),
        title=read_text(zaak.get("omschrijving")),
        description=read_text(zaak.get("toelichting")),
        phase=read_phase(zaak, related),
        status=build_status(related),
        status_note=read_text(related.status.get("statustoelichting")),
        opened_at=opened,
        updated_at=read_moment(related.status.get("datumStatusGezet")),
        due_at=read_moment(zaak.get("uiterlijkeEinddatumAfdoening")) or read_moment(zaak.get("einddatumGepland")),
        place=read_place(zaak.get("zaakgeometrie")),
        reporter=read_reporter(related.roles),
        assignee=next((officer for _, officer in iterate_handlers(related.roles)), ""),
        team=next((name for name in map(_read_unit, related.roles) if name), ""),
        version=read_version(zaak),
    )


def build_status(related: Related) -> str:
    """The word of a status; with the result behind it where the case ends with one."""
    word = read_text(related.status_kind.get("omschrijving"))
    result = read_text(related.result_kind.get("omschrijving"))
    return f"{word}: {result}" if word and result and read_flag(related.status_kind.get("isEindstatus")) else word


def read_phase(zaak: Record, related: Related) -> Phase:
    """Where a case stands: ended, suspended, at its first status, or in between."""
    if read_text(zaak.get("einddatum")) or read_flag(related.status_kind.get("isEindstatus")):
        return Phase.CLOSED
    if read_flag(read_record(zaak.get("opschorting")).get("indicatie")):
        return Phase.WAITING
    return read_status_phase(related.status_kind)


def read_status_phase(status_kind: Record) -> Phase:
    """The phase of a type of status by its place in the order; without a status a case is new."""
    if read_flag(status_kind.get("isEindstatus")):
        return Phase.CLOSED
    number = read_whole(status_kind.get("volgnummer"))
    return Phase.NEW if not status_kind or number == 1 else Phase.IN_PROGRESS


def read_place(geometry: object) -> Place | None:
    """Where a case is: its point, or the middle of the corners of its shape."""
    point = find_middle(geometry)
    return Place(point=point) if point else None


# ==== roles ====


def iterate_handlers(roles: Sequence[Record]) -> Iterator[tuple[Record, str]]:
    """Roles of staff who handle a case, each with the staff id (or name, where there is no id)."""
    for role in roles:
        if _is(role, HANDLER, STAFF):
            staff = read_record(role.get("betrokkeneIdentificatie"))
            yield (
                role,
                read_text(staff.get("identificatie")) or _read_staff_name(role) or read_id(role.get("betrokkene")),
            )


def _is(role: Record, part: str, kind: str) -> bool:
    return read_text(role.get("omschrijvingGeneriek")) == part and read_text(role.get("betrokkeneType")) == kind


def _read_staff_name(role: Record) -> str:
    staff = read_record(role.get("betrokkeneIdentificatie"))
    names = [read_text(staff.get(n)) for n in ("voorletters", "voorvoegselAchternaam", "achternaam")]
    return " ".join(filter(None, names)) or read_text(role.get("afwijkendeNaamBetrokkene"))


def _read_unit(role: Record) -> str:
    if not _is(role, HANDLER, UNIT):
        return ""
    unit = read_record(role.get("betrokkeneIdentificatie"))
    return read_text(unit.get("naam")) or read_text(unit.get("identificatie"))


def read_reporter(roles: Sequence[Record]) -> Person | None:
    """Who brought a case, where that is a person; the citizen number (BSN) is not taken over."""
    role = next((role for role in roles if _is(role, INITIATOR, PERSON)), None)
    if role is None:
        return None
    person, contact = read_record(role.get("betrokkeneIdentificatie")), read_record(role.get("contactpersoonRol"))
    family = " ".join(
        filter(None, (read_text(person.get("voorvoegselGeslachtsnaam")), read_text(person.get("geslachtsnaam"))))
    )
    return Person(
        given=read_text(person.get("voornamen")) or read_text(person.get("voorletters")),
        family=family or read_text(role.get("afwijkendeNaamBetrokkene")) or read_text(contact.get("naam")),
        email=read_text(contact.get("emailadres")),
        phone=read_text(contact.get("telefoonnummer")),
    )


def build_assignment(role: Record, officer: str) -> Assignment:
    """A role of staff as an assignment."""
    return Assignment(
        outside_id=read_own_id(role),
        case_id=read_id(role.get("zaak")),
        officer=StaffId(officer),
        name=_read_staff_name(role),
        role=read_text(role.get("omschrijving")),
        at=read_moment(role.get("registratiedatum")),
    )


# ==== events ====


def build_status_event(status: Record, status_kind: Record) -> Event | None:
    """A status that was set, as an event; None where it does not say when or of which case."""
    at, case = read_moment(status.get("datumStatusGezet")), read_id(status.get("zaak"))
    if at is None or not case:
        return None
    return Event(
        outside_id=read_own_id(status),
        case_id=case,
        at=at,
        text=read_text(status.get("statustoelichting")),
        status=read_text(status_kind.get("omschrijving")),
        phase=read_status_phase(status_kind) if status_kind else None,
    )


def build_note_event(note: Record) -> Event | None:
    """A note, as an event; None where it does not say when or of which case."""
    at, case = read_moment(note.get("aanmaakdatum")), read_id(note.get("gerelateerdAan"))
    if at is None or not case:
        return None
    return Event(
        outside_id=read_own_id(note),
        case_id=case,
        at=at,
        text=read_text(note.get("tekst")),
        author=read_text(note.get("aangemaaktDoor")),
    )


def is_before(event: Event, since: datetime | None) -> bool:
    """Whether an event is older than a moment."""
    return since is not None and event.at < since
