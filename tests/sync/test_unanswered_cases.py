"""Cases that a component took without a number: one that comes later by a token, or one that never comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from typing_extensions import override

from desktop.adapters.api import Created
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import (
    AdapterError,
    AuthFailed,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotReady,
    OutcomeUnknown,
)
from desktop.domain.ids import OutsideId
from desktop.domain.points import DESK, HOST
from desktop.store.reading import find_row
from desktop.sync import pull
from tests.helpers.clocks import FakeClock
from tests.helpers.model_server import ModelCases, Server
from tests.helpers.sync_world import SimDesk, make_template


class BlackBox(ModelCases):
    """Takes a case and says nothing of it, then or later."""

    @override
    def create(self, draft: CaseDraft, key: str) -> Created:
        super().create(draft, key)
        return Created(unanswered=True, notice="Thank you.", reference="K-1")

    @override
    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        raise OutcomeUnknown("Nobody can tell.", key="model.unknown")


class Batches(ModelCases):
    """Takes a case and gives a token, by which alone it is ever found."""

    ready = False

    @override
    def create(self, draft: CaseDraft, key: str) -> Created:
        return Created(token=f"token of {super().create(draft, key).outside_id}")

    @override
    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        return None

    def find_by_token(self, token: str) -> OutsideId:
        return OutsideId(token.rpartition(" ")[2] if self.ready else "")


class Away(BlackBox):
    """Cannot be reached at first; later it may take a case and lose its answer."""

    refusal: type[DesktopError] = NotReady
    away, loses = True, False

    @override
    def create(self, draft: CaseDraft, key: str) -> Created:
        if self.away:
            raise self.refusal("Not reached.", key="model.away")
        created = super().create(draft, key)
        if self.loses:
            raise OutcomeUnknown("Lost.", key="model.lost")
        return created


class Closed(Batches):
    """Takes a case, and lets nobody look for it."""

    refusal: type[DesktopError] = InvalidInput

    @override
    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        raise self.refusal("No.", key="model.no")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock: FakeClock) -> Server:
    return Server(clock.now)


@pytest.fixture
def open_desk(
    tmp_path: Path, server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[type[ModelCases]], SimDesk]]:
    monkeypatch.setattr(pull, "GATE_WAIT", 0.0)
    make_template(tmp_path / "template")
    opened: list[SimDesk] = []

    def open_one(kind: type[ModelCases]) -> SimDesk:
        desk = SimDesk("a", tmp_path / "a", tmp_path / "template", server, clock)
        desk.adapter = kind(server, desk.network, clock.monotonic)
        desk.restart()
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        desk.close()


OpenDesk = Callable[[type[ModelCases]], SimDesk]


def test_a_case_that_is_never_answered_says_that_it_was_sent_and_is_never_sent_again(
    open_desk: OpenDesk, server: Server, clock: FakeClock
) -> None:
    desk = open_desk(BlackBox)
    key = desk.make_case("lamp out")
    desk.push_one()
    for _ in range(3):
        clock.move(400)
        assert not desk.push_one()
        desk.restart()
    with desk.outbox.file.transaction() as connection:
        shown = find_row(connection, "case", key)
    assert shown is not None
    assert (shown["status"], shown["phase"], shown["reference"]) == ("sent", "waiting", "K-1")
    assert shown["status_note"].startswith("Thank you. Sent.")
    assert [effect.act for effect in server.effects] == ["create"]
    assert [op.state for op in desk.ops()] == ["sent"]


def test_a_new_base_gets_it_again_without_asking_anybody(open_desk: OpenDesk, server: Server) -> None:
    desk = open_desk(BlackBox)
    key = desk.make_case("lamp out")
    desk.push_one()
    desk.wipe()
    assert desk.cases()[key]["status"] == "sent"
    assert desk.push_one()
    assert not desk.push_one()
    desk.outbox.remake()
    assert (desk.cases()[key]["status"], desk.cases()[key]["outside_id"][:5]) == ("sent", "sent:")
    assert [effect.act for effect in server.effects] == ["create"]


def test_it_cannot_be_tried_again_or_given_up(open_desk: OpenDesk) -> None:
    desk = open_desk(BlackBox)
    desk.make_case("lamp out")
    desk.push_one()
    (op,) = desk.ops()
    for act in (desk.outbox.retry, desk.outbox.discard):
        with pytest.raises(InvalidInput, match="settled"):
            act(op.id)


def test_a_note_on_it_is_refused_with_the_reason_and_stops_nothing_else(
    open_desk: OpenDesk, server: Server, clock: FakeClock
) -> None:
    desk = open_desk(BlackBox)
    key = desk.make_case("lamp out")
    desk.push_one()
    desk.add_note(key, "Still dark")
    desk.set_status(key, "fixed")
    while desk.push_one():
        clock.move(1)
    stopped = [op for op in desk.ops() if op.state == "refused"]
    assert "gave no number" in stopped[0].last_error
    assert [effect.act for effect in server.effects] == ["create"]
    desk.make_case("another")
    desk.push_one()
    assert [effect.act for effect in server.effects] == ["create", "create"]


@pytest.mark.parametrize("point", [*DESK, *HOST])
def test_an_end_at_any_point_sends_it_once_or_asks(
    point: str, open_desk: OpenDesk, server: Server, clock: FakeClock
) -> None:
    desk = open_desk(BlackBox)
    key = desk.make_case("lamp out")
    desk.kill_at = point
    for _ in range(4):
        desk.push_one()
        clock.move(400)
    assert len(server.effects) <= 1
    assert {op.state for op in desk.ops()} <= {"sent", "unknown"}
    assert key in desk.cases()


@pytest.mark.parametrize("refusal", [NotReady, AuthFailed])
def test_a_case_made_while_its_component_could_not_be_reached_is_sent_once_and_nobody_is_asked(
    refusal: type[AdapterError],
    open_desk: OpenDesk,
    server: Server,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Away, "refusal", refusal)
    desk = open_desk(Away)
    key = desk.make_case("lamp out")
    for _ in range(3):
        desk.push_one()
        clock.move(4_000)
        desk.restart()
    assert [op.state for op in desk.ops()] == ["waiting"]
    monkeypatch.setattr(Away, "away", False)
    desk.push_one()
    assert (desk.cases()[key]["status"], [effect.act for effect in server.effects]) == ("sent", ["create"])


def test_after_one_lost_answer_the_officer_is_asked_however_often_it_could_not_be_reached_before(
    open_desk: OpenDesk, server: Server, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(Away)
    desk.make_case("lamp out")
    desk.push_one()
    clock.move(4_000)
    monkeypatch.setattr(Away, "away", False)
    monkeypatch.setattr(Away, "loses", True)
    for _ in range(3):
        desk.push_one()
        clock.move(4_000)
    assert ([op.state for op in desk.ops()], len(server.effects)) == (["unknown"], 1)


@pytest.mark.parametrize("refusal", [InvalidInput, Forbidden])
@pytest.mark.parametrize(("fault", "state"), [("ok", "waiting"), ("lose", "unknown")])
def test_a_refused_look_for_an_earlier_try_is_no_refusal_of_the_case(
    refusal: type[DesktopError],
    fault: str,
    state: str,
    open_desk: OpenDesk,
    server: Server,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Closed, "refusal", refusal)
    desk = open_desk(Closed)
    desk.make_case("lamp out")
    desk.network.plan = [fault]
    for _ in range(3):
        desk.push_one()
        clock.move(4_000)
    assert ([op.state for op in desk.ops()], len(server.effects)) == ([state], 1)


def test_a_token_is_asked_about_after_both_processes_ended(
    open_desk: OpenDesk, server: Server, clock: FakeClock
) -> None:
    desk = open_desk(Batches)
    key = desk.make_case("lamp out")
    desk.push_one()
    assert [op.state for op in desk.ops()] == ["waiting"]
    desk.restart()
    clock.move(400)
    desk.push_one()
    assert [op.state for op in desk.ops()] == ["waiting"]
    Batches.ready = True
    try:
        clock.move(400)
        desk.push_one()
    finally:
        Batches.ready = False
    assert not desk.ops()
    assert desk.cases()[key]["outside_id"] == "C1"
    assert [effect.act for effect in server.effects] == ["create"]
