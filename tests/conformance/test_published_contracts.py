"""Every payload of the published contracts maps, or is refused with a typed error."""

from __future__ import annotations

import pytest

from tests.helpers.adapters import SPECS
from tests.helpers.contract_catalogue import TEXT, Contract, Entry, find_files, load_contracts
from tests.helpers.contract_runs import PAGE, build_page, find_outcome

pytestmark = [
    pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project"),
    pytest.mark.xdist_group("contracts"),
]

FILES = [(c, file) for c in load_contracts() if SPECS.is_dir() for file in find_files(c.api, SPECS)]
PAYLOADS = [
    pytest.param(contract, file, entry, id=f"{contract.plugin}:{contract.api}/{file}")
    for contract, file in FILES
    if (entry := contract.find_entry(file)) is not None and entry.kind != TEXT
]
each_contract = pytest.mark.parametrize("contract", load_contracts(), ids=lambda c: f"{c.plugin}:{c.api}")


def test_every_file_is_known() -> None:
    assert [f"{c.api}/{file}" for c, file in FILES if c.find_entry(file) is None] == []


@pytest.mark.parametrize(("contract", "file", "entry"), PAYLOADS)
def test_a_payload_maps_or_is_refused_with_a_typed_error(contract: Contract, file: str, entry: Entry) -> None:
    outcome = find_outcome(contract, file, entry.kind)
    assert outcome.mapped == entry.maps, outcome.error


def test_the_page_of_contracts_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == build_page(), "run python -m tests.helpers.contract_runs"


@each_contract
def test_at_least_twenty_values_are_named(contract: Contract) -> None:
    assert len(contract.values) >= 20 or contract.few


@pytest.mark.parametrize(
    ("contract", "file", "path", "value"),
    [pytest.param(c, *row, id=f"{c.api}:{row[0]}:{row[1]}") for c in load_contracts() for row in c.values],
)
def test_a_payload_maps_to_its_named_value(contract: Contract, file: str, path: str, value: object) -> None:
    known = contract.find_entry(file)
    assert known is not None
    assert dig(find_outcome(contract, file, known.kind).value, path) == value


def dig(value: object, path: str) -> object:
    """The value at a path such as `items.0.place`."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list | tuple) else _get(value, step)
    return value


def _get(value: object, step: str) -> object:
    assert isinstance(value, dict)
    return value[step]
