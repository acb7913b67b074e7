"""A new case that its component refuses: mended in its form, sent again, or given up with what hangs on it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from sqlalchemy.dialects.sqlite import insert

from desktop.adapters.api import Created
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import InvalidInput, OutcomeUnknown
from desktop.domain.ids import ComponentId, LocalKey, OpId
from desktop.domain.people import Person
from desktop.services.rows import PendingOp, Written
from desktop.store.base import tables as base
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.service_desk import BIN_TYPE, ServiceDesk, a_draft
from tests.helpers.stores import BINS, a_case

LONG = "The bin was left. " * 300
PARKS = ComponentId("parks")


class StrictCases(ModelCases):
    """A component that refuses a description of more than 4,000 characters, as GeoReport v2 does."""

    def create(self, draft: CaseDraft, key: str) -> Created:
        if len(draft.description) > 4_000:
            raise InvalidInput("The description may have 4,000 characters at most.", key="model.length")
        return super().create(draft, key)


@pytest.fixture
def strict(town: ServiceDesk) -> StrictCases:
    return StrictCases(Server(town.store.clock.now), Network(), town.store.clock.monotonic)


@pytest.fixture
def refused(town: ServiceDesk, strict: StrictCases) -> Written:
    """A new case that the component refused; two notes and a status change were typed on it."""
    draft = replace(a_draft(MANY="3"), title="Bin left", description=LONG, reporter=Person(given="Ann", family="Hill"))
    written = town.desk.cases.create(BINS.id, draft)
    town.desk.cases.add_note(written.key, "She rang again\nabout it")
    town.desk.cases.set_status(written.key, "fixed", note="Done")
    town.desk.cases.add_note(written.key, "A second note, which is a good deal longer than the space there is for it")
    assert town.push(strict) is None
    return written


def the_case(town: ServiceDesk) -> PendingOp:
    return next(op for op in town.desk.outbox.summary().ops if op.act == "New case")


def send_all(town: ServiceDesk, adapter: ModelCases, component: ComponentId = BINS.id) -> None:
    """Pushes until nothing may go."""
    town.store.outbox.settle()
    while town.store.outbox.find_ready():
        assert town.push(adapter, replace(BINS, id=component)) is None


def put_parks(town: ServiceDesk, *statuses: str) -> None:
    """A second component, with a kind of case of its own."""
    types = [replace(BIN_TYPE, code="tree", name="Trees", statuses=statuses, questions=())]
    with town.store.base.transaction() as connection:
        connection.execute(insert(base.component).values(id=PARKS, types=msgspec.json.encode(types)))


# ==== bringing it back ====
def test_a_refused_case_gives_back_what_was_typed(town: ServiceDesk, refused: Written) -> None:
    assert (the_case(town).state, the_case(town).mendable) == ("refused", True)
    body = town.desk.mending.draft_of(the_case(town).op)
    assert (body["component"], body["service"], body["title"]) == (BINS.id, "bin", "Bin left")
    assert body["description"] == LONG
    assert body["answers"] == {"COLOUR": ["G"], "MANY": ["3"]}
    assert body["place"]["address"] == "1 Station Road"  # type: ignore[index]
    assert body["reporter"]["family"] == "Hill"  # type: ignore[index]
    assert town.desk.cases.get(refused.key).ops[0].mendable


def test_only_a_new_case_that_is_not_settled_can_be_got_back(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    note = town.desk.cases.add_note(key, "Hello").op
    assert note is not None
    for op, why in ((note, "mending.kind"), (OpId("nothing"), "mending.settled")):
        with pytest.raises(InvalidInput) as caught:
            town.desk.mending.draft_of(op)
        assert caught.value.key == why


def test_a_case_that_may_be_on_its_way_is_left_alone(town: ServiceDesk) -> None:
    op = town.desk.cases.create(BINS.id, a_draft()).op
    assert op is not None
    assert the_case(town).mendable
    town.store.outbox.offer(town.ops()[0])
    assert not the_case(town).mendable
    for act in (lambda: town.desk.mending.draft_of(op), lambda: town.desk.mending.send_again(op, BINS.id, a_draft())):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.key == "mending.sent"


# ==== sending it again ====
def test_the_mended_case_takes_the_place_of_the_refused_one(
    town: ServiceDesk, strict: StrictCases, refused: Written
) -> None:
    old = the_case(town).op
    town.desk.drafts.save(f"mend/{old}", {"title": "half"})
    written = town.desk.mending.send_again(
        old, BINS.id, replace(a_draft(), title="Bin left", description="Short"), draft_name=f"mend/{old}"
    )
    assert written.key == refused.key
    assert town.desk.drafts.get(f"mend/{old}") is None
    assert [op.act for op in town.desk.outbox.summary().ops] == ["New case", "Note", "Status change", "Note"]
    assert the_case(town).state == "waiting"
    file = town.desk.cases.get(refused.key)
    assert (file.description, file.row.pending, file.row.status) == ("Short", True, "fixed")
    send_all(town, strict)
    assert town.ops() == []
    (case,) = strict.server.cases.values()
    assert (case.description, case.status) == ("Short", "fixed")
    assert [effect.act for effect in strict.server.effects] == ["create", "note", "update", "note"]
    shown = town.desk.cases.get(refused.key)
    assert (shown.row.reference, shown.description) == ("C1", "Short")
    assert [hit.key for hit in town.desk.search.find("Bin left")] == [refused.key]


def test_a_case_of_which_nobody_can_tell_whether_it_was_taken_is_sent_again_when_the_officer_says_so(
    town: ServiceDesk, strict: StrictCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_tell(*_given: object) -> None:
        raise OutcomeUnknown("Nobody can tell.", key="model.unknown")

    monkeypatch.setattr(strict, "find_created", cannot_tell)
    written = town.desk.cases.create(BINS.id, replace(a_draft(), title="Bin left"))
    strict.network.plan = ["drop"]
    assert isinstance(town.push(strict), OutcomeUnknown)
    town.store.clock.move(4_000)
    town.push(strict)
    town.store.outbox.settle()
    assert (the_case(town).state, the_case(town).mendable) == ("unknown", True)
    assert strict.server.cases == {}
    town.desk.mending.send_again(the_case(town).op, BINS.id, replace(a_draft(), title="Bin left"))
    send_all(town, strict)
    assert ([case.description for case in strict.server.cases.values()], town.ops()) == ([a_draft().description], [])
    assert town.desk.cases.get(written.key).row.reference == "C1"


def test_a_mended_case_that_is_refused_again_can_be_mended_again(
    town: ServiceDesk, strict: StrictCases, refused: Written
) -> None:
    for _ in range(2):
        town.desk.mending.send_again(the_case(town).op, BINS.id, replace(a_draft(), description=LONG + "!"))
        assert town.push(strict) is None
        assert the_case(town).state == "refused"
    town.desk.mending.send_again(the_case(town).op, BINS.id, a_draft())
    send_all(town, strict)
    assert len(strict.server.cases) == 1
    assert town.desk.cases.get(refused.key).row.reference == "C1"


def test_a_bad_field_leaves_the_refused_case_and_its_draft(town: ServiceDesk, refused: Written) -> None:
    old = the_case(town).op
    town.desk.drafts.save(f"mend/{old}", {"title": "half"})
    with pytest.raises(InvalidInput) as caught:
        town.desk.mending.send_again(old, BINS.id, a_draft(MANY="many"), draft_name=f"mend/{old}")
    assert caught.value.field == "answer:MANY"
    assert the_case(town).op == old
    assert town.desk.drafts.get(f"mend/{old}") == {"title": "half"}
    assert town.desk.cases.get(refused.key).description == LONG


def test_a_case_that_waits_offline_is_changed_before_it_goes(town: ServiceDesk, strict: StrictCases) -> None:
    written = town.desk.cases.create(BINS.id, a_draft())
    opened = town.desk.cases.get(written.key).row.opened_at
    town.store.clock.move(3_600)
    town.desk.mending.send_again(the_case(town).op, BINS.id, replace(a_draft(), description="Better words"))
    assert town.desk.cases.get(written.key).row.opened_at == opened
    send_all(town, strict)
    assert [case.description for case in strict.server.cases.values()] == ["Better words"]


def test_a_case_given_up_meanwhile_is_not_made_behind_the_officers_back(town: ServiceDesk, refused: Written) -> None:
    old = the_case(town).op
    town.desk.outbox.discard(old, "Wrong street")
    with pytest.raises(InvalidInput) as caught:
        town.desk.mending.send_again(old, BINS.id, a_draft())
    assert caught.value.key == "mending.settled"
    assert town.ops() == []


# ==== to another component ====
def test_notes_follow_the_case_to_another_component(town: ServiceDesk, strict: StrictCases, refused: Written) -> None:
    put_parks(town, "open", "fixed")
    town.desk.mending.send_again(the_case(town).op, PARKS, replace(a_draft(), service_code="tree", answers={}))
    assert {op.component for op in town.ops()} == {PARKS}
    assert [item.component for item in town.desk.cases.get(refused.key).timeline] == [PARKS] * 3
    send_all(town, strict, PARKS)
    assert town.ops() == []
    assert strict.server.events[0].text == "She rang again\nabout it"
    assert town.desk.cases.get(refused.key).row.component == PARKS


def test_a_status_that_the_other_kind_of_case_lacks_is_said_before_anything_moves(
    town: ServiceDesk, refused: Written
) -> None:
    put_parks(town, "received", "felled")
    before = town.ops()
    with pytest.raises(InvalidInput) as caught:
        town.desk.mending.send_again(the_case(town).op, PARKS, replace(a_draft(), service_code="tree", answers={}))
    assert (caught.value.key, caught.value.field) == ("mending.status", "service_code")
    assert town.ops() == before


def test_a_status_change_is_no_conflict_where_the_other_kind_begins_with_another_word(town: ServiceDesk) -> None:
    put_parks(town, "received", "fixed")
    key = town.desk.cases.create(BINS.id, a_draft()).key
    town.desk.cases.set_status(key, "fixed")
    town.desk.mending.send_again(the_case(town).op, PARKS, replace(a_draft(), service_code="tree", answers={}))
    assert [op.seen for op in town.ops()] == [{}, {"status": "received"}]


# ==== giving it up ====
def test_giving_a_case_up_says_what_goes_along(town: ServiceDesk, refused: Written) -> None:
    assert the_case(town).along == (
        "Note: “She rang again about it”",
        "Status change: fixed, “Done”",
        "Note: “A second note, which is a good deal longer than…”",
    )
    assert [op.along for op in town.desk.outbox.summary().ops[1:]] == [(), (), ()]
    town.desk.outbox.discard(the_case(town).op, "Wrong street")
    assert town.ops() == []
    assert ("outbox.discard", "Wrong street (with it: 2 notes, 1 status change)") in [
        (act, reason) for act, _, reason in town.audit()
    ]


def test_giving_up_a_case_alone_says_nothing_more(town: ServiceDesk) -> None:
    town.desk.cases.create(BINS.id, a_draft())
    other: LocalKey = town.desk.cases.create(BINS.id, a_draft()).key
    town.desk.cases.add_note(other, "On the other one")
    first = town.desk.outbox.summary().ops[0]
    assert first.along == ()
    town.desk.outbox.discard(first.op, "Twice")
    assert [reason for act, _, reason in town.audit() if act == "outbox.discard"] == ["Twice"]
    assert len(town.ops()) == 2
