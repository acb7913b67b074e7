"""Who handles a case: assigned on its page and in the list, by mouse and by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.ids import ComponentId, LocalKey
from desktop.ui.case.handler import HandlerCard
from desktop.ui.case.view import CaseView
from desktop.ui.queue.view import WorkView
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_town import OFFICER

ALT = Qt.KeyboardModifier.AltModifier


def find_others(desk: OpenDesk) -> list[LocalKey]:
    """Open cases that the officer does not handle, and may."""
    return [
        key
        for key, row in desk.town.cases.items()
        if row.assignee != OFFICER.staff_id and row.phase.is_open and row.component != "adults"
    ]


@pytest.fixture
def card(desk: OpenDesk) -> HandlerCard:
    desk.window.open_record("case", find_others(desk)[0])
    desk.settle()
    return desk.page(CaseView).handler


def press(desk: OpenDesk, widget: QWidget, letter: Qt.Key, pressed: QPushButton) -> None:
    """Alt and a letter: Qt shows the button pressed for a moment before it clicks."""
    clicked: list[bool] = []
    pressed.clicked.connect(lambda: clicked.append(True))
    desk.key(widget, letter, ALT)
    desk.bot.waitUntil(lambda: bool(clicked), timeout=5_000)
    desk.settle()


def shown(desk: OpenDesk) -> list[int]:
    return list(desk.page(WorkView).model.keys())


def test_a_case_that_is_taken_is_in_my_work_when_that_is_in_front_again(desk: OpenDesk, card: HandlerCard) -> None:
    key = find_others(desk)[0]
    desk.click(card.take)
    desk.settle()
    assert desk.town.cases[key].assignee == OFFICER.staff_id
    assert card.handler.text() == OFFICER.name
    assert card.take.isHidden()
    desk.window.open_view("work")
    desk.settle()
    assert key in shown(desk)


def test_a_case_that_is_released_leaves_my_work(desk: OpenDesk) -> None:
    key = LocalKey(shown(desk)[0])
    desk.window.open_record("case", key)
    desk.settle()
    card = desk.page(CaseView).handler
    press(desk, card, Qt.Key.Key_R, card.release)
    assert desk.town.cases[key].assignee == ""
    assert card.handler.text() == "Nobody yet"
    assert card.release.isHidden()
    desk.window.open_view("work")
    desk.settle()
    assert key not in shown(desk)


def test_a_case_is_given_to_a_colleague_by_keys_alone_with_a_reason(desk: OpenDesk, card: HandlerCard) -> None:
    key = find_others(desk)[0]
    press(desk, card, Qt.Key.Key_G, card.give)
    assert card.colleague.hasFocus()
    wanted = card.colleague.count() - 1
    desk.key(card.colleague, Qt.Key.Key_End)
    assert card.colleague.currentIndex() == wanted
    desk.key(card.colleague, Qt.Key.Key_Tab)
    assert card.reason.hasFocus()
    desk.write(card.reason, "On leave")
    desk.key(card.reason, Qt.Key.Key_Return)
    desk.settle()
    assert desk.town.cases[key].assignee == card.colleague.itemData(wanted)
    assert f"assigned {key}: On leave" in desk.town.audit
    assert card._choice.isHidden()
    assert card.give.hasFocus()


def test_escape_puts_the_choice_of_a_colleague_away(desk: OpenDesk, card: HandlerCard) -> None:
    desk.click(card.give)
    desk.write(card.reason, "half a rea")
    desk.key(card.reason, Qt.Key.Key_Escape)
    assert card._choice.isHidden()
    assert card.reason.text() == ""


def test_what_is_refused_stays_with_a_sentence(desk: OpenDesk, card: HandlerCard) -> None:
    desk.click(card.give)
    desk.write(card.reason, "refuse me")
    desk.click(card.save)
    desk.settle()
    assert card.wrong.text() == "Choose a colleague from the list."
    assert card.reason.text() == "refuse me"


def test_a_component_that_keeps_its_handlers_offers_no_button(desk: OpenDesk) -> None:
    key = find_others(desk)[0]
    desk.town.cases[key] = replace(desk.town.cases[key], component=ComponentId("adults"))
    desk.window.open_record("case", key)
    desk.settle()
    card = desk.page(CaseView).handler
    assert [card.take.isHidden(), card.give.isHidden(), card.release.isHidden()] == [True, True, True]
    assert card.count.text() == "Kept by Adults"


def test_a_case_is_taken_straight_from_the_list(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    view.filters.everyone.click()
    desk.settle()
    assert not view.take.isEnabled()
    line = view.model.line_of(find_others(desk)[0])
    view.table.selectRow(line)
    held = view.model.row_at(line)
    assert held is not None
    assert view.take.isEnabled()
    press(desk, view, Qt.Key.Key_T, view.take)
    again = view.model.row_at(line)
    assert again is not None
    assert (again.key, again.assignee) == (held.key, OFFICER.staff_id)
    assert not view.take.isEnabled()
