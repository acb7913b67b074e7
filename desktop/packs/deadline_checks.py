"""What can be wrong with the deadlines of a case type. A number that no law gives is never called statutory."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.packs.documents import FieldPath
from desktop.packs.machine_checks import Problem
from desktop.packs.schema import CaseType, DeadlineKind, DeadlinePart, Ends, SourcePart, Unit, find_events

MOST = 10_000
"""The largest amount of any unit."""
_LISTS = ("started_by", "ended_by", "paused_by", "resumed_by", "restarted_by", "stopped_by", "extended_by")


def find_deadline_problems(case: CaseType) -> Iterator[Problem]:
    """Each deadline by itself."""
    events = find_events(case)
    for deadline in case.deadlines:
        path: FieldPath = ("deadlines", deadline.id)
        for field, message in (
            *_find_amount_problems(deadline),
            *_find_law_problems(deadline),
            *_find_event_problems(deadline, events),
            *_find_extension_problems(deadline),
        ):
            yield (*path, *field.split(".")), message


def find_source_problems(source: SourcePart) -> Iterator[tuple[str, str]]:
    """A source that nobody could look up."""
    if not source.text.strip():
        yield "source.text", "Name the law, such as “Freedom of Information Act 2000, section 10”."
    if not source.url.startswith("https://"):
        yield "source.url", "Give the address of the law, beginning with https://."


def _find_amount_problems(deadline: DeadlinePart) -> Iterator[tuple[str, str]]:
    if not 1 <= deadline.amount <= MOST:
        yield "amount", f"Give an amount from 1 to {MOST:,}."
    if not 0 <= deadline.red <= deadline.amber:
        yield "red", "Red comes after amber: give 0 or more, and no more than amber."
    days = deadline.ends is Ends.DAY or deadline.first_day_counts or deadline.rolls_on
    if deadline.unit is Unit.HOURS and days:
        yield "ends", 'Hours end at a moment: write ends = "moment", and nothing of days.'


def _find_law_problems(deadline: DeadlinePart) -> Iterator[tuple[str, str]]:
    if deadline.source is not None:
        yield from find_source_problems(deadline.source)
    if deadline.kind is not DeadlineKind.STATUTORY:
        return
    if not deadline.nations:
        yield "nations", "A statutory deadline names the nations where it is the law, or is a target."
    if deadline.source is None:
        yield "source", "A statutory deadline names its source and the date in force, or is a target."


def _find_event_problems(deadline: DeadlinePart, events: frozenset[str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for field in _LISTS:
        for event in getattr(deadline, field):
            if event not in events:
                yield field, f"“{event}” is no event of this case type. Add it to [[events]], or use one that is there."
            elif event in seen and seen[event] != field:
                yield field, f"“{event}” stands in {seen[event]} too. Keep one."
            seen.setdefault(event, field)
    for field in ("started_by", "ended_by"):
        if not getattr(deadline, field):
            yield field, "Name at least one event."
    if bool(deadline.paused_by) != bool(deadline.resumed_by):
        yield "resumed_by", "Name both what stops the clock and with what it goes on."


def _find_extension_problems(deadline: DeadlinePart) -> Iterator[tuple[str, str]]:
    extension = deadline.extension
    if (extension is None) != (not deadline.extended_by):
        yield "extension", "Name both the event that extends it and its limits, or neither."
    if extension is None:
        return
    if extension.most_times < 0 or not 0 <= extension.most_amount <= MOST:
        yield "extension", f"Give limits from 0 to {MOST:,}."
    if extension.to_day and (deadline.paused_by or deadline.unit is Unit.HOURS):
        yield "extension.to_day", "One that is extended to an agreed day counts days and is not paused."
