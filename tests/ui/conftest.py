"""Parts that the tests of the desk share, and guards against what Qt leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.desk_window import OpenDesk, close_desk, open_desk
from tests.helpers.fake_session import FakeSession
from tests.helpers.fake_town import a_town


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(a_town(240))


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> Iterator[OpenDesk]:
    opened = open_desk(qtbot, qapp, session)
    yield opened
    close_desk(opened)


@pytest.fixture(autouse=True)
def no_thread_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that leaves a thread of the desk running fails."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("knit-")]
    assert not left, f"{request.node.name} left threads running: close its Operations: {left}"
