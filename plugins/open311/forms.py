"""Case drafts and notes as Open311 forms. Pure; refuses beside the field what the contract refuses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from desktop.domain.cases import CaseDraft
from desktop.domain.errors import InvalidInput
from desktop.domain.people import Person
from desktop.domain.places import Place

from .limits import check_length
from .mapping import OWN_REFERENCE
from .phases import format_status

Form = dict[str, str | list[str]]


def check_draft(draft: CaseDraft) -> None:
    """What can be said of a new request before its service's questions are known.

    Raises:
        InvalidInput: no service, no place, or a text that is too long.
    """
    if not draft.service_code:
        raise InvalidInput("Choose a service.", key="open311.service", field="service_code")
    check_length(draft.description, field="description")
    check_length(draft.title, field="title")
    place = draft.place
    if place is None or not (place.point or place.address or place.uprn):
        raise InvalidInput(
            "Say where it is.", "Choose an address, or a point on the map.", key="open311.place", field="place"
        )


def build_request_form(draft: CaseDraft, key: str, *, multi: Collection[str]) -> Form:
    """A new request. `multi` are codes of questions that take several answers.

    Our own reference goes into an attribute and nowhere that a resident or officer reads.

    Raises:
        InvalidInput: as `check_draft`.
    """
    check_draft(draft)
    form: Form = {"service_code": draft.service_code, "description": draft.description or draft.title}
    form |= _build_place(draft.place)
    form |= _build_person(draft.reporter)
    for code, values in draft.answers.items():
        if code in multi or len(values) > 1:
            form[f"attribute[{code}][]"] = list(values)
        elif values:
            form[f"attribute[{code}]"] = values[0]
    form[f"attribute[{OWN_REFERENCE}]"] = key
    if draft.title:
        form["attribute[title]"] = draft.title
    if draft.place is not None and draft.place.uprn:
        form["attribute[uprn]"] = draft.place.uprn
    return form


def _build_place(place: Place | None) -> Form:
    form: Form = {}
    if place is not None and place.point is not None:
        form |= {"lat": repr(place.point.lat), "long": repr(place.point.lon)}
    if place is not None and place.address:
        form["address_string"] = place.address
    if place is not None and place.uprn:
        form["address_id"] = place.uprn
    return form


def _build_person(person: Person | None) -> Form:
    if person is None:
        return {}
    fields = {
        "first_name": person.given,
        "last_name": person.family,
        "email": person.email,
        "phone": person.phone,
    }
    return {name: text for name, text in fields.items() if text}


def build_update_form(*, case: str, key: str, text: str, status: str, author: str, at: datetime) -> Form:
    """A new update in the FixMyStreet dialect. `status` "" says nothing of the status, so that it cannot undo one.

    Raises:
        InvalidInput: no text and no status, or too long a text.
    """
    check_length(text, field="text")
    if not text.strip() and not status:
        raise InvalidInput("Write something, or choose a status.", key="open311.text", field="text")
    given, _, family = author.strip().rpartition(" ")
    form: Form = {
        "update_id": key,
        "service_request_id": case,
        "updated_datetime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": text.strip() or f"Status changed to {status}.",
        "first_name": given or "-",
        "last_name": family or "-",  # the dialect wants both, and never empty
    }
    if status:
        form["status"] = format_status(status)
    return form
