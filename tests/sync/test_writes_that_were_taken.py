"""What fails after a component took a write is never taken for a failure of the write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.cases import CaseDraft
from desktop.sync import pull
from tests.helpers.clocks import FakeClock
from tests.helpers.model_server import Server
from tests.helpers.sync_world import SimDesk, make_template
from tests.sync_faults import forget_that_it_was_taken


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock: FakeClock) -> Server:
    return Server(clock.now)


@pytest.fixture
def desk(tmp_path: Path, server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimDesk]:
    monkeypatch.setattr(pull, "GATE_WAIT", 0.0)
    make_template(tmp_path / "template")
    desk = SimDesk("a", tmp_path / "a", tmp_path / "template", server, clock)
    yield desk
    desk.close()


@pytest.mark.parametrize("fault", ["unseen", "drop", "fail"])
def test_a_new_case_that_cannot_be_read_yet_is_neither_refused_nor_sent_again_nor_shown_twice(
    desk: SimDesk, server: Server, clock: FakeClock, fault: str
) -> None:
    key = desk.make_case("lamp out")
    desk.network.plan = ["ok", fault]
    desk.push_one()
    assert [op.state for op in desk.ops()] == ["waiting"]
    desk.pull()
    assert list(desk.cases()) == [key]
    clock.move(400)
    desk.push_one()
    assert not desk.ops()
    assert [effect.act for effect in server.effects] == ["create"]
    assert desk.cases()[key]["outside_id"] == "C1"


def test_a_change_that_was_taken_is_done_though_the_case_cannot_be_read_after_it(
    desk: SimDesk, server: Server, clock: FakeClock
) -> None:
    server.make("colleague", CaseDraft(service_code="bin", title="lamp", description="lamp", answers={}))
    desk.pull()
    (key,) = desk.cases()
    desk.set_status(key, "fixed")
    desk.network.plan = ["ok", "ok", "drop"]
    desk.push_one()
    assert desk.status(key) == "fixed"
    clock.move(400)
    desk.push_one()
    assert not desk.ops()
    assert [effect.act for effect in server.effects] == ["create", "update"]


def test_a_case_that_was_changed_and_then_taken_away_leaves_no_op_behind(
    desk: SimDesk, server: Server, clock: FakeClock
) -> None:
    number = server.make("colleague", CaseDraft(service_code="bin", title="lamp", description="lamp", answers={}))
    desk.pull()
    (key,) = desk.cases()
    desk.set_status(key, "fixed")
    desk.network.plan = ["ok", "ok", "drop"]
    desk.push_one()
    del server.cases[number]
    clock.move(400)
    desk.push_one()
    assert not desk.ops()


def test_an_edit_of_a_case_made_here_is_not_refused_because_the_component_shows_it_late(
    desk: SimDesk, server: Server, clock: FakeClock
) -> None:
    key = desk.make_case("lamp out")
    desk.push_one()
    desk.set_status(key, "fixed")
    desk.network.plan = ["unseen"]
    desk.push_one()
    assert [op.state for op in desk.ops()] == ["waiting"]
    clock.move(400)
    desk.push_one()
    assert server.cases["C1"].status == "fixed"


def test_an_edit_of_a_case_that_the_component_no_longer_has_is_refused(desk: SimDesk, server: Server) -> None:
    number = server.make("colleague", CaseDraft(service_code="bin", title="lamp", description="lamp", answers={}))
    desk.pull()
    (key,) = desk.cases()
    desk.set_status(key, "fixed")
    del server.cases[number]
    desk.push_one()
    assert [op.state for op in desk.ops()] == ["refused"]


def test_the_fault_that_these_tests_are_about_would_be_found(desk: SimDesk) -> None:
    desk.make_case("lamp out")
    desk.network.plan = ["ok", "drop"]
    with forget_that_it_was_taken():
        desk.push_one()
        desk.pull()
    assert len(desk.cases()) == 2  # one case, on screen twice: what was sent, and what the list then brought
