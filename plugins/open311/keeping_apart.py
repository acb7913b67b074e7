"""Jurisdictions of one endpoint kept apart: ids and codes that are unique among all of them. Pure.

With one jurisdiction nothing is added. With several, `JURISDICTION/` stands before every outside id and service code.
"""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.cases import Case, CaseType, Event
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId


def read_names(text: str) -> tuple[str, ...]:
    """Ids of jurisdictions with commas between; one without a name where there are none."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    return names or ("",)


def read_areas(text: str) -> dict[str, str]:
    """Which jurisdiction each ward lies in, from `JURISDICTION: Ward, Ward; JURISDICTION: Ward`; wards in small letters."""
    areas: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, wards = part.partition(":")
        areas |= {ward.strip().casefold(): name.strip() for ward in wards.split(",") if colon and ward.strip()}
    return areas


def join_id(name: str, id: str) -> OutsideId:
    """An id of a jurisdiction, unique among all; "" stays ""."""
    return OutsideId(f"{name}/{id}" if name and id else id)


def split_id(id: str, names: tuple[str, ...], *, field: str) -> tuple[str, str]:
    """The jurisdiction of an id, and its own id there. Raises InvalidInput where it is of none of them."""
    if len(names) == 1:
        return names[0], id
    name, _, own = id.partition("/")
    if name not in names or not own:
        raise InvalidInput(
            "This belongs to no jurisdiction in the settings.",
            f"They are: {', '.join(names)}.",
            key="open311.jurisdiction",
            field=field,
        )
    return name, own


def mark_type(kind: CaseType, name: str) -> CaseType:
    """A service that says whose it is."""
    return replace(kind, code=join_id(name, kind.code), name=f"{kind.name} ({name})") if name else kind


def mark_case(case: Case, name: str) -> Case:
    """A case with ids that no other jurisdiction has; who reported it keeps an e-mail address as their id."""
    if not name:
        return case
    person = case.reporter
    if person is not None and person.outside_id and "@" not in person.outside_id:
        person = replace(person, outside_id=join_id(name, person.outside_id))
    return replace(
        case,
        outside_id=join_id(name, case.outside_id),
        service_code=join_id(name, case.service_code),
        reporter=person,
    )


def mark_event(event: Event, name: str) -> Event:
    """An update with ids that no other jurisdiction has."""
    return replace(event, outside_id=join_id(name, event.outside_id), case_id=join_id(name, event.case_id))
