"""The insight capability on the Environment Agency's flood-monitoring API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from desktop.adapters.api import AdapterContext, read_good
from desktop.domain.components import Diagnosis
from desktop.domain.errors import InvalidInput
from desktop.domain.insight import Fact, Insight
from desktop.domain.places import Point

from .client import MOST, EaFloodsClient
from .mapping import build_area, build_station, build_warning, parse_items

Build = Callable[..., Fact | None]
KEPT = timedelta(minutes=15)
"""The Agency updates every 15 minutes and asks not to be asked more often."""
MOST_KEPT = 200
ATTRIBUTION = (
    "This uses Environment Agency flood and river level data from the real-time data API (Beta). "
    "Open Government Licence v3.0."
)
NOTICES = (
    "England only. Warnings are for areas, not single homes; no warning does not mean no risk of flooding.",
    "In an emergency call 999. Floodline: 0345 988 1188.",
)


class EaFloodsAdapter:
    """Floods near a place."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = EaFloodsClient(context)
        self._clock = context.clock
        self._radius_km = float(context.settings["radius_km"])
        self._kept: dict[tuple[float, float, float], tuple[datetime, Insight]] = {}

    def check(self) -> Diagnosis:
        """Asks for the warnings in force anywhere."""
        items = self._fetch("id/floods", {})
        return Diagnosis(facts={"warnings in force (100 at most)": str(len(items))})

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """Warnings, flood areas and river stations within `radius` metres, 50 km at most; kept for 15 minutes."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="ea_floods.point", field="lat")
        if radius < 0:
            raise InvalidInput("The distance cannot be less than nothing.", key="ea_floods.radius", field="radius")
        reach_km = min(50.0, max(1.0, radius / 1000 if radius else self._radius_km))
        asked = (round(lat, 3), round(lon, 3), reach_km)
        now = self._clock.now()
        kept = self._kept.get(asked)
        if kept is not None and timedelta() <= now - kept[0] < KEPT:
            return kept[1]
        found = self._ask(Point(lat=lat, lon=lon), reach_km)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[asked] = (now, found)
        return found

    def _ask(self, near: Point, reach_km: float) -> Insight:
        params = {"lat": f"{near.lat:.5f}", "long": f"{near.lon:.5f}", "dist": f"{reach_km:g}"}
        lists: tuple[tuple[str, Mapping[str, str], Build], ...] = (
            ("id/floods", params, build_warning),
            ("id/floodAreas", params, build_area),
            ("id/stations", {**params, "_view": "full"}, build_station),
        )
        facts: list[Fact] = []
        more = False
        for path, asked, build in lists:
            items = self._fetch(path, asked)
            facts += [fact for item in items if (fact := build(item, near=near)) is not None]
            more = more or len(items) >= MOST
        return Insight(facts=tuple(facts), notices=NOTICES, attribution=ATTRIBUTION, more=more)

    def _fetch(self, path: str, params: Mapping[str, str]) -> tuple[Mapping[str, object], ...]:
        answer = self._client.fetch(path, params)
        text = read_good(answer, component=self._component, clock=self._clock)
        return parse_items(text, component=self._component)
