"""What each file of the published contract is, and what postcodes_io must make of it.

The contract has no whole answers, but an example for every field: put together by its schema they are one.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.adapters.api import Addresses, Wards
from tests.helpers.contract_catalogue import TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

SPEC = "openapi.json"
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry(SPEC, "postcode", maps=True),
    Entry("*.json", TEXT, maps=False, why="A table of codes and names, not an answer."),
)


def read(body: bytes, _file: str) -> Reply:
    """The answer that the contract's own examples make."""
    schemas = json.loads(body)["components"]["schemas"]
    return Reply(body=json.dumps(build_example(schemas["PostcodeResponse"], schemas)).encode())


def build_example(schema: Any, schemas: Any) -> Any:
    """The example of a schema, or what the examples of its fields make."""
    if "$ref" in schema:
        return build_example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "properties" in schema:
        return {name: build_example(field, schemas) for name, field in schema["properties"].items()}
    return schema["enum"][0] if "enum" in schema else schema.get("example")


def run(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Addresses)
    assert isinstance(adapter, Wards)
    server.answer = lambda _request: reply
    return {"page": adapter.postcode("SW1A 2AA"), "areas": adapter.areas("SW1A 2AA")}


VALUES: list[tuple[str, str, object]] = [
    (SPEC, "page.items.0.postcode", "SW1A 2AA"),
    (SPEC, "page.items.0.address", "SW1A 2AA, Westminster"),
    (SPEC, "page.items.0.ward", "St. James's"),
    (SPEC, "page.items.0.point.lat", 51.503541),
    (SPEC, "page.items.0.point.lon", -0.12767),
    (SPEC, "page.items.0.uprn", ""),
    (SPEC, "page.cursor", ""),
    (SPEC, "areas.ward", "St. James's"),
    (SPEC, "areas.ward_code", "E05013806"),
    (SPEC, "areas.council", "Westminster"),
    (SPEC, "areas.council_code", "E09000033"),
    (SPEC, "areas.parish", "Westminster, unparished area"),
    (SPEC, "areas.parish_code", "E43000236"),
    (SPEC, "areas.constituency", "Cities of London and Westminster"),
    (SPEC, "areas.constituency_code", "E14000639"),
    (SPEC, "areas.integrated care board", "NHS North West London Integrated Care Board"),
    (SPEC, "areas.integrated care board_code", "E54000027"),
    (SPEC, "areas.police force", "Metropolitan Police"),
    (SPEC, "areas.police force_code", "E23000001"),
    (SPEC, "areas.region", "London"),
    (SPEC, "areas.country", "England"),
    (SPEC, "areas.lower super output area_code", "E01004736"),
]

CONTRACTS = (
    Contract(api="postcodes-io", plugin="postcodes_io", entries=ENTRIES, run=run, values=tuple(VALUES), read=read),
)
