"""Every plugin against a server that answers as its driver says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.adapters.building import LoadedAdapter
from tests.helpers.adapters import run_adapter
from tests.helpers.conformance_drivers import Driver
from tests.helpers.faulty_server import FaultyServer, run_faulty_server


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def loaded(driver: Driver, server: FaultyServer) -> Iterator[LoadedAdapter]:
    server.answer, server.aside = driver.answer_good, driver.aside
    with run_adapter(driver.plugin, server.url, settings=driver.settings, secrets=driver.secrets) as loaded:
        yield loaded
