"""Places: a UPRN with address, point and ward; or a bare point."""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop.domain.ids import Uprn


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point in WGS 84 degrees (EPSG:4326)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is. Text fields are "" when the component does not say.

    `uprn` follows BS 7666; `ward` is a name or GSS code as the component gives it; `usrn` is the street.
    `organisation` and `classification` (AddressBase code, such as `RD04`) come from address components, and from those
    of the gazetteers `street`, `custodian` (the authority that keeps it), `status` (approved, alternative, provisional or
    historic) and `language` (of the address, `EN` or `CY`). `sources` are the data sets that it is joined from.
    """

    uprn: Uprn = Uprn("")
    address: str = ""
    postcode: str = ""
    ward: str = ""
    usrn: str = ""
    organisation: str = ""
    classification: str = ""
    street: str = ""
    custodian: str = ""
    status: str = ""
    language: str = ""
    sources: tuple[str, ...] = ()
    point: Point | None = None


EARTH_M = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""


def measure_m(one: Point, other: Point) -> float:
    """Metres between two points along a great circle (haversine); good to half a percent."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))
