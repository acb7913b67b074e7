"""How the suites drive ea_floods."""

from __future__ import annotations

import itertools
import json

from desktop.adapters.api import InsightSource
from desktop.domain.insight import Insight
from desktop.domain.places import Point
from plugins.ea_floods.mapping import build_area, build_station, build_warning, parse_items
from tests.helpers.conformance_drivers import Driver, Parsed, Record

NEAR = Point(lat=51.5, lon=-1.25)
WARNING: Record = {
    "@id": "https://example.org/id/floods/1", "description": "River Ock at Citytown", "eaAreaName": "West",
    "floodArea": {"county": "Oxfordshire", "riverOrSea": "River Ock", "notation": "A1"}, "floodAreaID": "A1",
    "isTidal": False, "message": "Levels are rising.", "severity": "Flood warning", "severityLevel": 2,
    "timeMessageChanged": "2026-09-10T09:00:00", "timeRaised": "2026-09-10T08:00:00", "notation": "A1",
    "label": ["River Ock", "Ock"], "lat": 51.51, "long": -1.26, "riverName": "River Ock", "town": ["Citytown"],
    "status": "https://example.org/def/core/statusActive", "RLOIid": ["1", "2"],
    "measures": {
        "parameterName": "Water Level", "unitName": "m", "latestReading": {"value": 1.2, "dateTime": "2026-09-10T08:45:00Z"},
    },
    "stageScale": {"typicalRangeLow": 0.2, "typicalRangeHigh": 1.1},
}  # fmt: skip
_numbers = itertools.count()


def look(adapter: InsightSource) -> Insight:
    # Answers are kept for 15 minutes, so each look asks about another place.
    return adapter.around(51.0 + (next(_numbers) % 8_000) / 1_000, -1.25)


def read_all(body: bytes) -> object:
    items = parse_items(body.decode("utf-8", "replace"), component="Floods")
    return [build(item, near=NEAR) for item in items for build in (build_warning, build_area, build_station)]


DRIVERS = (
    Driver(
        plugin="ea_floods",
        capability="insight",
        record=WARNING,
        id_field="floodAreaID",
        look=look,
        look_body=lambda record: {"meta": {}, "items": record},
        leaves_out={
            "test_the_same_answer_twice_gives_the_same_records": "each look is at another place, with other distances",
        },
    ),
)
MAPPINGS = (
    Parsed(
        name="ea_floods lists",
        body=json.dumps({"meta": {}, "items": [WARNING, {"@id": "only"}, WARNING]}).encode(),
        parse=read_all,
    ),
)
