"""Places: a UPRN with address, point and ward; or a bare point."""

from __future__ import annotations

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
    `organisation` and `classification` (AddressBase code, such as `RD04`) come from address components.
    """

    uprn: Uprn = Uprn("")
    address: str = ""
    postcode: str = ""
    ward: str = ""
    usrn: str = ""
    organisation: str = ""
    classification: str = ""
    point: Point | None = None
