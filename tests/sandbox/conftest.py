"""One small town for each test module, and a fresh one where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.sandbox.town import Town, build_town
from tests.helpers.serving_town import TestTown, serving_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestTown]:
    with serving_town(tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.fixture
def fresh_town(tmp_path: Path) -> Iterator[TestTown]:
    with serving_town(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def whole_town() -> Town:
    return build_town()
