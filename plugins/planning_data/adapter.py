"""Insight and map layers on planning.data.gov.uk."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.adapters.api import AdapterContext, Answer, Page, read_good, read_uprn
from desktop.domain.components import Diagnosis
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.insight import Insight
from desktop.domain.layers import Bounds, Feature, MapLayer, Tile
from desktop.domain.places import Point

from .client import PlanningDataClient
from .mapping import build_box, build_fact, build_reach, parse_datasets, parse_entities, parse_features, parse_said

MOST = 100
FARTHEST_M = 10_000.0
ATTRIBUTION = "Planning data for England, planning.data.gov.uk, Open Government Licence v3.0."
NOTICES = ("No hit is not the same as no constraint: not every council's data is there. England only, a beta service.",)
_DATASET = re.compile(r"[a-z0-9-]{1,100}")


class PlanningDataAdapter:
    """Planning constraints at a place, and their areas on the map."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = PlanningDataClient(context)
        self._clock = context.clock
        self._base = context.settings["base_url"].rstrip("/")
        self._datasets = [name.strip() for name in context.settings["datasets"].split(",")]
        self._page_size = int(context.settings["page_size"])

    def check(self) -> Diagnosis:
        """Asks for the datasets, and whether those of the settings are among them."""
        known = {layer.id for layer in self.layers()}
        missing = [name for name in self._datasets if name not in known]
        warnings = (f"The service has no dataset {', '.join(missing)}.",) if missing else ()
        return Diagnosis(facts={"datasets": str(len(known))}, warnings=warnings)

    # ==== insight ====

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """Constraints that hold at a point, or within `radius` metres of it, 10 km at most."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="planning_data.point", field="lat")
        if radius < 0:
            raise InvalidInput("The distance cannot be less than nothing.", key="planning_data.radius", field="radius")
        reach = build_reach(Point(lat=lat, lon=lon), min(radius, FARTHEST_M))
        return self._find({"geometry": reach, "geometry_relation": "intersects"})

    def at(self, uprn: Uprn) -> Insight:
        """What is recorded of a property by its UPRN."""
        asked = read_uprn(uprn)
        if not asked:
            raise InvalidInput("A UPRN is 1 to 12 digits.", key="planning_data.uprn", field="uprn")
        return self._find({"q": asked})

    def _find(self, where: Mapping[str, str]) -> Insight:
        params: dict[str, str | list[str]] = {
            **where,
            "dataset": self._datasets,
            "entries": "current",
            "limit": str(MOST),
        }
        found = parse_entities(self._read(self._client.search(params)), component=self._component)
        facts = tuple(fact for record in found.records if (fact := build_fact(record, base=self._base)) is not None)
        more = len(found.records) >= MOST if found.total is None else found.total > len(found.records)
        return Insight(facts=facts, notices=NOTICES, attribution=ATTRIBUTION, more=more)

    # ==== map layers ====

    def layers(self) -> tuple[MapLayer, ...]:
        """Every dataset with a place on the map."""
        return parse_datasets(self._read(self._client.fetch_datasets()), component=self._component)

    def features(self, layer: OutsideId, bounds: Bounds | None = None, cursor: str = "") -> Page[Feature]:
        """Areas of a dataset, in a box or all, page by page."""
        if not _DATASET.fullmatch(layer):
            raise InvalidInput("That is not a dataset of planning data.", key="planning_data.layer", field="layer")
        if cursor and not re.fullmatch(r"[0-9]{1,9}-[0-9]{1,18}", cursor):
            raise InvalidInput("That is not a page of planning data.", key="planning_data.cursor", field="cursor")
        start, _, before = (cursor or "0-").partition("-")
        offset = int(start)
        params: dict[str, str | list[str]] = {
            "dataset": [layer], "entries": "current", "limit": str(self._page_size), "offset": str(offset),
        }  # fmt: skip
        if bounds is not None:
            params |= {"geometry": build_box(bounds), "geometry_relation": "intersects"}
        text = self._read(self._client.search(params, shapes=True))
        found, count = parse_features(text, layer=layer, component=self._component)
        if found and found[0].outside_id == before:
            return Page(items=())  # it ignores the offset, and would send the same page for ever
        # There may be no links: a page that is not full is the last.
        first = found[0].outside_id if found else "0"
        return Page(items=found, cursor=f"{offset + count}-{first}" if count >= self._page_size else "")

    def tile(self, layer: OutsideId, z: int, x: int, y: int) -> Tile:
        """There are no pictures here."""
        del layer, z, x, y
        raise InvalidInput(f"{self._component} has areas, not pictures.", key="planning_data.tile", field="layer")

    def _read(self, answer: Answer) -> str:
        return read_good(answer, component=self._component, clock=self._clock, parse_said=parse_said)
