"""What an answer brings to base.db: domain records to rows, with the people and places in them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.cases import Case
from desktop.domain.ids import Kind, OutsideId
from desktop.domain.payments import Payment
from desktop.domain.people import Person, identity
from desktop.domain.places import Place
from desktop.store.base.writer import Incoming
from desktop.store.mapping import (
    case_columns,
    payment_columns,
    person_columns,
    person_outside_id,
    place_columns,
)

Rows = dict[Kind, list[Incoming]]


def case_rows(cases: Sequence[Case], raws: Sequence[bytes] = ()) -> Rows:
    """Rows of cases, of the people who reported them and of the places they are at."""
    rows: Rows = {"case": [], "person": [], "place": []}
    for number, case in enumerate(cases):
        raw = raws[number] if number < len(raws) else b""
        rows["case"].append(Incoming(case.outside_id, case_columns(case), raw))
        if case.reporter is not None:
            rows["person"] += person_rows(case.reporter)
        if case.place is not None:
            rows["place"] += place_rows((case.place,))["place"]
    return rows


def payment_rows(payments: Sequence[Payment], raws: Sequence[bytes] = ()) -> Rows:
    """Rows of payments, and of the people who paid."""
    rows: Rows = {"payment": [], "person": []}
    for number, payment in enumerate(payments):
        raw = raws[number] if number < len(raws) else b""
        rows["payment"].append(Incoming(payment.outside_id, payment_columns(payment), raw))
        given, _, family = payment.payer.strip().rpartition(" ")
        rows["person"] += person_rows(Person(given=given, family=family, email=payment.email))
    return rows


def place_rows(places: Sequence[Place], raws: Sequence[bytes] = ()) -> Rows:
    """Rows of places that have a UPRN; a bare point is no place to find again."""
    return {
        "place": [
            Incoming(OutsideId(place.uprn), place_columns(place), raws[number] if number < len(raws) else b"")
            for number, place in enumerate(places)
            if place.uprn
        ]
    }


def person_rows(person: Person) -> list[Incoming]:
    """The row of a person who can be met again: one with a match key."""
    if not identity(person):
        return []
    return [Incoming(person_outside_id(person), person_columns(person))]
