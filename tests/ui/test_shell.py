"""The window: rail, search box, tabs, status bar, outbox."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Changes
from desktop.domain.components import ComponentState
from desktop.domain.ids import ComponentId, LocalKey
from desktop.ui.newcase.view import NewCaseView
from desktop.ui.page import Page
from desktop.ui.payments.view import PaymentsView
from desktop.ui.queue.view import WorkView
from desktop.ui.resident.view import ResidentView
from tests.helpers.desk_window import OpenDesk, close_desk, open_desk
from tests.helpers.fake_session import FakeSession

CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_window_names_the_council_and_the_officer(desk: OpenDesk) -> None:
    assert desk.window.top.council.text() == "Citytown Council"
    assert desk.window.status.officer.text() == "Dana Whitfield"


def test_the_status_bar_says_how_each_component_is(desk: OpenDesk) -> None:
    chips = desk.window.status.chips()
    assert chips[0] == "Housing: fresh, 140 ms"
    assert chips[2] == "Parks: slow, 2.8 s"
    assert chips[3] == "Adults: sign in"


def test_a_chip_changes_in_place_when_a_component_stops(desk: OpenDesk) -> None:
    town = desk.town
    town.components[1] = replace(town.components[1], state=ComponentState.STOPPED, error="No answer")
    desk.session.client.say(Changes(health=True))
    desk.settle()
    assert desk.window.status.chips()[1].startswith("Environment: stopped, as of")


def test_pressing_a_chip_asks_that_component_again(desk: OpenDesk) -> None:
    chip = desk.window.status.stops()[0]
    desk.click(chip)
    assert ("housing", "pull", {}) in desk.session.client.calls


def test_ctrl_k_finds_people_places_and_references_as_you_type(desk: OpenDesk) -> None:
    box = desk.window.top.search
    desk.key(desk.window, Qt.Key.Key_K, CTRL)
    assert box.edit.hasFocus()
    desk.write(box.edit, "cyn")
    desk.settle()
    assert box.lines()[:2] == ["People", "Cynthia Okafor, 14 Quay Lane, Northgate, Citytown"]
    desk.key(box.edit, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Cynthia Okafor"
    assert box.edit.text() == ""


def test_a_search_that_finds_nothing_says_what_to_do(desk: OpenDesk) -> None:
    box = desk.window.top.search
    desk.key(desk.window, Qt.Key.Key_K, CTRL)
    desk.write(box.edit, "zzzz")
    desk.settle()
    assert "Try fewer letters" in box.panel.note.text()


def test_a_command_runs_from_the_box(desk: OpenDesk) -> None:
    box = desk.window.top.search
    desk.key(desk.window, Qt.Key.Key_K, CTRL)
    desk.write(box.edit, "take a pay")
    desk.settle()
    desk.key(box.edit, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page(PaymentsView).isVisible()


def test_escape_leaves_the_box_empty(desk: OpenDesk) -> None:
    box = desk.window.top.search
    desk.key(desk.window, Qt.Key.Key_K, CTRL)
    desk.write(box.edit, "cyn")
    desk.key(box.edit, Qt.Key.Key_Escape)
    assert (box.edit.text(), box.panel.isVisible()) == ("", False)


def test_several_residents_are_open_and_switching_loses_nothing(desk: OpenDesk) -> None:
    for key in (1, 3):
        desk.window.open_record("person", LocalKey(key))
        desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Aziz Rahman"
    desk.key(desk.window, Qt.Key.Key_Tab, CTRL)
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Cynthia Okafor"


def test_a_record_that_is_open_is_not_opened_twice(desk: OpenDesk) -> None:
    for _ in range(2):
        desk.window.open_record("case", LocalKey(5))
        desk.settle()
    assert desk.window.pages.ids().count("case/5") == 1


def test_closing_a_tab_goes_back_to_the_one_used_before(desk: OpenDesk) -> None:
    desk.window.open_record("person", LocalKey(1))
    desk.window.open_view("payments")
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    desk.key(desk.window, Qt.Key.Key_W, CTRL)
    assert desk.window.pages.current == "payments"


def test_closing_every_tab_leaves_the_rail_to_go_on_from(desk: OpenDesk) -> None:
    desk.key(desk.window, Qt.Key.Key_W, CTRL)
    assert desk.window.pages.ids() == []
    desk.click(desk.window.rail.buttons["work"])
    desk.settle()
    assert desk.page(WorkView).isVisible()


def test_open_tabs_come_back_at_the_next_start(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> None:
    first = open_desk(qtbot, qapp, session)
    first.window.open_record("person", LocalKey(1))
    first.window.open_record("case", LocalKey(5))
    close_desk(first)
    again = open_desk(qtbot, qapp, session)
    try:
        assert again.window.pages.ids() == ["work", "person/1", "case/5"]
        assert again.window.pages.current == "case/5"
        assert again.window.tabs.tabText(1) == "Cynthia Okafor"
    finally:
        close_desk(again)


def test_a_draft_of_a_crashed_desk_is_opened_again(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> None:
    session.town.drafts["newcase/abc"] = {"description": "Typed before the crash"}
    opened = open_desk(qtbot, qapp, session)
    try:
        assert "new/abc" in opened.window.pages.ids()
        opened.window.tabs.setCurrentIndex(opened.window.tabs.place_of("new/abc"))
        opened.settle()
        assert opened.page(NewCaseView).description.toPlainText() == "Typed before the crash"
    finally:
        close_desk(opened)


def test_tabs_that_cannot_be_read_are_left_out(qtbot: QtBot, qapp: QApplication, session: FakeSession) -> None:
    session.town.settings["tabs"] = {"tabs": [17, {"id": 3}, {"id": "person/1", "text": "C"}], "current": 9}
    opened = open_desk(qtbot, qapp, session)
    try:
        assert opened.window.pages.ids() == ["work", "person/1"]
    finally:
        close_desk(opened)


def test_working_offline_is_said_calmly_and_passed_on(desk: OpenDesk) -> None:
    seen: list[tuple[bool, bool]] = []
    for _ in range(2):
        desk.window.status.offline.click()
        seen.append((desk.session.is_offline, desk.window.banner.isVisible()))
    assert seen == [(True, True), (False, False)]


def test_a_host_that_starts_again_is_one_sentence(desk: OpenDesk) -> None:
    desk.session.client.turn("restarting", "Knit's helper ended and is starting again. Nothing you typed is lost.")
    desk.settle()
    assert desk.window.banner.isVisible()
    desk.session.client.turn("running", "")
    desk.settle()
    assert not desk.window.banner.isVisible()


def test_the_outbox_lists_what_waits_and_can_be_tried_again(desk: OpenDesk) -> None:
    op = desk.town.add_op("Note", "HOU-2026-003005", LocalKey(5))
    desk.town.ops[op.op] = replace(op, state="refused", tries=2, error="The case is locked.")
    desk.session.client.say(Changes(outbox=True))
    desk.settle()
    assert desk.window.status.outbox.text().strip() == "Outbox: 1 needs you"
    desk.key(desk.window, Qt.Key.Key_B, CTRL)
    row = desk.window.outbox.op_rows()[0]
    assert "2 tries" in row.accessibleName()
    assert "The case is locked." in row.accessibleName()
    desk.click(row.retry)
    desk.settle()
    assert desk.town.ops[op.op].state == "waiting"


def test_discarding_an_edit_needs_a_reason(desk: OpenDesk) -> None:
    op = desk.town.add_op("Note", "HOU-2026-003005", LocalKey(5))
    desk.session.client.say(Changes(outbox=True))
    desk.settle()
    desk.window.toggle_outbox()
    row = desk.window.outbox.op_rows()[0]
    row.drop.click()
    row.drop.click()
    assert op.op in desk.town.ops
    desk.write(row._reason, "Typed on the wrong case")
    row.drop.click()
    desk.settle()
    assert op.op not in desk.town.ops


def test_the_theme_that_is_chosen_is_kept(desk: OpenDesk) -> None:
    desk.window.appearance.set_theme("dark")
    desk.settle()
    assert desk.town.settings["theme"] == "dark"
    assert desk.window.context.look.theme.name == "dark"


def test_every_widget_that_takes_the_focus_has_a_spoken_name(desk: OpenDesk) -> None:
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    desk.window.open_record("case", LocalKey(5))
    desk.settle()
    desk.window.open_view("payments")
    desk.window.open_view("residents")
    desk.window.open_view("map")
    desk.window.open_new_case()
    desk.settle()
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for kind in kinds
        for widget in desk.window.findChildren(kind)
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not isinstance(widget.parentWidget(), QComboBox)
    ]
    assert nameless == []


def test_tab_reaches_the_filters_the_list_and_the_status_bar_in_order(desk: OpenDesk) -> None:
    page = desk.page(WorkView)
    page.filters.words.setFocus()
    names: list[str] = []
    for _ in range(14):
        now = QApplication.focusWidget()
        assert now is not None
        names.append(now.accessibleName())
        desk.key(now, Qt.Key.Key_Tab)
    assert names[:3] == ["Filter by words", "New", "Triage"]
    assert names.index("Order") < names.index("Cases") < names.index("Housing: fresh, 140 ms")


def test_pages_have_a_place_where_work_begins(desk: OpenDesk) -> None:
    for view in ("work", "residents", "map", "payments"):
        desk.window.open_view(view)
        desk.settle()
        assert desk.page(Page).start_at is not None


@pytest.mark.parametrize(("more", "shows_icons"), [(10, True), (40, False)])
def test_where_the_bar_is_too_narrow_fresh_components_share_one_word(
    desk: OpenDesk, more: int, shows_icons: bool
) -> None:
    status = desk.window.status
    first = desk.town.components[0]
    others = [replace(first, id=ComponentId(f"more{n}"), name=f"Component number {n}") for n in range(more)]
    status.show_components([*desk.town.components, *others], desk.window.context.clock.now())
    desk.settle()
    fresh = [chip for chip in status._chips.values() if chip.is_fresh]
    troubled = [chip for chip in status._chips.values() if not chip.is_fresh]
    assert [chip.words() for chip in fresh] == [""] * len(fresh)
    assert {chip.isVisible() for chip in fresh} == {shows_icons}
    assert status.fresh.text() == f"{len(fresh)} fresh"
    assert "Component number 9: fresh" in status.fresh.toolTip()
    assert [chip.words() for chip in troubled] == ["Parks: slow, 2.8 s", "Adults: sign in"]
    assert all(chip.isVisible() and chip.width() >= chip.sizeHint().width() for chip in troubled)
