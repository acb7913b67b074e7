"""The shipped packs at work: stops, fees, teams and tasks of real answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.domain.errors import InvalidInput
from desktop.packs.asking import CaseRules, build_rules, find_case_facts
from desktop.packs.deadline_checks import build_deadline
from desktop.packs.deadline_rules import Kind, Unit
from desktop.packs.facts import FactValue
from desktop.packs.rules import UNKNOWN
from tests.helpers.made_packs import SHIPPED, get_case

TODAY = datetime(2026, 11, 25, tzinfo=UTC)
Answers = dict[str, FactValue | None]


def rules_of(service: str, code: str, *, town: bool = False) -> CaseRules:
    return build_rules(get_case(service, code, town=town))


@pytest.mark.parametrize(
    ("answers", "stops"),
    [
        ({}, []),
        ({"danger": True}, ["danger"]),
        ({"danger": False, "kinds": ["bags"]}, []),
        ({"danger": True, "kinds": ["gas", "bags"]}, ["danger", "hazard"]),
    ],
)
def test_a_fly_tip_that_is_dangerous_stops_the_form(answers: Answers, stops: list[str]) -> None:
    rules = rules_of("cleaning", "fly-tipping")
    found = rules.find_stops(rules.complete(answers))
    assert [stop.id for stop, _answer in found] == stops


def test_a_stop_says_why_and_whom_to_phone() -> None:
    rules = rules_of("cleaning", "fly-tipping")
    ((stop, answer),) = rules.find_stops(rules.complete({"danger": True}))
    assert (stop.phone, stop.ends, answer.because) == ("999", True, "yes, because “danger” is yes")


@pytest.mark.parametrize(
    ("answers", "stops"),
    [
        ({"stream": "garden", "garden_member": False}, ["garden_not_joined"]),
        ({"stream": "garden"}, []),
        ({"stream": "food", "garden_member": False}, []),
        ({"collection_day": TODAY}, ["too_early"]),
        ({"collection_day": datetime(2026, 11, 24, tzinfo=UTC)}, []),
        ({"sharps": True}, ["sharps"]),
    ],
)
def test_a_missed_bin_stops_where_the_crew_cannot_help(answers: Answers, stops: list[str]) -> None:
    rules = rules_of("waste", "missed-bin")
    found = rules.find_stops(rules.complete(answers | {"today": TODAY}))
    assert [stop.id for stop, _answer in found] == stops


def test_the_training_town_gives_its_own_number() -> None:
    rules = rules_of("waste", "missed-bin", town=True)
    assert [stop.phone for stop, _ in rules.find_stops(rules.complete({"sharps": True}))] == ["01632 960 001"]


@pytest.mark.parametrize(
    ("town", "count", "pence"),
    [(False, 1, 3000), (False, 5, 3000), (False, 6, 3500), (True, 3, 2200), (True, 4, 2800), (True, 14, 8800)],
)
def test_bulky_waste_costs_what_the_pack_says(town: bool, count: int, pence: int) -> None:
    rules = rules_of("waste", "bulky-waste", town=town)
    assert [charge.amount for charge in rules.find_charges({"item_count": count})] == [pence]


def test_a_fee_that_cannot_be_known_yet_says_why() -> None:
    (charge,) = rules_of("waste", "bulky-waste").find_charges({})
    assert (charge.amount, charge.because) == (None, "unknown, because the number of things is not known")


def test_a_fee_beyond_its_limit_is_refused() -> None:
    for count in (15, 104, 10**14):
        with pytest.raises(InvalidInput, match="less or more") as refused:
            rules_of("waste", "bulky-waste", town=True).find_charges({"item_count": count})
        assert "£0.00 to £88.00" in str(refused.value)


@pytest.mark.parametrize(
    ("answers", "penalty"),
    [
        ({"witness": True}, [100_000]),
        ({"names_found": False, "vehicle_seen": False, "witness": False}, []),
        ({}, [None]),
    ],
)
def test_a_fixed_penalty_is_asked_only_with_evidence(answers: Answers, penalty: list[int | None]) -> None:
    rules = rules_of("cleaning", "fly-tipping", town=True)
    assert [charge.amount for charge in rules.find_charges(rules.complete(answers))] == penalty


@pytest.mark.parametrize(
    ("answers", "team"),
    [
        ({"names_found": True}, "Enforcement"),
        ({"names_found": False, "vehicle_seen": False, "witness": False, "kinds": ["asbestos"]}, "Street scene, hazardous waste"),
        ({"names_found": False, "vehicle_seen": False, "witness": False, "kinds": ["bags"], "size": "bag"}, "Street scene"),
    ],
)  # fmt: skip
def test_a_case_goes_to_the_first_team_that_fits(answers: Answers, team: str) -> None:
    rules = rules_of("cleaning", "fly-tipping")
    route, answer = rules.find_route(rules.complete(answers))
    assert route is not None
    assert route.team == team
    assert answer.because.startswith("yes, because ")


def test_a_question_and_a_task_apply_only_when_their_rule_says_so() -> None:
    rules = rules_of("cleaning", "fly-tipping")
    assert rules.ask("questions", "registration", {"vehicle_seen": False}).value is False
    assert rules.ask("questions", "registration", {}).value is UNKNOWN
    assert rules.ask("questions", "danger", {}).value is True
    assert rules.ask("tasks", "specialist", rules.complete({"kinds": ["gas"]})).value is True


def test_a_calculated_fact_cannot_be_answered_from_outside() -> None:
    facts = rules_of("cleaning", "fly-tipping").complete({"hazardous": True, "kinds": ["bags"]})
    assert facts["hazardous"] is False


def test_kept_answers_become_facts() -> None:
    case = get_case("waste", "missed-bin")
    facts = find_case_facts(case, {"collection_day": "2026-11-24", "stream": "food", "nonsense": 1, "assisted": None})
    assert facts == {"collection_day": datetime(2026, 11, 24), "stream": "food"}  # noqa: DTZ001 - a day has no zone
    with pytest.raises(InvalidInput, match="not a date"):
        find_case_facts(case, {"collection_day": "soon"})
    rules = build_rules(case)
    assert rules.complete(facts | {"today": TODAY})["urgent"] is True


@pytest.mark.parametrize(("service", "code"), SHIPPED)
def test_every_deadline_of_a_shipped_pack_is_one_of_the_calculator(service: str, code: str) -> None:
    for part in get_case(service, code, town=True).type.deadlines:
        rule = build_deadline(part)
        assert rule.kind is (Kind.STATUTORY if part.source else Kind.TARGET)
        assert rule.started_by <= rule.effects.keys()


def test_a_deadline_keeps_its_unit_and_its_law() -> None:
    parts = {part.id: part for part in get_case("cleaning", "fly-tipping").type.deadlines}
    penalty = build_deadline(parts["pay_penalty"])
    assert (penalty.amount, penalty.unit, penalty.kind) == (14, Unit.DAYS, Kind.STATUTORY)
    assert penalty.source is not None
    assert penalty.source.text.endswith("33ZA(3)")
    assert build_deadline(parts["visit"]).unit is Unit.HOURS
