"""What officers read of a deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop.packs.calendars import Calendar, Nation, Term
from desktop.packs.deadline_rules import Ends, Happening, Unit
from desktop.packs.deadline_sentences import describe_due, describe_kind, describe_state
from desktop.packs.deadlines import read_deadline
from tests.helpers.figures import EMERGENCY, ENGLAND, SUBJECT_ACCESS, a_rule, at, happened

TARGET = a_rule(
    "Answer",
    5,
    Unit.WORKING_DAYS,
    paused_by=frozenset({"waiting"}),
    resumed_by=frozenset({"heard"}),
    stopped_by=frozenset({"withdrawn"}),
)
START = happened("received", 2026, 11, 2)  # a Monday
WAITING = happened("waiting", 2026, 11, 3, reason="waiting for the resident")


@pytest.mark.parametrize(
    ("now", "more", "sentence", "due"),
    [
        ((2026, 11, 2), [], "5 working days left", "due by the end of 9 Nov"),
        ((2026, 11, 6), [], "1 working day left", "due by the end of 9 Nov"),
        ((2026, 11, 9, 23), [], "due today", "due by the end of 9 Nov"),
        ((2026, 11, 10, 0), [], "overdue by 1 day", "due by the end of 9 Nov"),
        ((2027, 1, 9, 0), [], "overdue by 61 days", "due by the end of 9 Nov 2026"),
        ((2026, 11, 20), [WAITING], "paused since 3 Nov: waiting for the resident (5 working days left)", ""),
        (
            (2027, 1, 2),
            [replace(WAITING, reason="")],
            "paused since 3 Nov 2026: no reason given (5 working days left)",
            "",
        ),
        ((2026, 11, 20), [happened("answered", 2026, 11, 9)], "met", ""),
        ((2026, 11, 20), [happened("answered", 2026, 11, 10)], "missed by 1 day", ""),
        (
            (2026, 11, 20),
            [happened("withdrawn", 2026, 11, 5, reason="moved away")],
            "stopped since 5 Nov: moved away",
            "",
        ),
        ((2026, 11, 1), [], "not started", ""),
    ],
)
def test_where_a_deadline_stands_is_said_in_plain_words(
    now: tuple[int, ...], more: list[Happening], sentence: str, due: str
) -> None:
    moment = at(*now)
    deadline = read_deadline(TARGET, [START, *more], ENGLAND, moment)
    assert (describe_state(deadline, moment), describe_due(deadline, moment)) == (sentence, due)


@pytest.mark.parametrize(
    ("now", "sentence", "due"),
    [
        ((2026, 10, 24, 17, 0), "24 hours left", "due 25 Oct 17:00"),  # the clocks go back that night
        ((2026, 10, 25, 15, 30), "1 hour left", "due 25 Oct 17:00"),
        ((2026, 10, 25, 16, 59), "1 minute left", "due 25 Oct 17:00"),
        ((2026, 10, 25, 17, 0), "less than a minute left", "due 25 Oct 17:00"),
        ((2026, 10, 25, 17, 40), "overdue by 40 minutes", "due 25 Oct 17:00"),
        ((2026, 10, 26, 18, 0), "overdue by 25 hours", "due 25 Oct 17:00"),
        ((2026, 10, 28, 18, 0), "overdue by 3 days", "due 25 Oct 17:00"),
    ],
)
def test_hours_are_said_in_hours_and_in_londons_time(now: tuple[int, ...], sentence: str, due: str) -> None:
    moment = at(*now)
    deadline = read_deadline(EMERGENCY, [happened("aware", 2026, 10, 24, 17)], ENGLAND, moment)
    assert (describe_state(deadline, moment), describe_due(deadline, moment)) == (sentence, due)


def test_a_deadline_at_a_moment_is_late_on_its_own_day() -> None:
    rule = replace(TARGET, ends=Ends.MOMENT)
    moment = at(2026, 11, 9, 12, 30)
    deadline = read_deadline(rule, [START], ENGLAND, moment)
    assert (describe_state(deadline, moment), describe_due(deadline, moment)) == (
        "overdue by 2 hours",
        "due 9 Nov 10:00",
    )


def test_months_are_said_in_days_and_extensions_are_counted() -> None:
    longer = happened("extended", 2026, 11, 5, amount=2, reason="complex")
    moment = at(2026, 11, 6)
    deadline = read_deadline(SUBJECT_ACCESS, [START, longer], ENGLAND, moment)
    assert describe_state(deadline, moment) == "88 days left, extended once"  # to 2 February


def test_what_is_not_known_says_how_far_the_calendar_goes() -> None:
    rule, moment = a_rule("Appeal", 20, Unit.SCHOOL_DAYS), at(2026, 11, 3)
    terms = Calendar(Nation.ENGLAND, terms=(Term(date(2026, 11, 2), date(2026, 11, 20)),))
    known = describe_state(read_deadline(rule, [START], terms, moment), moment)
    assert known == "not known: the council’s calendar has school days until 20 Nov"
    none = describe_state(read_deadline(rule, [START], ENGLAND, moment), moment)
    assert none == "not known: the council’s calendar has no school days"


def test_a_target_is_never_called_statutory() -> None:
    assert describe_kind(TARGET) == "Council’s own target"
    assert describe_kind(EMERGENCY) == (
        "Statutory (England): Hazards in Social Housing (Prescribed Requirements) (England) Regulations 2025, "
        "in force since 27 Oct 2025"
    )
