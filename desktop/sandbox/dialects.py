"""The components of the town: what each speaks, and where. A new dialect is one more entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop.sandbox.bops import PATH as BOPS_PATH
from desktop.sandbox.bops import bops_routes
from desktop.sandbox.catalogue import Area, areas
from desktop.sandbox.govuk_notify import make_key, notify_routes
from desktop.sandbox.govuk_pay import pay_routes
from desktop.sandbox.nhs_bars import PATH as BARS_PATH
from desktop.sandbox.nhs_bars import bars_routes
from desktop.sandbox.ogc_features import ogc_routes
from desktop.sandbox.open311 import open311_routes
from desktop.sandbox.open_referral import directory_routes
from desktop.sandbox.os_places import TOKEN_PATH, PlacesHandler, TokenHandler
from desktop.sandbox.planning_data import planning_routes
from desktop.sandbox.police_uk import police_routes
from desktop.sandbox.web import Site

Route = tuple[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One component of the town.

    Attributes:
        id: of the component.
        name: as officers know it.
        plugin: which speaks to it.
        routes: tornado routes; every handler is given the component's site.
        path: of its base address, below its own port.
        area: the service area whose cases it holds, "" for one that all use.
        settings: of the component besides its address, made when its site is known.
        secrets: names of its secrets, each with the site's key; none for an open API.
        pounds_a_year: what the council pays for it.
        years: after which its contract ends, on the last of March.
        shape: makes the site's key from what the town keeps, where the API's keys have a shape.
    """

    id: str
    name: str
    plugin: str
    routes: Callable[[], list[Route]]
    path: str = ""
    area: str = ""
    settings: Callable[[Site], Mapping[str, str]] = field(default=lambda _site: {})
    secrets: tuple[str, ...] = ("api_key",)
    pounds_a_year: int = 0
    years: int = 1
    shape: Callable[[str], str] = field(default=lambda kept: kept)

    def find_end(self, now: datetime) -> str:
        """The day its contract ends as `yyyy-mm-dd`; "" for what costs nothing. One ends two months from now at least."""
        if not self.pounds_a_year:
            return ""
        coming = now.year + (now.month > 1)
        return f"{coming + self.years - 1}-03-31"


_CASE_PRICES: Final[Mapping[str, int]] = {
    "housing": 96_000, "children": 128_500, "adults": 112_000, "development": 24_000, "waste": 24_000, "parks": 18_400,
    "cleaning": 19_800, "public_health": 38_000,
}  # fmt: skip
"""What each service pays for its own case system: the story that the town begins with."""


def _open311(area: Area) -> Dialect:
    return Dialect(
        id=area.id,
        name=area.name,
        plugin="open311",
        routes=lambda: list(open311_routes(area.id)),
        path=f"/open311/{area.id}",
        area=area.id,
        settings=lambda site: _set_up_open311(area, site),
        pounds_a_year=_CASE_PRICES[area.id],
        years=1 + len(area.id) % 3,
    )


def _set_up_open311(area: Area, site: Site) -> dict[str, str]:
    """Requests are found by the time of their change too, and no town is older than 400 days. One area is discovered."""
    found = {"discovery_url": f"{site.base}/discovery.xml"} if area.id == "cleaning" else {}
    return {"changes": "window", "history_days": "400", **found}


PLACES_PATH: Final = "/search/places/v1"
PLACES: Final = Dialect(
    id="os_places",
    name="OS Places",
    plugin="os_places",
    routes=lambda: [
        (rf"{PLACES_PATH}/(find|postcode|uprn|nearest|radius|bbox|polygon)", PlacesHandler),
        (TOKEN_PATH, TokenHandler),
    ],
    path=PLACES_PATH,
    settings=lambda site: {"token_url": site.base.removesuffix(PLACES_PATH) + TOKEN_PATH},
    pounds_a_year=13_600,
    years=3,
)
PAY: Final = Dialect(
    id="govuk_pay",
    name="GOV.UK Pay",
    plugin="govuk_pay",
    routes=lambda: list(pay_routes()),
    settings=lambda site: {"return_url": f"{site.public}/pay/return"},
    pounds_a_year=12_000,
    years=2,
)
DIRECTORY: Final = Dialect(
    id="directory",
    name="Services in Citytown",
    plugin="open_referral",
    routes=lambda: list(directory_routes()),
    secrets=(),
    pounds_a_year=2_400,
)
ASSETS: Final = Dialect(
    id="ogc_features",
    name="Town assets",
    plugin="ogc_features",
    routes=lambda: list(ogc_routes()),
    path="/assets",
    pounds_a_year=14_200,
    settings=lambda _site: {"near": "bins,street-trees,street-lamps,conservation-areas", "radius_m": "60"},
    secrets=(),
)
BARS: Final = Dialect(
    id="health",
    name="Health referrals",
    plugin="nhs_bars",
    routes=lambda: list(bars_routes()),
    path=BARS_PATH,
    settings=lambda _site: {"use": "live", "ods_code": "X9900", "organisation": "Citytown Council"},
    secrets=("access_token",),
)
PLANNING: Final = Dialect(
    id="planning",
    name="Planning",
    plugin="bops",
    routes=lambda: list(bops_routes()),
    path=BOPS_PATH,
    pounds_a_year=31_000,
    years=2,
    area="development",
    settings=lambda _site: {"organisation": "CTN", "district": "Citytown", "region": "North West"},
)
NOTIFY: Final = Dialect(
    id="govuk_notify",
    name="GOV.UK Notify",
    plugin="govuk_notify",
    routes=lambda: list(notify_routes()),
    shape=make_key,
    pounds_a_year=4_200,
)
POLICE: Final = Dialect(
    id="police_uk",
    name="Police",
    plugin="police_uk",
    routes=lambda: list(police_routes()),
    path="/api",
    secrets=(),
)
CONSTRAINTS: Final = Dialect(
    id="planning_data",
    name="Planning data",
    plugin="planning_data",
    routes=lambda: list(planning_routes()),
    secrets=(),
)


def dialects() -> tuple[Dialect, ...]:
    """Every component of the town, in the order of their ports."""
    return (
        *(_open311(area) for area in areas()), PLACES, PAY, DIRECTORY, ASSETS, BARS, PLANNING, NOTIFY, POLICE, CONSTRAINTS,
    )  # fmt: skip
