"""Figures of the law on days that a person counted on a wall calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.packs.calendars import Calendar, Nation, Term
from desktop.packs.deadline_rules import DeadlineRule, Extension, Happening, Kind, Unit
from desktop.packs.deadlines import Deadline, State, read_deadline
from tests.helpers.figures import (
    ACKNOWLEDGE,
    ASSESSMENT,
    EIR,
    EMERGENCY,
    ENGLAND,
    ENVIRONMENT,
    FOI,
    INVESTIGATE,
    MADE_SAFE,
    MAJOR,
    MINOR,
    RELIEF,
    SCOTLAND,
    STAGE_1,
    STAGE_2,
    SUBJECT_ACCESS,
    SUMMARY,
    a_rule,
    happened,
)


def read(rule: DeadlineRule, *happenings: Happening, calendar: Calendar = ENGLAND) -> Deadline:
    """A minute after the last of them."""
    return read_deadline(rule, happenings, calendar, max(h.moment for h in happenings) + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("rule", "start", "day"),
    [
        (INVESTIGATE, happened("aware", 2026, 4, 2), date(2026, 4, 20)),  # over Easter
        (SUMMARY, happened("investigated", 2026, 5, 1), date(2026, 5, 7)),  # over the first Monday of May
        (MADE_SAFE, happened("investigated", 2026, 5, 1), date(2026, 5, 11)),
        (SUBJECT_ACCESS, happened("received", 2028, 1, 31), date(2028, 2, 29)),  # to the last day of a shorter month
        (SUBJECT_ACCESS, happened("received", 2027, 1, 31), date(2027, 3, 1)),  # 28 February is a Sunday
        (FOI, happened("received", 2025, 12, 8), date(2026, 1, 9)),  # 2 January is a holiday in Scotland
        (EIR, happened("received", 2026, 2, 2), date(2026, 3, 2)),
        (MINOR, happened("received", 2026, 3, 3), date(2026, 4, 28)),
        (MAJOR, happened("received", 2026, 3, 3), date(2026, 6, 2)),
        (ENVIRONMENT, happened("received", 2026, 3, 3), date(2026, 6, 23)),
        (RELIEF, happened("received", 2026, 10, 10), date(2026, 12, 5)),
        (ASSESSMENT, happened("received", 2026, 11, 2), date(2027, 1, 7)),
        (ACKNOWLEDGE, happened("received", 2026, 8, 24), date(2026, 9, 1)),
        (STAGE_1, happened("acknowledged", 2026, 8, 26), date(2026, 9, 10)),
        (STAGE_2, happened("acknowledged", 2026, 8, 26), date(2026, 9, 24)),
    ],
    ids=lambda value: getattr(value, "name", None) or str(getattr(value, "event", value)),
)
def test_a_figure_of_the_law_falls_on_the_day_that_a_person_counts(
    rule: DeadlineRule, start: Happening, day: date
) -> None:
    assert read(rule, start).due_day == day


def test_an_emergency_has_twenty_four_real_hours_on_the_night_the_clocks_change() -> None:
    spring = read(EMERGENCY, happened("aware", 2026, 3, 28, 18))
    assert spring.due == datetime(2026, 3, 29, 18, tzinfo=UTC)  # 19:00 on the clock
    autumn = read(EMERGENCY, happened("aware", 2026, 10, 24, 17))  # 18:00 on the clock
    assert autumn.due == datetime(2026, 10, 25, 17, tzinfo=UTC)  # 17:00 on the clock


def test_a_day_ends_with_the_day_in_london() -> None:
    rule = a_rule("Call back", 1, Unit.DAYS)
    assert read(rule, happened("received", 2026, 3, 28)).due == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert read(rule, happened("received", 2026, 10, 24)).due == datetime(2026, 10, 26, 0, tzinfo=UTC)
    late_in_the_evening = happened("received", 2026, 6, 1, 23, 30)  # 00:30 on 2 June
    assert read(rule, late_in_the_evening).due_day == date(2026, 6, 3)


def test_a_holiday_of_one_nation_is_a_working_day_in_another() -> None:
    start = happened("received", 2026, 8, 24)
    assert read(ACKNOWLEDGE, start, calendar=SCOTLAND).due_day == date(2026, 8, 31)


def test_a_council_that_closes_lengthens_its_targets_and_not_what_the_law_gives() -> None:
    closed = Calendar(Nation.ENGLAND, closures=frozenset(date(2025, 12, day) for day in (29, 30, 31)))
    start = happened("received", 2025, 12, 8)
    assert read(FOI, start, calendar=closed).due_day == date(2026, 1, 9)
    target = replace(FOI, kind=Kind.TARGET, source=None, holidays_of=())
    assert read(target, start, calendar=closed).due_day == date(2026, 1, 13)


def test_subject_access_stands_still_from_the_day_of_the_question_to_the_day_of_the_answer() -> None:
    asked = [happened("received", 2026, 3, 2), happened("clarification asked", 2026, 3, 10, reason="which years")]
    paused = read(SUBJECT_ACCESS, *asked)
    assert (paused.state, paused.reason, paused.days_left) == (State.PAUSED, "which years", 24)
    answered = read(SUBJECT_ACCESS, *asked, happened("clarified", 2026, 3, 19))
    assert answered.due_day == date(2026, 4, 13)  # 2 April and ten days are a Sunday


def test_subject_access_begins_when_the_identity_is_proven() -> None:
    deadline = read(SUBJECT_ACCESS, happened("received", 2026, 3, 2), happened("identity proven", 2026, 3, 16))
    assert deadline.due_day == date(2026, 4, 16)


def test_complex_subject_access_has_two_more_months_once_and_with_a_reason() -> None:
    start = happened("received", 2028, 1, 31)
    longer = happened("extended", 2028, 2, 10, amount=2, reason="complex")
    deadline = read(SUBJECT_ACCESS, start, longer)
    assert (deadline.due_day, deadline.times_extended) == (date(2028, 5, 2), 1)  # over a Sunday and a bank holiday
    bare = read(SUBJECT_ACCESS, start, replace(longer, reason=" "))
    assert (bare.due_day, bare.refused[0].why) == (date(2028, 2, 29), "An extension needs a reason.")
    twice = read(SUBJECT_ACCESS, start, longer, replace(longer, moment=longer.moment + timedelta(days=1)))
    assert [refusal.why for refusal in twice.refused] == ["It can be extended once at most."]
    too_long = read(SUBJECT_ACCESS, start, replace(longer, amount=3))
    assert [refusal.why for refusal in too_long.refused] == ["It can be extended by 2 months at most."]


def test_a_complex_environmental_request_has_forty_working_days() -> None:
    longer = happened("extended", 2026, 2, 20, amount=20, reason="complex and voluminous")
    # 17 March is a holiday in Northern Ireland
    assert read(EIR, happened("received", 2026, 2, 2), longer).due_day == date(2026, 3, 31)


def test_an_extension_after_the_day_is_too_late() -> None:
    longer = happened("extended", 2026, 3, 3, 0, amount=20, reason="complex and voluminous")
    deadline = read(EIR, happened("received", 2026, 2, 2), longer)
    assert deadline.state is State.OVERDUE
    assert [refusal.why for refusal in deadline.refused] == ["The deadline had passed, so it could not be extended."]


def test_a_planning_decision_waits_until_the_day_that_was_agreed_in_writing() -> None:
    start = happened("received", 2026, 3, 3)
    agreed = happened("agreed in writing", 2026, 4, 20, until=date(2026, 5, 29), reason="revised drawings")
    assert read(MINOR, start, agreed).due_day == date(2026, 5, 29)
    again = happened("agreed in writing", 2026, 5, 28, until=date(2026, 7, 1), reason="bat survey")
    assert read(MINOR, start, agreed, again).due_day == date(2026, 7, 1)
    earlier = read(MINOR, start, agreed, replace(again, until=date(2026, 5, 29)))
    assert earlier.due_day == date(2026, 5, 29)
    assert "no later than the day on which it is due" in earlier.refused[0].why


def test_an_agreed_day_keeps_within_its_limit_and_is_named() -> None:
    rule = replace(MINOR, extension=Extension(to_day=True, most_amount=4))
    start = happened("received", 2026, 3, 3)
    agreed = happened("agreed in writing", 2026, 4, 20, until=date(2026, 5, 26), reason="revised drawings")
    assert read(rule, start, agreed).due_day == date(2026, 5, 26)  # twelve weeks
    too_late = read(rule, start, replace(agreed, until=date(2026, 5, 27)))
    assert [refusal.why for refusal in too_late.refused] == ["It can be extended by 4 weeks at most."]
    nameless = read(rule, start, replace(agreed, until=None))
    assert [refusal.why for refusal in nameless.refused] == ["It does not say until which day."]


def test_a_deadline_that_moves_to_a_working_day_moves_past_a_pause() -> None:
    start = happened("received", 2026, 2, 28)  # so due on 28 March, a Saturday
    asked = happened("clarification asked", 2026, 3, 29, reason="which years")
    assert read(SUBJECT_ACCESS, start).due_day == date(2026, 3, 30)
    assert read(SUBJECT_ACCESS, start, asked, happened("clarified", 2026, 3, 31)).due_day == date(2026, 4, 1)


def test_a_clock_that_stops_with_nothing_left_is_due_when_it_goes_on() -> None:
    rule = replace(EMERGENCY, paused_by=frozenset({"waiting"}), resumed_by=frozenset({"heard"}))
    stopped = [happened("aware", 2026, 3, 2, 10), happened("waiting", 2026, 3, 3, 10)]
    assert read(rule, *stopped).time_left == timedelta()
    resumed = read(rule, *stopped, happened("heard", 2026, 3, 4, 9))
    assert (resumed.due, resumed.state) == (datetime(2026, 3, 4, 9, tzinfo=UTC), State.OVERDUE)


def test_freedom_of_information_does_not_count_the_days_of_a_fees_notice() -> None:
    deadline = read(
        FOI,
        happened("received", 2026, 11, 2),
        happened("fee asked", 2026, 11, 4),
        happened("fee paid", 2026, 11, 9),
    )
    # counted: 3 Nov, 10 to 13, 16 to 20, 23 to 27 Nov, 1 to 4 and 7 Dec; 30 Nov is a holiday in Scotland
    assert deadline.due_day == date(2026, 12, 7)


def test_a_pause_over_a_holiday_gives_back_working_days_only() -> None:
    rule = a_rule("Answer", 5, Unit.WORKING_DAYS, paused_by=frozenset({"waiting"}), resumed_by=frozenset({"heard"}))
    waited = [happened("waiting", 2026, 4, 2), happened("heard", 2026, 4, 7)]  # Thursday to Tuesday over Easter
    deadline = read(rule, happened("received", 2026, 3, 31), *waited)
    assert deadline.due_day == date(2026, 4, 13)  # 1, 8, 9, 10 and 13 April


def test_the_first_day_counts_where_the_law_says_beginning_with() -> None:
    month = a_rule("Answer", 1, Unit.MONTHS, first_day_counts=True)
    assert read(month, happened("received", 2026, 3, 3)).due_day == date(2026, 4, 2)
    assert read(month, happened("received", 2026, 3, 1)).due_day == date(2026, 3, 31)
    assert read(month, happened("received", 2026, 1, 31)).due_day == date(2026, 2, 28)
    same_day = a_rule("Decision", 1, Unit.WORKING_DAYS, first_day_counts=True)
    assert read(same_day, happened("received", 2026, 3, 3)).due_day == date(2026, 3, 3)
    assert read(same_day, happened("received", 2026, 3, 7)).due_day == date(2026, 3, 9)  # a Saturday


def test_school_days_past_the_known_terms_are_not_guessed() -> None:
    terms = (Term(date(2026, 11, 2), date(2026, 12, 18)), Term(date(2027, 1, 4), date(2027, 2, 12)))
    calendar = Calendar(Nation.ENGLAND, terms=terms, school_closures=frozenset({date(2027, 1, 4)}))
    appeal = a_rule("Appeal", 20, Unit.SCHOOL_DAYS)
    known = read(appeal, happened("received", 2026, 12, 11), calendar=calendar)
    assert known.due_day == date(2027, 1, 25)  # 5 before Christmas and 15 from 5 January
    beyond = read(appeal, happened("received", 2027, 1, 20), calendar=calendar)
    assert (beyond.state, beyond.due, beyond.known_until) == (State.UNKNOWN, None, date(2027, 2, 12))
    answered = happened("answered", 2027, 2, 1)
    assert read(appeal, happened("received", 2027, 1, 20), answered, calendar=calendar).state is State.MET
    after = happened("answered", 2027, 3, 1)
    assert read(appeal, happened("received", 2027, 1, 20), after, calendar=calendar).state is State.UNKNOWN
    assert read(appeal, happened("received", 2027, 1, 20)).state is State.UNKNOWN  # a council that names no terms
