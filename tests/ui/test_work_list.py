"""My work: the windowed list."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.domain.cases import Phase
from desktop.domain.changes import Changes
from desktop.domain.ids import LocalKey
from desktop.ui.case.view import CaseView
from desktop.ui.queue.delegate import CaseDelegate
from desktop.ui.queue.model import PAGE, CaseModel
from desktop.ui.queue.view import WorkView
from desktop.ui.theme.look import Look
from desktop.ui.theme.tokens import THEMES
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_town import NOW, a_town


def everyone(desk: OpenDesk) -> WorkView:
    view = desk.page(WorkView)
    view.filters.everyone.click()
    desk.settle()
    return view


def test_the_officers_own_open_cases_come_first(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    rows = [view.model.row_at(n) for n in range(view.model.rowCount())]
    assert rows
    assert all(row is not None and row.assignee == "dw" and row.phase.is_open for row in rows)


def test_the_list_holds_every_case_though_only_pages_are_fetched(desk: OpenDesk) -> None:
    view = everyone(desk)
    assert view.model.rowCount() == sum(case.phase.is_open for case in desk.town.cases.values())
    assert len(view.model.loaded(list(map(LocalKey, view.model.keys())))) < view.model.rowCount()
    view.table.scrollToBottom()
    desk.settle()
    assert view.model.row_at(view.model.rowCount() - 1) is not None


def test_rows_that_changed_in_great_number_stay_until_they_come_again(desk: OpenDesk) -> None:
    town = a_town(240)
    rows = list(town.cases.values())
    model = CaseModel(NOW, str)
    model.start(rows, NOW)
    asked: list[tuple[LocalKey, ...]] = []
    model.wanted.connect(asked.append)
    model.expire()
    assert [model.row_at(n) for n in (0, 1, 0)] == [rows[0], rows[1], rows[0]]
    assert asked == [tuple(row.key for row in rows[:PAGE])]
    changed = replace(rows[0], title="Changed")
    model.fill([changed, *rows[1:PAGE]])
    assert model.row_at(0) == changed
    assert len(asked) == 1
    model.row_at(PAGE)
    assert len(asked) == 2


class CountingDelegate(CaseDelegate):
    """Paints, and keeps which rows it painted."""

    def __init__(self, look: Look, model: CaseModel, view: QTableView) -> None:
        super().__init__(look, model, view)
        self.painted: set[int] = set()

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.painted.add(index.row())
        super().paint(painter, option, index)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_scrolling_by_a_row_paints_the_new_row_and_not_the_whole_list(
    desk: OpenDesk, qapp: QApplication, theme: str
) -> None:
    look = desk.window.context.look
    look.apply(qapp, THEMES[theme])
    view = everyone(desk)
    counting = CountingDelegate(look, view.model, view.table)
    view.table.setItemDelegate(counting)
    bar = view.table.verticalScrollBar()
    bar.setValue(view.table.rowHeight(0))
    desk.settle()
    view.table.viewport().repaint()
    whole = len(counting.painted)
    counting.painted.clear()
    bar.setValue(2 * view.table.rowHeight(0))
    qapp.processEvents()
    assert whole > 8
    assert 0 < len(counting.painted) < whole / 2


def test_rows_are_in_the_order_of_their_targets(desk: OpenDesk) -> None:
    view = everyone(desk)
    dues = [row.due_at for n in range(60) if (row := view.model.row_at(n)) and row.due_at]
    assert dues == sorted(dues)


def test_words_and_phases_narrow_the_list(desk: OpenDesk) -> None:
    view = everyone(desk)
    desk.write(view.filters.words, "pothole")
    desk.bot.wait(200)
    desk.settle()
    rows = [view.model.row_at(n) for n in range(view.model.rowCount())]
    assert rows
    assert all(row is not None and "Pothole" in row.title for row in rows)
    view.filters.phases[Phase.CLOSED].click()
    desk.settle()
    rows = [view.model.row_at(n) for n in range(view.model.rowCount())]
    assert all(row is not None and row.phase is Phase.CLOSED for row in rows)


def test_a_filter_that_finds_nothing_says_so(desk: OpenDesk) -> None:
    view = everyone(desk)
    desk.write(view.filters.words, "nothing like this")
    desk.bot.wait(200)
    desk.settle()
    assert view._stack.currentWidget() is view._empty
    assert "Clear a filter" in view._empty.accessibleName()


def test_enter_opens_the_case(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    view.table.setFocus()
    view.table.selectRow(2)
    wanted = view.model.row_at(2)
    desk.key(view.table, Qt.Key.Key_Return)
    desk.settle()
    assert wanted is not None
    assert desk.page(CaseView).head.title.text() == wanted.title


def test_a_changed_row_is_drawn_where_it_is(desk: OpenDesk) -> None:
    view = everyone(desk)
    row = view.model.row_at(4)
    assert row is not None
    desk.town.cases[row.key] = replace(row, title="Changed by a colleague", phase=Phase.CLOSED)
    desk.session.client.say(Changes.of("case", row.key))
    desk.settle()
    again = view.model.row_at(4)
    assert again is not None
    assert (again.key, again.title) == (row.key, "Changed by a colleague")


def test_new_cases_wait_in_a_bar_until_they_are_asked_for(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    before = list(view.model.keys())
    template = view.model.row_at(0)
    assert template is not None
    for n in range(3):
        key = LocalKey(9000 + n)
        desk.town.cases[key] = replace(template, key=key, reference=f"NEW-{n}")
    desk.session.client.say(Changes.of("case", *(LocalKey(9000 + n) for n in range(3))))
    desk.bot.waitUntil(view._bar.isVisible, timeout=5000)
    assert view._new_text.text() == "3 new"
    assert list(view.model.keys()) == before
    view.show_new.click()
    desk.settle()
    assert view.model.rowCount() == len(before) + 3
    assert not view._bar.isVisible()


def test_the_chosen_case_stays_chosen_over_a_new_snapshot(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    view.table.selectRow(3)
    chosen = view.model.row_at(3)
    view.reload()
    desk.settle()
    assert chosen is not None
    assert view.model.row_at(view.table.currentIndex().row()) == chosen


def test_a_new_base_is_read_again(desk: OpenDesk) -> None:
    view = desk.page(WorkView)
    desk.town.cases.clear()
    desk.session.client.say(Changes(base=True))
    desk.settle()
    assert view.model.rowCount() == 0


def test_filters_are_kept_but_words_are_not(desk: OpenDesk) -> None:
    view = everyone(desk)
    desk.write(view.filters.words, "Okafor")
    state = view.save_state()
    assert state["everyone"] is True
    assert "Okafor" not in str(state)


@pytest.fixture
def model(qtbot: QtBot) -> CaseModel:
    return CaseModel(NOW, str)


def test_keys_that_differ_from_the_first_page_leave_it_in_place(model: CaseModel) -> None:
    rows = list(a_town(30).cases.values())
    model.start(rows[:10], NOW)
    model.complete(array("q", [rows[20].key, *(row.key for row in rows[:20])]))
    assert list(model.keys())[:10] == [row.key for row in rows[:10]]
    assert sorted(model.keys()) == sorted(row.key for row in [*rows[:20], rows[20]])


def test_a_page_is_asked_for_once(model: CaseModel, qtbot: QtBot) -> None:
    asked: list[tuple[LocalKey, ...]] = []
    model.wanted.connect(asked.append)
    model.start([], NOW)
    model.complete(array("q", range(1, 1001)))
    for n in (500, 501, 502):
        assert model.row_at(n) is None
    assert len(asked) == 1
    assert len(asked[0]) == PAGE


def test_a_cell_says_its_column_to_a_screen_reader(model: CaseModel) -> None:
    rows = list(a_town(3).cases.values())
    model.start(rows, NOW)
    said = model.data(model.index(0, 4), Qt.ItemDataRole.AccessibleTextRole)
    assert str(said).startswith("Phase: ")
