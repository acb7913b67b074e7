"""The deadline calculator: what happened on a case, folded into where each of its deadlines stands.

Pure: the same happenings give the same answer in whatever order they were heard of, and however often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.errors import InvalidInput
from desktop.packs.calendars import FIRST_YEAR, LAST_YEAR, Calendar, find_london_day
from desktop.packs.deadline_rules import MOST, DeadlineRule, Effect, Happening, Kind, Unit
from desktop.packs.deadline_runs import Due, Reckoner, Run

_ORDER = {effect: place for place, effect in enumerate(Effect)}


class State(StrEnum):
    """Where a deadline stands."""

    NOT_STARTED = "not started"
    RUNNING = "running"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    STOPPED = "stopped"
    UNKNOWN = "not known"

    @property
    def is_open(self) -> bool:
        """Whether something is still due."""
        return self in {State.RUNNING, State.OVERDUE, State.PAUSED, State.UNKNOWN}


class Level(StrEnum):
    """How pressing it is; never shown by colour alone."""

    NONE = "none"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that happened and does not count, with a sentence that says why."""

    happening: Happening
    why: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where one deadline of one case stands at a moment.

    Args:
        rule: What the pack says of it.
        state: Where it stands.
        level: How pressing.
        started: When the clock was last started anew, in UTC.
        due: When it is due, in UTC: the first moment after the day where it ends with a day. None while paused or unknown.
        due_day: The day of that in London.
        since: When it was paused, stopped, met or missed, in UTC.
        reason: Why it is paused or stopped.
        days_left: Days of the rule's kind after today until the due day; below 0, calendar days by which it is late.
        time_left: Time until it is due; below 0 it is late.
        times_extended: How often it was extended since it was started.
        known_until: Where it is not known, the last day that the calendar knows.
        refused: What happened and does not count.
    """

    rule: DeadlineRule
    state: State
    level: Level = Level.NONE
    started: datetime | None = None
    due: datetime | None = None
    due_day: date | None = None
    since: datetime | None = None
    reason: str = ""
    days_left: int | None = None
    time_left: timedelta | None = None
    times_extended: int = 0
    known_until: date | None = None
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """The deadlines that a list shows of a case."""

    target: Deadline | None
    statutory: Deadline | None


def read_deadline(rule: DeadlineRule, happenings: Iterable[Happening], calendar: Calendar, now: datetime) -> Deadline:
    """Where a deadline stands at `now` after what happened; what is dated later has not happened yet.

    Raises:
        InvalidInput: the rule is not for the calendar's nation.
    """
    if not rule.applies_in(calendar.nation):
        raise InvalidInput(
            f"“{rule.name}” is not for {calendar.nation}. Take it out of the pack, or name the nation in it.",
            key="deadline.elsewhere",
            field="nations",
        )
    fold = _Fold(Reckoner(rule, calendar))
    for happening, effect in _put_in_order(rule, happenings, now):
        fold.take(happening, effect)
    return fold.read(now)


def read_deadlines(
    rules: Iterable[DeadlineRule], happenings: Iterable[Happening], calendar: Calendar, now: datetime
) -> tuple[Deadline, ...]:
    """All deadlines of a case. Raises InvalidInput."""
    happened = tuple(happenings)
    return tuple(read_deadline(rule, happened, calendar, now) for rule in rules)


def find_refusal(
    rule: DeadlineRule, happenings: Iterable[Happening], happening: Happening, calendar: Calendar
) -> str | None:
    """Why something would not count if it happened now, before it is written down. None where it counts."""
    deadline = read_deadline(rule, (*happenings, happening), calendar, happening.at)
    return next((refusal.why for refusal in deadline.refused if refusal.happening == happening), None)


def find_next(deadlines: Iterable[Deadline]) -> Next:
    """The next target and the next statutory deadline: soonest due, else one that is paused, else one not known."""
    still_open = sorted((d for d in deadlines if d.state.is_open), key=_press)
    return Next(
        target=next((d for d in still_open if d.rule.kind is Kind.TARGET), None),
        statutory=next((d for d in still_open if d.rule.kind is Kind.STATUTORY), None),
    )


def _press(deadline: Deadline) -> tuple[int, float, str]:
    moment = deadline.due or deadline.since
    rank = 0 if deadline.due else 1 if deadline.state is State.PAUSED else 2
    return rank, moment.timestamp() if moment else 0.0, deadline.rule.name


def _put_in_order(rule: DeadlineRule, happenings: Iterable[Happening], now: datetime) -> list[tuple[Happening, Effect]]:
    """What concerns a rule, each once, by when it happened."""
    effects = rule.effects
    known = [(h, effects[h.event]) for h in set(happenings) if h.event in effects and h.moment <= now]
    return sorted(known, key=_find_place)


def _find_place(item: tuple[Happening, Effect]) -> tuple[datetime, int, str, str, int, date]:
    happening, effect = item
    return (
        happening.moment,
        _ORDER[effect],
        happening.event,
        happening.reason,
        happening.amount,
        happening.until or date.min,
    )


@dataclass(slots=True)
class _Fold:
    """Takes in what happened, in order. `ended` is how the run ended, where it has."""

    reckoner: Reckoner
    run: Run | None = None
    ended: State | None = None
    reason: str = ""
    refused: list[Refusal] = field(default_factory=list)

    def take(self, happening: Happening, effect: Effect) -> None:
        """Takes one in. What has no meaning as things stand, such as a second start, changes nothing."""
        if happening.moment.year <= FIRST_YEAR:
            self._refuse(happening, f"It is dated before {FIRST_YEAR + 1}.")
        elif effect is Effect.RESTART or (effect is Effect.START and self.run is None):
            self.run, self.ended, self.reason = Run(happening.at), None, ""
        elif self.run is not None and self.ended is None:
            _DO[effect](self, self.run, happening)
        elif effect is Effect.EXTEND:
            self._refuse(happening, "Nothing was running that could be extended.")

    def _refuse(self, happening: Happening, why: str) -> None:
        self.refused.append(Refusal(happening, why))

    def _is_past(self, run: Run, moment: datetime) -> bool:
        """Whether a run was past when something happened; while it stands still it is not."""
        due = None if run.paused else self.reckoner.find_due(run)
        return due is not None and due.is_past(moment)

    def pause(self, run: Run, happening: Happening) -> None:
        """Stops the clock, unless it has run out."""
        if self._is_past(run, happening.at):
            self._refuse(happening, "The deadline had passed, so its clock could not be paused.")
        elif run.paused is None:
            run.paused = (happening.at, happening.reason)

    def resume(self, run: Run, happening: Happening) -> None:
        """Lets the clock go on."""
        run.resume(happening.at)

    def extend(self, run: Run, happening: Happening) -> None:
        """Makes it longer, within the rule's limits."""
        why = self._check_extension(run, happening)
        if why:
            self._refuse(happening, why)
            return
        run.times += 1
        run.longer += happening.amount
        run.until = happening.until

    def _check_extension(self, run: Run, happening: Happening) -> str:
        """Why an extension does not count; empty where it does."""
        extension = self.reckoner.rule.extension
        if extension is None:
            return "This deadline cannot be extended."
        if extension.needs_reason and not happening.reason.strip():
            return "An extension needs a reason."
        if extension.most_times and run.times >= extension.most_times:
            return f"It can be extended {say_times(extension.most_times)} at most."
        if extension.before_due and self._is_past(run, happening.at):
            return "The deadline had passed, so it could not be extended."
        if extension.to_day:
            return self._check_day(run, happening, extension.most_amount)
        if happening.until is not None or not 1 <= happening.amount <= MOST - run.longer:
            return "It does not say by how much, or by more than anybody can mean."
        if extension.most_amount and run.longer + happening.amount > extension.most_amount:
            return f"It can be extended by {self.reckoner.rule.unit.say(extension.most_amount)} at most."
        return ""

    def _check_day(self, run: Run, happening: Happening, most: int) -> str:
        due = self.reckoner.find_due(run)
        if happening.until is None or happening.amount:
            return "It does not say until which day."
        if due is None or happening.until <= due.day or happening.until.year > LAST_YEAR:
            return "The day that was agreed is no later than the day on which it is due, or is too far off."
        if most:
            limit = self.reckoner.find_limit(run, most)
            if limit is None or happening.until > limit:
                return f"It can be extended by {self.reckoner.rule.unit.say(most)} at most."
        return ""

    def end(self, run: Run, happening: Happening) -> None:
        """What was due was done: in time, too late, or by a day of which the calendar knows nothing."""
        due = self.reckoner.find_due(run)
        if run.paused or (due and not due.is_past(happening.at)):
            self.ended = State.MET
        elif due:
            self.ended = State.MISSED
        else:  # what falls after the last known day is not due before it
            known = self.reckoner.is_known(run, find_london_day(happening.at))
            self.ended = State.MET if known else State.UNKNOWN
        run.finished = happening.at

    def stop(self, run: Run, happening: Happening) -> None:
        """Nothing is due any more."""
        self.ended, self.reason, run.finished = State.STOPPED, happening.reason, happening.at

    def read(self, now: datetime) -> Deadline:
        """Where it stands."""
        rule, run, refused = self.reckoner.rule, self.run, tuple(self.refused)
        if run is None:
            return Deadline(rule, State.NOT_STARTED, refused=refused)
        if self.ended is None and run.paused:
            return self._read_paused(run, *run.paused)
        due = None if self.ended is State.STOPPED or run.paused else self.reckoner.find_due(run)
        state = self.ended or _find_state(due, now)
        days, time = self._find_left(state, due, run.finished or now)
        return Deadline(
            rule,
            state,
            level=_find_level(rule, state, days, time),
            started=run.started,
            due=due.moment if due else None,
            due_day=due.day if due else None,
            since=run.finished,
            reason=self.reason,
            days_left=days,
            time_left=time,
            times_extended=run.times,
            known_until=self.reckoner.days.known_until if state is State.UNKNOWN else None,
            refused=refused,
        )

    def _read_paused(self, run: Run, since: datetime, reason: str) -> Deadline:
        hours = self.reckoner.rule.unit is Unit.HOURS
        return Deadline(
            self.reckoner.rule,
            State.PAUSED,
            started=run.started,
            since=since,
            reason=reason,
            days_left=None if hours else self.reckoner.count_left(run, since),
            time_left=self.reckoner.find_time_left(run, since) if hours else None,
            times_extended=run.times,
            refused=tuple(self.refused),
        )

    def _find_left(self, state: State, due: Due | None, moment: datetime) -> tuple[int | None, timedelta | None]:
        """Days and time until it is due, or by which it is late; nothing for what was met."""
        if due is None or state is State.MET:
            return None, None
        today = find_london_day(moment)
        if due.is_past(moment):
            return (due.day - today).days, due.moment - moment
        days = None if self.reckoner.rule.unit is Unit.HOURS else self.reckoner.days.count(today, due.day)
        return days, due.moment - moment


_DO: dict[Effect, Callable[[_Fold, Run, Happening], None]] = {
    Effect.START: lambda _fold, _run, _happening: None,
    Effect.EXTEND: _Fold.extend,
    Effect.PAUSE: _Fold.pause,
    Effect.RESUME: _Fold.resume,
    Effect.END: _Fold.end,
    Effect.STOP: _Fold.stop,
}


def _find_state(due: Due | None, now: datetime) -> State:
    if due is None:
        return State.UNKNOWN
    return State.OVERDUE if due.is_past(now) else State.RUNNING


def _find_level(rule: DeadlineRule, state: State, days: int | None, time: timedelta | None) -> Level:
    """Red, amber or green while it is open; red for what was missed."""
    if state in {State.OVERDUE, State.MISSED}:
        return Level.RED
    if state is not State.RUNNING:
        return Level.NONE
    left = days if days is not None else time / timedelta(hours=1) if time is not None else 0
    if left <= rule.red:
        return Level.RED
    return Level.AMBER if left <= rule.amber else Level.GREEN


def say_times(times: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")
