"""Setting components up on the desk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.errors import InvalidInput, NotReady
from desktop.ui.components.view import ComponentsView
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_session import not_ready


@pytest.fixture
def view(desk: OpenDesk) -> ComponentsView:
    desk.key(desk.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    opened = desk.page(ComponentsView)
    desk.click(opened.head.list)
    return opened


def choose(desk: OpenDesk, view: ComponentsView, line: int = 0) -> str:
    """Opens the form of a line by keys; gives the component's id."""
    view.table.setFocus()
    view.table.selectRow(line)
    desk.key(view.table, Qt.Key.Key_Return)
    desk.settle()
    return view.form.text("id")


def edit(view: ComponentsView, name: str) -> QLineEdit:
    widget: QWidget = view.form.fields[name].widget
    assert isinstance(widget, QLineEdit)
    return widget


def write(desk: OpenDesk, view: ComponentsView, name: str, text: str) -> None:
    edit(view, name).clear()
    desk.write(edit(view, name), text)


def cells(view: ComponentsView, line: int) -> list[str]:
    model = view.model
    return [str(model.index(line, column).data() or "") for column in range(model.columnCount())]


def test_the_list_says_how_each_fares_and_what_it_costs(view: ComponentsView) -> None:
    assert view.model.rowCount() == 6
    assert cells(view, 0)[0] == "Housing"
    assert cells(view, 0)[7:] == ["£1,200.00", "31 Mar 2027"]
    assert "sign in" in cells(view, 3)[1].casefold()
    assert view.head.total.text() == "6 components, £7,200.00 a year"


def test_a_secret_is_never_shown_and_stays_when_nothing_is_typed(desk: OpenDesk, view: ComponentsView) -> None:
    id = choose(desk, view)
    assert edit(view, "key").text() == ""
    assert edit(view, "key").echoMode() is QLineEdit.EchoMode.Password
    assert "Kept" in edit(view, "key").placeholderText()
    write(desk, view, "name", "Homes")
    desk.click(view.form.keep)
    desk.settle()
    assert desk.session.estate.secrets[id] == {"key": "kept"}
    assert cells(view, 0)[0] == "Homes"
    assert view.done.text.text() == "Homes is kept and in use."
    assert not view.is_soiled


def test_what_is_typed_marks_the_tab(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    assert not view.is_soiled
    desk.write(edit(view, "name"), "x")
    assert view.is_soiled


def test_typed_words_go_only_when_another_is_chosen_twice(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    write(desk, view, "name", "Homes")
    assert choose(desk, view, 1) == "housing"
    assert edit(view, "name").text() == "Homes"
    view.reload()
    desk.settle()
    assert edit(view, "name").text() == "Homes"
    assert choose(desk, view, 1) == "environment"
    assert not view.is_soiled


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("cost_pence", "lots"),
        ("cost_pence", "999999999999"),
        ("contract_ends", "31/02/2027"),
        ("contract_ends", "soon"),
        ("default_for", "cases:"),
    ],
)
def test_a_wrong_field_is_named_beside_it_and_nothing_is_kept(
    desk: OpenDesk, view: ComponentsView, field: str, typed: str
) -> None:
    choose(desk, view)
    before = desk.session.estate.components
    write(desk, view, field, typed)
    desk.click(view.form.keep)
    desk.settle()
    assert view.form.fields[field].error.text() or view.form.notice.text.text()
    assert desk.session.estate.components == before
    if view.form.fields[field].error.text():
        assert not view.form.fields[field].error.visibleRegion().isEmpty()
    assert edit(view, field).text() == typed


def test_the_connection_test_asks_as_typed_and_says_what_it_learnt(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    write(desk, view, "key", "another")
    desk.click(view.form.test)
    desk.settle()
    ((component, secrets),) = desk.session.estate.tried
    assert (component.id, dict(secrets)) == ("housing", {"key": "another"})
    assert view.form.result.text() == "It answers. Kinds of case: 12."
    assert view.form.notice.text.text() == "The key ends on 1 December."
    assert desk.session.estate.secrets["housing"] == {"key": "kept"}


def test_a_component_that_is_down_is_said_and_what_was_typed_stays(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    write(desk, view, "name", "Homes")
    desk.session.estate.broken = not_ready()
    desk.click(view.form.test)
    desk.settle()
    assert view.form.notice.text.text() == str(not_ready())
    assert view.form.result.text() == ""
    assert edit(view, "name").text() == "Homes"


def test_a_new_component_asks_for_what_its_plugin_needs(desk: OpenDesk, view: ComponentsView) -> None:
    desk.click(view.head.add)
    desk.settle()
    view.form.plugin.setCurrentIndex(view.form.plugin.findData("os_places"))
    assert "base_url" not in view.form.fields
    assert edit(view, "id").text() == "os_places"
    write(desk, view, "id", "addresses")
    write(desk, view, "cost_pence", "£4,500.50")
    write(desk, view, "contract_ends", "1/4/2027")
    write(desk, view, "services", "Waste, Parks")
    write(desk, view, "key", "s3cret")
    desk.click(view.form.keep)
    desk.settle()
    made = desk.session.estate.components[-1]
    assert (made.id, made.plugin, made.cost_pence, made.contract_ends) == (
        "addresses",
        "os_places",
        450_050,
        "2027-04-01",
    )
    assert made.services == ("Waste", "Parks")
    assert desk.session.estate.secrets["addresses"] == {"key": "s3cret"}
    assert edit(view, "key").text() == ""


def test_a_refusal_of_the_estate_is_put_beside_its_field(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    desk.session.estate.broken = InvalidInput("Give the API key.", key="estate.secret", field="key")
    desk.click(view.form.keep)
    desk.settle()
    assert view.form.fields["key"].error.text() == "Give the API key."


def test_removing_takes_two_presses(desk: OpenDesk, view: ComponentsView) -> None:
    choose(desk, view)
    desk.click(view.form.remove)
    desk.settle()
    assert len(desk.session.estate.components) == 6
    desk.click(view.form.remove)
    desk.settle()
    assert desk.session.estate.components[0].id == "environment"
    assert not view.form.isVisible()
    assert "out of use" in view.done.text.text()


def test_a_file_is_read_in_and_what_is_missing_is_said(desk: OpenDesk, view: ComponentsView, tmp_path: Path) -> None:
    view.files.take(tmp_path / "town.toml")
    desk.settle()
    assert view.done.text.text() == "The components are read in. Waste needs its API key."
    view.files.give(tmp_path / "out.toml")
    desk.settle()
    assert view.done.text.text() == "Written to out.toml, without secrets."
    desk.session.estate.broken = NotReady("The host does not answer.", key="host.down")
    view.files.take(tmp_path / "town.toml")
    desk.settle()
    assert "does not answer" in view.notice.text.text()


def test_answers_that_come_after_the_page_closed_are_dropped(desk: OpenDesk, view: ComponentsView) -> None:
    estate = desk.window.context.estate
    heard: list[object] = []
    view.destroyed.connect(lambda: heard.append("gone"))
    asked = threading.Event()
    estate.run(view, lambda _estate: asked.wait(10), heard.append, heard.append)
    desk.window.pages.close("components")
    desk.bot.waitUntil(lambda: heard == ["gone"], timeout=10_000)
    asked.set()
    desk.settle()
    assert heard == ["gone"]
