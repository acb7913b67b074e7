"""Residents: one person, joined up over every component that knows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, RowMapping, and_, or_, select

from desktop.domain.errors import NotFound
from desktop.domain.ids import LocalKey
from desktop.domain.money import format_pence
from desktop.domain.payments import PaymentState
from desktop.domain.people import Person, fold
from desktop.domain.places import Place
from desktop.services.cases import ROW_COLUMNS, read_case_row
from desktop.services.components import load_statuses
from desktop.services.context import Context
from desktop.services.payments import PAYMENT_COLUMNS, read_payment_row
from desktop.services.rows import Chip, ComponentStatus, PaymentRow, Resident, TimelineItem
from desktop.services.timeline import case_timeline
from desktop.store.base import tables as base
from desktop.store.mapping import read_person, read_place
from desktop.store.reading import find_row, load_rows

MOST_CASES: Final = 500
MOST_TIMELINE: Final = 300
PEOPLE = base.records["person"]


class People:
    """Residents as the desk reads them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, key: LocalKey) -> Resident:
        """All that the store knows of one resident. Raises NotFound."""
        with self._context.reader.read() as connection:
            own = find_row(connection, "person", key)
            if own is None:
                raise NotFound("This person is not on this computer any more.", "Search again.", key="person.gone")
            records, why = _same_person(connection, own)
            matches = sorted({row["identity"] for row in records if row["identity"]})
            cases = load_rows(
                connection,
                "case",
                (*ROW_COLUMNS, "uprn", "postcode", "usrn"),
                lambda table: [table.c.identity.in_(matches)],
                order=("-opened", "-key"),
                limit=MOST_CASES,
            )
            payments = [
                read_payment_row(row)
                for row in load_rows(
                    connection,
                    "payment",
                    PAYMENT_COLUMNS,
                    lambda table: [table.c.identity.in_(matches)],
                    order=("-created", "-key"),
                    limit=MOST_CASES,
                )
            ]
            person = _with_point(connection, _join(records))
            statuses = load_statuses(connection, self._context)
            return Resident(
                key=key,
                person=person,
                matched_by=why,
                records=len(records),
                household=_household(connection, person, matches),
                chips=_chips(statuses, cases, payments, person),
                timeline=self._timeline(connection, cases, payments),
                cases=tuple(sorted((read_case_row(row) for row in cases), key=lambda row: row.opened_at, reverse=True)),
                payments=tuple(payments),
                places=_places(person, cases),
            )

    def _timeline(
        self, connection: Connection, cases: Sequence[RowMapping], payments: Sequence[PaymentRow]
    ) -> tuple[TimelineItem, ...]:
        items = list(case_timeline(connection, self._context, cases, limit=MOST_TIMELINE))
        items += [
            TimelineItem(
                at=row.created_at,
                colour="payments",
                component=row.component,
                title=f"{'Paid' if row.state == PaymentState.SUCCESS else 'Asked for'} {format_pence(row.amount)} "
                f"for {row.description}",
                detail=" · ".join(
                    filter(None, [row.reference, row.card, "" if row.state is PaymentState.SUCCESS else row.state.word])
                ),
                target=("payment", row.key),
                pending=row.pending,
            )
            for row in payments
        ]
        items.sort(key=lambda item: item.at, reverse=True)
        return tuple(items[:MOST_TIMELINE])


def _same_person(connection: Connection, own: RowMapping) -> tuple[list[RowMapping], str]:
    """Every record with this name and the same e-mail, home or phone; and in words what they share.

    A component may write the name in capitals or without its accents: such a record is met by its match key.
    """
    alike = or_(
        and_(PEOPLE.c.family == own["family"], PEOPLE.c.given == own["given"]),
        and_(PEOPLE.c.identity == own["identity"], PEOPLE.c.identity != ""),
    )
    left = {
        row["key"]: row
        for row in connection.execute(select(PEOPLE).where(alike).order_by(PEOPLE.c.key)).mappings()
        if row["key"] != own["key"]
    }
    same = [own]
    by: set[str] = set()
    for known in same:  # grows while it is walked: whoever shares something with one that was found belongs too
        met = [(row, shared) for row in left.values() if (shared := _shared(row, known))]
        for row, shared in met:
            same.append(left.pop(row["key"]))
            by.add(shared)
    if len(same) == 1:
        return same, "only one record"
    words = " and ".join(sorted(by))
    return same, f"same name and {words}"


