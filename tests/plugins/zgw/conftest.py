"""A small ZGW server, held to the official contracts, and an adapter that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, run_faulty_server
from tests.helpers.zgw_server import RSIN, ZgwServer


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def zgw(server: FaultyServer) -> Iterator[ZgwServer]:
    zgw = ZgwServer(server)
    yield zgw
    assert "\n".join(zgw.faults) == ""


@pytest.fixture
def adapter(server: FaultyServer) -> Iterator[Any]:
    with run_adapter("zgw", server.url, settings={"client_id": "knit-desk", "rsin": RSIN}) as loaded:
        yield loaded.adapter
