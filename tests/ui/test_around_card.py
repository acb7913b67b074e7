"""What partners know around a home: each in its own place, with what their licences and caution ask to be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.adapters.api import Page
from desktop.adapters.calling import encode_result
from desktop.domain.directory import Organisation, Provision
from desktop.domain.errors import NotReady
from desktop.domain.ids import ComponentId, LocalKey, OutsideId
from desktop.domain.insight import Fact, Insight
from desktop.domain.places import Point
from desktop.services.around import build_questions, read_answer
from desktop.ui.resident.view import ResidentView
from tests.helpers.desk_window import OpenDesk

CRIMES = Insight(
    facts=(
        Fact(outside_id=OutsideId("1"), kind="burglary", title="Burglary", distance_m=310.0),
        Fact(outside_id=OutsideId("2"), kind="flood", title="Flood warning", level="warning"),
    ),
    notices=("Positions are anonymised: they are near, not at, where it happened.",),
    attribution="Contains police data",
)


@pytest.fixture
def view(desk: OpenDesk) -> ResidentView:
    town = desk.town
    town.components[0] = replace(town.components[0], capabilities=("insight",))
    desk.session.client.answers["insight.around"] = encode_result(CRIMES)
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    return desk.page(ResidentView)


def test_a_partner_is_asked_about_the_home_and_what_must_be_said_is_said(desk: OpenDesk, view: ResidentView) -> None:
    (line,) = view.around.lines()
    assert "Flood warning" in line
    assert line.index("Flood warning") < line.index("Burglary")
    assert "310 m away" in line
    assert "Positions are anonymised" in line
    assert line.endswith("Contains police data")
    asked = [call for call in desk.session.client.calls if call[1] == "insight.around"]
    assert [call[0] for call in asked] == [ComponentId("housing")]


def test_a_partner_that_fails_says_so_in_its_own_place(desk: OpenDesk) -> None:
    town = desk.town
    town.components[0] = replace(town.components[0], capabilities=("insight",))
    desk.session.client.broken["insight.around"] = NotReady("Police did not answer in time.", key="host.late")
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    assert desk.page(ResidentView).around.lines() == ["Housing. Police did not answer in time."]


def test_no_hit_is_said_with_its_caution(desk: OpenDesk) -> None:
    town = desk.town
    town.components[0] = replace(town.components[0], capabilities=("insight",))
    none = Insight(facts=(), notices=("No hit is not the same as no constraint.",))
    desk.session.client.answers["insight.around"] = encode_result(none)
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    (line,) = desk.page(ResidentView).around.lines()
    assert line == "Housing. says nothing of this place. No hit is not the same as no constraint."


def test_where_nobody_knows_places_the_card_is_not_there(desk: OpenDesk) -> None:
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    assert not desk.page(ResidentView).around.isVisibleTo(desk.window)


def test_a_directorys_licence_is_shown_beside_what_it_says_and_not_beside_nothing(desk: OpenDesk) -> None:
    words = "Charity data from the regulators' registers, Open Government Licence v3.0."
    charities = replace(desk.town.components[0], capabilities=("directory",), attribution=words)
    desk.town.components[:2] = [charities, replace(charities, id=ComponentId("other"), attribution="Of the other.")]
    found = Page(
        items=(
            Provision(outside_id=OutsideId("1"), name="Repair café", organisation=Organisation(name="Mercer Trust")),
        )
    )
    desk.session.client.answers["directory.services"] = encode_result(found)
    desk.window.open_record("person", LocalKey(1))
    desk.settle()
    lines = desk.page(ResidentView).around.lines()
    assert [line.endswith(end) for line, end in zip(lines, (words, "Of the other."), strict=True)] == [True, True]
    question = build_questions([charities], Point(lat=51.5, lon=-0.1))[0]
    assert read_answer(question, encode_result(Page(items=()))).attribution == ""
