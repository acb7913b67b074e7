"""One resident over all components."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desktop.domain.changes import Changes
from desktop.domain.components import ComponentState
from desktop.domain.ids import ComponentId, LocalKey
from desktop.services.rows import TimelineItem
from desktop.ui.case.view import CaseView
from desktop.ui.newcase.view import NewCaseView
from desktop.ui.payments.view import PaymentsView
from desktop.ui.resident.find import ResidentsView
from desktop.ui.resident.view import ResidentView
from tests.helpers.desk_window import OpenDesk
from tests.helpers.fake_town import NOW


@pytest.fixture
def view(desk: OpenDesk) -> ResidentView:
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    return desk.page(ResidentView)


def test_the_head_says_who_it_is(view: ResidentView) -> None:
    assert view.head.name.text() == "Cynthia Okafor"
    assert view.head.born.text() == "Born 03 Mar 1984 (42)"
    assert view.head.phone.text() == "07700 900401"
    assert "Same name and e-mail" in view.head.joined.text()


def test_every_component_has_a_chip_in_words(view: ResidentView) -> None:
    lines = view.chips.lines()
    assert lines[0] == "Housing: 3 found"
    assert "Adults: sign in" in lines
    assert any(line.startswith("Parks: 3 found, slow") for line in lines)


def test_a_chip_changes_in_place_and_no_other_moves(desk: OpenDesk, view: ResidentView) -> None:
    before = [chip.geometry() for name in ("housing", "places") if (chip := view.chips.chip(ComponentId(name)))]
    town = desk.town
    town.components[2] = replace(town.components[2], state=ComponentState.STOPPED, as_of=NOW - timedelta(minutes=9))
    desk.session.client.say(Changes(health=True))
    desk.settle()
    assert any(line.startswith("Parks: 3 found, stopped, as of 09:43") for line in view.chips.lines())
    assert [line.split(":")[0] for line in view.chips.lines()][:3] == ["Housing", "Environment", "Parks"]
    assert len(before) == 2
    assert view.cases.lines()


def test_the_timeline_joins_cases_and_payments_newest_first(view: ResidentView) -> None:
    lines = [line for line in view.timeline.lines() if ". " in line]
    assert any("Payments, Pay" in line for line in lines)
    assert any("Cases, Housing" in line for line in lines)
    assert view.timeline_card.count.text() == str(len(lines))


def test_the_timeline_is_narrowed_by_kind_and_by_component(view: ResidentView) -> None:
    view.kind_chips["payments"].click()
    lines = [line for line in view.timeline.lines() if ". " in line]
    assert lines
    assert all("Payments, Pay" in line for line in lines)
    view.all_chip.click()
    chip = view.chips.chip(ComponentId("housing"))
    assert chip is not None
    chip.click()
    lines = [line for line in view.timeline.lines() if ". " in line]
    assert all("Cases, Housing" in line for line in lines)


def test_a_line_of_the_timeline_opens_its_case(desk: OpenDesk, view: ResidentView) -> None:
    view.kind_chips["cases"].click()
    row = next(n for n, line in enumerate(view.timeline.lines()) if ". " in line)
    view.timeline.setCurrentIndex(view.timeline.model().index(row, 0))
    view.timeline.setFocus()
    desk.key(view.timeline, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page(CaseView).isVisible()


def test_new_things_arrive_in_place(desk: OpenDesk, view: ResidentView) -> None:
    case = next(key for key, who in desk.town.reporters.items() if who == 1)
    desk.town.events[case].append(
        TimelineItem(at=NOW, colour="cases", component=desk.town.cases[case].component, title="Inspected", detail="")
    )
    desk.session.client.say(Changes.of("case", case))
    desk.settle()
    assert any(line.startswith("Inspected") for line in view.timeline.lines())


def test_open_records_are_asked_for_again_when_the_page_opens(desk: OpenDesk, view: ResidentView) -> None:
    assert view.isVisible()
    kinds = [method for _, method, _ in desk.session.client.calls]
    assert "refresh case" in kinds


def test_the_household_is_one_press_away(desk: OpenDesk) -> None:
    desk.town.people[LocalKey(2)] = replace(desk.town.people[LocalKey(2)], home=desk.town.people[LocalKey(1)].home)
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    desk.page(ResidentView).head.person_chosen.emit(LocalKey(2))
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Cyril Okafor"


def test_n_makes_a_case_for_the_resident(desk: OpenDesk, view: ResidentView) -> None:
    desk.key(view.timeline, Qt.Key.Key_N)
    desk.settle()
    assert desk.page(NewCaseView).reporter.given.text() == "Cynthia"


def test_p_takes_a_payment_with_the_residents_e_mail_address(desk: OpenDesk, view: ResidentView) -> None:
    desk.key(view.timeline, Qt.Key.Key_P)
    desk.settle()
    assert desk.page(PaymentsView).form.email.text() == "cynthia@example.org"


def test_names_with_apostrophes_and_accents_are_shown_as_they_are(desk: OpenDesk) -> None:
    desk.window.open_record("person", LocalKey(7))
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Siobhán O\u2019Neill"


def test_a_name_that_looks_like_markup_is_only_text(desk: OpenDesk) -> None:
    desk.town.people[LocalKey(1)] = replace(desk.town.people[LocalKey(1)], given="<b>Cyn</b>")
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "<b>Cyn</b> Okafor"


def test_a_resident_that_is_gone_says_so(desk: OpenDesk) -> None:
    desk.window.open_record("person", LocalKey(999))
    desk.settle()
    view = desk.page(ResidentView)
    assert "no longer in the store" in view._missing.accessibleName()


def test_residents_are_found_by_name(desk: OpenDesk) -> None:
    desk.window.open_view("residents")
    desk.settle()
    view = desk.page(ResidentsView)
    assert "Who is it about?" in view._empty.accessibleName()
    desk.write(view.edit, "okafor")
    desk.settle()
    assert [line.split(",")[0] for line in view.list.lines()] == ["Cynthia Okafor", "Cyril Okafor"]
    desk.key(view.edit, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page(ResidentView).head.name.text() == "Cynthia Okafor"