def _shared(one: RowMapping, other: RowMapping) -> str:
    if one["email"] and fold(one["email"]) == fold(other["email"]):
        return "e-mail"
    if one["uprn"] and one["uprn"] == other["uprn"]:
        return "home"
    digits = re.sub(r"\D", "", one["phone"])[-10:]
    return "phone" if len(digits) == 10 and digits == re.sub(r"\D", "", other["phone"])[-10:] else ""


def _join(records: Sequence[RowMapping]) -> Person:
    """One person from several records: each field from the newest record that has it."""
    newest = sorted(records, key=lambda row: row["fetched_at"], reverse=True)
    people = [read_person(row) for row in newest]
    first = people[0]
    return Person(
        outside_id=first.outside_id,
        given=first.given,
        family=first.family,
        email=next((p.email for p in people if p.email), ""),
        phone=next((p.phone for p in people if p.phone), ""),
        born=next((p.born for p in people if p.born), None),
        home=next((p.home for p in people if p.home), None),
    )


def _with_point(connection: Connection, person: Person) -> Person:
    """The person with the point of their home, where an address component or a case has given it."""
    home = person.home
    if home is None or not home.uprn or home.point is not None:
        return person
    places = base.records["place"]
    row = connection.execute(select(places).where(places.c.uprn == home.uprn).limit(1)).mappings().one_or_none()
    met = None if row is None else read_place(row)
    return person if met is None else replace(person, home=replace(met, address=home.address or met.address))


def _household(connection: Connection, person: Person, matches: Sequence[str]) -> tuple[tuple[LocalKey, Person], ...]:
    if person.home is None or not person.home.uprn:
        return ()
    rows = connection.execute(
        select(PEOPLE)
        .where(PEOPLE.c.uprn == person.home.uprn, PEOPLE.c.identity.not_in(matches))
        .order_by(PEOPLE.c.key)
        .limit(50)
    ).mappings()
    found: dict[str, tuple[LocalKey, Person]] = {}
    for row in rows:
        if fold(row["name"]) == fold(person.name):
            continue  # the same person, written another way
        found.setdefault(fold(row["name"]), (LocalKey(row["key"]), read_person(row)))
    return tuple(found.values())


_PULLED = frozenset({"cases", "payments", "addresses"})
"""Capabilities of which a resident's page counts what it holds."""


def _chips(
    statuses: Sequence[ComponentStatus],
    cases: Sequence[RowMapping],
    payments: Sequence[PaymentRow],
    person: Person,
) -> tuple[Chip, ...]:
    counts: dict[str, int] = {}
    for row in cases:
        counts[row["component"]] = counts.get(row["component"], 0) + 1
    for payment in payments:
        counts[payment.component] = counts.get(payment.component, 0) + 1
    chips = []
    for status in statuses:
        if status.capabilities and not _PULLED.intersection(status.capabilities):
            continue  # it is asked about places, messages or other things, and would be said to know nobody
        found = counts.get(status.id)
        if status.as_of is not None:  # one that never answered has not said that it knows nobody
            found = int(bool(person.home and person.home.uprn)) if "addresses" in status.capabilities else found or 0
        chips.append(
            Chip(
                component=status.id,
                name=status.name,
                colour=status.colour,
                state=status.state,
                found=found,
                as_of=status.as_of,
                latency_ms=status.latency_ms,
                error=status.error,
            )
        )
    return tuple(chips)


def _places(person: Person, cases: Sequence[RowMapping]) -> tuple[tuple[str, Place], ...]:
    found: dict[str, tuple[str, Place]] = {}
    if person.home is not None:
        found[person.home.uprn or person.home.address] = ("Home", person.home)
    for row in cases:
        place = read_place(row)
        if place is not None:
            found.setdefault(place.uprn or place.address or str(place.point), (row["title"], place))
    return tuple(found.values())
