"""How the suites drive planning_data."""

from __future__ import annotations

import json

from desktop.domain.ids import OutsideId
from plugins.planning_data.mapping import build_fact, parse_datasets, parse_entities
from tests.helpers.conformance_drivers import Driver, Paging, Parsed, Record
from tests.helpers.faulty_server import Request

ENTITY: Record = {
    "entity": 4711, "name": "Abbey", "dataset": "conservation-area", "typology": "geography", "reference": "CA1",
    "prefix": "conservation-area", "organisation-entity": "192", "entry-date": "2026-01-02", "start-date": "1980-05-15",
    "end-date": "", "point": "POINT (-1.25 51.5)", "documentation-url": "https://example.org/ca1", "quality": "authoritative",
}  # fmt: skip
LAYER = OutsideId("conservation-area")


def wrap(records: list[Record]) -> Record:
    shape = {"type": "MultiPolygon", "coordinates": [[[[-1.25, 51.5], [-1.24, 51.5], [-1.24, 51.51], [-1.25, 51.5]]]]}
    features = [{"type": "Feature", "geometry": shape, "properties": record} for record in records]
    return {"type": "FeatureCollection", "features": features}


def read_entities(body: bytes) -> object:
    found = parse_entities(body.decode("utf-8", "replace"), component="Planning")
    return [build_fact(record, base="https://example.org") for record in found.records]


def page_of(request: Request) -> int:
    return int(request.query.get("offset", ["0"])[0]) // 2 + 1


DRIVERS = (
    Driver(
        plugin="planning_data",
        capability="insight",
        record=ENTITY,
        id_field="entity",
        look=lambda adapter: adapter.around(51.5, -1.25),
        look_body=lambda record: {"entities": [record], "count": 1, "links": {}},
    ),
    Driver(
        plugin="planning_data",
        capability="map_layers",
        record={**ENTITY, "entity": "4711"},
        id_field="entity",
        look=lambda adapter: adapter.features(LAYER),
        look_body=lambda record: wrap([record]),
        paging=Paging(
            read=lambda adapter, cursor: adapter.features(LAYER, None, cursor),
            ids=lambda page: [feature.outside_id for feature in page.items],
            wrap=wrap,
            page_of=page_of,
            size=2,
            total_in=lambda body, _total, _page, _url: body,
        ),
        settings={"page_size": "2"},
    ),
)
MAPPINGS = (
    Parsed(name="planning_data entities", body=json.dumps({"entities": [ENTITY], "count": 1}).encode(), parse=read_entities),
    Parsed(
        name="planning_data datasets",
        body=b'{"datasets": [{"dataset": "tree", "name": "Tree", "plural": "Trees", "typology": "geography", "text": "A"}]}',
        parse=lambda body: parse_datasets(body.decode("utf-8", "replace"), component="Planning"),
    ),
)  # fmt: skip
