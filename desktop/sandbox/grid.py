"""National Grid metres to WGS 84 degrees, for a town whose plan is drawn in metres.

The formulas are those of the Ordnance Survey's guide to coordinate systems in Great Britain: inverse transverse
Mercator on the Airy 1830 ellipsoid, then a seven-parameter Helmert shift, good to about five metres.
"""

from __future__ import annotations

from math import atan2, cos, degrees, radians, sin, sqrt, tan

ORIGIN_EAST, ORIGIN_NORTH = 600_000.0, 390_000.0
"""National Grid position of the middle of Citytown: open sea off the Norfolk coast, so that no real place is meant."""

_A, _B, _F0 = 6_377_563.396, 6_356_256.909, 0.9996012717
_LAT0, _LON0, _E0, _N0 = radians(49.0), radians(-2.0), 400_000.0, -100_000.0
_N = (_A - _B) / (_A + _B)
_E2 = 1 - (_B / _A) ** 2


def _meridian(lat: float) -> float:
    """Metres along the meridian from the true origin."""
    d, s = lat - _LAT0, lat + _LAT0
    return (
        _B
        * _F0
        * (
            (1 + _N + 1.25 * _N**2 + 1.25 * _N**3) * d
            - (3 * _N + 3 * _N**2 + 2.625 * _N**3) * sin(d) * cos(s)
            + (1.875 * _N**2 + 1.875 * _N**3) * sin(2 * d) * cos(2 * s)
            - (35 / 24) * _N**3 * sin(3 * d) * cos(3 * s)
        )
    )


def to_airy(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude in degrees on the Airy ellipsoid (OSGB36)."""
    lat = _LAT0 + (north - _N0) / (_A * _F0)
    while abs(rest := north - _N0 - _meridian(lat)) > 1e-5:
        lat += rest / (_A * _F0)
    curve = 1 - _E2 * sin(lat) ** 2
    nu, rho = _A * _F0 / sqrt(curve), _A * _F0 * (1 - _E2) / curve**1.5
    eta2, t, c = nu / rho - 1, tan(lat), cos(lat)
    x = east - _E0
    out_lat = (
        lat
        - x**2 * t / (2 * rho * nu)
        + x**4 * t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta2 - 9 * t**2 * eta2)
        - x**6 * t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4)
    )
    out_lon = (
        _LON0
        + x / (c * nu)
        - x**3 / (6 * c * nu**3) * (nu / rho + 2 * t**2)
        + x**5 / (120 * c * nu**5) * (5 + 28 * t**2 + 24 * t**4)
        - x**7 / (5040 * c * nu**7) * (61 + 662 * t**2 + 1320 * t**4 + 720 * t**6)
    )
    return degrees(out_lat), degrees(out_lon)


def to_wgs84(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude in WGS 84 degrees, seven decimals (about a centimetre)."""
    lat, lon = (radians(v) for v in to_airy(east, north))
    nu = _A / sqrt(1 - _E2 * sin(lat) ** 2)
    x, y, z = nu * cos(lat) * cos(lon), nu * cos(lat) * sin(lon), nu * (1 - _E2) * sin(lat)
    rx, ry, rz = (radians(s / 3600) for s in (0.1502, 0.2470, 0.8421))
    k = 1 - 20.4894e-6
    x, y, z = (
        446.448 + k * x - rz * y + ry * z,
        -125.157 + rz * x + k * y - rx * z,
        542.060 - ry * x + rx * y + k * z,
    )
    a, b = 6_378_137.0, 6_356_752.314245
    e2, p = 1 - (b / a) ** 2, sqrt(x * x + y * y)
    lat = atan2(z, p * (1 - e2))
    for _ in range(6):
        lat = atan2(z + e2 * a / sqrt(1 - e2 * sin(lat) ** 2) * sin(lat), p)
    return round(degrees(lat), 7), round(degrees(atan2(y, x)), 7)


def plan_to_wgs84(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the town plan (metres east and north of its middle)."""
    return to_wgs84(ORIGIN_EAST + x, ORIGIN_NORTH + y)
