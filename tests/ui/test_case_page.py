"""One case: facts, history, note, status, conflict."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changes
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import LocalKey, OpId
from desktop.services.rows import Conflict, Written
from desktop.ui.case.view import CaseView
from desktop.ui.queue.view import WorkView
from desktop.ui.resident.view import ResidentView
from tests.helpers.desk_window import OpenDesk, close_desk, open_desk
from tests.helpers.fake_desk import FakeCases
from tests.helpers.fake_session import FakeSession, not_ready
from tests.helpers.fake_town import NOW

KEY = LocalKey(12)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(desk: OpenDesk) -> CaseView:
    desk.window.open_record("case", KEY)
    desk.settle()
    return desk.page(CaseView)


def a_conflict(town_key: LocalKey = KEY) -> Conflict:
    return Conflict(
        op=OpId("op-9"),
        field="status",
        before="open",
        mine="fixed",
        theirs="investigating",
        mine_at=NOW,
        theirs_at=NOW - timedelta(minutes=4),
        theirs_by="Priya Nair",
    )


def test_a_case_shows_its_facts_people_and_history(desk: OpenDesk, view: CaseView) -> None:
    row = desk.town.cases[KEY]
    assert view.head.title.text() == row.title
    assert view.head.reference.text() == row.reference
    assert "as of 09:52" in view.head.source.text()
    assert view.facts.text.toPlainText() == desk.town.descriptions[KEY]
    assert view.timeline.lines()
    assert "Step 1 of 5" in view.head.stepper.accessibleName()


def test_opening_a_case_asks_its_component_again_and_is_audited(desk: OpenDesk, view: CaseView) -> None:
    assert view.file is not None
    assert (view.file.row.component, "refresh case", {"record": KEY}) in desk.session.client.calls
    assert "viewed case 12" in desk.town.audit


def test_a_component_that_does_not_answer_leaves_the_case_on_the_screen(desk: OpenDesk) -> None:
    desk.session.client.broken["refresh case"] = not_ready()
    desk.window.open_record("case", KEY)
    desk.settle()
    view = desk.page(CaseView)
    assert view.head.title.text() == desk.town.cases[KEY].title
    assert "did not answer" in view.head.source.text()


def test_a_case_that_is_gone_says_so(desk: OpenDesk) -> None:
    desk.window.open_record("case", LocalKey(99_999))
    desk.settle()
    view = desk.page(CaseView)
    assert view._stack.currentWidget() is view._missing
    assert "no longer in the store" in view._missing.accessibleName()


@pytest.mark.parametrize("text", ["Called; visit on Thursday.", "שלום عند الباب 🙂", "=1+1", "x" * 1_000_000])
def test_a_note_of_any_kind_is_added(desk: OpenDesk, view: CaseView, text: str) -> None:
    view.note.text.setPlainText(text)
    desk.click(view.note.add)
    desk.settle()
    assert any(event.title == f"Note: {text}" for event in desk.town.events[KEY])
    assert view.note.text.toPlainText() == ""
    assert f"note/{KEY}" not in desk.town.drafts


def test_ctrl_enter_adds_the_note(desk: OpenDesk, view: CaseView) -> None:
    desk.write(view.note.text, "By key")
    desk.key(view.note.text, Qt.Key.Key_Return, CTRL)
    desk.settle()
    assert any(event.title == "Note: By key" for event in desk.town.events[KEY])


def test_a_note_is_a_draft_while_it_is_typed_and_survives_a_crash(
    qtbot: QtBot, qapp: QApplication, session: FakeSession
) -> None:
    first = open_desk(qtbot, qapp, session)
    first.window.open_record("case", KEY)
    first.settle()
    first.page(CaseView).note.text.setPlainText("Half a sentence")
    qtbot.waitUntil(lambda: f"note/{KEY}" in session.town.drafts, timeout=5000)
    assert first.window.tabs.accessibleTabName(1).endswith("not sent yet")
    close_desk(first)
    again = open_desk(qtbot, qapp, session)
    try:
        assert again.page(CaseView).note.text.toPlainText() == "Half a sentence"
    finally:
        close_desk(again)


def test_a_component_that_takes_no_notes_has_no_field_for_one_and_a_draft_stays_to_be_copied(
    qtbot: QtBot, qapp: QApplication, session: FakeSession
) -> None:
    session.town.without_notes.add(session.town.cases[KEY].component)
    desk = open_desk(qtbot, qapp, session)
    try:
        desk.window.open_record("case", KEY)
        desk.settle()
        assert desk.page(CaseView).note.isHidden()
        desk.window.pages.close(f"case/{KEY}")
        session.town.drafts[f"note/{KEY}"] = {"text": "Typed before"}
        desk.window.open_record("case", KEY)
        desk.settle()
        note = desk.page(CaseView).note
        assert (note.text.toPlainText(), note.text.isReadOnly(), note.add.isHidden()) == ("Typed before", True, True)
        assert "takes no notes" in note.wrong.text()
    finally:
        close_desk(desk)


def test_a_note_that_is_refused_stays_with_a_sentence_beside_it(
    desk: OpenDesk, view: CaseView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: FakeCases, _key: LocalKey, _text: str, *, draft_name: str = "") -> Written:
        raise InvalidInput("This is too long.", key="note.long", field="note")

    monkeypatch.setattr(FakeCases, "add_note", refuse)
    view.note.text.setPlainText("Kept")
    desk.click(view.note.add)
    desk.settle()
    assert view.note.wrong.text() == "This is too long."
    assert view.note.text.toPlainText() == "Kept"
    assert view.note.add.isEnabled()


def test_the_status_is_changed_with_a_note(desk: OpenDesk, view: CaseView) -> None:
    desk.click(view.head.change)
    card = view.status_card
    assert not card.save.isEnabled()
    assert not card.radios["open"].isEnabled()
    card.radios["fixed"].click()
    assert card.save.text() == "Change to fixed"
    card.note.setPlainText("Done this morning")
    desk.click(card.save)
    desk.settle()
    assert desk.town.cases[KEY].status == "fixed"
    assert view.head.phase.text() == "Resolved"
    assert card.isHidden()
    assert view.head.waiting.text() == "waiting to be sent"


def test_a_description_of_a_megabyte_is_shown_on_demand(desk: OpenDesk, view: CaseView) -> None:
    desk.town.descriptions[KEY] = "word " * 200_000
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    assert len(view.facts.text.toPlainText()) == 20_000
    view.facts.more.click()
    assert len(view.facts.text.toPlainText()) == 1_000_000


def test_a_conflict_shows_both_values_and_needs_a_reason(desk: OpenDesk, view: CaseView) -> None:
    desk.town.conflicts[KEY] = [a_conflict()]
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    card = view.needs.conflicts[0]
    assert card.accessibleName() == "You and Priya Nair both changed status"
    assert not card.keep.isEnabled()
    card.mine.radio.click()
    assert card.keep.text() == "Keep fixed"
    desk.click(card.keep)
    assert "Say why" in card.wrong.text()
    desk.write(card.reason, "I was there.")
    desk.click(card.keep)
    desk.settle()
    assert desk.town.cases[KEY].status == "fixed"
    assert view.needs.conflicts == []


def test_the_focus_stays_on_the_page_when_a_conflict_is_settled(desk: OpenDesk, view: CaseView) -> None:
    desk.town.conflicts[KEY] = [a_conflict()]
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    card = view.needs.conflicts[0]
    card.mine.radio.click()
    desk.write(card.reason, "I was there.")
    card.keep.setFocus()
    desk.key(card.keep, Qt.Key.Key_Space)
    desk.settle()
    assert view.timeline.hasFocus()
    assert not desk.window.top.search.panel.isVisible()


def test_a_second_note_can_be_typed_at_once(desk: OpenDesk, view: CaseView) -> None:
    desk.write(view.note.text, "First")
    desk.click(view.note.add)
    desk.settle()
    assert view.note.text.hasFocus()


def test_theirs_can_be_kept(desk: OpenDesk, view: CaseView) -> None:
    desk.town.conflicts[KEY] = [a_conflict()]
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    card = view.needs.conflicts[0]
    card.theirs.radio.click()
    desk.write(card.reason, "Priya saw it.")
    desk.click(card.keep)
    desk.settle()
    assert desk.town.cases[KEY].status == "investigating"


def test_a_reason_being_typed_is_not_lost_when_something_else_changes(desk: OpenDesk, view: CaseView) -> None:
    desk.town.conflicts[KEY] = [a_conflict()]
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    desk.write(view.needs.conflicts[0].reason, "Half a rea")
    desk.session.client.say(Changes.of("case", KEY))
    desk.settle()
    assert view.needs.conflicts[0].reason.text() == "Half a rea"


def test_the_reporter_is_one_press_away(desk: OpenDesk, view: CaseView) -> None:
    button = view.people.open_reporter
    assert button is not None
    desk.click(button)
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == button.text()


def test_the_next_case_of_my_work_is_one_press_away(desk: OpenDesk) -> None:
    work = desk.page(WorkView)
    first, second = work.model.row_at(0), work.model.row_at(1)
    assert first is not None
    assert second is not None
    desk.window.open_record("case", first.key)
    desk.settle()
    view = desk.page(CaseView)
    assert view.head.place_in_list.text() == f"1 of {work.model.rowCount()}"
    desk.click(view.head.next)
    desk.settle()
    assert desk.page(CaseView).head.reference.text() == second.reference
