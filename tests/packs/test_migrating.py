"""A running case moved to a newer version, and the dry run that says what would become of it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from desktop.packs.loading import LoadedCase
from desktop.packs.migrating import RunningCase, move_case, try_migration
from desktop.packs.schema import Migration
from tests.helpers.made_packs import get_case

BULKY = get_case("waste", "bulky-waste")
ANSWERS: dict[str, object] = {
    "items": 3,
    "what": "A sofa and two chairs",
    "business": False,
    "asbestos": False,
    "fridge_count": 1,
}


def a_case(**changes: object) -> RunningCase:
    return replace(RunningCase("WB-1", 1, "paid", ANSWERS), **changes)  # type: ignore[arg-type]  # names of fields


def with_steps(*steps: Migration, version: int) -> LoadedCase:
    return replace(BULKY, type=msgspec.structs.replace(BULKY.type, migrations=steps, version=version))


def test_a_case_moves_with_its_status_and_answers_and_keeps_what_was_dropped() -> None:
    before = a_case()
    moved = move_case(BULKY, before)
    assert moved.problems == ()
    assert (moved.after.version, moved.after.status) == (2, "booked")
    assert moved.after.answers == {
        "item_count": 3,
        "what": "A sofa and two chairs",
        "business": False,
        "asbestos": False,
    }
    assert moved.dropped == {"fridge_count": 1}
    assert before.answers == ANSWERS


def test_a_dry_run_says_of_each_case_whether_it_may_move() -> None:
    answers = {name: value for name, value in ANSWERS.items() if name != "what"}
    cases = [a_case(), a_case(reference="WB-2", status="lost"), a_case(reference="WB-3", answers=answers)]
    moved = try_migration(BULKY, cases)
    assert [one.sound for one in moved] == [True, False, False]
    assert moved[1].after == cases[1]
    assert moved[1].problems == (
        "The status “lost” is none of the new version. Say in [[migrations]] what it becomes.",
    )
    assert moved[2].problems == ("What are they?: Answer this question.",)


def test_a_case_goes_through_every_version_between() -> None:
    target = with_steps(
        Migration(id="a", version=1, statuses={"paid": "half"}, answers={"items": "things"}, dropped=("fridge_count",)),
        Migration(id="b", version=2, statuses={"half": "booked"}, answers={"things": "item_count"}),
        version=3,
    )
    moved = move_case(target, a_case())
    assert (moved.problems, moved.after.version, moved.after.status) == ((), 3, "booked")
    assert moved.after.answers["item_count"] == 3


def test_a_version_without_a_way_on_is_said() -> None:
    target = with_steps(Migration(id="b", version=2), version=3)
    assert "does not say how a case of version 1 moves on" in move_case(target, a_case()).problems[0]
    assert "newer than 2" in move_case(BULKY, a_case(version=5)).problems[0]


def test_two_answers_may_change_places_and_none_is_written_over() -> None:
    target = with_steps(
        Migration(id="a", version=1, statuses={"paid": "booked"}, answers={"items": "what", "what": "items"}), version=2
    )
    moved = move_case(target, a_case(answers={"items": 3, "what": "chairs"}))
    assert moved.dropped == {}
    clash = with_steps(Migration(id="a", version=1, statuses={"paid": "booked"}, answers={"items": "what"}), version=2)
    moved = move_case(clash, a_case())
    assert "would take the place of “what”" in moved.problems[0]
    assert moved.after.answers == ANSWERS


@pytest.mark.parametrize("value", [0, 15, "three", None])
def test_an_answer_that_no_longer_fits_its_form_keeps_the_case_where_it_is(value: object) -> None:
    moved = move_case(BULKY, a_case(answers=ANSWERS | {"items": value}))
    assert moved.after == moved.before
    assert moved.problems[0].startswith("How many things?: ")
