"""What a service pack says of a deadline, and what happens on a case, as the calculator takes them.

A rule that makes no sense is refused when it is made, with the field that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec

from desktop.domain.errors import InvalidInput
from desktop.packs.calendars import EVERY_DAY, Calendar, Days, Nation, build_school_days, build_working_days

MOST = 10_000
"""The largest amount of any unit; more is a slip of the keyboard."""


class Kind(StrEnum):
    """Whose deadline it is. One for which the law gives no number is a target, and never statutory."""

    TARGET = "target"
    STATUTORY = "statutory"


class Unit(StrEnum):
    """What an amount counts. Hours are hours on a stopwatch; days are days in London."""

    HOURS = "hours"
    DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    SCHOOL_DAYS = "school_days"
    WEEKS = "weeks"
    MONTHS = "months"

    def say(self, amount: int) -> str:
        """`1 working day`, `2 working days`; calendar days are days."""
        many = self.removeprefix("calendar_").replace("_", " ")
        return f"{amount} {many.removesuffix('s') if amount == 1 else many}"


class Ends(StrEnum):
    """When on its day a deadline ends."""

    DAY = "day"
    MOMENT = "moment"


class Effect(StrEnum):
    """What an event does to a deadline. Of events at one moment the first named here comes first."""

    START = "started"
    RESTART = "started again"
    EXTEND = "extended"
    PAUSE = "paused"
    RESUME = "resumed"
    END = "ended"
    STOP = "stopped"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The law that a deadline comes from: its words, where to read it, and since when it is in force."""

    text: str
    url: str
    in_force: date


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a deadline may be made longer.

    Args:
        most_times: How often; 0 is as often as is wished.
        most_amount: By how much in all, in the rule's unit; 0 is without a limit.
        needs_reason: Whether an extension without a reason counts.
        to_day: Extended to a day that was agreed, rather than by an amount. Such a deadline is not paused.
        before_due: Whether it must be extended before it is past, as most laws have it.
    """

    most_times: int = 1
    most_amount: int = 0
    needs_reason: bool = True
    to_day: bool = False
    before_due: bool = True


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One named deadline of a case type.

    Args:
        name: What officers call it.
        kind: Target or statutory.
        amount: How many of the unit.
        unit: What is counted.
        started_by: Events that start it; only the first counts.
        ended_by: Events by which what is due was done.
        paused_by: Events that stop the clock. The day of this event, the day on which it goes on and those between do
            not count, as in UK GDPR Article 12A(5) and the Freedom of Information Act 2000, section 10(2).
        resumed_by: Events with which the clock goes on.
        restarted_by: Events that start it anew, whatever was before.
        stopped_by: Events after which nothing is due any more, such as a withdrawal.
        extended_by: Events that make it longer, within `extension`.
        extension: Limits of that; None where it cannot be extended.
        nations: Where it is the law, or where the target is kept; empty is everywhere.
        source: The law; needed for a statutory one.
        holidays_of: Nations whose bank holidays are left out of working days; empty is the council's own. Freedom of
            information leaves out those of all four.
        closures: Whether days on which the council is closed are left out of working days. None: they are for a
            target, and are not for a statutory deadline, which no council can lengthen by closing.
        first_day_counts: Whether the day of the start is the first of the amount.
        ends: By the end of the day, or at the same time of day as the start; hours always end at a moment.
        rolls_on: Whether one that falls on a day that is no working day is due on the next.
        amber: Shown in amber when as much or less is left: hours for hours, else days of the kind that is counted.
        red: The same for red.

    Raises:
        InvalidInput: with `field` named, where these do not go together.
    """

    name: str
    kind: Kind
    amount: int
    unit: Unit
    started_by: frozenset[str]
    ended_by: frozenset[str]
    paused_by: frozenset[str] = frozenset()
    resumed_by: frozenset[str] = frozenset()
    restarted_by: frozenset[str] = frozenset()
    stopped_by: frozenset[str] = frozenset()
    extended_by: frozenset[str] = frozenset()
    extension: Extension | None = None
    nations: tuple[Nation, ...] = ()
    source: Source | None = None
    holidays_of: tuple[Nation, ...] = ()
    closures: bool | None = None
    first_day_counts: bool = False
    ends: Ends = Ends.DAY
    rolls_on: bool = False
    amber: int = 0
    red: int = 0

    def __post_init__(self) -> None:
        _check_amounts(self)
        _check_source(self)
        _check_events(self)
        _check_extension(self)

    @property
    def effects(self) -> dict[str, Effect]:
        """What each event does."""
        return {event: effect for effect, events in _name_events(self) for event in events}

    def applies_in(self, nation: Nation) -> bool:
        """Whether it is a deadline there."""
        return not self.nations or nation in self.nations

    def build_days(self, calendar: Calendar) -> Days:
        """The days that it counts by a council's calendar; every day for weeks, months and hours."""
        if self.unit is Unit.WORKING_DAYS:
            return self.build_working_days(calendar)
        return build_school_days(calendar) if self.unit is Unit.SCHOOL_DAYS else EVERY_DAY

    def build_working_days(self, calendar: Calendar) -> Days:
        """Working days as this rule has them."""
        closures = self.kind is Kind.TARGET if self.closures is None else self.closures
        return build_working_days(calendar, self.holidays_of, closures=closures)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened on a case.

    Args:
        event: The pack's word for it.
        moment: When it happened, with its zone; not when it was heard of.
        reason: Why, as the officer or the component gave it.
        amount: How much longer, in the rule's unit, where the event extends.
        until: The day that was agreed, where the rule is extended to a day.

    Raises:
        ValueError: the moment has no zone.
    """

    event: str
    moment: datetime
    reason: str = ""
    amount: int = 0
    until: date | None = None

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError("A happening's moment has a zone.")

    @property
    def at(self) -> datetime:
        """When, in UTC."""
        return self.moment.astimezone(UTC)


def _name_events(rule: DeadlineRule) -> tuple[tuple[Effect, frozenset[str]], ...]:
    return (
        (Effect.START, rule.started_by),
        (Effect.RESTART, rule.restarted_by),
        (Effect.EXTEND, rule.extended_by),
        (Effect.PAUSE, rule.paused_by),
        (Effect.RESUME, rule.resumed_by),
        (Effect.END, rule.ended_by),
        (Effect.STOP, rule.stopped_by),
    )


def _check_amounts(rule: DeadlineRule) -> None:
    if not rule.name.strip():
        raise InvalidInput("A deadline has no name. Give it one.", key="deadline.name", field="name")
    if not 1 <= rule.amount <= MOST:
        raise InvalidInput(
            f"“{rule.name}” is {rule.unit.say(rule.amount)} long. Give 1 to {MOST}.",
            key="deadline.amount",
            field="amount",
        )
    if not 0 <= rule.red <= rule.amber:
        raise InvalidInput(
            f"“{rule.name}” is red before it is amber. Give a red that is 0 or more, and no more than amber.",
            key="deadline.colours",
            field="red",
        )
    if rule.unit is Unit.HOURS and (rule.ends is Ends.DAY or rule.first_day_counts or rule.rolls_on):
        raise InvalidInput(
            f"“{rule.name}” counts hours, which end at a moment. Take out what it says of days.",
            key="deadline.hours",
            field="ends",
        )


def _check_source(rule: DeadlineRule) -> None:
    if rule.kind is not Kind.STATUTORY:
        return
    source = rule.source
    if not rule.nations:
        raise InvalidInput(
            f"“{rule.name}” is statutory. Name the nation, or call it the council's own target.",
            key="deadline.nation",
            field="nations",
        )
    if source is None or not source.text.strip() or not source.url.startswith("https://"):
        raise InvalidInput(
            f"“{rule.name}” is statutory. Name the law, its address and since when it is in force, "
            "or call it the council's own target.",
            key="deadline.source",
            field="source",
        )


def _check_events(rule: DeadlineRule) -> None:
    seen: dict[str, Effect] = {}
    for effect, events in _name_events(rule):
        for event in sorted(events):
            if event in seen:
                raise InvalidInput(
                    f"“{rule.name}” is both {seen[event]} and {effect} by “{event}”. Keep one.",
                    key="deadline.two_meanings",
                    field="events",
                )
            seen[event] = effect
    if not rule.started_by or not rule.ended_by:
        raise InvalidInput(
            f"Name what starts “{rule.name}” and what ends it.", key="deadline.events", field="started_by"
        )
    if bool(rule.paused_by) != bool(rule.resumed_by):
        raise InvalidInput(
            f"“{rule.name}” is paused and never goes on, or the other way about. Name both events.",
            key="deadline.pause",
            field="resumed_by",
        )


def _check_extension(rule: DeadlineRule) -> None:
    extension = rule.extension
    if (extension is None) != (not rule.extended_by):
        raise InvalidInput(
            f"Name both the event that extends “{rule.name}” and its limits, or neither.",
            key="deadline.extension",
            field="extension",
        )
    if extension is None:
        return
    if extension.most_times < 0 or not 0 <= extension.most_amount <= MOST:
        raise InvalidInput(
            f"“{rule.name}” has a limit of extension that is no number from 0 to {MOST}.",
            key="deadline.extension_limit",
            field="extension",
        )
    if extension.to_day and (rule.paused_by or rule.unit is Unit.HOURS):
        raise InvalidInput(
            f"“{rule.name}” is extended to a day that is agreed, so it counts days and is not paused: agree a later day.",
            key="deadline.agreed_day",
            field="extension",
        )
