"""Making a case: its questions, its place, its draft."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.cases import Choice, Datatype, Question
from desktop.domain.errors import BadResponse, InvalidInput
from desktop.domain.ids import LocalKey
from desktop.domain.places import Place, Point
from desktop.ui.case.view import CaseView
from desktop.ui.newcase.answers import check_answer, parse_moment
from desktop.ui.newcase.place import decode_places, parse_point
from desktop.ui.newcase.view import NewCaseView
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_session import not_ready
from tests.helpers.fake_town import a_place

PLACE = a_place(14, 0, 0, n=14)


@pytest.fixture
def form(desk: OpenDesk) -> NewCaseView:
    desk.window.open_new_case()
    desk.settle()
    view = desk.page(NewCaseView)
    desk.write(view.services.edit, "fly environment")
    desk.key(view.services.edit, Qt.Key.Key_Return)
    desk.settle()
    return view


def fill(form: NewCaseView) -> None:
    form.description.setPlainText("Sofa and bags by the gate. \u05e9\u05dc\u05d5\u05dd 🙂 O'Neill")
    form.form.put({"what": ["white"], "also": ["blocks", "smell"], "bags": ["3"], "when": ["13 Sep 2026 08:00"]})
    form.place.put(PLACE)


def test_each_type_of_question_has_its_own_field(form: NewCaseView) -> None:
    assert list(form.form.boxes) == ["what", "also", "bags", "when", "who", "more"]
    assert form.tab.text == "New: Fly-tipping"


def test_a_case_is_made_with_every_answer(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    desk.click(form.make)
    desk.settle()
    view = desk.page(CaseView)
    assert view.file is not None
    assert view.file.row.key < 0
    assert "O'Neill" in desk.town.descriptions[view.file.row.key]
    assert [tab for tab in desk.window.pages.ids() if tab.startswith("new/")] == []


def test_the_draft_goes_with_the_case_even_when_made_at_once(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    desk.click(form.make)
    desk.bot.wait(500)
    desk.settle()
    assert [name for name in desk.town.drafts if name.startswith("newcase/")] == []


def test_what_is_missing_is_said_beside_each_field(desk: OpenDesk, form: NewCaseView) -> None:
    form.form.put({"bags": ["many"], "when": ["31 Feb 2026"]})
    desk.click(form.make)
    assert form.description_field.error.text() == "Say what is wrong."
    assert form.form.boxes["what"].field.error.text() == "Choose an answer."
    assert "number" in form.form.boxes["bags"].field.error.text()
    assert "date that exists" in form.form.boxes["when"].field.error.text()
    assert "Choose an address" in form.place.field.error.text()
    assert desk.page(NewCaseView) is form


def test_a_wrong_e_mail_address_is_refused_beside_it(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    form.reporter.email.setText("not an address")
    desk.click(form.make)
    assert "name@example.org" in form.reporter.fields()["email"].error.text()


def test_what_is_typed_is_a_draft_at_once(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    desk.bot.waitUntil(lambda: "Draft kept" in form.kept.text(), timeout=5000)
    (name,) = [name for name in desk.town.drafts if name.startswith("newcase/")]
    body = desk.town.drafts[name]
    assert body["answers"] == form.form.values()
    assert body["service"] == "FLY"


def test_a_draft_comes_back_whole(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    form.reporter.given.setText("Lizzy")
    form.draft.flush()
    desk.settle()
    before = form.collect()
    tab = desk.window.pages.current
    desk.window.pages.close(tab)
    desk.window.pages.open(tab, form.tab)
    desk.settle()
    again = desk.page(NewCaseView)
    assert again is not form
    assert again.collect() == before


def test_a_draft_is_let_go_only_when_asked_twice(desk: OpenDesk, form: NewCaseView) -> None:
    fill(form)
    desk.click(form.discard)
    assert desk.page(NewCaseView) is form
    desk.click(form.discard)
    desk.settle()
    assert not any(tab.startswith("new/") for tab in desk.window.pages.ids())
    assert desk.town.drafts == {}


def test_places_of_the_store_come_first_and_live_ones_below(desk: OpenDesk, form: NewCaseView) -> None:
    desk.write(form.place.edit, "tanner")
    desk.settle()
    first = form.place.found.item(0).text()
    desk.bot.waitUntil(lambda: "found" in form.place.note.text(), timeout=5000)
    assert form.place.found.item(0).text() == first
    assert form.place.found.count() == 3
    assert form.place.note.text().endswith("Contains OS data © Crown copyright.")
    desk.key(form.place.edit, Qt.Key.Key_Return)
    assert form.place.place is not None
    assert form.place.place.address == first.rsplit(",", 1)[0]


def test_a_postcode_is_looked_up_as_one(desk: OpenDesk, form: NewCaseView) -> None:
    desk.write(form.place.edit, "CY4 2LT")
    desk.bot.waitUntil(lambda: any(m == "addresses.postcode" for _, m, _ in desk.session.client.calls), timeout=5000)
    assert ("places", "addresses.postcode", {"postcode": "CY4 2LT"}) in desk.session.client.calls


@pytest.mark.parametrize("error", [not_ready(), BadResponse("OS Places answered with a web page.", key="bad")])
def test_an_address_component_that_fails_leaves_the_store_and_the_map(
    desk: OpenDesk, form: NewCaseView, error: BadResponse
) -> None:
    desk.session.client.broken["addresses.find"] = error
    desk.write(form.place.edit, "tanner")
    desk.bot.waitUntil(lambda: "point on the map" in form.place.note.text(), timeout=5000)
    assert form.place.found.count() == 2


def test_an_answer_that_is_no_list_of_places_is_said(desk: OpenDesk, form: NewCaseView) -> None:
    desk.session.client.answers["addresses.find"] = {"items": [{"uprn": 7}], "cursor": None}
    desk.write(form.place.edit, "tanner")
    desk.bot.waitUntil(lambda: "not a list of places" in form.place.note.text(), timeout=5000)


def test_a_point_on_the_map_is_taken_by_the_mouse_and_by_keys(desk: OpenDesk, form: NewCaseView) -> None:
    chart = form.place.map
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 40))
    desk.settle()
    assert form.place.place is not None
    by_mouse = form.place.place.point
    chart.setFocus()
    desk.key(chart, Qt.Key.Key_Right)
    desk.key(chart, Qt.Key.Key_Return)
    desk.settle()
    assert form.place.place.point is not None
    assert by_mouse is not None
    assert form.place.place.point.lon > by_mouse.lon


def test_latitude_and_longitude_can_be_typed(desk: OpenDesk, form: NewCaseView) -> None:
    desk.write(form.place.edit, "53.3680, 1.0010")
    desk.bot.waitUntil(lambda: form.place.place is not None, timeout=5000)
    desk.settle()
    assert form.place.place is not None
    assert form.place.place.point == Point(lat=53.3680, lon=1.0010)


def test_the_residents_details_are_filled_in(desk: OpenDesk) -> None:
    desk.window.open_new_case(LocalKey(3))
    desk.settle()
    form = desk.page(NewCaseView)
    assert (form.reporter.given.text(), form.reporter.family.text()) == ("Aziz", "Rahman")
    assert form.place.place is not None


def test_no_kind_of_case_fits_says_what_to_do(desk: OpenDesk) -> None:
    desk.window.open_new_case()
    desk.settle()
    form = desk.page(NewCaseView)
    desk.write(form.services.edit, "zzz")
    assert form.services.lines() == []
    assert form.services.empty.isVisible()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("14 Sep 2026 09:30", "2026-09-14T09:30:00+01:00"),
        ("14/01/2026", "2026-01-14T00:00:00+00:00"),
        ("2026-09-14", "2026-09-14T00:00:00+01:00"),
        ("1 september 2026", "2026-09-01T00:00:00+01:00"),
    ],
)
def test_dates_are_understood_the_british_way(typed: str, sent: str) -> None:
    assert parse_moment(typed, field="when") == sent


@pytest.mark.parametrize("typed", ["31 Feb 2026", "09/14/2026", "tomorrow", "14 Sep", "99/99/9999", ""])
def test_impossible_dates_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_moment(typed, field="when")


def test_answers_are_checked_by_their_type() -> None:
    number = Question(code="n", text="How many?", datatype=Datatype.NUMBER)
    assert check_answer(number, ("1,200",)) == ("1200",)
    assert check_answer(number, ("",)) == ()
    with pytest.raises(InvalidInput) as wrong:
        check_answer(number, ("lots",))
    assert wrong.value.field == "n"
    needed = Question(
        code="c", text="Which?", datatype=Datatype.SINGLE, required=True, choices=(Choice(key="a", name="A"),)
    )
    with pytest.raises(InvalidInput):
        check_answer(needed, ())


def test_places_are_decoded_with_unknown_fields_and_without_items() -> None:
    assert decode_places({"items": [{"address": "1 High Street", "odd": 3}], "cursor": ""})[0] == Place(
        address="1 High Street"
    )
    assert decode_places([]) == ()


def test_a_point_off_the_earth_is_refused() -> None:
    assert parse_point("14 Tanner Street") is None
    with pytest.raises(InvalidInput):
        parse_point("99.5, 1.5")


def test_a_long_list_of_choices_is_a_drop_down(desk: OpenDesk, qtbot: QtBot) -> None:
    from desktop.ui.newcase.questions import AnswerBox

    choices = tuple(Choice(key=str(n), name=f"Choice {n}") for n in range(9))
    box = AnswerBox(desk.window.context, Question(code="q", text="Which?", datatype=Datatype.SINGLE, choices=choices))
    qtbot.addWidget(box)
    box.put(["7"])
    assert box.values() == ("7",)
