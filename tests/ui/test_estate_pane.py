"""What every service uses and pays, on the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.domain.changes import Changes
from desktop.ui.components.view import ComponentsView
from tests.helpers.desk_window import OpenDesk


@pytest.fixture
def view(desk: OpenDesk) -> ComponentsView:
    desk.key(desk.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    return desk.page(ComponentsView)


def spoken(view: ComponentsView, row: int, column: int) -> str:
    return str(view.pane.model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))


def test_the_estate_comes_first_with_a_line_for_each_service_and_one_of_sums(view: ComponentsView) -> None:
    model = view.pane.model
    assert view.head.estate.isChecked()
    assert model.rowCount() >= 2
    assert model.index(model.rowCount() - 1, 0).data() == "A year"
    assert "£" in str(model.index(model.rowCount() - 1, 1).data())


def test_each_cell_is_read_out_with_its_price(view: ComponentsView) -> None:
    assert spoken(view, 0, 1).startswith("Cases: ")
    assert "£" in spoken(view, 0, 1)


def test_the_chosen_cell_says_what_moving_would_save_and_opens_its_component(
    desk: OpenDesk, view: ComponentsView
) -> None:
    grid = view.pane.grid
    grid.setFocus()
    grid.setCurrentIndex(view.pane.model.index(0, 1))
    name = view.pane.part.title.text()
    assert view.pane.saving.words.text()
    desk.key(grid, Qt.Key.Key_Return)
    desk.settle()
    assert view.head.list.isChecked()
    assert view.form.isVisible()
    assert view.form.text("name") == name


def test_a_cell_where_nothing_is_used_says_so(view: ComponentsView) -> None:
    model = view.pane.model
    column = next(n for n in range(1, model.columnCount()) if not model.parts_at(model.index(0, n)))
    view.pane.grid.setCurrentIndex(model.index(0, column))
    assert view.pane.part.words.text() == "Nothing is used here."
    assert view.pane.part.open.isHidden()
    assert "not used" in spoken(view, 0, column)


def test_the_chosen_cell_stays_when_a_price_changes(desk: OpenDesk, view: ComponentsView) -> None:
    before = spoken(view, 1, 1)
    view.pane.grid.setCurrentIndex(view.pane.model.index(1, 1))
    for each in desk.session.estate.components:
        desk.session.estate.save(replace(each, cost_pence=each.cost_pence + 100_000), {})
    view.reload()
    desk.session.client.say(Changes(health=True))
    desk.settle()
    at = view.pane.grid.currentIndex()
    assert (at.row(), at.column()) == (1, 1)
    assert spoken(view, 1, 1) != before
