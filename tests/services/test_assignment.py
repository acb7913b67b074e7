"""Who handles a case, where its component cannot say: kept by the desk through pulls and wipes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from desktop.domain.cases import Case
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import LocalKey, OutsideId, StaffId
from desktop.services.case_checks import MOST_TEXT
from desktop.services.rows import CaseQuery, Written
from desktop.store.base import tables as base
from desktop.store.base.owned import OwnedValue
from desktop.store.base.schema import create_base
from desktop.store.desk.file import Pair
from desktop.sync.known import load_known, load_last_key
from desktop.sync.ops import Offer
from desktop.sync.owned import load_owned
from desktop.sync.push import Pusher
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.service_desk import COLLEAGUE, OWN_CASES, ServiceDesk, a_draft
from tests.helpers.stores import BASE_KEY, BINS, a_case

ME = StaffId("me")
MINE = CaseQuery(assignee=ME)


def mine(town: ServiceDesk) -> list[int]:
    """The keys of My work."""
    return list(town.desk.cases.ids(MINE))


def handler(town: ServiceDesk, key: LocalKey) -> str:
    return town.desk.cases.get(key).row.assignee


def push_own(town: ServiceDesk) -> None:
    """Sends what waits; nothing of it needs an adapter."""
    assert town.push(None) is None
    assert town.ops() == []


def wipe(town: ServiceDesk) -> None:
    """A new base in the old one's place, with what desk.db hands over to it, still empty."""
    store = town.store
    store.outbox.settle()
    path = store.folder / "base-2.db"
    fresh = create_base(path, BASE_KEY, desk_id="desk", handover=2)
    file = store.outbox.file
    fresh.hand_over(load_known(file), load_owned(file), last_key=load_last_key(file))
    store.base.close()
    store.base, store.pair = fresh, Pair(store.pair.desk, store.pair.desk_key, path, BASE_KEY)
    file.reopen(store.pair)
    store.outbox.remake()


# ==== assigning ====
def test_a_case_is_assigned_at_once_and_audited_with_its_reason(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    town.desk.cases.assign(key, ME, reason=" Sickness cover ")
    assert mine(town) == [key]
    row = town.desk.cases.get(key).row
    assert (row.assignee, row.pending) == (ME, True)
    assert town.audit()[-1] == ("case.own", f"case/{key}", "Sickness cover")
    push_own(town)
    row = town.desk.cases.get(key).row
    assert (row.assignee, row.pending) == (ME, False)


def test_a_case_is_given_to_a_colleague_and_released(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1, assignee="me"))
    town.desk.cases.assign(key, COLLEAGUE.staff_id)
    push_own(town)
    assert (handler(town, key), mine(town)) == (COLLEAGUE.staff_id, [])
    town.desk.cases.assign(key, None)
    assert handler(town, key) == ""
    push_own(town)
    assert handler(town, key) == ""


def test_assigning_to_whom_it_has_changes_nothing(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1, assignee="me"))
    assert not town.desk.cases.assign(key, ME).changes
    assert not town.desk.cases.assign(town.put_cases(a_case(2))[0], None).changes
    assert town.ops() == []


def test_what_cannot_be_assigned_is_refused_with_a_sentence(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    (own,) = town.put_cases(a_case(2, assignee="their-7"), component=OWN_CASES)
    refused: list[tuple[Callable[[], Written], str]] = [
        (lambda: town.desk.cases.assign(own, ME), "case.handler"),
        (lambda: town.desk.cases.assign(key, StaffId("stranger")), "case.assignee"),
        (lambda: town.desk.cases.assign(key, StaffId("")), "case.assignee"),
        (lambda: town.desk.cases.assign(key, ME, reason="a\x00"), "case.null"),
        (lambda: town.desk.cases.assign(key, ME, reason="x" * (MOST_TEXT + 1)), "case.too_long"),
    ]
    for act, wanted in refused:
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.key == wanted
    with pytest.raises(NotFound):
        town.desk.cases.assign(LocalKey(99), ME)
    assert town.ops() == []
    assert town.desk.cases.get(own).assignable is False
    assert town.desk.cases.get(key).assignable is True


# ==== a case made here ====
def test_a_case_made_here_stays_in_my_work_once_its_component_answers(town: ServiceDesk) -> None:
    key = town.desk.cases.create(BINS.id, a_draft()).key
    assert mine(town) == [key]
    server = Server(town.store.clock.now)
    assert town.push(ModelCases(server, Network(), town.store.clock.monotonic)) is None
    assert town.ops() == []
    row = town.desk.cases.get(key).row
    assert (row.pending, row.assignee) == (False, ME)
    assert mine(town) == [key]
    town.put_cases(*(replace(case, title="Changed there") for case in server.cases.values()))
    assert town.desk.cases.get(key).row.title == "Changed there"
    assert mine(town) == [key]


def test_a_case_made_here_and_given_away_before_it_is_sent_is_the_colleagues(town: ServiceDesk) -> None:
    key = town.desk.cases.create(BINS.id, a_draft()).key
    town.desk.cases.assign(key, COLLEAGUE.staff_id)
    assert mine(town) == []
    assert town.push(ModelCases(Server(town.store.clock.now), Network(), town.store.clock.monotonic)) is None
    assert handler(town, key) == COLLEAGUE.staff_id
    push_own(town)
    assert handler(town, key) == COLLEAGUE.staff_id


def test_a_case_that_was_refused_leaves_nothing_owned(town: ServiceDesk) -> None:
    written = town.desk.cases.create(BINS.id, a_draft())
    assert written.op is not None
    town.stop(written.op, "refused", {"error": "No."})
    town.desk.outbox.discard(written.op, "Not needed")
    assert load_owned(town.store.outbox.file) == []
    assert mine(town) == []


# ==== pulls ====
def test_a_pull_leaves_an_owned_value_alone_and_writes_what_changed_beside_it(town: ServiceDesk) -> None:
    case = a_case(1, assignee="their-7")
    (key, other) = town.put_cases(case, a_case(2, assignee="their-8"))
    town.desk.cases.assign(key, ME)
    push_own(town)
    town.put_cases(replace(case, title="Another title", assignee="their-9"), a_case(2, assignee="their-1"))
    row = town.desk.cases.get(key).row
    assert (row.title, row.assignee) == ("Another title", ME)
    assert handler(town, other) == "their-1"


def test_a_pull_of_the_same_again_writes_nothing_though_a_value_is_owned(town: ServiceDesk) -> None:
    case = a_case(1)
    (key,) = town.put_cases(case)
    town.desk.cases.assign(key, ME)
    push_own(town)
    before = read_base(town, key)
    town.store.clock.move(60)
    town.put_cases(case)
    assert read_base(town, key) == before


def test_a_component_with_handlers_of_its_own_keeps_them(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1, assignee="their-7"), component=OWN_CASES)
    town.put_cases(a_case(1, assignee="their-8"), component=OWN_CASES)
    assert handler(town, key) == "their-8"
    assert read_owned(town) == []


