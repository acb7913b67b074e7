"""What an officer does to cases: checked, kept, settled, and got back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.cases import Event, Phase, phase_of
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, LocalKey, OpId, OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from desktop.services.case_checks import MOST_TEXT
from tests.helpers.model_server import ModelCases, Network, Server
from tests.helpers.service_desk import OWN_CASES, ServiceDesk, a_draft
from tests.helpers.stores import BINS, START, a_case


def a_server(town: ServiceDesk) -> ModelCases:
    """A component that is in order."""
    return ModelCases(Server(town.store.clock.now), Network(), town.store.clock.monotonic)


# ==== new cases ====
@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"WHO": "Zoë O'Hara", "MORE": "=SUM(A1)\nand a line"},
        {"MANY": "3"},
        {"MANY": " -2.5 "},
        {"MANY": ""},
        {"SINCE": "2026-02-28"},
        {"SINCE": "2024-02-29T09:30:00+00:00"},
        {"DAYS": ("MON", "TUE")},
        {"COLOUR": "B"},
    ],
)
def test_good_answers_are_taken_and_sent_as_typed(town: ServiceDesk, answers: dict[str, str]) -> None:
    draft = a_draft(**answers)
    written = town.desk.cases.create(BINS.id, draft)
    assert town.ops()[0].send["draft"]["answers"] == {code: list(values) for code, values in draft.answers.items()}
    row = town.desk.cases.get(written.key).row
    assert (row.title, row.status, row.phase, row.pending) == ("Bins", "open", Phase.NEW, True)


@pytest.mark.parametrize(
    ("answers", "field", "key"),
    [
        ({"COLOUR": ""}, "COLOUR", "case.answer"),
        ({"COLOUR": "X"}, "COLOUR", "case.choice"),
        ({"COLOUR": ("G", "B")}, "COLOUR", "case.one_answer"),
        ({"DAYS": ("MON", "SUN")}, "DAYS", "case.choice"),
        ({"WHO": ("Ann", "Bea")}, "WHO", "case.one_answer"),
        ({"WHO": "A\x00"}, "WHO", "case.null"),
        ({"WHO": "A\ud83d"}, "WHO", "case.null"),
        ({"MORE": "x" * (MOST_TEXT + 1)}, "MORE", "case.too_long"),
        *(({"MANY": bad}, "MANY", "case.number") for bad in ("three", "1e9", "nan", "٣", "1,5", "9" * 16, "1 2")),
        *(
            ({"SINCE": bad}, "SINCE", "case.date")
            for bad in ("2026-02-30", "2025-02-29", "soon", "0026-01-01", "2026-01-01T25:00", "3026-01-01")
        ),
    ],
)
def test_a_bad_answer_is_refused_beside_its_question(
    town: ServiceDesk, answers: dict[str, str], field: str, key: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.create(BINS.id, a_draft(**answers))
    assert (caught.value.field, caught.value.key) == (f"answer:{field}", key)
    assert town.ops() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"service_code": "nothing"}, "service_code"),
        ({"description": " \n"}, "description"),
        ({"description": "x" * (MOST_TEXT + 1)}, "description"),
        ({"title": "A\x00"}, "title"),
        ({"place": None}, "place"),
        ({"place": Place()}, "place"),
        ({"place": Place(point=Point(lat=float("nan"), lon=0.0))}, "place"),
        ({"place": Place(point=Point(lat=51.0, lon=181.0))}, "place"),
        ({"reporter": Person(given="A\x00")}, "reporter:given"),
    ],
)
def test_everything_else_of_a_new_case_is_checked_too(
    town: ServiceDesk, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.create(BINS.id, replace(a_draft(), **changed))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_megabyte_of_emoji_and_of_right_to_left_text_is_kept(town: ServiceDesk) -> None:
    words = ("🗑️ שלום " * MOST_TEXT)[:MOST_TEXT].strip()
    written = town.desk.cases.create(BINS.id, replace(a_draft(), description=words))
    assert town.desk.cases.get(written.key).description == words


def test_a_status_set_before_a_new_case_is_sent_is_no_conflict(town: ServiceDesk) -> None:
    adapter = a_server(town)
    written = town.desk.cases.create(BINS.id, a_draft())
    town.desk.cases.set_status(written.key, "fixed")
    assert town.push(adapter) is None
    assert town.push(adapter) is None
    assert town.ops() == []
    assert town.desk.cases.get(written.key).row.status == "fixed"


# ==== status and notes ====
@pytest.mark.parametrize(("status", "key"), [("burnt", "case.status"), ("open", "case.status_same")])
def test_a_status_that_cannot_be_set_is_refused(town: ServiceDesk, status: str, key: str) -> None:
    (case,) = town.put_cases(a_case(1))
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.set_status(case, status)
    assert (caught.value.key, caught.value.field) == (key, "status")


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MOST_TEXT + 1), "a\x00", "a\udc00"])
def test_a_note_that_cannot_be_kept_is_refused_beside_its_field(town: ServiceDesk, text: str) -> None:
    (case,) = town.put_cases(a_case(1))
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.add_note(case, text)
    assert caught.value.field == "note"


def an_event(number: int, status: str = "", text: str = "Looked at it") -> Event:
    return Event(
        outside_id=OutsideId(f"e{number}"),
        case_id=OutsideId("C1"),
        at=START + timedelta(hours=number),
        text=text,
        status=status,
        phase=phase_of(status) if status else None,
    )


def test_the_timeline_says_a_status_only_where_it_changed(town: ServiceDesk) -> None:
    (case,) = town.put_cases(a_case(1))
    statuses = ("open", "", "investigating", "investigating", "", "fixed", "open", "open")
    town.put_events(case, *(an_event(n, status) for n, status in enumerate(statuses, 1)))
    titles = [item.title for item in town.desk.cases.get(case).timeline]
    assert titles[::-1] == [
        "Missed collection reported",
        "Looked at it",
        "Looked at it",
        "Status: investigating",
        "Looked at it",
        "Looked at it",
        "Status: fixed",
        "Status: open",
        "Looked at it",
    ]


def test_what_happens_in_the_second_of_the_report_stands_above_it(town: ServiceDesk) -> None:
    key = town.desk.cases.create(BINS.id, a_draft()).key
    town.desk.cases.add_note(key, "And another thing")
    assert [item.title for item in town.desk.cases.get(key).timeline] == ["And another thing", "Bins reported"]


@pytest.mark.parametrize("late", [-60, 0, 60])
def test_a_note_that_arrives_after_a_colleagues_change_does_not_take_it_over(town: ServiceDesk, late: int) -> None:
    (case,) = town.put_cases(a_case(1))
    adapter = a_server(town)
    adapter.server.cases["C1"] = a_case(1)
    note = town.desk.cases.add_note(case, "Typed offline")
    changed_at = town.store.clock.now() + timedelta(hours=1)
    assert town.push(adapter) is None
    (sent,) = adapter.server.events
    # Servers keep the time at which it was typed, or at which it came, and the status of the moment at which it came.
    town.put_events(
        case,
        replace(an_event(9, "fixed", "Done this morning"), at=changed_at, author="Priya Nair"),
        replace(
            sent, at=changed_at + timedelta(seconds=late), status="fixed", phase=Phase.RESOLVED, author="Mo Officer"
        ),
    )
    assert town.key("event", sent.outside_id) == note.key
    lines = {item.title: item.detail for item in town.desk.cases.get(case).timeline}
    assert "Mo Officer" in lines["Typed offline"]
    assert "Priya Nair" in lines["Status: fixed"]
    assert len(lines) == 3


# ==== conflicts ====
@pytest.fixture
def torn(town: ServiceDesk) -> tuple[LocalKey, OpId]:
    """A case whose status both sides changed; the officer wrote a note with it."""
    (case,) = town.put_cases(a_case(1))
    op = town.desk.cases.set_status(case, "fixed", note="Emptied it myself").op
    assert op is not None
    town.put_cases(a_case(1, status="investigating"))
    town.stop(op, "conflict", {"conflicts": {"status": ("open", "fixed", "investigating")}, "at": 1_900, "by": "Bo"})
    return case, op


def test_a_conflict_shows_both_values(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    (conflict,) = town.desk.cases.get(torn[0]).conflicts
    assert (conflict.field, conflict.before, conflict.mine, conflict.theirs) == (
        "status", "open", "fixed", "investigating",
    )  # fmt: skip
    assert town.desk.outbox.summary().needs_you == 1


def test_mine_is_sent_again_over_theirs_with_the_reason(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    written = town.desk.cases.resolve(torn[1], keep="mine", reason="I was there")
    (op,) = town.ops()
    assert op.id == written.op != torn[1]
    assert op.seen == {"status": "investigating"}
    assert (op.state, op.offered_at, op.send) == (
        "waiting", 0, {"fields": {"status": "fixed"}, "note": "Emptied it myself\nI was there"},
    )  # fmt: skip
    assert town.desk.cases.get(torn[0]).row.status == "fixed"


def test_mine_wants_a_reason(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.resolve(torn[1], keep="mine", reason=" ")
    assert caught.value.field == "reason"


def test_theirs_takes_the_status_back_and_keeps_the_note(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    written = town.desk.cases.resolve(torn[1], keep="theirs", reason="")
    (op,) = town.ops()
    assert (op.act, op.columns["text"]) == ("event.add", "Emptied it myself")
    file = town.desk.cases.get(torn[0])
    assert (file.row.status, file.conflicts) == ("investigating", ())
    assert "Emptied it myself" in [item.title for item in file.timeline]
    assert ("case", torn[0]) in written.changes.keys


def test_a_conflict_is_settled_once(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    town.desk.cases.resolve(torn[1], keep="theirs", reason="")
    with pytest.raises(InvalidInput):
        town.desk.cases.resolve(torn[1], keep="mine", reason="Again")


def test_a_conflict_cannot_just_be_tried_again(town: ServiceDesk, torn: tuple[LocalKey, OpId]) -> None:
    with pytest.raises(InvalidInput) as caught:
        town.desk.outbox.retry(torn[1])
    assert caught.value.key == "outbox.choose"


# ==== the outbox ====
def test_a_refused_case_that_is_tried_again_is_made_once_the_component_takes_it(town: ServiceDesk) -> None:
    adapter = a_server(town)
    written = town.desk.cases.create(BINS.id, a_draft())
    assert written.op is not None
    town.stop(written.op, "refused", {"error": "Bins says no."})
    assert town.desk.outbox.summary().ops[0].state == "refused"
    town.desk.outbox.retry(written.op)
    town.store.outbox.settle()
    assert town.desk.outbox.summary().ops[0].state == "waiting"
    assert town.push(adapter) is None
    assert town.ops() == []
    assert town.desk.cases.get(written.key).row.reference == "C1"


def test_what_may_be_on_its_way_is_not_read_back_sooner_because_the_officer_presses(town: ServiceDesk) -> None:
    op = town.desk.cases.create(BINS.id, a_draft()).op
    assert op is not None
    town.store.outbox.offer(town.ops()[0])
    town.desk.outbox.retry(op)
    assert town.store.outbox.find_ready() == []
    town.store.clock.move(40)
    assert [each.id for each in town.store.outbox.find_ready()] == [op]


def test_an_edit_that_was_taken_back_is_not_sent(town: ServiceDesk) -> None:
    (case,) = town.put_cases(a_case(1))
    op = town.desk.cases.add_note(case, "Hello").op
    assert op is not None
    (ready,) = town.store.outbox.find_ready()
    town.desk.outbox.discard(op, "A slip")
    with pytest.raises(InvalidInput):
        town.store.outbox.offer(ready)


def test_giving_up_wants_a_reason(town: ServiceDesk) -> None:
    (case,) = town.put_cases(a_case(1))
    op = town.desk.cases.add_note(case, "Hello").op
    assert op is not None
    with pytest.raises(InvalidInput) as caught:
        town.desk.outbox.discard(op, "  ")
    assert caught.value.field == "reason"
    assert [each.id for each in town.ops()] == [op]


# ==== audit, drafts and settings ====
def test_saving_looking_and_giving_up_are_in_the_audit(town: ServiceDesk) -> None:
    (case,) = town.put_cases(a_case(1, reporter=Person(given="Ann", family="Hill", email="ann@example.org")))
    town.desk.audit.viewed("case", case)
    town.desk.audit.searched(8)
    written = town.desk.cases.add_note(case, "Ann Hill called")
    assert written.op is not None
    town.desk.outbox.discard(written.op, "A slip")
    assert town.audit() == [
        ("view", f"case/{case}", ""),
        ("search", "length/8", ""),
        ("event.add", f"event/{written.key}", ""),
        ("outbox.discard", written.op, "A slip"),
    ]


def test_a_draft_comes_back_and_goes_with_the_write_that_uses_it(town: ServiceDesk) -> None:
    body: dict[str, object] = {"description": "The bin", "answers": {"COLOUR": ["G"]}}
    town.desk.drafts.save("newcase/1", {"description": "The"})
    town.desk.drafts.save("newcase/1", body)
    town.store.clock.move(5)
    town.desk.drafts.save("newcase/2", {"title": "Other"})
    town.desk.drafts.save("note/newcase", {"text": "n"})
    assert town.desk.drafts.get("newcase/1") == body
    assert town.desk.drafts.names("newcase/") == ("newcase/2", "newcase/1")
    town.desk.cases.create(BINS.id, a_draft(), draft_name="newcase/1")
    assert town.desk.drafts.get("newcase/1") is None
    town.desk.drafts.drop("newcase/2")
    assert town.desk.drafts.names("newcase/") == ()


def test_a_refused_write_leaves_its_draft(town: ServiceDesk) -> None:
    town.desk.drafts.save("newcase/1", {"title": "T"})
    with pytest.raises(InvalidInput):
        town.desk.cases.create(BINS.id, a_draft(MANY="many"), draft_name="newcase/1")
    assert town.desk.drafts.get("newcase/1") == {"title": "T"}


def test_a_setting_keeps_the_records_that_it_names_known(town: ServiceDesk) -> None:
    (case,) = town.put_cases(a_case(7))
    kept = {"tabs": [{"id": f"case/{case}", "key": case, "state": {"split": 3.5, "open": True}}], "other": 999_999}
    town.desk.components.keep_setting("tabs", kept)
    assert town.desk.components.setting("tabs") == kept
    assert town.desk.components.setting("nothing") is None
    assert town.known() == [(case, ComponentId("bins"), "case", "C7")]


def test_a_component_that_takes_no_notes_is_said_before_anything_waits(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1), component=OWN_CASES)
    (other,) = town.put_cases(a_case(2))
    assert (town.desk.cases.get(key).takes_notes, town.desk.cases.get(other).takes_notes) == (False, True)
    with pytest.raises(InvalidInput) as caught:
        town.desk.cases.add_note(key, "Called")
    assert caught.value.key == "case.no_notes"
    assert town.ops() == []
