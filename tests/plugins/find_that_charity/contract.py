"""What each file of the published contract is, and what find_that_charity must make of it."""

from __future__ import annotations

from desktop.adapters.api import Directory
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

_BEHIND = "An answer of the search engine behind the service, not of its API."
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry("*.csv", TEXT, maps=False, why="Rows of a register."),
    Entry("reconciliation-0.2*", TEXT, maps=False, why="A schema of the contract."),
    Entry("examples/*.json", OTHER, maps=False, why=_BEHIND),
)


def run(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Directory)
    server.answer = lambda _request: reply
    return adapter.services("test")


CONTRACTS = (
    Contract(
        api="find-that-charity",
        plugin="find_that_charity",
        entries=ENTRIES,
        run=run,
        few="no answer of the public API was published; its schemas are used in tests of the plugin",
    ),
)
