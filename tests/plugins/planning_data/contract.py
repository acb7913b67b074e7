"""What each file of the published contract is, and what planning_data must make of it."""

from __future__ import annotations

import csv
import io
import json

from desktop.adapters.api import InsightSource
from tests.helpers.contract_catalogue import TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

ROWS, PLANX = "examples/entities-first40.csv", "examples/planx-propertyConstraintResponse.json"
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Words of the contract."),
    Entry("contracts/*", TEXT, maps=False, why="A schema of the contract."),
    Entry("datasets.csv", TEXT, maps=False, why="Rows of a table, not an answer."),
    Entry("organisations.csv", TEXT, maps=False, why="Rows of a table, not an answer."),
    Entry(ROWS, "entities", maps=True),
    Entry(PLANX, "entities", maps=True),
)


def read(body: bytes, file: str) -> Reply:
    """The entities in a file as the search would answer with them."""
    if file == ROWS:
        rows = csv.DictReader(io.StringIO(body.decode()), delimiter="|")
        found = [{key.replace("_", "-"): value for key, value in row.items()} for row in rows]
        found = [{**row, "entity": int(row["entity"])} for row in found]
    else:
        found = [entity for one in json.loads(body)["constraints"].values() for entity in one.get("data", [])]
    return Reply(body=json.dumps({"entities": found, "count": len(found), "links": {}}).encode())


def run(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, InsightSource)
    server.answer = lambda _request: reply
    return adapter.around(51.4745, -0.115)


VALUES: list[tuple[str, str, object]] = [
    (PLANX, "facts.0.outside_id", "42103309"),
    (PLANX, "facts.0.kind", "listed-building-outline"),
    (PLANX, "facts.0.title", "Listed building outline: No Address Supplied"),
    (PLANX, "facts.0.text", "reference 12/435 and 963/1, since 15/05/1980"),
    (PLANX, "facts.0.level", "info"),
    (PLANX, "facts.0.details.organisation-entity", "192"),
    (PLANX, "facts.0.details.start-date", "1980-05-15"),
    (PLANX, "facts.0.point", None),
    (PLANX, "more", False),
    (ROWS, "facts.0.outside_id", "1"),
    (ROWS, "facts.0.kind", "greenspace"),
    (ROWS, "facts.0.title", "Greenspace: Green space"),
    (ROWS, "facts.0.text", "reference Q1234567, ended 07/01/2020"),
    (ROWS, "facts.0.level", ""),
    (ROWS, "facts.0.point.lat", 53.74458682618967),
    (ROWS, "facts.0.point.lon", -0.33753991127014155),
    (ROWS, "facts.0.details.quality", "some"),
    (ROWS, "facts.1.outside_id", "2"),
    (ROWS, "facts.1.title", "Forest: Forest"),
    (ROWS, "facts.1.text", "reference Q7654321, ended 01/03/2045"),
    (ROWS, "facts.1.details.quality", "authoritative"),
]

CONTRACTS = (
    Contract(api="planning-data", plugin="planning_data", entries=ENTRIES, run=run, values=tuple(VALUES), read=read),
)
