"""Domain records to columns and back. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from desktop.domain.cases import Case, Event
from desktop.domain.clocks import to_epoch
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.payments import Payment
from desktop.domain.people import Person, fold, identity
from desktop.domain.places import Place, Point
from desktop.store.records import FAR

Columns = dict[str, Any]
"""A record's columns by name, without key and provenance."""


def case_columns(case: Case) -> Columns:
    """A case as columns."""
    person = case.reporter or Person()
    opened = to_epoch(case.opened_at)
    return {
        "version": case.version,
        "reference": case.reference,
        "service_code": case.service_code,
        "service_name": case.service_name,
        "title": case.title,
        "description": case.description,
        "phase": case.phase.value,
        "open": int(case.phase.is_open),
        "status": case.status,
        "status_note": case.status_note,
        "opened": opened,
        "updated": to_epoch(case.updated_at) if case.updated_at else opened,
        "due": to_epoch(case.due_at) if case.due_at else FAR,
        **_place_columns(case.place),
        "usrn": case.place.usrn if case.place else "",
        "assignee": case.assignee,
        "team": case.team,
        "reporter_id": person.outside_id,
        "reporter": person.name,
        "given": person.given,
        "family": person.family,
        "email": person.email,
        "phone": person.phone,
        "identity": identity(person),
        "media_url": case.media_url,
    }


def event_columns(event: Event, case_key: int) -> Columns:
    """An event as columns; `case_key` is the local key of its case."""
    return {
        "case_key": case_key,
        "at": to_epoch(event.at),
        "text": event.text,
        "status": event.status,
        "phase": event.phase.value if event.phase else "",
        "author": event.author,
        "media_url": event.media_url,
    }


def person_columns(person: Person) -> Columns:
    """A person as columns."""
    home = _place_columns(person.home)
    return {
        "given": person.given,
        "family": person.family,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "born": person.born.isoformat() if person.born else "",
        "identity": identity(person),
        **home,
    }


def place_columns(place: Place) -> Columns:
    """A place as columns."""
    return {
        **_place_columns(place),
        "usrn": place.usrn,
        "organisation": place.organisation,
        "classification": place.classification,
    }


def payment_columns(payment: Payment) -> Columns:
    """A payment as columns. The payer meets other records by name and e-mail, as people do."""
    given, _, family = payment.payer.strip().rpartition(" ")
    payer = Person(given=given, family=family, email=payment.email)
    return {
        "amount": payment.amount,
        "reference": payment.reference,
        "description": payment.description,
        "state": payment.state.value,
        "code": payment.code,
        "message": payment.message,
        "email": payment.email,
        "payer": payment.payer,
        "identity": identity(payer),
        "card_last_digits": payment.card_last_digits,
        "card_brand": payment.card_brand,
        "provider_id": payment.provider_id,
        "next_url": payment.next_url,
        "refund_status": payment.refund_status,
        "refundable": payment.refundable,
        "refunded": payment.refunded,
        "created": to_epoch(payment.created_at),
    }


def person_outside_id(person: Person) -> OutsideId:
    """The id under which a reporter is kept: the component's own, else the e-mail, else the match key."""
    return OutsideId(person.outside_id or fold(person.email) or identity(person))


def read_place(columns: RowMapping) -> Place | None:
    """The place of a row, or None when it has none."""
    lat, lon = columns["lat"], columns["lon"]
    point = Point(lat=lat, lon=lon) if lat is not None and lon is not None else None
    if not (columns["uprn"] or columns["address"] or point):
        return None
    return Place(
        uprn=Uprn(columns["uprn"]),
        address=columns["address"],
        postcode=columns["postcode"],
        ward=columns["ward"],
        usrn=columns.get("usrn", ""),
        organisation=columns.get("organisation", ""),
        classification=columns.get("classification", ""),
        point=point,
    )


def read_person(columns: RowMapping) -> Person:
    """The person of a person row, or the reporter of a case row."""
    born = columns.get("born", "")
    return Person(
        outside_id=OutsideId(columns.get("reporter_id", columns["outside_id"])),
        given=columns["given"],
        family=columns["family"],
        email=columns["email"],
        phone=columns["phone"],
        born=date.fromisoformat(born) if born else None,
        home=read_place(columns) if "reporter_id" not in columns else None,
    )


def _place_columns(place: Place | None) -> Columns:
    if place is None:
        return {"uprn": "", "address": "", "postcode": "", "ward": "", "lat": None, "lon": None}
    point = place.point
    return {
        "uprn": place.uprn,
        "address": place.address,
        "postcode": place.postcode,
        "ward": place.ward,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
    }
