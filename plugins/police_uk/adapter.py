"""The insight capability on data.police.uk."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer, read_good
from desktop.domain.components import Diagnosis
from desktop.domain.errors import AdapterError, InvalidInput, NotFound
from desktop.domain.insight import Fact, Insight
from desktop.domain.places import Point

from .client import PoliceUkClient
from .mapping import (
    build_circle,
    build_crime,
    build_outline,
    build_team,
    count_crimes,
    parse_located,
    parse_records,
)

USUAL_M = 500.0
FARTHEST_M = 5_000.0
MOST = 200
TOO_MANY = 503
ATTRIBUTION = "Contains data from data.police.uk, Open Government Licence v3.0."
SNAPPED = "Positions of crimes are anonymised: each is shown at a map point near where it happened, never at it."
NOBODY = "No neighbourhood team is known here. For Scotland there are crimes of the British Transport Police only."
CROWDED = "Over 10,000 crimes are on record here, too many to list. Ask for a smaller distance."


class PoliceUkAdapter:
    """Team and crimes of a place."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = PoliceUkClient(context)
        self._clock = context.clock
        self._log = context.log
        self._by_neighbourhood = context.settings["area"] == "neighbourhood"

    def check(self) -> Diagnosis:
        """Asks when crimes were last added."""
        (record,) = self._records(self._client.fetch_updated()) or ({},)
        return Diagnosis(facts={"crimes added last": str(record.get("date") or "not said")})

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """The team of the place, and crimes of the last month within `radius` metres, nearest first."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="police_uk.point", field="lat")
        if radius < 0:
            raise InvalidInput("The distance cannot be less than nothing.", key="police_uk.radius", field="radius")
        near = Point(lat=lat, lon=lon)
        try:
            force, neighbourhood = parse_located(self._text(self._client.locate(lat, lon)), component=self._component)
        except NotFound:
            force = neighbourhood = ""
        team = self._find_team(force, neighbourhood) if force else None
        crimes = self._find_crimes(near, min(FARTHEST_M, radius or USUAL_M), force, neighbourhood)
        notices = [SNAPPED] if team else [NOBODY, SNAPPED]
        if crimes is None:
            notices.append(CROWDED)
        elif crimes:
            notices.insert(0, count_crimes(crimes))
        shown = sorted(crimes or (), key=lambda crime: _far(crime.distance_m))[:MOST]
        return Insight(
            facts=(*([team] if team else []), *shown),
            notices=tuple(notices),
            attribution=ATTRIBUTION,
            more=crimes is None or len(crimes) > MOST,
        )

    def _find_team(self, force: str, neighbourhood: str) -> Fact:
        records = self._find_part(force, neighbourhood, "")
        parts = {part: self._find_part(force, neighbourhood, part) for part in ("people", "priorities", "events")}
        record = records[0] if records else {"id": neighbourhood}
        return build_team(record, force=force, **parts)

    def _find_part(self, force: str, neighbourhood: str, part: str) -> tuple[Mapping[str, object], ...]:
        """A part of a team, "" for the team itself; one that cannot be had is left out, for the rest is of use without it."""
        try:
            return self._records(self._client.fetch_team(force, neighbourhood, part))
        except AdapterError as error:
            self._log.info("A part of a neighbourhood was not read: %s", error.key)
            return ()

    def _find_crimes(self, near: Point, reach_m: float, force: str, neighbourhood: str) -> tuple[Fact, ...] | None:
        """Crimes, or None where there are too many to be given."""
        polygon = ""
        if self._by_neighbourhood and force:
            polygon = build_outline(self._find_part(force, neighbourhood, "boundary"))
        answer = self._client.fetch_crimes(polygon or build_circle(near, reach_m))
        if answer.status == TOO_MANY:
            return None
        found = (build_crime(record, near=near) for record in self._records(answer))
        return tuple(crime for crime in found if crime is not None)

    def _records(self, answer: Answer) -> tuple[Mapping[str, object], ...]:
        return parse_records(self._text(answer), component=self._component)

    def _text(self, answer: Answer) -> str:
        return read_good(answer, component=self._component, clock=self._clock)


def _far(distance_m: float | None) -> float:
    return float("inf") if distance_m is None else distance_m
