"""A rule that makes no sense is refused with the field that is wrong; what happens on a case never raises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.errors import InvalidInput
from desktop.packs.calendars import LAST_YEAR, Calendar, Nation
from desktop.packs.deadline_rules import Ends, Extension, Happening, Kind, Source, Unit
from desktop.packs.deadlines import (
    Level,
    Next,
    State,
    find_next,
    find_refusal,
    read_deadline,
    read_deadlines,
)
from tests.helpers.figures import EIR, EMERGENCY, ENGLAND, FOI, MINOR, SUBJECT_ACCESS, a_rule, happened

TARGET = a_rule("Answer", 5, Unit.WORKING_DAYS)
WORDS = {"extended_by": frozenset({"longer"}), "extension": Extension()}
UNSOURCED = [Source("", "https://law.example", date(2026, 1, 1)), Source("An Act", "a shelf", date(2026, 1, 1)), None]


@pytest.mark.parametrize(
    ("said", "key", "field"),
    [
        ({"name": " "}, "deadline.name", "name"),
        ({"amount": 0}, "deadline.amount", "amount"),
        ({"amount": 10_001}, "deadline.amount", "amount"),
        ({"red": 3, "amber": 2}, "deadline.colours", "red"),
        ({"red": -1}, "deadline.colours", "red"),
        ({"unit": Unit.HOURS}, "deadline.hours", "ends"),
        ({"unit": Unit.HOURS, "ends": Ends.MOMENT, "rolls_on": True}, "deadline.hours", "ends"),
        ({"kind": Kind.STATUTORY}, "deadline.nation", "nations"),
        *(
            ({"kind": Kind.STATUTORY, "nations": (Nation.WALES,), "source": source}, "deadline.source", "source")
            for source in UNSOURCED
        ),
        ({"ended_by": frozenset({"received"})}, "deadline.two_meanings", "events"),
        ({"started_by": frozenset()}, "deadline.events", "started_by"),
        ({"ended_by": frozenset()}, "deadline.events", "started_by"),
        ({"paused_by": frozenset({"wait"})}, "deadline.pause", "resumed_by"),
        ({"extension": Extension()}, "deadline.extension", "extension"),
        ({**WORDS, "extension": None}, "deadline.extension", "extension"),
        ({**WORDS, "extension": Extension(most_amount=-1)}, "deadline.extension_limit", "extension"),
        (
            {
                **WORDS,
                "extension": Extension(to_day=True),
                "paused_by": frozenset({"wait"}),
                "resumed_by": frozenset({"on"}),
            },
            "deadline.agreed_day",
            "extension",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_names_its_field(said: dict[str, Any], key: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        replace(TARGET, **said)
    assert (caught.value.key, caught.value.field) == (key, field)


def test_a_rule_of_another_nation_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not for Northern Ireland"):
        read_deadline(MINOR, [], Calendar(Nation.NORTHERN_IRELAND), datetime(2026, 1, 1, tzinfo=UTC))


def test_a_moment_without_a_zone_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="has a zone"):
        Happening("received", datetime(2026, 1, 1))  # noqa: DTZ001  # the fault itself


def test_nothing_that_happens_on_a_case_raises() -> None:
    start = happened("received", 2026, 2, 2)
    odd = [
        Happening("received", datetime.min.replace(tzinfo=UTC)),
        Happening("extended", datetime(2026, 2, 3, tzinfo=UTC), "complex", 10**9),
        Happening("extended", datetime(2026, 2, 3, tzinfo=UTC), "complex", -1),
        Happening("hum", datetime.max.replace(tzinfo=UTC)),
    ]
    deadline = read_deadline(EIR, [*odd, start], ENGLAND, datetime(2026, 2, 4, tzinfo=UTC))
    assert (deadline.due_day, len(deadline.refused)) == (date(2026, 3, 2), 3)
    far = happened("agreed in writing", 2026, 2, 3, until=date.max, reason="one day")
    assert len(read_deadline(MINOR, [start, far], ENGLAND, far.at).refused) == 1
    within = replace(far, until=date(LAST_YEAR, 1, 1))
    assert read_deadline(MINOR, [start, within], ENGLAND, far.at).due_day == date(LAST_YEAR, 1, 1)


def test_an_officer_hears_why_something_would_not_count_before_it_is_written() -> None:
    start = happened("received", 2026, 2, 2)
    longer = happened("extended", 2026, 2, 20, amount=20)
    assert find_refusal(EIR, [start], longer, ENGLAND) == "An extension needs a reason."
    assert find_refusal(EIR, [start], replace(longer, reason="complex"), ENGLAND) is None
    assert find_refusal(EIR, [], longer, ENGLAND) == "Nothing was running that could be extended."


def test_amber_and_red_come_by_the_packs_own_settings() -> None:
    rule = replace(TARGET, amber=2, red=1)
    start = happened("received", 2026, 3, 2)  # a Monday; due on the next
    levels = [
        read_deadline(rule, [start], ENGLAND, datetime(2026, 3, day, 12, tzinfo=UTC)).level for day in (4, 5, 6, 7, 10)
    ]
    assert levels == [Level.GREEN, Level.AMBER, Level.RED, Level.RED, Level.RED]
    hours = replace(EMERGENCY, amber=12, red=4)
    aware = happened("aware", 2026, 3, 2, 10)
    by_hour = [read_deadline(hours, [aware], ENGLAND, aware.at + timedelta(hours=h)).level for h in (11, 12, 20)]
    assert by_hour == [Level.GREEN, Level.AMBER, Level.RED]


def test_lists_show_the_next_target_and_the_next_statutory_one() -> None:
    slower, sooner = replace(TARGET, name="Slower", amount=9), TARGET
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    start = happened("received", 2026, 3, 2)
    found = find_next(read_deadlines([slower, FOI, sooner, MINOR], [start], ENGLAND, now))
    assert [found.target and found.target.rule, found.statutory and found.statutory.rule] == [sooner, FOI]
    done = read_deadlines([slower, FOI, sooner], [start, happened("answered", 2026, 3, 3)], ENGLAND, now)
    assert find_next(done) == Next(None, None)


def test_a_paused_deadline_is_the_next_only_where_none_runs() -> None:
    asked = [happened("received", 2026, 3, 2), happened("clarification asked", 2026, 3, 3, reason="which years")]
    now = datetime(2026, 3, 4, tzinfo=UTC)
    paused, running = read_deadlines([SUBJECT_ACCESS, FOI], asked, ENGLAND, now)
    assert find_next([paused, running]).statutory == running
    alone = find_next([paused]).statutory
    assert alone is not None
    assert (alone.state, alone.reason) == (State.PAUSED, "which years")
