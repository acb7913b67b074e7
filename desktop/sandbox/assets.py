"""What stands on the ground in the town: bins, trees and lamps along its streets, and its conservation areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import hypot

from desktop.sandbox import plan
from desktop.sandbox.dice import dice
from desktop.sandbox.plan import XY
from desktop.sandbox.streets import Street, build_streets

_KERB = {"main": 6.5, "street": 4.5, "close": 3.5}
"""Metres from the middle of a street to its kerb."""
_SPECIES = (
    "Tilia cordata",
    "Acer campestre",
    "Sorbus aucuparia",
    "Betula pendula",
    "Platanus × hispanica",
    "Prunus avium",
)
_LAMPS = ("LED 24 W", "LED 40 W", "SON 70 W")
_AREAS = (
    ("Castle Mound", "1969-11-04", 1.9),
    ("Priory Park", "1974-05-02", 2.4),
    ("Mercer Green", "1988-02-17", 1.7),
)
"""Parks that conservation areas lie around, when they were designated, and how much wider they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One thing on the plan: a point, or an area by its closed ring. What is not known stands as the text "null"."""

    id: str
    ring: tuple[XY, ...]
    properties: dict[str, object]


@lru_cache(maxsize=4)
def build_assets(seed: str) -> dict[str, tuple[Asset, ...]]:
    """Every asset of a town by collection, in the order of their ids; the same for the same seed."""
    streets = build_streets()
    return {
        "bins": tuple(_bins(seed, streets)),
        "street-trees": tuple(_trees(seed, streets)),
        "street-lamps": tuple(_lamps(seed, streets)),
        "conservation-areas": tuple(_areas()),
    }


def _along(street: Street, gap: float, first: float) -> Iterator[XY]:
    """Points on the kerbs of a street, `gap` metres apart, on one side and the other in turn."""
    off, side, to_next = _KERB[street.kind], 1, first
    for (ax, ay), (bx, by) in pairwise(street.line):
        length = hypot(bx - ax, by - ay)
        ux, uy = (bx - ax) / length, (by - ay) / length
        while to_next < length:
            yield ax + ux * to_next - uy * side * off, ay + uy * to_next + ux * side * off
            to_next, side = to_next + gap, -side
        to_next -= length


def _where(street: Street) -> dict[str, object]:
    return {"street": street.name, "usrn": street.usrn}


def _bins(seed: str, streets: tuple[Street, ...]) -> Iterator[Asset]:
    chance = dice(seed, "bins")
    spots: list[tuple[XY, dict[str, object]]] = [
        (spot, _where(street)) for street in streets for spot in _along(street, 120, 20)
    ]
    spots += [(ring[0], {"park": name}) for name, ring in plan.PARKS]
    for number, (spot, where) in enumerate(spots, 1):
        kind = chance.choice(("litter", "litter", "litter and dog", "recycling"))
        about = {"name": f"Bin {number}", "kind": kind, "litres": chance.choice((80, 110, 240)), **where}
        yield Asset(id=f"bin-{number}", ring=(spot,), properties={**about, "sensor": "null"})


def _trees(seed: str, streets: tuple[Street, ...]) -> Iterator[Asset]:
    chance = dice(seed, "trees")
    spots = [(spot, street) for street in streets if street.kind != "main" for spot in _along(street, 38, 24)]
    for number, (spot, street) in enumerate(spots, 1):
        species = chance.choice(_SPECIES)
        about = {"name": species, "tag": f"T{number:05d}", "height_m": chance.randrange(4, 19), **_where(street)}
        protected = "true" if chance.random() < 0.06 else "false"
        yield Asset(
            id=f"tree-{number}", ring=(spot,), properties={**about, "protected": protected, "felled_on": "null"}
        )


def _lamps(seed: str, streets: tuple[Street, ...]) -> Iterator[Asset]:
    chance = dice(seed, "lamps")
    spots = [(spot, street) for street in streets for spot in _along(street, 31, 8)]
    for number, (spot, street) in enumerate(spots, 1):
        about = {"name": f"Column {number}", "lamp": chance.choice(_LAMPS), **_where(street)}
        faulty = "true" if chance.random() < 0.03 else "false"
        yield Asset(id=f"lamp-{number}", ring=(spot,), properties={**about, "faulty": faulty})


def _areas() -> Iterator[Asset]:
    rings = dict(plan.PARKS)
    for number, (name, since, wider) in enumerate(_AREAS, 1):
        ring = rings[name]
        x, y = sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
        wide = tuple((x + (px - x) * wider, y + (py - y) * wider) for px, py in ring)
        properties: dict[str, object] = {"name": name, "designated": since, "article_4": "false", "reviewed": "null"}
        yield Asset(id=f"ca-{number}", ring=(*wide, wide[0]), properties=properties)
