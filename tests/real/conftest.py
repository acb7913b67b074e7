"""The real servers. Each is started once for a run, on loopback, behind a proxy that can spoil its answers.

A test names the one that it needs by `pytestmark = pytest.mark.real_server("pygeoapi")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fault_proxy import FaultProxy
from tests.real.aiosmtpd_post import Post, run_aiosmtpd
from tests.real.mapproxy_town import run_mapproxy
from tests.real.pygeoapi_town import run_pygeoapi
from tests.real.wsgidav_files import run_wsgidav


def behind_a_proxy(name: str, run: Callable[[Path], AbstractContextManager[FaultProxy]]) -> tuple[Any, Any]:
    """Two fixtures: the server of a run behind its proxy, and for each test that proxy, without faults again afterwards."""

    @pytest.fixture(scope="session", name=f"{name}_proxy")
    def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
        with run(tmp_path_factory.mktemp(name)) as proxy:
            yield proxy

    @pytest.fixture(name=name)
    def lend(request: pytest.FixtureRequest) -> Iterator[FaultProxy]:
        proxy: FaultProxy = request.getfixturevalue(f"{name}_proxy")
        yield proxy
        proxy.faults.clear()

    return start, lend


start_pygeoapi, lend_pygeoapi = behind_a_proxy("pygeoapi", run_pygeoapi)
start_mapproxy, lend_mapproxy = behind_a_proxy("mapproxy", run_mapproxy)
start_wsgidav, lend_wsgidav = behind_a_proxy("wsgidav", run_wsgidav)


@pytest.fixture(scope="session")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with run_aiosmtpd(tmp_path_factory.mktemp("aiosmtpd")) as post:
        yield post
