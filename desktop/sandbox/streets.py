"""Streets and buildings, laid out over the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import ceil, cos, hypot, radians, sin
from random import Random

from desktop.sandbox import plan
from desktop.sandbox.dice import dice
from desktop.sandbox.plan import XY


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street with its line on the plan; `kind` is main, street or close."""

    usrn: str
    name: str
    kind: str
    line: tuple[XY, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A building on a street: `number` as on the door, `ring` its footprint, `form` an AddressBase code."""

    street: Street
    number: int
    centre: XY
    ring: tuple[XY, ...]
    ward: int
    form: str


_MAINS: tuple[tuple[str, tuple[XY, ...]], ...] = (
    ("Quay Lane", plan.along_y(plan.quay_lane, -620, 620)),
    ("Station Road", plan.along_y(plan.station_road, -600, 610)),
    ("Long Lane", plan.along_x(plan.long_lane, -735, 735)),
    ("Abbey Road", plan.along_x(plan.abbey_road, -700, 700)),
    ("Castle Street", plan.along_y(plan.castle_street, -600, -234)),
)

# Ward: middle, angle, gap between rows, gap between cross streets, names of rows, names of cross streets. No crosses: closes.
_GRIDS: dict[int, tuple[XY, float, float, float, tuple[str, ...], tuple[str, ...]]] = {
    1: (
        (-500, 474),
        -3,
        84,
        190,
        ("Northgate", "Alder Road", "Rowan Road", "Hazel Road", "Elder Road"),
        ("Smithy Lane", "Bakehouse Row"),
    ),
    2: (
        (15, 472),
        4,
        84,
        170,
        ("Priory Street", "Friar Street", "Cloister Row", "Vesper Street", "Chapter Street"),
        ("Bell Lane", "St Anne's Passage", "Almoner's Row"),
    ),
    3: ((530, 440), 11, 88, 0, ("Weir Road", "Millrace Road", "Sluice Road", "Eel Trap Road"), ()),
    4: (
        (10, -20),
        -13,
        78,
        140,
        ("Loom Street", "Fuller Street", "Tanner Street", "Dyer Street", "Weaver Street", "Hosier Street"),
        ("Mercer Row", "Shuttle Row", "Bobbin Row", "Spindle Row"),
    ),
    5: (
        (-510, -20),
        6,
        80,
        175,
        ("Wharf Street", "Barge Street", "Towpath Road", "Lock Street", "Tiller Street"),
        ("Winding Lane", "Rope Walk"),
    ),
    6: (
        (530, -10),
        -4,
        82,
        160,
        ("Signal Street", "Platform Road", "Porter Street", "Guard Street", "Sidings Road"),
        ("Turntable Lane", "Goods Yard Road"),
    ),
    7: ((-360, -420), 8, 88, 0, ("Meadow Road", "Clover Road", "Sorrel Road", "Yarrow Road"), ()),
    8: (
        (360, -420),
        -7,
        84,
        180,
        ("Castle Row", "Bailey Street", "Moat Street", "Keep Road"),
        ("Drawbridge Lane", "Postern Lane"),
    ),
}
_CLOSES = (
    "Heron",
    "Kingfisher",
    "Otter",
    "Mallard",
    "Moorhen",
    "Wagtail",
    "Bluebell",
    "Cowslip",
    "Foxglove",
    "Campion",
    "Harebell",
    "Betony",
    "Teasel",
    "Burdock",
)


def build_streets() -> tuple[Street, ...]:
    """Every street of the town; the same each time, with nothing left to chance."""
    found: list[tuple[str, str, tuple[XY, ...]]] = [(name, "main", line) for name, line in _MAINS]
    closes = iter(_CLOSES)
    for ward, (middle, angle, row_gap, cross_gap, rows, crosses) in _GRIDS.items():
        lines = _parallels(ward, middle, angle, row_gap, len(rows))
        named = [(name, line) for name, line in zip(rows, lines, strict=True) if plan.length_of(line) > 60]
        found += [(name, "street", line) for name, line in named]
        across = _parallels(ward, middle, angle + 90, cross_gap, len(crosses)) if crosses else []
        found += [
            (name, "street", line) for name, line in zip(crosses, across, strict=True) if plan.length_of(line) > 60
        ]
        if not crosses:
            stubs = [stub for _, line in named for stub in _stubs(line, angle)]
            found += [(f"{name} Close", "close", stub) for name, stub in zip(closes, stubs, strict=False)]
    return tuple(
        Street(usrn=str(99_000_101 + 7 * i), name=name, kind=kind, line=line)
        for i, (name, kind, line) in enumerate(found)
    )


def _parallels(ward: int, middle: XY, angle: float, gap: float, count: int) -> list[tuple[XY, ...]]:
    """Straight parallel streets of a ward, cut to the longest run that lies in it."""
    dx, dy = cos(radians(angle)), sin(radians(angle))
    lines = []
    for i in range(count):
        off = ((count - 1) / 2 - i) * gap
        cx, cy = middle[0] - dy * off, middle[1] + dx * off
        lines.append(_longest_run(ward, [(cx + dx * t, cy + dy * t) for t in range(-700, 701, 10)]))
    return lines


def _longest_run(ward: int, points: list[XY]) -> tuple[XY, ...]:
    best: list[XY] = []
    run: list[XY] = []
    for x, y in points:
        fits = plan.ward_at(x, y) == ward and plan.is_buildable(x, y)
        run = [*run, (x, y)] if fits else []
        best = run if len(run) > len(best) else best
    return tuple(best)


def _stubs(line: tuple[XY, ...], angle: float) -> list[tuple[XY, ...]]:
    """Up to two closes off a row, one to each side, each as long as there is room for it."""
    dx, dy = -sin(radians(angle)), cos(radians(angle))
    stubs = []
    for at, side in ((len(line) // 3, 1), (2 * len(line) // 3, -1)):
        points = [(line[at][0] + dx * side * t, line[at][1] + dy * side * t) for t in range(0, 61, 10)]
        free = list(takewhile(_is_clear, points))
        stubs += [tuple(free)] if len(free) > 3 else []
    return stubs


def _is_clear(point: XY) -> bool:
    x, y = point
    return plan.is_buildable(x, y) and abs(y - plan.abbey_road(x)) > 24 and abs(y - plan.railway(x)) > 24


def build_plots(seed: str, streets: tuple[Street, ...]) -> tuple[Plot, ...]:
    """Buildings on both sides of every street, where there is room."""
    chance = dice(seed, "plots")
    near: dict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
    for street in streets:
        for x, y in _walk(street.line, 5):
            near[int(x // 20), int(y // 20)].append((x, y, street.usrn))
    taken: dict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)
    plots: list[Plot] = []
    for street in streets:
        for side in (1, -1):
            plots += _side(street, side, chance, near, taken)
    return tuple(plots)


def _walk(line: tuple[XY, ...], step: float) -> list[XY]:
    """Points along a line, a step apart."""
    points: list[XY] = []
    for a, b in pairwise(line):
        count = max(1, ceil(hypot(b[0] - a[0], b[1] - a[1]) / step))
        points += [(a[0] + (b[0] - a[0]) * i / count, a[1] + (b[1] - a[1]) * i / count) for i in range(count)]
    return [*points, line[-1]]


def _side(
    street: Street,
    side: int,
    chance: Random,
    near: dict[tuple[int, int], list[tuple[float, float, str]]],
    taken: dict[tuple[int, int], list[tuple[float, float, float]]],
) -> list[Plot]:
    """Plots of one side of a street: odd numbers on the left, even ones on the right."""
    form, front, depth = chance.choice(
        (("RD04", 8.5, 10.0), ("RD04", 9.5, 10.5), ("RD03", 12.5, 9.5), ("RD02", 16.0, 10.5))
    )
    back = (9.0 if street.kind == "main" else 6.5) + depth / 2 + chance.uniform(2, 4)
    points, plots, number = _walk(street.line, 0.5), [], 1 if side > 0 else 2
    skip = int(front / 0.5)
    at = skip
    while at < len(points) - skip // 2:
        (ax, ay), (bx, by) = points[at - 1], points[min(at + 1, len(points) - 1)]
        reach = hypot(bx - ax, by - ay) or 1
        ux, uy = (bx - ax) / reach, (by - ay) / reach
        cx, cy = points[at][0] - uy * side * back, points[at][1] + ux * side * back
        wide, deep = front * (0.97 if form == "RD04" else 0.74), depth * chance.uniform(0.92, 1.08)
        if plan.is_buildable(cx, cy) and _has_room(cx, cy, street.usrn, max(wide, deep), near, taken):
            ring = tuple(
                (cx + ux * wide / 2 * i - uy * deep / 2 * j, cy + uy * wide / 2 * i + ux * deep / 2 * j)
                for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
            )
            taken[int(cx // 20), int(cy // 20)].append((cx, cy, front))
            plots.append(
                Plot(street=street, number=number, centre=(cx, cy), ring=ring, ward=plan.ward_at(cx, cy), form=form)
            )
            number += 2
        at += skip + (chance.randrange(0, 8) if form != "RD04" else int(chance.random() < 0.08) * 10)
    return plots


def _has_room(
    x: float,
    y: float,
    usrn: str,
    size: float,
    near: dict[tuple[int, int], list[tuple[float, float, str]]],
    taken: dict[tuple[int, int], list[tuple[float, float, float]]],
) -> bool:
    cells = [(int(x // 20) + i, int(y // 20) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    roads = (p for cell in cells for p in near.get(cell, ()))
    if any(hypot(px - x, py - y) < (13.0 if other != usrn else 7.0) for px, py, other in roads):
        return False
    houses = (p for cell in cells for p in taken.get(cell, ()))
    return not any(hypot(px - x, py - y) < max(size, front) * 0.82 for px, py, front in houses)
