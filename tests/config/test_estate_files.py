"""A council's components go into one file and come back, without a secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.config.estate import (
    build_estate,
    check_component,
    merge_estate,
    parse_estate,
    read_estate,
    settle_defaults,
)
from desktop.domain.components import Component
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, Gss

WASTE = Component(
    id=ComponentId("waste"),
    plugin="open311",
    name="Waste's “new” system \\ £",
    council=Gss("E07990001"),
    services=("Waste", "Cleaning"),
    settings={"base_url": "https://waste.example.uk/open311", "odd": 'quote " and \u2603'},
    default_for=("cases:Waste",),
    cost_pence=1_234_567,
    contract_ends="2027-03-31",
)
PAY = Component(id=ComponentId("pay"), plugin="govuk_pay", name="Pay", default_for=("payments",))


def test_what_goes_out_comes_back() -> None:
    text = build_estate((WASTE, PAY), council="Citytown Council")
    assert parse_estate(text, name="estate.toml") == (WASTE, PAY)


def test_the_first_line_says_whose_and_what_it_costs() -> None:
    first = build_estate((WASTE, PAY), council="Citytown\nCouncil").splitlines()[0]
    assert first == "# Components of Citytown Council: 2, £12,345.67 a year."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1\n[[component]]\nid = 'x'", "missing required field"),
        ("format = 2", "its format is 2"),
        ("format = 1\nsecrets = 3", "unknown field"),
        ("format = = 1", "Invalid value"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname='N'\n[[component]]\nid='x'\nplugin='p'\nname='N'", "two"),
        ("format = 1\n[[component]]\nid='X y'\nplugin='p'\nname='N'", "small letters"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname=' '", "name of at most"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname='N'\ncost_per_year=-1.0", "cost of a year"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname='N'\ncontract_ends='soon'", "Invalid"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname='N'\n[component.settings]\na=1", "Expected `str`"),
        ("format = 1\n[[component]]\nid='x'\nplugin='p'\nname='N'\napi_key='s'", "unknown field"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_estate(text, name="estate.toml")
    assert said in str(caught.value)
    assert "Nothing was changed" in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "estate.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput):
        read_estate(path)


def test_a_file_replaces_components_by_id_and_leaves_the_others() -> None:
    newer = replace(WASTE, name="Newer")
    added = Component(id=ComponentId("maps"), plugin="map_tiles", name="Maps")
    assert merge_estate((PAY, WASTE), (newer, added)) == (PAY, newer, added)


def test_a_default_is_held_by_one_component_and_the_one_just_saved_wins() -> None:
    other = Component(id=ComponentId("other"), plugin="govuk_pay", name="Other", default_for=("payments",))
    settled = settle_defaults((PAY, other), first=[other.id])
    assert [component.default_for for component in settled] == [(), ("payments",)]
    assert [c.default_for for c in settle_defaults((PAY, other), first=())] == [("payments",), ()]


def test_a_day_that_is_none_is_refused_beside_its_field() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_component(replace(WASTE, contract_ends="2027-02-30"))
    assert caught.value.field == "contract_ends"
