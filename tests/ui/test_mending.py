"""A new case that was refused: from the outbox and its page back into its form, and sent again; or given up."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.cases import Datatype, Question
from desktop.domain.changes import Changes
from desktop.services.rows import PendingOp
from desktop.ui.case.view import CaseView
from desktop.ui.newcase.answers import format_answer, parse_moment
from desktop.ui.newcase.view import NewCaseView
from tests.helpers.desk_window import OpenDesk, close_desk, open_desk
from tests.helpers.fake_session import FakeSession
from tests.helpers.fake_town import a_place

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
BODY: dict[str, object] = {
    "component": "environment",
    "service": "FLY",
    "title": "Sofa by the gate",
    "description": "word " * 1_000,
    "answers": {"what": ["white"], "also": ["blocks", "smell"], "bags": ["3"], "when": ["2026-09-13T08:00:00+01:00"]},
    "place": msgspec.to_builtins(a_place(14, 0, 0, n=14)),
    "reporter": {"given": "Lizzy", "family": "Marsh", "email": "lizzy@example.org", "phone": ""},
}


@pytest.fixture
def refused(desk: OpenDesk) -> PendingOp:
    op = desk.town.refuse_new_case(BODY, "Note: “She rang again”", "Status change: fixed")
    desk.session.client.say(Changes.of("case", op.key, outbox=True))
    desk.settle()
    return op


def open_form(desk: OpenDesk, op: PendingOp) -> NewCaseView:
    desk.window.mend_case(op.op)
    desk.settle()
    return desk.page(NewCaseView)


def test_the_outbox_brings_a_refused_case_back_with_everything_typed(desk: OpenDesk, refused: PendingOp) -> None:
    desk.key(desk.window, Qt.Key.Key_B, CTRL)
    row = desk.window.outbox.op_rows()[0]
    assert row.mend is not None
    row.mend.setFocus()
    desk.key(row.mend, Qt.Key.Key_Space)
    desk.settle()
    form = desk.page(NewCaseView)
    assert (form.tab.text, form.make.text().strip()) == ("Mend: Fly-tipping", "&Send it again")
    assert (form.title.text(), form.description.toPlainText()) == (BODY["title"], BODY["description"])
    assert form.form.values() == {**BODY["answers"], "when": ["13 Sep 2026 08:00"]}  # type: ignore[dict-item]
    assert (form.reporter.given.text(), form.reporter.email.text()) == ("Lizzy", "lizzy@example.org")
    assert form.place.place is not None
    assert form.place.place.address == a_place(14, 0, 0, n=14).address


def test_only_a_new_case_has_the_button(desk: OpenDesk, refused: PendingOp) -> None:
    desk.town.add_op("Note", "HOU-2026-003005", refused.key)
    desk.town.ops[refused.op] = replace(refused, state="waiting", error="")
    desk.session.client.say(Changes(outbox=True))
    desk.settle()
    case, note = desk.window.outbox.op_rows()
    assert case.mend is not None
    assert case.mend.accessibleName().startswith("Mend before it is sent")
    assert note.mend is None


def test_the_cases_page_says_why_it_was_refused_and_alt_m_mends_it(desk: OpenDesk, refused: PendingOp) -> None:
    desk.window.open_record("case", refused.key)
    desk.settle()
    view = desk.page(CaseView)
    assert view.needs.refused.isVisible()
    assert view.needs.refused.accessibleName() == (
        "Housing refused this case. The description may have 4,000 characters at most."
    )
    desk.key(view.timeline, Qt.Key.Key_M, ALT)
    desk.settle()
    assert desk.page(NewCaseView).title.text() == BODY["title"]


def test_a_case_that_only_waits_is_mended_from_its_page_too(desk: OpenDesk, refused: PendingOp) -> None:
    desk.town.ops[refused.op] = replace(refused, state="waiting", error="")
    desk.window.open_record("case", refused.key)
    desk.settle()
    view = desk.page(CaseView)
    assert not view.needs.refused.isVisible()
    assert view.pending.mend is not None
    desk.click(view.pending.mend)
    desk.settle()
    assert desk.page(NewCaseView).title.text() == BODY["title"]


def test_an_ordinary_case_shows_no_card(desk: OpenDesk, refused: PendingOp) -> None:
    del desk.town.ops[refused.op]
    desk.window.open_record("case", refused.key)
    desk.settle()
    assert not desk.page(CaseView).needs.refused.isVisible()


def test_the_mended_case_replaces_the_refused_one_and_its_page_comes_up(desk: OpenDesk, refused: PendingOp) -> None:
    form = open_form(desk, refused)
    form.description.setPlainText("Short")
    desk.click(form.make)
    desk.settle()
    view = desk.page(CaseView)
    assert view.file is not None
    assert (view.file.row.key, view.file.description) == (refused.key, "Short")
    assert [op.act for op in desk.town.ops.values()] == ["New case"]
    assert refused.op not in desk.town.ops
    assert [tab for tab in desk.window.pages.ids() if tab.startswith("mend/")] == []
    desk.bot.wait(400)
    desk.settle()
    assert desk.town.drafts == {}


def test_a_form_left_half_way_keeps_both_and_comes_back(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> None:
    op = session.town.refuse_new_case(BODY)
    first = open_desk(qtbot, qapp, session)
    form = open_form(first, op)
    form.title.setText("Half a new ti")
    first.window.pages.close(first.window.pages.current)
    first.settle()
    assert op.op in session.town.ops
    assert open_form(first, op).title.text() == "Half a new ti"
    close_desk(first)
    session.town.settings.pop("tabs")
    again = open_desk(qtbot, qapp, session)
    try:
        assert f"mend/{op.op}" in again.window.pages.ids()
        assert open_form(again, op).title.text() == "Half a new ti"
    finally:
        close_desk(again)


def test_leaving_it_as_it_was_drops_the_changes_and_keeps_the_case(desk: OpenDesk, refused: PendingOp) -> None:
    form = open_form(desk, refused)
    form.title.setText("Changed my mind")
    desk.click(form.discard)
    assert form.discard.text() == "Discard the changes"
    desk.click(form.discard)
    desk.settle()
    assert refused.op in desk.town.ops
    assert desk.town.drafts == {}
    assert open_form(desk, refused).title.text() == BODY["title"]


def test_asking_twice_opens_one_form(desk: OpenDesk, refused: PendingOp) -> None:
    assert open_form(desk, refused) is open_form(desk, refused)


def test_a_case_settled_meanwhile_becomes_a_new_one_only_when_the_officer_says_so(
    desk: OpenDesk, refused: PendingOp
) -> None:
    form = open_form(desk, refused)
    del desk.town.ops[refused.op]
    desk.click(form.make)
    desk.settle()
    assert desk.page(NewCaseView) is form
    assert "sent or given up" in form.notice.text.text()
    assert form.make.text().strip() == "&Make it as a new case"
    assert desk.town.ops == {}
    desk.click(form.make)
    desk.settle()
    assert [op.subject for op in desk.town.ops.values()] == [BODY["title"]]


def test_a_kind_of_case_that_is_gone_keeps_its_answers_for_another(desk: OpenDesk, refused: PendingOp) -> None:
    desk.town.made[refused.op] = {**BODY, "service": "GONE"}
    form = open_form(desk, refused)
    assert "no longer offered" in form.notice.text.text()
    assert form.notice.isVisible()
    assert form.collect()["answers"] == BODY["answers"]
    desk.write(form.services.edit, "fly environment")
    desk.key(form.services.edit, Qt.Key.Key_Return)
    desk.settle()
    assert form.form.values()["bags"] == ["3"]
    assert not form.notice.isVisible()


def test_a_moment_comes_back_as_it_is_typed() -> None:
    when = Question(code="when", text="When?", datatype=Datatype.DATETIME)
    for sent in ("2026-09-14T09:30:00+01:00", "2026-01-14T00:00:00+00:00"):
        assert parse_moment(format_answer(when, sent), field="when") == sent
    assert format_answer(when, "last week") == "last week"
    assert format_answer(Question(code="n", text="Which?"), "2026-09-14") == "2026-09-14"


def test_giving_up_says_what_goes_along_before_it_asks_why(desk: OpenDesk, refused: PendingOp) -> None:
    desk.window.toggle_outbox()
    row = desk.window.outbox.op_rows()[0]
    assert not row.along.isVisible()
    desk.click(row.drop)
    assert row.along.isVisible()
    assert row.along.text() == (
        "Giving this up also drops 2 things typed on it: Note: “She rang again”; Status change: fixed"
    )
    assert refused.op in desk.town.ops
    desk.write(row._reason, "Wrong street")
    desk.click(row.drop)
    desk.settle()
    assert refused.op not in desk.town.ops


def test_a_long_list_of_what_goes_along_is_cut_with_its_number(desk: OpenDesk) -> None:
    desk.town.refuse_new_case(BODY, *(f"Note: “{n}”" for n in range(9)))
    desk.session.client.say(Changes(outbox=True))
    desk.settle()
    words = desk.window.outbox.op_rows()[0].along.text()
    assert words.startswith("Giving this up also drops 9 things")
    assert words.endswith("Note: “4”; and 4 more")
