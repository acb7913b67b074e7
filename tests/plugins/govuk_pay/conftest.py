"""The adapter against a server that a test answers for, its requests held to the official contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugins.govuk_pay.adapter import GovukPayAdapter
from tests.helpers.adapters import SPECS, run_adapter
from tests.helpers.contracts import pay_request_errors
from tests.helpers.faulty_server import FaultyServer, run_faulty_server


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """Afterwards every request that it got keeps to the contract, where that lies beside the project."""
    with run_faulty_server() as server:
        yield server
    asked = server.requests if SPECS.is_dir() else []
    assert [errors for request in asked if (errors := pay_request_errors(request))] == []


@pytest.fixture
def pay(server: FaultyServer) -> Iterator[GovukPayAdapter]:
    with run_adapter("govuk_pay", server.url, settings={"page_size": "2"}) as loaded:
        assert isinstance(loaded.adapter, GovukPayAdapter)
        yield loaded.adapter
