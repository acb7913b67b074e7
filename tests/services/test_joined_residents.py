"""Residents joined up over components: by name and something else, never by name alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.components import ComponentState
from desktop.domain.errors import NotFound
from desktop.domain.ids import LocalKey, OutsideId, Uprn
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentState
from desktop.domain.people import Person
from desktop.domain.places import Place
from tests.helpers.service_desk import PAY, ServiceDesk
from tests.helpers.stores import BINS, START, a_case

HOME = Place(uprn=Uprn("10001"), address="3 Mill Lane")
ANN = Person(outside_id=OutsideId("p1"), given="Ann", family="O'Hara", email="ann@example.org")


def a_payment(number: int, payer: Person) -> Payment:
    return Payment(
        outside_id=OutsideId(f"pay{number}"),
        amount=Pence(3_600),
        reference=f"GW-{number}",
        description="Garden waste",
        state=PaymentState.SUCCESS,
        created_at=START + timedelta(days=number),
        email=payer.email,
        payer=payer.name,
    )


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"email": "ann@example.org"}, {"email": "ANN@example.org", "phone": "01234 567890"}, "e-mail"),
        ({"home": HOME}, {"home": HOME, "email": "ann@example.org"}, "home"),
        ({"phone": "+44 1234 567890"}, {"phone": "01234 567890", "home": HOME}, "phone"),
    ],
    ids=["e-mail", "home", "phone"],
)
def test_two_records_of_a_name_that_share_one_thing_are_one_person(
    town: ServiceDesk, one: dict[str, object], other: dict[str, object], words: str
) -> None:
    bare = replace(ANN, email="")
    keys = town.put_people(
        replace(bare, **one),  # type: ignore[arg-type]
        replace(bare, outside_id=OutsideId("p2"), **other),  # type: ignore[arg-type]
    )
    for key in keys:
        found = town.desk.people.get(key)
        assert found.records == 2
        assert found.matched_by == f"same name and {words}"


def test_a_name_alone_joins_nobody(town: ServiceDesk) -> None:
    key, _other = town.put_people(ANN, replace(ANN, outside_id=OutsideId("p2"), email="other@example.org"))
    found = town.desk.people.get(key)
    assert found.records == 1
    assert found.matched_by == "only one record"


def test_what_is_shared_joins_nobody_of_another_name(town: ServiceDesk) -> None:
    key, _other = town.put_people(ANN, replace(ANN, outside_id=OutsideId("p2"), given="Bea"))
    assert town.desk.people.get(key).records == 1


def test_a_name_in_capitals_and_without_its_apostrophe_is_the_same_name(town: ServiceDesk) -> None:
    keys = town.put_people(ANN, replace(ANN, outside_id=OutsideId("p2"), given="ANN", family="OHARA"))
    assert [town.desk.people.get(key).records for key in keys] == [2, 2]


def test_records_are_joined_along_a_chain(town: ServiceDesk) -> None:
    bare = replace(ANN, email="")
    key, _middle, _end = town.put_people(
        replace(bare, phone="01234567890"),
        replace(bare, outside_id=OutsideId("p2"), phone="01234567890", home=HOME),
        replace(bare, outside_id=OutsideId("p3"), home=HOME, email="ann@example.org"),
    )
    found = town.desk.people.get(key)
    assert found.records == 3
    assert found.person.email == "ann@example.org"
    assert found.person.home is not None
    assert found.person.home.uprn == HOME.uprn


def test_a_person_with_hundreds_of_namesakes_is_found(town: ServiceDesk) -> None:
    many = [replace(ANN, outside_id=OutsideId(f"n{n}"), email=f"ann{n}@example.org") for n in range(300)]
    twin = replace(many[-1], outside_id=OutsideId("twin"), phone="01234567890")
    keys = town.put_people(*many, twin)
    assert town.desk.people.get(keys[299]).records == 2


def test_a_household_is_who_else_lives_there(town: ServiceDesk) -> None:
    bea = Person(outside_id=OutsideId("p2"), given="Bea", family="O'Hara", home=HOME)
    far = Person(outside_id=OutsideId("p3"), given="Cy", family="Far", home=Place(uprn=Uprn("9"), address="9 Far Rd"))
    shouted = replace(ANN, outside_id=OutsideId("p4"), given="ANN", email="", home=HOME)
    key, bea_key, _far, _shouted = town.put_people(replace(ANN, home=HOME), bea, far, shouted)
    assert [(k, person.name) for k, person in town.desk.people.get(key).household] == [(bea_key, "Bea O'Hara")]


def test_nobody_lives_with_a_person_without_a_home(town: ServiceDesk) -> None:
    (key,) = town.put_people(ANN)
    assert town.desk.people.get(key).household == ()


def test_chips_count_what_each_component_has(town: ServiceDesk) -> None:
    town.health(BINS, ComponentState.FRESH, START)
    town.health(PAY, ComponentState.FRESH, START)
    town.put_cases(a_case(1, reporter=ANN), a_case(2, reporter=ANN), a_case(3))
    town.put_payments(a_payment(1, ANN))
    found = town.desk.people.get(town.key("person", "p1"))
    assert {chip.component: chip.found for chip in found.chips} == {BINS.id: 2, PAY.id: 1}
    assert [row.reference for row in found.cases] == ["REF-00002", "REF-00001"]
    assert [row.reference for row in found.payments] == ["GW-1"]


def test_a_component_that_never_answered_does_not_say_not_found(town: ServiceDesk) -> None:
    town.health(BINS, ComponentState.FRESH, START)
    town.health(PAY, ComponentState.SIGN_IN, None)
    (key,) = town.put_people(ANN)
    assert {chip.component: chip.found for chip in town.desk.people.get(key).chips} == {BINS.id: 0, PAY.id: None}


def test_cases_and_payments_share_one_timeline_with_the_newest_first(town: ServiceDesk) -> None:
    town.put_cases(a_case(1, reporter=ANN))
    town.put_payments(a_payment(1, ANN), a_payment(2, ANN))
    titles = [item.title for item in town.desk.people.get(town.key("person", "p1")).timeline]
    assert titles == ["Paid £36.00 for Garden waste", "Paid £36.00 for Garden waste", "Missed collection reported"]


def test_a_person_who_is_gone_is_said_to_be(town: ServiceDesk) -> None:
    with pytest.raises(NotFound) as caught:
        town.desk.people.get(LocalKey(77))
    assert caught.value.key == "person.gone"


def test_a_search_gives_one_line_for_a_person_however_often_it_is_asked(town: ServiceDesk) -> None:
    first, _second, other = town.put_people(
        ANN,
        replace(ANN, outside_id=OutsideId("p2"), given="ANN"),
        replace(ANN, given="Anna", outside_id=OutsideId("x")),
    )
    hits = [town.desk.search.find(text) for text in ("ann", "ann o", "ann", "OHARA ann", "example.org ann")]
    assert [hit.key for hit in hits[0]] == [other, first]
    assert hits[2] == hits[0]
    assert {hit.key for found in hits for hit in found} == {first, other}


def test_a_case_with_a_pending_edit_is_found_once(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1, title="Overflowing bin"))
    before = town.desk.search.find("overflow")
    town.desk.cases.set_status(key, "fixed")
    assert [hit.key for hit in before] == [key]
    assert town.desk.search.find("overflow") == before


@pytest.mark.parametrize("typed", ["", "  ", "'", '"', "* XOR (", "-", "NEAR("])
def test_signs_that_a_search_engine_knows_break_nothing(town: ServiceDesk, typed: str) -> None:
    town.put_people(ANN)
    assert town.desk.search.find(typed) == ()
