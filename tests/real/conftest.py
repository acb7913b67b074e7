"""The real servers. Each is started once for a run, on loopback, behind a proxy that can spoil its answers.

A test names the one that it needs by `pytestmark = pytest.mark.real_server("pygeoapi")`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.fault_proxy import FaultProxy
from tests.real.mapproxy_town import run_mapproxy
from tests.real.pygeoapi_town import run_pygeoapi


@pytest.fixture(scope="session")
def pygeoapi_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    with run_pygeoapi(tmp_path_factory.mktemp("pygeoapi")) as proxy:
        yield proxy


@pytest.fixture
def pygeoapi(pygeoapi_proxy: FaultProxy) -> Iterator[FaultProxy]:
    yield pygeoapi_proxy
    pygeoapi_proxy.faults.clear()


@pytest.fixture(scope="session")
def mapproxy_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    with run_mapproxy(tmp_path_factory.mktemp("mapproxy")) as proxy:
        yield proxy


@pytest.fixture
def mapproxy(mapproxy_proxy: FaultProxy) -> Iterator[FaultProxy]:
    yield mapproxy_proxy
    mapproxy_proxy.faults.clear()
