"""Crimes and neighbourhood teams of the town, as the police publish them: nothing happens where it is shown.

Crimes of a month hang on the seed and the month alone. Each stands at one of the town's anonymous points, which are the
middles of stretches of its streets; so several stand at one point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

from desktop.sandbox import plan
from desktop.sandbox.dice import dice
from desktop.sandbox.grid import plan_to_wgs84
from desktop.sandbox.plan import XY
from desktop.sandbox.streets import build_streets

Tree = dict[str, Any]
FORCE, FORCE_NAME = "cityshire", "Cityshire Police"
MONTHS = 36
"""How many months are on record."""
_A_MONTH = 60
_SPARED = frozenset({"anti-social-behaviour"})
"""Recorded without an id of their own and without an outcome."""
CATEGORIES = {
    "anti-social-behaviour": ("Anti-social behaviour", 34),
    "bicycle-theft": ("Bicycle theft", 4),
    "burglary": ("Burglary", 8),
    "criminal-damage-arson": ("Criminal damage and arson", 12),
    "drugs": ("Drugs", 5),
    "other-theft": ("Other theft", 9),
    "possession-of-weapons": ("Possession of weapons", 1),
    "public-order": ("Public order", 7),
    "robbery": ("Robbery", 2),
    "shoplifting": ("Shoplifting", 10),
    "theft-from-the-person": ("Theft from the person", 2),
    "vehicle-crime": ("Vehicle crime", 9),
    "violent-crime": ("Violence and sexual offences", 26),
    "other-crime": ("Other crime", 1),
}
"""Name of each category, and how often it is drawn."""
_OUTCOMES = (
    "Under investigation", "Investigation complete; no suspect identified", "Unable to prosecute suspect",
    "Awaiting court outcome", "Local resolution", "Offender given a caution",
)  # fmt: skip
_PEOPLE = (("PS", "Hilary Nettle"), ("PC", "Tom Ashby"), ("PCSO", "Jo Barrow"))
_ISSUES = (
    "Bicycles taken from the station and the park", "Cars that race on the main road at night",
    "Noise and drinking on the green", "Parcels stolen from doorsteps",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """An anonymous point: its number, what is there, and where, in degrees."""

    id: int
    name: str
    lat: float
    lon: float


def format_degrees(value: float) -> str:
    """Degrees as the police write them: text, six decimals."""
    return f"{value:.6f}"


@lru_cache(maxsize=1)
def build_snaps() -> tuple[Snap, ...]:
    """Every anonymous point of the town: the middles of the stretches of its streets, and its parks."""
    spots: list[tuple[str, XY]] = [(f"On or near {name}", spot) for name, spot in _stretches()]
    spots += [("On or near Park/Open Space", _middle(ring)) for _, ring in plan.PARKS]
    found = []
    for number, (name, spot) in enumerate(spots):
        lat, lon = plan_to_wgs84(*spot)
        found.append(Snap(id=990_001 + number, name=name, lat=lat, lon=lon))
    return tuple(found)


def _stretches() -> Iterator[tuple[str, XY]]:
    for street in build_streets():
        every = max(1, len(street.line) // 4)
        kept = [*street.line[::every]]
        for one, other in pairwise(kept if len(kept) > 1 else [street.line[0], street.line[-1]]):
            yield street.name, ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def _middle(ring: tuple[XY, ...]) -> XY:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


# ==== crimes ====


def find_last_month(today: date) -> date:
    """First day of the newest month on record: two months ago."""
    number = today.year * 12 + today.month - 3
    return date(number // 12, number % 12 + 1, 1)


def list_months(today: date) -> list[str]:
    """The months on record, newest first."""
    last = find_last_month(today)
    newest = last.year * 12 + last.month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(newest, newest - MONTHS, -1)]


@lru_cache(maxsize=48)
def build_crimes(seed: str, month: str) -> tuple[tuple[Snap, Tree], ...]:
    """Every crime of a month, with its point."""
    chance = dice(seed, f"crimes/{month}")
    kinds, weights = list(CATEGORIES), [weight for _, weight in CATEGORIES.values()]
    snaps = build_snaps()
    crimes = []
    for number in range(_A_MONTH + chance.randrange(25)):
        kind, snap = chance.choices(kinds, weights)[0], chance.choice(snaps)
        crimes.append((snap, _build_crime(kind, snap, month, number, chance.choice(_OUTCOMES))))
    return tuple(crimes)


def _build_crime(kind: str, snap: Snap, month: str, number: int, outcome: str) -> Tree:
    spared = kind in _SPARED
    year, _, of_year = month.partition("-")
    return {
        "category": kind,
        "location_type": "Force",
        "location": {
            "latitude": format_degrees(snap.lat),
            "street": {"id": snap.id, "name": snap.name},
            "longitude": format_degrees(snap.lon),
        },
        "context": "",
        "outcome_status": None if spared else {"category": outcome, "date": month},
        "persistent_id": "" if spared else sha256(f"{month}/{number}".encode()).hexdigest(),
        "id": int(f"{int(year) % 100}{of_year}{number:04d}"),
        "location_subtype": "",
        "month": month,
    }


# ==== teams ====


def name_neighbourhood(ward: int) -> str:
    """The id of a ward's neighbourhood."""
    return f"CT{ward:02d}"


