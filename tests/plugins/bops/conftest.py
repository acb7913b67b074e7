"""A small BOPS, held to the official contract, and adapters that ask it with a key and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, run_faulty_server
from tests.plugins.bops.driver import SETTINGS
from tests.plugins.bops.server import BopsServer


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def bops(server: FaultyServer) -> Iterator[BopsServer]:
    bops = BopsServer(server)
    yield bops
    assert "\n".join(bops.faults) == ""


@pytest.fixture
def cases(server: FaultyServer) -> Iterator[Any]:
    """With a key."""
    with run_adapter("bops", server.url, settings=SETTINGS) as loaded:
        yield loaded.adapter.cases  # type: ignore[attr-defined]


@pytest.fixture
def public(server: FaultyServer) -> Iterator[Any]:
    """Without a key."""
    with run_adapter("bops", server.url, settings=SETTINGS, secrets={}) as loaded:
        yield loaded.adapter.cases  # type: ignore[attr-defined]
