"""Deadlines with figures of the law, as a pack would say them, for tests. Each names where the figure stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from desktop.packs.calendars import Calendar, Nation
from desktop.packs.deadline_rules import DeadlineRule, Ends, Extension, Happening, Kind, Source, Unit

LAW = "https://www.legislation.gov.uk/"
HAZARDS = Source(
    "Hazards in Social Housing (Prescribed Requirements) (England) Regulations 2025",
    LAW + "uksi/2025/1042",
    date(2025, 10, 27),
)
ENGLAND, SCOTLAND = Calendar(Nation.ENGLAND), Calendar(Nation.SCOTLAND)
FOUR = tuple(Nation)
THREE = (Nation.ENGLAND, Nation.WALES, Nation.NORTHERN_IRELAND)


def a_rule(name: str, amount: int, unit: Unit, source: Source | None = None, **said: Any) -> DeadlineRule:
    """A rule: statutory in England where it has a source, else a target."""
    given: dict[str, Any] = {"started_by": frozenset({"received"}), "ended_by": frozenset({"answered"})}
    if source is not None:
        given["nations"] = (Nation.ENGLAND,)
    if unit is Unit.HOURS:
        given["ends"] = Ends.MOMENT
    kind = Kind.STATUTORY if source else Kind.TARGET
    return DeadlineRule(name, kind, amount, unit, source=source, **{**given, **said})


def happened(event: str, *moment: int, **said: Any) -> Happening:
    """Something that happened at a UTC moment."""
    return Happening(event, at(*moment), **said)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A UTC moment; ten in the morning where no hour is given."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


# ==== Awaab's Law ====
AWARE = {"started_by": frozenset({"aware"})}
EMERGENCY = a_rule("Emergency made safe", 24, Unit.HOURS, HAZARDS, ended_by=frozenset({"made safe"}), **AWARE)
INVESTIGATE = a_rule("Investigated", 10, Unit.WORKING_DAYS, HAZARDS, ended_by=frozenset({"investigated"}), **AWARE)
INVESTIGATED = {"started_by": frozenset({"investigated"})}
SUMMARY = a_rule("Written summary", 3, Unit.WORKING_DAYS, HAZARDS, ended_by=frozenset({"summary sent"}), **INVESTIGATED)
MADE_SAFE = a_rule("Made safe", 5, Unit.WORKING_DAYS, HAZARDS, ended_by=frozenset({"made safe"}), **INVESTIGATED)

# ==== information ====
SUBJECT_ACCESS = a_rule(
    "Subject access",
    1,
    Unit.MONTHS,
    Source("UK GDPR, Articles 12(3) and 12A", LAW + "eur/2016/679/article/12A", date(2026, 2, 5)),
    nations=FOUR,
    restarted_by=frozenset({"identity proven"}),
    paused_by=frozenset({"clarification asked"}),
    resumed_by=frozenset({"clarified"}),
    stopped_by=frozenset({"withdrawn"}),
    extended_by=frozenset({"extended"}),
    extension=Extension(most_times=1, most_amount=2),
    rolls_on=True,
    amber=7,
    red=2,
)
FOI = a_rule(
    "Freedom of information",
    20,
    Unit.WORKING_DAYS,
    Source("Freedom of Information Act 2000, section 10", LAW + "ukpga/2000/36/section/10", date(2005, 1, 1)),
    nations=THREE,
    holidays_of=FOUR,
    paused_by=frozenset({"fee asked"}),
    resumed_by=frozenset({"fee paid"}),
)
EIR = a_rule(
    "Environmental information",
    20,
    Unit.WORKING_DAYS,
    Source("Environmental Information Regulations 2004, regulations 5 and 7", LAW + "uksi/2004/3391", date(2005, 1, 1)),
    nations=THREE,
    holidays_of=FOUR,
    extended_by=frozenset({"extended"}),
    extension=Extension(most_times=1, most_amount=20),
)

# ==== planning, homelessness, children, complaints ====
ORDER = Source(
    "Town and Country Planning (Development Management Procedure) (England) Order 2015, article 34",
    LAW + "uksi/2015/595/article/34",
    date(2015, 4, 15),
)
ASSESSED = Source(
    "Town and Country Planning (Environmental Impact Assessment) Regulations 2017, regulation 68",
    LAW + "uksi/2017/571/regulation/68",
    date(2017, 5, 16),
)
AGREED = {
    "extended_by": frozenset({"agreed in writing"}),
    "extension": Extension(most_times=0, to_day=True, before_due=False),
}
MINOR = a_rule("Decision", 8, Unit.WEEKS, ORDER, **AGREED)
MAJOR = replace(MINOR, amount=13)
ENVIRONMENT = a_rule("Decision", 16, Unit.WEEKS, ASSESSED, **AGREED)
RELIEF = a_rule(
    "Relief duty",
    56,
    Unit.DAYS,
    Source("Housing Act 1996, section 189B", LAW + "ukpga/1996/52/section/189B", date(2018, 4, 3)),
)
ASSESSMENT = a_rule(
    "Assessment",
    45,
    Unit.WORKING_DAYS,
    Source(
        "Working Together to Safeguard Children, under the Children Act 2004",
        "https://www.gov.uk/government/publications/working-together-to-safeguard-children--2",
        date(2023, 12, 15),
    ),
)
ACKNOWLEDGE = a_rule("Acknowledge", 5, Unit.WORKING_DAYS, ended_by=frozenset({"acknowledged"}))
STAGE_1 = a_rule("Stage 1 answer", 10, Unit.WORKING_DAYS, started_by=frozenset({"acknowledged"}))
STAGE_2 = replace(STAGE_1, name="Stage 2 answer", amount=20)
