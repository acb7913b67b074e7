"""What each file of the published examples is, and what ea_floods must make of it."""

from __future__ import annotations

from desktop.adapters.api import InsightSource
from tests.helpers.contract_catalogue import TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

NONE = Reply(body=b'{"items": []}')
AREAS, STATIONS, ONE = (
    f"examples/{name}.json" for name in ("floodAreas-near-point", "stations-sample-common", "get_station_1491TH")
)
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry(AREAS, "floodAreas", maps=True),
    Entry("examples/*station*", "stations", maps=True),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, InsightSource)
    server.answer = lambda request: reply if request.path.endswith(f"/{kind}") else NONE
    return adapter.around(51.75, -1.45)


VALUES: list[tuple[str, str, object]] = [
    (AREAS, "facts.0.outside_id", "061FWF10Witney"),
    (AREAS, "facts.0.kind", "flood area"),
    (AREAS, "facts.0.title", "Flood area: River Windrush at Witney and Ducklington"),
    (AREAS, "facts.0.point.lat", 51.75826),
    (AREAS, "facts.0.point.lon", -1.45441),
    (AREAS, "facts.0.details.county", "Oxfordshire"),
    (AREAS, "facts.0.details.Floodline quick dial", "171073"),
    (AREAS, "facts.1.details.river or sea", "River Windrush"),
    (AREAS, "facts.1.details.county", "Gloucestershire, Oxfordshire"),
    (STATIONS, "facts.0.outside_id", "E70024"),
    (STATIONS, "facts.0.title", "River level at Lowestoft"),
    (STATIONS, "facts.1.title", "River level at Bourton Dickler, River Dikler"),
    (STATIONS, "facts.1.details.town", "Little Rissington"),
    (STATIONS, "facts.3.outside_id", "E9030"),
    (STATIONS, "facts.3.point", None),
    (STATIONS, "facts.3.distance_m", None),
    (STATIONS, "facts.4.details.status", "statusClosed"),
    (ONE, "facts.0.outside_id", "1491TH"),
    (ONE, "facts.0.text", "Water Level 1.877 mASD"),
    (ONE, "facts.0.at", "2020-02-17T20:00:00Z"),
    (ONE, "facts.0.details.catchment", "Cherwell Thame and Wye"),
    (ONE, "facts.0.point.lon", -1.238765),
]

CONTRACTS = (Contract(api="ea-flood-monitoring", plugin="ea_floods", entries=ENTRIES, run=run, values=tuple(VALUES)),)