def test_an_owned_value_goes_with_its_record_to_its_one_key(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    town.desk.cases.assign(key, ME)
    push_own(town)
    born = LocalKey(-7)
    with town.store.base.transaction() as connection:
        assert town.store.base.take_key(connection, BINS.id, "case", OutsideId("C1"), born) == key
    town.put_cases(replace(a_case(1), title="Changed there"))
    assert handler(town, born) == ME


# ==== a new base ====
def test_after_a_wipe_an_owned_value_is_there_as_soon_as_its_record_is(town: ServiceDesk) -> None:
    cases: list[Case] = [a_case(n, assignee="their-7") for n in range(1, 4)]
    keys = town.put_cases(*cases)
    town.desk.cases.assign(keys[0], ME)
    push_own(town)
    town.desk.cases.assign(keys[2], None)
    push_own(town)
    wipe(town)
    assert mine(town) == []
    town.put_cases(*cases)
    assert mine(town) == [keys[0]]
    assert handler(town, keys[2]) == ""
    assert list(town.desk.cases.ids(CaseQuery(assignee="their-7"))) == [town.key("case", "C2")]


def test_what_waits_over_a_wipe_stays_on_the_screen_until_its_record_is_back(town: ServiceDesk) -> None:
    case = a_case(1)
    (key,) = town.put_cases(case)
    town.desk.cases.assign(key, ME)
    wipe(town)
    assert mine(town) == [key]
    error = town.push(None)
    assert error is not None
    assert error.key == "push.filling"
    assert mine(town) == [key]
    town.put_cases(case)
    town.make_due()
    push_own(town)
    assert mine(town) == [key]


def test_a_record_that_its_component_no_longer_has_does_not_wait_for_ever(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    town.desk.cases.assign(key, ME)
    wipe(town)
    with town.store.base.transaction() as connection:
        connection.execute(base.cursor.insert().values(component=BINS.id, stream="cases", filled=1))
    push_own(town)
    assert mine(town) == []


def test_a_hand_over_never_undoes_what_was_pushed_into_the_new_base_meanwhile(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    store = town.store
    store.base.hand_over([], [OwnedValue(key, "case", "assignee", "before")])
    assert handler(town, key) == "before"
    town.desk.cases.assign(key, ME)
    push_own(town)
    store.base.hand_over([], [OwnedValue(key, "case", "assignee", "before")])
    assert handler(town, key) == ME


def test_a_repeat_of_an_op_that_was_done_writes_nothing(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    town.desk.cases.assign(key, ME)
    repeat = Offer(op=town.ops()[0], outside_id=OutsideId("C1"), offered_before=True)
    push_own(town)
    town.desk.cases.assign(key, None)
    push_own(town)
    outcome, changes = Pusher(town.store.base, BINS, None, town.store.clock).push(repeat)
    assert (outcome.state, bool(changes)) == ("done", False)
    assert read_base(town, key)["assignee"] == ""


def test_an_assignment_that_waits_is_named_in_the_outbox(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    town.desk.cases.assign(key, ME)
    assert [(op.act, op.subject) for op in town.desk.outbox.summary().ops] == [("Handler", "REF-00001")]


def read_base(town: ServiceDesk, key: LocalKey) -> dict[str, object]:
    """A case's row in base.db."""
    table = base.records["case"]
    with town.store.base.transaction() as connection:
        return dict(connection.execute(select(table).where(table.c.key == key)).mappings().one())


def read_owned(town: ServiceDesk) -> list[tuple[object, ...]]:
    with town.store.base.transaction() as connection:
        return [tuple(row) for row in connection.execute(select(base.owned))]
