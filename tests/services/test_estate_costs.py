"""What components cost by service, and where the same thing is paid for again."""

from __future__ import annotations

from desktop.domain.components import Component
from desktop.domain.ids import ComponentId
from desktop.services.estate import EVERY_SERVICE, EstateRow, build_estate, build_saving
from desktop.services.rows import Colour


def a_component(id: str, plugin: str, pounds: int, *services: str, ends: str = "") -> Component:
    return Component(
        id=ComponentId(id), plugin=plugin, name=id.title(), services=services, cost_pence=pounds * 100, contract_ends=ends
    )  # fmt: skip


HOMES = a_component("homes", "open311", 96_000, "housing", ends="2028-03-31")
BINS = a_component("bins", "open311", 20_000, "waste", "parks", ends="2027-03-31")
OWN = a_component("own", "zgw", 50_000, "adults", ends="2029-03-31")
PAY = a_component("pay", "govuk_pay", 12_000, "housing", "waste", "parks")
TILL = a_component("till", "tillgate", 18_400, "adults", ends="2027-09-30")
MAP = a_component("map", "map_tiles", 0)
ALL = (HOMES, BINS, OWN, PAY, TILL, MAP)
COLOURS: dict[str, Colour] = {
    "homes": "cases", "bins": "cases", "own": "cases", "pay": "payments", "till": "payments", "map": "maps",
}  # fmt: skip
CASES = {ComponentId("homes"): 300, ComponentId("bins"): 100, ComponentId("own"): 40}


def row_of(service: str) -> EstateRow:
    return next(row for row in build_estate(ALL, COLOURS, CASES).rows if row.service == service)


def test_each_service_has_its_share_of_what_it_uses() -> None:
    waste = row_of("waste")
    assert [(part.name, part.cost_pence, part.shared_by) for part in waste.parts["cases"]] == [("Bins", 1_000_000, 2)]
    assert [(part.name, part.cost_pence, part.shared_by) for part in waste.parts["payments"]] == [("Pay", 400_000, 3)]
    assert waste.parts["messages"] == ()


def test_a_component_without_services_is_everybodys() -> None:
    assert {row.service: row.parts["maps"][0].shared_by for row in build_estate(ALL, COLOURS, CASES).rows} == {
        "housing": 4, "waste": 4, "parks": 4, "adults": 4,
    }  # fmt: skip
    (row,) = build_estate([MAP], COLOURS, {}).rows
    assert row.service == EVERY_SERVICE


def test_the_sums_are_of_components_and_not_of_shares() -> None:
    estate = build_estate(ALL, COLOURS, CASES)
    assert estate.total_pence == 19_640_000
    assert (estate.by_colour["cases"], estate.by_colour["payments"]) == (16_600_000, 3_040_000)
    assert (estate.components, estate.plugins, estate.cases) == (6, 5, 440)
    assert estate.per_case_pence == 44_636
    assert build_estate([MAP], COLOURS, {}).per_case_pence is None


def test_the_dearer_of_two_that_do_the_same_is_paid_for_again() -> None:
    estate = build_estate(ALL, COLOURS, CASES)
    again = {part.name for row in estate.rows for parts in row.parts.values() for part in parts if part.is_again}
    assert again == {"Homes", "Till"}  # Own speaks another API: its cases cannot simply move
    assert estate.again == 2


def test_what_costs_nothing_is_never_paid_for_again() -> None:
    free = (MAP, a_component("map2", "map_tiles", 0))
    assert build_estate(free, {"map": "maps", "map2": "maps"}, {}).again == 0


def test_moving_is_reckoned_at_the_price_for_each_service() -> None:
    saving = build_saving(ALL, COLOURS, HOMES.id)
    assert saving is not None
    assert (saving.to, saving.leaving, saving.services) == ("Bins", ("Homes",), ("housing",))
    assert (saving.now_pence, saving.after_pence, saving.saved_pence) == (11_600_000, 3_000_000, 8_600_000)
    assert saving.earliest == "2028-03-31"


def test_one_that_every_service_may_use_keeps_its_price() -> None:
    everybody = a_component("everybody", "other_pay", 30_000)
    saving = build_saving((*ALL, everybody), {**COLOURS, "everybody": "payments"}, TILL.id)
    assert saving is not None
    assert (saving.to, saving.leaving) == ("Pay", ("Everybody", "Till"))


def test_a_component_of_everybody_that_goes_makes_room_for_every_service() -> None:
    everybody = a_component("everybody", "other_pay", 90_000)
    saving = build_saving(
        (HOMES, everybody, TILL), {"homes": "cases", "everybody": "payments", "till": "payments"}, TILL.id
    )
    assert saving is not None
    assert (saving.to, saving.services) == ("Till", ("housing", "adults"))
    assert saving.after_pence == 2 * 1_840_000


def test_the_end_of_a_contract_that_is_not_known_is_not_guessed() -> None:
    other = a_component("other", "open311", 40_000, "parks")
    saving = build_saving((BINS, HOMES, other), {**COLOURS, "other": "cases"}, BINS.id)
    assert saving is not None
    assert saving.earliest == ""


def test_where_nothing_else_does_it_there_is_nothing_to_save() -> None:
    assert build_saving(ALL, COLOURS, OWN.id) is None
    assert build_saving(ALL, COLOURS, MAP.id) is None
