"""A council's override over a shared pack, and what becomes of it when the shared pack moves on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.packs.documents import Table, find_leaves
from desktop.packs.layering import REMOVE, apply_patch, merge_tables
from desktop.packs.loading import load_case
from desktop.packs.three_way import ABSENT, Outcome, get_value, rebase_form, rebase_table, rebase_text
from tests.helpers.made_packs import SETTINGS, SHARED, TOWN, copy_packs, get_case

BASE: Table = {
    "version": 1,
    "name": "Missed bin",
    "roles": ["officer", "lead"],
    "deadlines": [{"id": "collect", "amount": 2, "unit": "working_days"}, {"id": "answer", "amount": 5}],
    "source": {"text": "law", "url": "https://a.example"},
}


def test_only_what_differs_stands_in_an_override() -> None:
    mine: Table = {
        "name": "Missed caddy",
        "roles": ["lead"],
        "deadlines": [{"id": "answer", REMOVE: True}, {"id": "collect", "amount": 1}, {"id": "own", "amount": 9}],
        "source": {"text": "our law"},
    }
    kept = copy.deepcopy((BASE, mine))
    assert merge_tables(BASE, mine) == {
        "version": 1,
        "name": "Missed caddy",
        "roles": ["lead"],
        "deadlines": [{"id": "collect", "amount": 1, "unit": "working_days"}, {"id": "own", "amount": 9}],
        "source": {"text": "our law", "url": "https://a.example"},
    }
    assert (BASE, mine) == kept


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"title": "One", "hint": "x"}, {"hint": None}, {"title": "One"}),
        ({"title": "One"}, {"title": "Two", "more": {"deep": 1}}, {"title": "Two", "more": {"deep": 1}}),
        ({"list": [1, 2]}, {"list": [3]}, {"list": [3]}),
        ({"list": [1, 2]}, {"list": {"a": 1}}, {"list": {"a": 1}}),
        ({"a": "text"}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ([1], {"a": 1}, {"a": 1}),
        ({"a": 1}, "text", "text"),
        ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": None}}}, {"a": {"b": {"d": 2}}}),
        ({}, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_a_form_is_patched_as_rfc_7386_says(target: object, patch: object, result: object) -> None:
    assert apply_patch(target, patch) == result


def test_each_field_is_taken_over_kept_the_same_or_in_conflict() -> None:
    now = copy.deepcopy(BASE) | {
        "version": 2,
        "roles": ["officer"],
        "deadlines": [{"id": "collect", "amount": 3, "unit": "hours"}, {"id": "new", "amount": 1}],
        "source": {"text": "our law", "url": "https://a.example"},
    }
    mine: Table = {
        "name": "Missed caddy",
        "source": {"text": "our law"},
        "deadlines": [{"id": "collect", "amount": 1}, {"id": "answer", "amount": 4}],
    }
    rebased = rebase_table(BASE, now, mine)
    told = {line.path: (line.outcome, line.base, line.shared, line.council) for line in rebased.lines}
    assert told == {
        ("name",): (Outcome.KEPT, "Missed bin", "Missed bin", "Missed caddy"),
        ("source", "text"): (Outcome.SAME, "law", "our law", "our law"),
        ("deadlines", "collect", "amount"): (Outcome.CONFLICT, 2, 3, 1),
        ("deadlines", "answer", "amount"): (Outcome.CONFLICT, 5, ABSENT, 4),
        ("version",): (Outcome.TAKEN_OVER, 1, 2, ABSENT),
        ("roles",): (Outcome.TAKEN_OVER, ["officer", "lead"], ["officer"], ABSENT),
        ("deadlines", "collect", "unit"): (Outcome.TAKEN_OVER, "working_days", "hours", ABSENT),
        ("deadlines", "new", "amount"): (Outcome.TAKEN_OVER, ABSENT, 1, ABSENT),
    }
    assert rebased.table["deadlines"] == [
        {"id": "collect", "amount": 1, "unit": "hours"}, {"id": "new", "amount": 1}, {"id": "answer", "amount": 4},
    ]  # fmt: skip


def test_what_the_council_took_out_stays_out_and_is_told_when_it_changed() -> None:
    now = copy.deepcopy(BASE) | {
        "deadlines": [{"id": "collect", "amount": 2, "unit": "working_days"}, {"id": "answer", "amount": 6}]
    }
    rebased = rebase_table(BASE, now, {"deadlines": [{"id": "answer", REMOVE: True}]})
    assert [line.path for line in rebased.conflicts] == [("deadlines", "answer")]
    assert get_value(rebased.table, ("deadlines", "answer")) is ABSENT
    assert rebase_table(BASE, BASE, {"deadlines": [{"id": "answer", REMOVE: True}]}).conflicts == ()


def test_a_letter_is_compared_whole() -> None:
    assert rebase_text("a.txt", "old", "old", "ours").outcome is Outcome.KEPT
    assert rebase_text("a.txt", "old", "new", "ours").outcome is Outcome.CONFLICT
    assert rebase_text("a.txt", "old", "ours", "ours").outcome is Outcome.SAME


scalars = st.integers(0, 2) | st.sampled_from(["x", "y"]) | st.lists(st.integers(0, 1), min_size=1, max_size=2)
items = st.dictionaries(
    st.sampled_from("abc"), st.dictionaries(st.sampled_from(["p", "q"]), scalars, min_size=1), max_size=3
).map(lambda table: [{"id": name, **fields} for name, fields in table.items()])
tables = st.fixed_dictionaries(
    {"parts": items}, optional={"m": scalars, "n": st.dictionaries(st.sampled_from("rs"), scalars, min_size=1)}
)


own = tables.map(lambda table: {name: value for name, value in table.items() if value != []})
"""Overrides; one that says that a list is empty means it."""


@SETTINGS
@given(tables, tables, own)
def test_nothing_of_the_council_is_lost_and_nothing_of_the_shared_pack_is_silent(
    base: Table, now: Table, mine: Table
) -> None:
    rebased = rebase_table(base, now, mine)
    told = {line.path for line in rebased.lines}
    for path, value in _leaves(mine):
        assert get_value(rebased.table, path) == value
        assert path in told
    for path, value in _leaves(now):
        council = any(path[: len(other)] == other or other[: len(path)] == path for other in told)
        assert get_value(base, path) == value or council
        assert get_value(rebased.table, path) == value or any(_near(path, other) for other, _ in _leaves(mine))


@SETTINGS
@given(tables, tables)
def test_without_a_change_of_the_shared_pack_there_is_no_conflict(base: Table, mine: Table) -> None:
    rebased = rebase_table(base, base, mine)
    assert {line.outcome for line in rebased.lines} <= {Outcome.KEPT, Outcome.SAME}
    assert rebased.table == merge_tables(base, mine)


forms = st.recursive(scalars, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8)
objects = st.dictionaries(st.sampled_from("abc"), forms, max_size=3)


@SETTINGS
@given(objects, objects, objects)
def test_a_forms_patch_survives_whatever_the_shared_form_becomes(base: Table, now: Table, patch: Table) -> None:
    rebased = rebase_form(base, now, patch)
    assert rebased.table == apply_patch(now, patch)
    assert all(line.shared != line.base and line.shared != line.council for line in rebased.conflicts)
    assert {line.outcome for line in rebase_form(base, base, patch).lines} <= {Outcome.KEPT, Outcome.SAME}


def _leaves(table: Table) -> Iterator[tuple[tuple[str | int, ...], object]]:
    return ((path, value) for path, value in find_leaves(table) if path[-1] != "id" and value not in ([], {}))


def _near(path: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


# ==== the shipped packs ====
def test_the_training_town_has_its_own_fee_words_and_limits() -> None:
    shared, town = get_case("waste", "bulky-waste"), get_case("waste", "bulky-waste", town=True)
    assert (shared.type.component_code, town.type.component_code) == ("bulky-waste", "BULKY")
    assert town.type.fees[0].rule == "item_count <= 3 ? 22 : 22 + 6 * (item_count - 3)"
    assert town.type.fees[0].source == shared.type.fees[0].source
    assert [slot.id for slot in town.type.slots] == ["weekdays", "saturdays"]
    assert town.type.statuses == shared.type.statuses


def test_an_override_made_against_the_version_before_still_works_and_is_reported(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change("citytown/waste/bulky-waste.toml", "against = 2", "against = 1")
    read = load_case(packs.root / "shared" / "waste", "bulky-waste", packs.root / "citytown" / "waste")
    told = {line.path: line.outcome for line in read.report}
    assert read.case is not None
    assert read.case.type.fees[0].rule.startswith("item_count <= 3")
    assert told["fees", "collection", "rule"] is Outcome.CONFLICT
    assert told["fees", "collection", "most"] is Outcome.KEPT
    assert told["slots", "saturdays", "most"] is Outcome.KEPT
    assert told["tasks", "order_seats", "when"] is Outcome.TAKEN_OVER
    assert [finding.field for finding in read.findings] == ["fees.collection.rule"]


def test_an_override_of_a_letter_and_a_form_is_compared_with_the_version_it_was_made_against(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change("citytown/waste/bulky-waste.toml", "against = 2", "against = 1")
    packs.add("citytown/waste/letters/booked.txt", "Dear {resident_name}, we come.\n")
    packs.add("citytown/waste/forms/bulky-waste.json", '{"properties": {"what": {"title": "Which things?"}}}')
    read = load_case(packs.root / "shared" / "waste", "bulky-waste", packs.root / "citytown" / "waste")
    told = {line.path: line.outcome for line in read.report}
    assert told["letters", "booked.txt"] is Outcome.CONFLICT
    assert told["properties", "what", "title"] is Outcome.KEPT
    assert told["properties", "upholstered", "title"] is Outcome.TAKEN_OVER
    assert read.case is not None
    assert read.case.letters["booked"].text == "Dear {resident_name}, we come.\n"


def test_a_version_that_is_not_kept_is_said(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change("citytown/waste/bulky-waste.toml", "against = 2", "against = 1")
    (packs.root / "shared" / "waste" / "earlier" / "1" / "bulky-waste.toml").unlink()
    assert "is not kept" in " ".join(finding.message for finding in packs.check())


def test_a_running_case_keeps_the_version_it_began_with() -> None:
    first, newest = get_case("waste", "bulky-waste", version=1), get_case("waste", "bulky-waste", version=2)
    assert (first.type.version, newest.type.version) == (1, 2)
    assert "items" in first.facts
    assert "item_count" in newest.facts
    assert load_case(SHARED / "waste", "bulky-waste", TOWN / "waste", version=7).case is None


def test_a_running_case_keeps_the_councils_override_of_its_version() -> None:
    first = get_case("waste", "bulky-waste", town=True, version=1)
    assert (first.type.component_code, first.type.fees[0].rule) == ("BULKY", "items <= 3 ? 22 : 22 + 6 * (items - 3)")
