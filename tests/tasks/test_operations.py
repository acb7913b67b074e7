"""Reads and writes between the window and the services."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError, NotFound, OperationCancelled
from desktop.domain.ids import LocalKey
from desktop.services.rows import Written
from desktop.tasks.live import Live
from desktop.tasks.operations import Operations
from desktop.tasks.ports import DeskPort
from tests.helpers.fake_session import FakeSession
from tests.helpers.fake_town import a_town

WAIT = 5_000


@pytest.fixture
def session() -> FakeSession:
    return FakeSession(a_town(20))


@pytest.fixture
def ops(qtbot: QtBot, session: FakeSession) -> Iterator[Operations]:
    operations = Operations(session.open_desk)
    yield operations
    operations.close()


def test_a_read_runs_on_another_thread_and_comes_back_on_this_one(qtbot: QtBot, ops: Operations) -> None:
    threads: list[str] = []
    here: list[str] = []
    ops.read(lambda _desk: threads.append(threading.current_thread().name), lambda _r: here.append(threading.current_thread().name), lane="a")  # fmt: skip
    qtbot.waitUntil(lambda: bool(here), timeout=WAIT)
    assert threads[0].startswith("knit-read")
    assert here == [threading.current_thread().name]


def test_only_the_newest_read_of_a_lane_comes_back(qtbot: QtBot, ops: Operations) -> None:
    hold = threading.Event()
    got: list[int] = []
    ops.read(lambda _desk: hold.wait(5) and 1, got.append, lane="same")
    for number in range(2, 6):
        ops.read(lambda _desk, n=number: n, got.append, lane="same")  # type: ignore[misc]
    hold.set()
    qtbot.waitUntil(lambda: ops.runner.is_idle() and bool(got), timeout=WAIT)
    assert got == [5]


def test_a_newer_read_interrupts_the_older_one(qtbot: QtBot, ops: Operations, session: FakeSession) -> None:
    started, hold = threading.Event(), threading.Event()

    def slow(_desk: DeskPort) -> int:
        started.set()
        hold.wait(5)
        return 1

    got: list[int] = []
    ops.read(slow, got.append, lane="x")
    qtbot.waitUntil(started.is_set, timeout=WAIT)
    ops.read(lambda _desk: 2, got.append, lane="x")
    interrupts = sum(desk.interrupts for desk in session.desks)
    hold.set()
    qtbot.waitUntil(lambda: got == [2], timeout=WAIT)
    assert interrupts == 1


def test_an_idle_reader_is_never_interrupted(qtbot: QtBot, ops: Operations, session: FakeSession) -> None:
    got: list[int] = []
    for number in range(30):
        ops.read(lambda _desk, n=number: n, got.append, lane=f"lane-{number}")  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(got) == 30, timeout=WAIT)
    ops.read(lambda _desk: 99, got.append, lane="lane-3")
    qtbot.waitUntil(lambda: 99 in got, timeout=WAIT)
    assert sum(desk.interrupts for desk in session.desks) == 0


def test_a_slow_read_does_not_hold_up_a_page(qtbot: QtBot, ops: Operations) -> None:
    hold = threading.Event()
    got: list[str] = []
    ops.read(lambda _desk: "slow" if hold.wait(5) else "", got.append, lane="ids", slow=True)
    ops.read(lambda _desk: "slow too" if hold.wait(5) else "", got.append, lane="new", slow=True)
    ops.read(lambda _desk: "page", got.append, lane="page")
    qtbot.waitUntil(lambda: got == ["page"], timeout=WAIT)
    hold.set()
    qtbot.waitUntil(lambda: len(got) == 3, timeout=WAIT)


def test_a_forgotten_read_does_not_come_back(qtbot: QtBot, ops: Operations) -> None:
    got: list[int] = []
    ops.read(lambda _desk: 1, got.append, lane="gone")
    ops.runner.forget("gone")
    qtbot.waitUntil(ops.runner.is_idle, timeout=WAIT)
    qtbot.wait(30)
    assert got == []


def test_writes_keep_their_order_and_say_what_changed_once(qtbot: QtBot, ops: Operations) -> None:
    seen: list[tuple[Changes, QObject | None]] = []
    order: list[int] = []
    ops.changed.connect(lambda changes, by: seen.append((changes, by)))
    initiator = QObject()

    def write(number: int) -> Written:
        order.append(number)
        return Written(changes=Changes.of("case", LocalKey(number)), key=LocalKey(number))

    for number in range(1, 9):
        ops.write(lambda _desk, n=number: write(n), initiator=initiator)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(seen) == 8, timeout=WAIT)
    assert order == list(range(1, 9))
    assert all(by is initiator for _, by in seen)


def test_a_failure_goes_to_whoever_asked(qtbot: QtBot, ops: Operations) -> None:
    errors: list[DesktopError] = []

    def fail(_desk: DeskPort) -> int:
        raise NotFound("It is gone.", key="test.gone")

    ops.read(fail, lambda _r: None, lane="f", failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=WAIT)
    assert errors[0].title == "It is gone."


def test_a_failure_that_nobody_takes_is_signalled(qtbot: QtBot, ops: Operations) -> None:
    def fail(_desk: DeskPort) -> int:
        raise NotFound("It is gone.", key="test.gone")

    with qtbot.waitSignal(ops.failed, timeout=WAIT) as told:
        ops.read(fail, lambda _r: None, lane="f")
    assert told.args is not None
    assert told.args[0].key == "test.gone"


def test_work_that_was_called_off_is_silent(qtbot: QtBot, ops: Operations) -> None:
    told: list[object] = []
    ops.failed.connect(told.append)

    def stop(_desk: DeskPort) -> int:
        raise OperationCancelled("Stopped.", key="test.stopped")

    ops.read(stop, told.append, lane="s")
    qtbot.waitUntil(ops.runner.is_idle, timeout=WAIT)
    qtbot.wait(30)
    assert told == []


def test_a_bug_in_a_job_is_told_without_its_details(qtbot: QtBot, ops: Operations) -> None:
    def broken(_desk: DeskPort) -> int:
        raise ZeroDivisionError("secret of a resident")

    with qtbot.waitSignal(ops.failed, timeout=WAIT) as told:
        ops.read(broken, lambda _r: None, lane="b")
    assert told.args is not None
    assert "secret" not in str(told.args[0])
    assert isinstance(told.args[0].__cause__, ZeroDivisionError)


def test_a_call_back_of_a_widget_that_is_gone_is_not_called(qtbot: QtBot, ops: Operations) -> None:
    class View(QObject):
        calls = 0

        def take(self, _value: object) -> None:
            View.calls += 1

    hold = threading.Event()
    view = View()
    ops.read(lambda _desk: hold.wait(5), view.take, lane="v")
    view.deleteLater()
    qtbot.wait(20)
    hold.set()
    qtbot.waitUntil(ops.runner.is_idle, timeout=WAIT)
    qtbot.wait(30)
    assert View.calls == 0


def test_closing_finishes_the_writes_and_closes_every_connection(qtbot: QtBot, session: FakeSession) -> None:
    operations = Operations(session.open_desk)
    done: list[int] = []
    for number in range(20):
        operations.note(lambda _desk, n=number: done.append(n))  # type: ignore[misc]
    operations.close()
    assert done == list(range(20))
    assert all(desk.closed for desk in session.desks)


def test_live_answers_come_back_on_this_thread(qtbot: QtBot, session: FakeSession) -> None:
    live = Live(session.client)
    names: list[str] = []
    session.client.answers["addresses.uprn"] = {"uprn": "1"}
    live.call(
        session.town.components[4].id,
        "addresses.uprn",
        {"uprn": "1"},
        done=lambda _a: names.append(threading.current_thread().name),
        failed=lambda _e: names.append("failed"),
    )
    with qtbot.waitSignal(live.changed, timeout=WAIT):
        session.client.say(Changes(health=True))
    qtbot.waitUntil(lambda: bool(names), timeout=WAIT)
    assert names == [threading.current_thread().name]
