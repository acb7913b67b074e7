"""The insight capability on the Food Standards Agency's ratings API."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, read_good
from desktop.domain.components import Diagnosis
from desktop.domain.errors import InvalidInput
from desktop.domain.insight import Insight
from desktop.domain.places import Point

from .client import FoodRatingsClient
from .mapping import METRES_IN_A_MILE, Found, build_fact, parse_found

PAGE = "50"
FARTHEST_M = 50_000.0
ATTRIBUTION = "Food hygiene ratings: Food Standards Agency and local authorities, Open Government Licence v3.0."
NOTICES = ("A rating is of the day of its inspection. Businesses at private addresses are listed without address.",)


class FoodRatingsAdapter:
    """Food businesses near a place, with their ratings."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = FoodRatingsClient(context)
        self._clock = context.clock
        self._radius_m = float(context.settings["radius_m"])

    def check(self) -> Diagnosis:
        """Asks for one establishment in the middle of London."""
        found = self._fetch("Establishments", {**_near(Point(lat=51.5074, lon=-0.1278), 1_000.0), "pageSize": "1"})
        return Diagnosis(facts={"establishments found": "yes" if found.records else "no"})

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """The 50 nearest food businesses within `radius` metres, nearest first."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="food_ratings.point", field="lat")
        if radius < 0:
            raise InvalidInput("The distance cannot be less than nothing.", key="food_ratings.radius", field="radius")
        near = Point(lat=lat, lon=lon)
        reach_m = min(FARTHEST_M, radius or self._radius_m)
        found = self._fetch("Establishments", {**_near(near, reach_m), "pageSize": PAGE, "pageNumber": "1"})
        facts = [fact for record in found.records if (fact := build_fact(record, near=near)) is not None]
        # The API rounds its distance up to whole miles.
        close = [fact for fact in facts if fact.distance_m is None or fact.distance_m <= reach_m]
        close.sort(key=lambda fact: fact.distance_m if fact.distance_m is not None else float("inf"))
        return Insight(facts=tuple(close), notices=NOTICES, attribution=ATTRIBUTION, more=found.more)

    def _fetch(self, path: str, params: Mapping[str, str]) -> Found:
        answer = self._client.fetch(path, params)
        text = read_good(answer, component=self._component, clock=self._clock)
        return parse_found(text, component=self._component)


def _near(near: Point, reach_m: float) -> dict[str, str]:
    miles = max(1, -int(-reach_m // METRES_IN_A_MILE))
    return {
        "latitude": f"{near.lat:.6f}",
        "longitude": f"{near.lon:.6f}",
        "maxDistanceLimit": str(miles),
        "sortOptionKey": "distance",
    }
