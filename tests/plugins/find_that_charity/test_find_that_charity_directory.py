"""Organisations by name and number, held to the schemas of the Reconciliation API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from desktop.adapters.api import Directory
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import OutsideId
from desktop.domain.places import Point
from tests.helpers.adapters import SPECS, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.plugins.find_that_charity.driver import CHARITY

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")
FOUND = {
    "q0": {
        "result": [
            {"id": "GB-CHC-1", "name": "Food bank", "score": 31.5, "match": False, "type": [{"id": "registered-charity", "name": "Registered charity"}]},
            {"id": "", "name": "no id", "score": 1, "match": False},
        ]
    }
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def directory(server: FaultyServer) -> Iterator[Directory]:
    with run_adapter("find_that_charity", server.url) as loaded:
        assert isinstance(loaded.adapter, Directory)
        yield loaded.adapter


def find_faults(schema: str, tree: object) -> list[str]:
    text = (SPECS / "find-that-charity" / "reconciliation-0.2" / f"{schema}.json").read_text("utf-8")
    return [error.message for error in Draft7Validator(json.loads(text)).iter_errors(tree)]


def answer(server: FaultyServer, tree: object, status: int = 200) -> None:
    server.answer = lambda _request: Reply(status=status, body=json.dumps(tree).encode())


@needs_specs
def test_a_search_is_sent_and_read_as_its_contract_says(server: FaultyServer, directory: Directory) -> None:
    answer(server, FOUND)
    page = directory.services("food bank", terms=("registered-charity",))
    assert [(service.outside_id, service.name) for service in page.items] == [("GB-CHC-1", "Food bank")]
    sent: Any = json.loads(server.requests[0].form["queries"][0])
    assert find_faults("reconciliation-query-batch", sent) == []
    assert find_faults("reconciliation-result-batch", {"q0": {"result": FOUND["q0"]["result"][:1]}}) == []
    assert find_faults("reconciliation-query-batch", {"q0": {"limit": "many"}})


def test_one_organisation_is_read_whole(server: FaultyServer, directory: Directory) -> None:
    answer(server, {"success": True, "result": {**CHARITY, "active": False}})
    found = directory.service(OutsideId("GB-CHC-999001"))
    assert found.organisation.numbers == ("GB-CHC-999001", "GB-COH-09990001")
    assert found.places[0].address == "1 High Street, Citytown, CT1 1AA"
    assert [term.name for term in found.terms] == ["Registered charity", "Registered company"]
    assert (found.status, found.warnings) == ("removed", ("This organisation is no longer registered.",))


def test_an_unknown_number_is_not_found_in_the_services_own_words(server: FaultyServer, directory: Directory) -> None:
    answer(server, {"error": "No Charity matches the given query."}, status=404)
    with pytest.raises(NotFound) as caught:
        directory.service(OutsideId("GB-CHC-0"))
    assert caught.value.hint == "No Charity matches the given query."


def test_it_is_searched_by_name_only_and_says_so(directory: Directory) -> None:
    with pytest.raises(InvalidInput) as caught:
        directory.services(near=Point(lat=51.5, lon=-1.25))
    assert "searched by name" in caught.value.title


def test_an_id_that_is_none_is_refused_before_anything_is_asked(server: FaultyServer, directory: Directory) -> None:
    with pytest.raises(InvalidInput):
        directory.service(OutsideId("../admin"))
    assert server.requests == []
