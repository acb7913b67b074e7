"""Bodies of requests about cases. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from desktop.domain.cases import CaseDraft, EventDraft
from desktop.domain.ids import StaffId
from desktop.domain.people import Person

from .mapping import PERSON, SOURCE, STAFF
from .papers import build_identifier

LONGEST_SUBJECT = 255
FIELDS: Mapping[str, str] = {"title": "omschrijving", "description": "toelichting"}
"""Our fields of a case that are changed in the case itself, by the API's names."""


def build_note(key: str) -> str:
    """What marks a write of ours in the audit trail, and a note of ours in its subject."""
    return f"{SOURCE} {key}"[:LONGEST_SUBJECT]


def build_zaak(draft: CaseDraft, *, kind: str, rsin: str, key: str, today: date) -> dict[str, object]:
    """The body that makes a case. The key is kept among its marks, by which it is found again."""
    body: dict[str, object] = {
        "bronorganisatie": rsin,
        "verantwoordelijkeOrganisatie": rsin,
        "zaaktype": kind,
        "startdatum": today.isoformat(),
        "omschrijving": draft.title,
        "toelichting": draft.description,
        "kenmerken": [{"kenmerk": build_identifier(key), "bron": SOURCE}],
    }
    place = draft.place
    if place is not None and place.point is not None:
        body["zaakgeometrie"] = {"type": "Point", "coordinates": [place.point.lon, place.point.lat]}
    if place is not None and place.address:  # the API takes Dutch addresses only: ours goes with the words
        where = f"{place.address} (UPRN {place.uprn})" if place.uprn else place.address
        body["toelichting"] = f"{draft.description}\n\n{where}".strip()
    return body


def build_status(zaak: str, statustype: str, *, text: str, at: datetime) -> dict[str, object]:
    """The body that sets a status."""
    return {"zaak": zaak, "statustype": statustype, "datumStatusGezet": at.isoformat(), "statustoelichting": text}


def build_memo(zaak: str, event: EventDraft, *, key: str) -> dict[str, object]:
    """The body that adds a note, for staff only."""
    return {
        "gerelateerdAan": zaak,
        "onderwerp": build_note(key),
        "tekst": event.text,
        "aangemaaktDoor": event.author[:LONGEST_SUBJECT] or SOURCE,
        "notitieType": "intern",
    }


def build_handler(zaak: str, roltype: str, officer: StaffId) -> dict[str, object]:
    """The body that gives a case to an officer."""
    return {
        "zaak": zaak,
        "betrokkeneType": STAFF,
        "roltype": roltype,
        "roltoelichting": "Assigned in Knit",
        "betrokkeneIdentificatie": {"identificatie": officer},
    }


def build_reporter(zaak: str, roltype: str, person: Person) -> dict[str, object]:
    """The body that says who brought a case."""
    contact = {"naam": person.name[:200], "emailadres": person.email, "telefoonnummer": person.phone[:20]}
    return {
        "zaak": zaak,
        "betrokkeneType": PERSON,
        "roltype": roltype,
        "roltoelichting": "Reported to Knit",
        "betrokkeneIdentificatie": {"voornamen": person.given, "geslachtsnaam": person.family},
        "contactpersoonRol": {name: value for name, value in contact.items() if value},
    }
