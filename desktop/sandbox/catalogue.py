"""The services of Citytown: what each area takes, what it asks, and the words its cases are written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.domain.cases import Choice, Datatype, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One kind of case. `days` is the target; `at_home` says whether it concerns someone's home or a street.

    `mode` is how a new one is answered, "" for the way of its area; of weight 0 a new town has none.
    """

    code: str
    name: str
    description: str
    group: str
    keywords: str
    days: int
    at_home: bool = True
    weight: int = 3
    mode: str = ""
    questions: tuple[Question, ...] = ()
    titles: tuple[str, ...]
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A service area: one component, with a prefix for its references. `mode` is how it answers a new request."""

    id: str
    name: str
    prefix: str
    first: int
    share: int
    mode: str = "realtime"
    services: tuple[Service, ...]


def ask(
    code: str, text: str, datatype: Datatype = Datatype.STRING, *choices: str, required: bool = False, hint: str = ""
) -> Question:
    """A question; each choice is `KEY=Name`."""
    parted = (choice.partition("=") for choice in choices)
    return Question(
        code=code,
        text=text,
        datatype=datatype,
        required=required,
        hint=hint,
        choices=tuple(Choice(key=key, name=name) for key, _, name in parted),
    )


def say(code: str, text: str) -> Question:
    """A text to show; it takes no answer."""
    return Question(code=code, text=text, variable=False)


OPEN_STATUSES = ("open", "investigating", "planned", "in progress", "action scheduled", "internal referral")
CLOSED_STATUSES = ("fixed", "closed", "duplicate", "not councils responsibility", "no further action")
STATUSES = (*OPEN_STATUSES, *CLOSED_STATUSES)
"""Statuses of the FixMyStreet dialect; GeoReport itself knows only open and closed."""


def areas() -> tuple[Area, ...]:
    """All service areas, in the order in which they are listed."""
    # Late, because both halves are written with the records above.
    from desktop.sandbox.catalogue_people import PEOPLE_AREAS
    from desktop.sandbox.catalogue_places import PLACE_AREAS

    by_id = {area.id: area for area in (*PEOPLE_AREAS, *PLACE_AREAS)}
    order = ("housing", "children", "adults", "development", "waste", "parks", "cleaning", "public_health")
    return tuple(by_id[id] for id in order)


def find_service(area: Area, code: str) -> Service | None:
    """A service of an area by code."""
    return next((service for service in area.services if service.code == code), None)


def numbered(questions: tuple[Question, ...]) -> Iterator[tuple[int, Question]]:
    """Questions with their place, from 1."""
    return enumerate(questions, start=1)
