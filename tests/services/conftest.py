"""The services over files of their own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.service_desk import ServiceDesk, make_template, open_service_desk


@pytest.fixture(scope="session")
def empty_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    folder = tmp_path_factory.mktemp("services") / "store"
    make_template(folder)
    return folder


@pytest.fixture
def town(tmp_path: Path, empty_files: Path) -> Iterator[ServiceDesk]:
    """An empty store and the services over it."""
    with open_service_desk(empty_files, tmp_path / "store") as opened:
        yield opened
