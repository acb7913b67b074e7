"""What a component really said, over the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop.domain.errors import NotReady
from desktop.domain.ids import LocalKey
from desktop.ui.case.view import CaseView
from tests.helpers.desk_window import OpenDesk

CASE = LocalKey(5)
ANSWER = {
    "said": [{"method": "GET", "url": "https://x.test/5", "status": 200, "media": "text/xml", "size": 9, "body": "<a>now</a>"}],
    "error": None,
}  # fmt: skip


def open_case(desk: OpenDesk) -> CaseView:
    desk.window.open_record("case", CASE)
    desk.settle()
    return desk.page(CaseView)


def test_what_is_kept_comes_up_and_escape_goes_back_to_where_the_focus_was(desk: OpenDesk) -> None:
    desk.town.said[CASE] = '{"new_in_2031": 7}'
    view = open_case(desk)
    view.timeline.setFocus()
    desk.key(view.timeline, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    panel = desk.window.said
    assert panel.isVisible()
    assert panel.text.hasFocus()
    assert '"new_in_2031": 7' in panel.text.toPlainText()
    assert "as of" in panel.about.text()
    desk.key(panel.text, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert view.timeline.hasFocus()


def test_where_nothing_is_kept_the_component_is_asked_at_once(desk: OpenDesk) -> None:
    desk.session.client.answers["hear cases.get"] = ANSWER
    desk.click(open_case(desk).head.what_it_said)
    desk.settle()
    panel = desk.window.said
    assert panel.text.toPlainText().splitlines() == ["GET https://x.test/5 · 200 · text/xml · 9 bytes", "<a>now</a>"]
    assert "just now" in panel.about.text()
    desk.click(panel.copy)
    assert "<a>now</a>" in QGuiApplication.clipboard().text()


def test_a_component_that_does_not_answer_leaves_what_was_kept(desk: OpenDesk) -> None:
    desk.town.said[CASE] = "kept words"
    desk.session.client.broken["hear cases.get"] = NotReady("Waste does not answer.", key="x")
    desk.click(open_case(desk).head.what_it_said)
    desk.settle()
    panel = desk.window.said
    desk.click(panel.ask_now)
    desk.settle()
    assert panel.text.toPlainText() == "kept words"
    assert "Waste does not answer." in panel.notice.text.text()
    assert panel.ask_now.isEnabled()


def test_an_answer_of_no_use_is_shown_with_its_reason(desk: OpenDesk) -> None:
    error = {"message": "Waste gave a web page."}
    desk.session.client.answers["hear cases.get"] = {**ANSWER, "error": error}
    desk.click(open_case(desk).head.what_it_said)
    desk.settle()
    assert desk.window.said.notice.text.text() == "Waste gave a web page."
    assert "<a>now</a>" in desk.window.said.text.toPlainText()


def test_an_answer_that_comes_after_the_sheet_was_put_away_changes_nothing(desk: OpenDesk) -> None:
    desk.click(open_case(desk).head.what_it_said)
    desk.settle()
    desk.window.said.dismiss()
    assert desk.session.client.calls[-1][:2] == ("", "cancel")
