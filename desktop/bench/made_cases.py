"""Cases to measure with: for each million, 300,000 people and 400,000 places, always the same. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from desktop.domain.cases import Case, Phase
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
OFFICERS: Final = 60
_GIVEN: Final = [
    "Cynthia",
    "Cyril",
    "Aziz",
    "Issi",
    "Lizzy",
    "Steve",
    "Dana",
    "Priya",
    "Tom",
    "Amara",
    "Bilal",
    "Carys",
    "Dewi",
    "Ewa",
    "Farah",
    "Gwen",
    "Hamid",
    "Iris",
    "Jaya",
    "Kofi",
    "Lena",
    "Mei",
    "Nia",
    "Omar",
    "Petra",
    "Quentin",
    "Rosa",
    "Sian",
    "Tariq",
    "Una",
    "Viktor",
    "Wanda",
    "Ximena",
    "Yusuf",
    "Zoë",
]
_FAMILY: Final = [
    "Adeyemi",
    "Brown",
    "Clarke",
    "Davies",
    "Evans",
    "Fernandez",
    "Grant",
    "Hughes",
    "Ibrahim",
    "Jones",
    "Khan",
    "Lewis",
    "Morgan",
    "Nair",
    "Okafor",
    "Patel",
    "Quinn",
    "Roberts",
    "Singh",
    "Taylor",
    "Usman",
    "Vaughan",
    "Williams",
    "Xu",
    "Young",
    "Zielinski",
    "O'Hara",
    "O'Connor",
    "Smith-Jones",
    "MacDonald",
]
_STREETS: Final = [
    "Station",
    "Road",
    "High",
    "Street",
    "Queen's",
    "Walk",
    "Mill",
    "Lane",
    "Church",
    "Road",
    "Park",
    "Avenue",
    "Victoria",
    "Street",
    "Green",
    "Lane",
    "Kings",
    "Road",
    "Manor",
    "Way",
    "Grove",
    "Terrace",
    "Albert",
    "Square",
    "Bridge",
    "Street",
    "Canal",
    "Side",
    "Dock",
    "Road",
]
_TITLES: Final = (
    "Missed bin collection", "Pothole", "Damp and mould", "Noise at night", "Fly-tipping", "Broken street light",
    "Blocked drain", "Overgrown hedge", "Repair of a boiler", "Abandoned vehicle", "Request for a bulky collection",
    "Graffiti", "Rats seen", "Tree across a path", "Assessment of needs", "Planning enquiry",
)  # fmt: skip
_OPEN: Final = (Phase.NEW, Phase.TRIAGE, Phase.IN_PROGRESS, Phase.WAITING)
_DONE: Final = (Phase.RESOLVED, Phase.CLOSED)


def build_cases(count: int, *, start: int = 0, seed: int = 7, of: int = 0, changed: int = 0) -> Iterator[Case]:
    """Cases with their reporters and places.

    Args:
        count: how many.
        start: number of the first.
        seed: another seed, other words.
        of: how many cases there are in all, which says how many people and places; `count` when 0.
        changed: how often they were changed since, which moves their title, status and times.
    """
    total = of or count
    for number in range(start, start + count):
        yield _build_case(number, random.Random(f"{seed}/{number}"), total, changed)  # noqa: S311 (repeatable)


def build_person(number: int, places: int) -> Person:
    """A resident by number."""
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[(number // len(_GIVEN)) % len(_FAMILY)]
    return Person(
        given=given,
        family=family,
        email=f"{given}.{family}.{number}@example.org".lower().replace("'", ""),
        phone=f"07700 {900_000 + number % 100_000}",
        home=build_place(number * 7 % places),
    )


def build_place(number: int) -> Place:
    """An address by number, on a grid of streets."""
    street = _STREETS[number // 97 % len(_STREETS)]
    return Place(
        uprn=Uprn(str(10_000_000 + number)),
        address=f"{number % 97 + 1} {street} {number // 1_455}, Citytown",
        postcode=f"CT{number // 40_000 % 90 + 1} {number // 60 % 9 + 1}{'ABDEFGHJLN'[number // 7 % 10]}Q",
        ward=f"Ward {number % 20 + 1}",
        usrn=str(3_000_000 + number // 97),
        point=Point(lat=53.2 + number % 640 / 4_000, lon=-1.2 + number // 640 % 640 / 3_000),
    )


def _build_case(number: int, dice: random.Random, total: int, changed: int) -> Case:
    people, places = max(1, total * 3 // 10), max(1, total * 4 // 10)
    phase = dice.choice(_OPEN) if dice.random() < 0.4 else dice.choice(_DONE)
    opened = START - timedelta(minutes=dice.randrange(1_000_000))
    person = build_person(dice.randrange(people), places)
    title = dice.choice(_TITLES)
    return Case(
        outside_id=OutsideId(f"{number:07}"),
        reference=f"CT-{number:07}",
        service_code=str(number % 40),
        service_name=f"Service {number % 40}",
        title=f"{title}, seen again {changed} times" if changed else title,
        description=f"{title}. {dice.choice(_STREETS)} {dice.choice(_GIVEN)} {dice.choice(_TITLES)}.",
        phase=phase,
        status=f"{phase.value} {changed}" if changed else phase.value,
        opened_at=opened,
        updated_at=opened + timedelta(minutes=dice.randrange(100_000) + changed),
        due_at=opened + timedelta(days=dice.randrange(5, 90)) if dice.random() < 0.8 else None,
        place=build_place(dice.randrange(places)),
        reporter=person,
        assignee=f"OFFICER{dice.randrange(OFFICERS)}",
        team=f"Team {number % 8}",
        version=str(changed),
    )
