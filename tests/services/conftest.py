"""The services over files of their own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.service_desk import ServiceDesk, open_service_desk


@pytest.fixture
def town(tmp_path: Path) -> Iterator[ServiceDesk]:
    """An empty store and the services over it."""
    with open_service_desk(tmp_path / "store") as opened:
        yield opened
