"""What each file of the published examples is, and what food_ratings must make of it."""

from __future__ import annotations

from desktop.adapters.api import InsightSource
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

ONE = "examples/go-establishments-0.json"
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry(ONE, "establishments", maps=True),
    Entry("examples/go-ratings-0.json", OTHER, maps=False, why="The list of ratings, which the adapter does not need."),
)


def run(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, InsightSource)
    server.answer = lambda _request: reply
    return adapter.around(50.798, -1.0915)


VALUES: list[tuple[str, str, object]] = [
    (ONE, "facts.0.outside_id", "82940"),
    (ONE, "facts.0.kind", "Restaurant/Cafe/Canteen"),
    (ONE, "facts.0.title", "Ali's: rated 3 of 5"),
    (ONE, "facts.0.text", "89 Commercial Road, Portsmouth, PO1 1BA"),
    (ONE, "facts.0.level", ""),
    (ONE, "facts.0.at", "2019-08-05T23:00:00Z"),
    (ONE, "facts.0.point.lat", 50.7984199523926),
    (ONE, "facts.0.point.lon", -1.09159100055695),
    (ONE, "facts.0.details.authority", "Portsmouth"),
    (ONE, "facts.0.details.scheme", "FHRS"),
    (ONE, "facts.0.details.rated on", "06/08/2019"),
    (ONE, "more", False),
]

CONTRACTS = (
    Contract(
        api="fsa-fhrs",
        plugin="food_ratings",
        entries=ENTRIES,
        run=run,
        values=tuple(VALUES),
        few="one establishment is all that was published",
    ),
)
