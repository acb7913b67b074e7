"""A small town for the whole module, with real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.domain.clocks import SystemClock
from desktop.sandbox.town import TownSize
from tests.helpers.serving_town import TestTown, serving_town

TINY = TownSize(residents=60, addresses=60, cases=24, payments=6)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestTown]:
    with serving_town(tmp_path_factory.mktemp("town"), clock=SystemClock(), size=TINY) as served:
        yield served