@lru_cache(maxsize=1)
def build_boundaries() -> dict[str, tuple[tuple[float, float], ...]]:
    """The boundary of each neighbourhood: corners as latitude and longitude."""
    return {
        name_neighbourhood(number): tuple(plan_to_wgs84(*spot) for spot in plan.ward_ring(number))
        for number, _, _ in plan.WARDS
    }


def find_neighbourhood(lat: float, lon: float) -> str:
    """The neighbourhood that a point lies in, or ""."""
    return next((id for id, ring in build_boundaries().items() if plan.in_polygon(lat, lon, ring)), "")


def build_team(id: str) -> Tree:
    """A neighbourhood, as its force describes it."""
    number = int(id[2:])
    name = next(name for ward, name, _ in plan.WARDS if ward == number)
    ring = build_boundaries()[id]
    return {
        "url_force": f"https://police.citytown.example/areas/{id.lower()}",
        "contact_details": {"email": f"{id.lower()}@police.citytown.example", "telephone": "101"},
        "name": name,
        "welcome_message": None,
        "links": [{"url": "https://police.citytown.example", "description": None, "title": "Force website"}],
        "centre": {
            "latitude": format_degrees(sum(lat for lat, _ in ring) / len(ring)),
            "longitude": format_degrees(sum(lon for _, lon in ring) / len(ring)),
        },
        "locations": [],
        "description": f"<p>The ward of {name}.</p>",
        "id": id,
        "population": str(1_200 + 410 * number),
    }


def build_part(id: str, part: str, today: date) -> list[Tree]:
    """A part of a neighbourhood: boundary, people, priorities or events."""
    number, last = int(id[2:]), find_last_month(today)
    if part == "boundary":
        return [
            {"latitude": format_degrees(lat), "longitude": format_degrees(lon)} for lat, lon in build_boundaries()[id]
        ]
    if part == "people":
        return [
            {"bio": None, "contact_details": {}, "name": name, "rank": rank}
            for rank, name in _PEOPLE[: 1 + number % len(_PEOPLE)]
        ]
    if part == "priorities":
        return [
            {
                "action": "<p>We walk there in the evening.</p>" if turn else None,
                "issue-date": f"{last.isoformat()}T00:00:00",
                "action-date": f"{last.isoformat()}T00:00:00" if turn else None,
                "issue": f"<p>{_ISSUES[(number + turn) % len(_ISSUES)]}</p>",
            }
            for turn in range(2)
        ]
    return [
        {
            "contact_details": {}, "description": None, "title": "Drop-in", "address": "Library, Mercer Row",
            "type": "meeting", "start_date": f"{today.year + 1}-01-1{number % 9}T18:00:00",
            "end_date": f"{today.year + 1}-01-1{number % 9}T19:00:00",
        }
    ]  # fmt: skip
