"""Who handles a case, where its component keeps that itself and lets itself be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from desktop.adapters.api import Page
from desktop.domain.errors import DesktopError, InvalidInput, NotReady, OutcomeUnknown
from desktop.domain.ids import LocalKey, OutsideId, StaffId
from desktop.domain.team import Assignment, Presence
from desktop.services.rows import CaseQuery
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.service_desk import COLLEAGUE, TEAM_CASES, ServiceDesk, a_draft
from tests.helpers.stores import a_case

ME = StaffId("me")


class TeamServer(ModelCases):
    """A case system that knows who handles what. `fault` is raised by the next assignment, before or after its effect."""

    def __init__(self, town: ServiceDesk) -> None:
        super().__init__(Server(town.store.clock.now), Network(), town.store.clock.monotonic)
        self.assigned: list[tuple[str, str]] = []
        self.fault: DesktopError | None = None
        self.is_done_first = False

    @property
    def cases(self) -> CasesPart:
        return CasesPart(self)

    @property
    def team(self) -> TeamPart:
        return TeamPart(self)

    def give(self, case: OutsideId, officer: str) -> Assignment:
        fault, self.fault = self.fault, None
        if fault is not None and not self.is_done_first:
            raise fault
        self.server.cases[case] = replace(self.server.cases[case], assignee=officer)
        self.assigned.append((case, officer))
        if fault is not None:
            raise fault
        return Assignment(outside_id=OutsideId("r1"), case_id=case, officer=StaffId(officer))


class CasesPart:
    """The cases of the server: its list is not the team's."""

    def __init__(self, whole: TeamServer) -> None:
        for name in (
            "types",
            "changed",
            "get",
            "create",
            "find_created",
            "update",
            "events",
            "add_event",
            "find_event",
        ):
            setattr(self, name, getattr(whole, name))


class TeamPart:
    """The team of the server."""

    def __init__(self, whole: TeamServer) -> None:
        self._whole = whole

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Assignment]:
        return Page(items=())

    def assign(self, case: OutsideId, officer: StaffId, key: str) -> Assignment:
        return self._whole.give(case, officer)

    def release(self, case: OutsideId, key: str) -> Assignment:
        return self._whole.give(case, "")

    def presence(self, record: OutsideId) -> tuple[Presence, ...]:
        return ()


@pytest.fixture
def server(town: ServiceDesk) -> TeamServer:
    return TeamServer(town)


def put_case(town: ServiceDesk, server: TeamServer, assignee: str = "") -> LocalKey:
    case = a_case(1, assignee=assignee)
    server.server.cases[case.outside_id] = case
    return town.put_cases(case, component=TEAM_CASES)[0]


def handler(town: ServiceDesk, key: LocalKey) -> tuple[str, bool]:
    row = town.desk.cases.get(key).row
    return row.assignee, row.pending


def test_the_component_is_told_and_its_word_stands(town: ServiceDesk, server: TeamServer) -> None:
    key = put_case(town, server)
    assert town.desk.cases.get(key).assignable
    town.desk.cases.assign(key, COLLEAGUE.staff_id, reason="Her ward")
    assert handler(town, key) == (COLLEAGUE.staff_id, True)
    assert town.push(server, TEAM_CASES) is None
    assert server.assigned == [("C1", COLLEAGUE.staff_id)]
    assert handler(town, key) == (COLLEAGUE.staff_id, False)
    town.desk.cases.assign(key, None)
    assert town.push(server, TEAM_CASES) is None
    assert server.assigned[-1] == ("C1", "")
    assert handler(town, key) == ("", False)


def test_the_outbox_calls_it_by_its_name(town: ServiceDesk, server: TeamServer) -> None:
    town.desk.cases.assign(put_case(town, server), ME)
    assert [op.act for op in town.desk.outbox.summary().ops] == ["Handler"]


def test_a_case_that_somebody_else_was_given_meanwhile_is_a_conflict_with_names(
    town: ServiceDesk, server: TeamServer
) -> None:
    key = put_case(town, server)
    town.desk.cases.assign(key, ME)
    server.server.cases["C1"] = replace(server.server.cases["C1"], assignee=COLLEAGUE.staff_id)
    assert town.push(server, TEAM_CASES) is None
    (conflict,) = town.desk.cases.get(key).conflicts
    assert (conflict.field, conflict.before, conflict.mine, conflict.theirs) == (
        "who handles it", "nobody", "Mo Officer", "Priya Nair",
    )  # fmt: skip
    assert server.assigned == []
    town.desk.cases.resolve(conflict.op, keep="mine", reason="She is away")
    town.make_due()
    assert town.push(server, TEAM_CASES) is None
    assert server.assigned == [("C1", ME)]


@pytest.mark.parametrize("is_done_first", [True, False])
def test_an_answer_that_was_lost_is_read_back_and_nobody_is_assigned_twice(
    town: ServiceDesk, server: TeamServer, is_done_first: bool
) -> None:
    key = put_case(town, server)
    town.desk.cases.assign(key, ME)
    server.fault, server.is_done_first = OutcomeUnknown("Lost.", key="x"), is_done_first
    assert isinstance(town.push(server, TEAM_CASES), OutcomeUnknown)
    town.make_due()
    assert town.push(server, TEAM_CASES) is None
    assert server.assigned == [("C1", ME)]
    assert handler(town, key) == (ME, False)


def test_a_component_that_is_down_is_tried_again(town: ServiceDesk, server: TeamServer) -> None:
    key = put_case(town, server)
    town.desk.cases.assign(key, ME)
    server.fault = NotReady("Down.", key="x")
    assert isinstance(town.push(server, TEAM_CASES), NotReady)
    assert handler(town, key) == (ME, True)
    town.make_due()
    assert town.push(server, TEAM_CASES) is None
    assert handler(town, key) == (ME, False)


def test_a_type_of_case_that_nobody_can_be_given_says_so(town: ServiceDesk, server: TeamServer) -> None:
    key = put_case(town, server)
    town.desk.cases.assign(key, ME)
    server.fault = InvalidInput("Nobody can be given this type of case.", key="x")
    town.push(server, TEAM_CASES)
    (op,) = town.desk.cases.get(key).ops
    assert (op.state, op.error) == ("refused", "Nobody can be given this type of case.")


def test_a_case_made_here_becomes_its_makers_there(town: ServiceDesk, server: TeamServer) -> None:
    key = town.desk.cases.create(TEAM_CASES.id, a_draft()).key
    assert list(town.desk.cases.ids(CaseQuery(assignee=ME))) == [key]
    assert town.push(server, TEAM_CASES) is None
    assert town.push(server, TEAM_CASES) is None
    assert server.assigned == [("C1", ME)]
    assert list(town.desk.cases.ids(CaseQuery(assignee=ME))) == [key]


def test_an_adapter_without_a_team_refuses_with_a_sentence(town: ServiceDesk, server: TeamServer) -> None:
    key = put_case(town, server)
    town.desk.cases.assign(key, ME)
    whole: Callable[[], ModelCases] = lambda: ModelCases(  # noqa: E731 -- the same server without its team
        server.server, Network(), town.store.clock.monotonic
    )
    town.push(whole(), TEAM_CASES)
    assert "itself keeps who handles" in town.desk.cases.get(key).ops[0].error
