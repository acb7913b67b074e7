"""The town plan: curves of river, main roads and railway, the wards between them, and the parks.

All in metres east (x) and north (y) of the middle of the town. Nothing here is by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import hypot, sin

XY = tuple[float, float]
HALF_WIDTH, HALF_HEIGHT = 760.0, 640.0
RIVER_HALF = 22.0


def river(x: float) -> float:
    """Northing of the middle of the River Cade."""
    return 215 + 38 * sin(x / 230)


def quay_lane(y: float) -> float:
    """Easting of Quay Lane, the old road to the wharf."""
    return -270 + 28 * sin(y / 170)


def station_road(y: float) -> float:
    """Easting of Station Road."""
    return 300 + 22 * sin(y / 150 + 1)


def long_lane(x: float) -> float:
    """Northing of Long Lane, the road through from west to east."""
    return -235 + 24 * sin(x / 190)


def abbey_road(x: float) -> float:
    """Northing of Abbey Road, north of the river."""
    return 430 + 18 * sin(x / 160)


def castle_street(y: float) -> float:
    """Easting of Castle Street, from Long Lane south."""
    return 10 + 14 * sin(y / 120)


def railway(x: float) -> float:
    """Northing of the railway."""
    return -455 + 0.09 * x + 20 * sin(x / 400)


def canal(y: float) -> float:
    """Easting of the Tannery Cut, a canal from the river to the old tannery."""
    return -520 + 16 * sin(y / 140)


WARDS: tuple[tuple[int, str, str], ...] = (
    (1, "Northgate", "E05990001"),
    (2, "Priory", "E05990002"),
    (3, "Weir", "E05990003"),
    (4, "Millbrook", "E05990004"),
    (5, "Canal Side", "E05990005"),
    (6, "Station", "E05990006"),
    (7, "South Meadow", "E05990007"),
    (8, "Castle", "E05990008"),
)
"""Number, name and code of each ward; the number is also the postcode district (CY1 to CY8)."""

PARKS: tuple[tuple[str, tuple[XY, ...]], ...] = (
    ("Mercer Green", ((150, -40), (232, 20), (270, 100), (196, 140), (120, 96), (112, 10))),
    ("Priory Park", ((-60, 300), (70, 290), (96, 352), (40, 396), (-50, 384))),
    ("Weir Gardens", ((470, 318), (560, 306), (586, 360), (500, 392))),
    ("The Meadow", ((-520, -330), (-400, -306), (-330, -372), (-372, -432), (-500, -424))),
    ("Castle Mound", ((180, -330), (262, -318), (276, -388), (190, -402))),
    ("Tannery Rec", ((-460, 20), (-380, 30), (-366, -60), (-450, -70))),
)


def ward_at(x: float, y: float) -> int:
    """Number of the ward that a point lies in; the borders follow the river and the main roads."""
    west, east = x < quay_lane(y), x > station_road(y)
    if y > river(x):
        return 1 if west else 3 if east else 2
    if y < long_lane(x):
        return 7 if x < castle_street(y) else 8
    return 5 if west else 6 if east else 4


def in_town(x: float, y: float) -> bool:
    """Whether a point lies within the built town (a rounded rectangle)."""
    return (abs(x) / HALF_WIDTH) ** 4 + (abs(y) / HALF_HEIGHT) ** 4 < 1


def in_polygon(x: float, y: float, ring: tuple[XY, ...]) -> bool:
    """Whether a point lies in a ring (even-odd rule)."""
    inside, (px, py) = False, ring[-1]
    for qx, qy in ring:
        if (qy > y) != (py > y) and x < (px - qx) * (y - qy) / (py - qy) + qx:
            inside = not inside
        px, py = qx, qy
    return inside


def park_at(x: float, y: float) -> str:
    """Name of the park that a point lies in, or ""."""
    return next((name for name, ring in PARKS if in_polygon(x, y, ring)), "")


def is_buildable(x: float, y: float) -> bool:
    """Whether a house may stand here: in town, dry, off the tracks and out of the parks."""
    return (
        in_town(x, y)
        and abs(y - river(x)) > RIVER_HALF + 20
        and abs(y - railway(x)) > 14
        and not (river(x) > y > -90 and abs(x - canal(y)) < 18)
        and not park_at(x, y)
    )


def along_x(curve: Callable[[float], float], start: float, end: float, step: float = 20) -> tuple[XY, ...]:
    """Points of a curve that runs west to east."""
    count = max(1, round((end - start) / step))
    return tuple((x, curve(x)) for x in (start + (end - start) * i / count for i in range(count + 1)))


def along_y(curve: Callable[[float], float], start: float, end: float, step: float = 20) -> tuple[XY, ...]:
    """Points of a curve that runs south to north."""
    count = max(1, round((end - start) / step))
    return tuple((curve(y), y) for y in (start + (end - start) * i / count for i in range(count + 1)))


def length_of(line: tuple[XY, ...]) -> float:
    """Length of a line in metres."""
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))


def ward_ring(number: int) -> tuple[XY, ...]:
    """The closed border of a ward."""
    w, h = HALF_WIDTH + 60, HALF_HEIGHT + 60
    ring = {
        1: (*along_x(river, -w, _meet(river, quay_lane)), *along_y(quay_lane, river(-270), h), (-w, h)),
        2: (
            *along_x(river, _meet(river, quay_lane), _meet(river, station_road)),
            *along_y(station_road, river(300), h),
            *reversed(along_y(quay_lane, river(-270), h)),
        ),
        3: (*along_x(river, _meet(river, station_road), w), (w, h), *reversed(along_y(station_road, river(300), h))),
        4: (
            *along_x(long_lane, _meet(long_lane, quay_lane), _meet(long_lane, station_road)),
            *along_y(station_road, long_lane(300), river(300)),
            *reversed(along_x(river, _meet(river, quay_lane), _meet(river, station_road))),
            *reversed(along_y(quay_lane, long_lane(-270), river(-270))),
        ),
        5: (
            *along_x(long_lane, -w, _meet(long_lane, quay_lane)),
            *along_y(quay_lane, long_lane(-270), river(-270)),
            *reversed(along_x(river, -w, _meet(river, quay_lane))),
        ),
        6: (
            *along_x(long_lane, _meet(long_lane, station_road), w),
            *reversed(along_x(river, _meet(river, station_road), w)),
            *reversed(along_y(station_road, long_lane(300), river(300))),
        ),
        7: (
            (-w, -h),
            *along_y(castle_street, -h, long_lane(10)),
            *reversed(along_x(long_lane, -w, _meet(long_lane, castle_street))),
        ),
        8: (
            *reversed(along_y(castle_street, -h, long_lane(10))),
            (w, -h),
            *reversed(along_x(long_lane, _meet(long_lane, castle_street), w)),
        ),
    }[number]
    return (*ring, ring[0])


def _meet(across: Callable[[float], float], up: Callable[[float], float]) -> float:
    """Easting where a west-to-east curve meets a south-to-north one."""
    x = up(0.0)
    for _ in range(20):
        x = up(across(x))
    return x
