"""A receiving service and the real adapter before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.adapters.api import Referrals
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, run_faulty_server
from tests.plugins.nhs_bars.driver import SETTINGS
from tests.plugins.nhs_bars.receiver import Receiver


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(receiver: Receiver) -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = receiver.answer
        yield server


@pytest.fixture
def referrals(server: FaultyServer) -> Iterator[Referrals]:
    with run_adapter("nhs_bars", server.url, settings=SETTINGS) as loaded:
        assert isinstance(loaded.adapter, Referrals)
        yield loaded.adapter
