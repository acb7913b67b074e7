"""For every test: no screen, no keyring, no network; and the times by group at the end."""

from __future__ import annotations

import os

import pytest

from tests.groups import REAL_SERVER, GroupTimes
from tests.helpers import network_guard

# Before anything imports Qt or keyring, and for the processes that tests start.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


def pytest_configure(config: pytest.Config) -> None:
    """Guards this process and adds up the times."""
    network_guard.switch_on()
    config.pluginmanager.register(GroupTimes(), "knit-group-times")


@pytest.hookimpl(tryfirst=True)  # before xdist writes the group into the test's name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a web engine run one at a time: each takes 200 MB. Those of one real server share the one process."""
    for item in items:
        if item.get_closest_marker("web"):
            item.add_marker(pytest.mark.xdist_group("web"))
        if server := item.get_closest_marker("real_server"):
            item.add_marker(pytest.mark.xdist_group(f"real-{server.args[0]}"))
            item.user_properties.append((REAL_SERVER, server.args[0]))
