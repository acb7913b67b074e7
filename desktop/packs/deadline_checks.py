"""A deadline as a pack writes it made a rule of the calculator, and what can be wrong with it.

The calculator's own rules (`deadline_rules.py`) refuse what makes no sense, such as a statutory one without a nation; here is
only what they cannot know: the events of the case type, and whether a source can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.domain.errors import InvalidInput
from desktop.packs import calendars, deadline_rules
from desktop.packs.deadline_rules import DeadlineRule, Extension, Source
from desktop.packs.documents import FieldPath
from desktop.packs.machine_checks import Problem
from desktop.packs.schema import CaseType, DeadlinePart, Nation, SourcePart, find_events

_LISTS = ("started_by", "ended_by", "paused_by", "resumed_by", "restarted_by", "stopped_by", "extended_by")


def build_deadline(part: DeadlinePart) -> DeadlineRule:
    """A deadline of a pack as the calculator takes it.

    Raises:
        InvalidInput: with `field` named, where what the pack says does not go together.
    """
    source, extension = part.source, part.extension
    return DeadlineRule(
        name=part.name,
        kind=deadline_rules.Kind[part.kind.name],
        amount=part.amount,
        unit=deadline_rules.Unit[part.unit.name],
        nations=_find_nations(part.nations),
        holidays_of=_find_nations(part.holidays_of),
        source=None if source is None else Source(source.text, source.url, source.in_force),
        extension=None
        if extension is None
        else Extension(
            most_times=extension.most_times,
            most_amount=extension.most_amount,
            needs_reason=extension.needs_reason,
            to_day=extension.to_day,
            before_due=extension.before_due,
        ),
        closures=part.closures,
        first_day_counts=part.first_day_counts,
        ends=deadline_rules.Ends[part.ends.name],
        rolls_on=part.rolls_on,
        amber=part.amber,
        red=part.red,
        started_by=frozenset(part.started_by),
        ended_by=frozenset(part.ended_by),
        paused_by=frozenset(part.paused_by),
        resumed_by=frozenset(part.resumed_by),
        restarted_by=frozenset(part.restarted_by),
        stopped_by=frozenset(part.stopped_by),
        extended_by=frozenset(part.extended_by),
    )


def find_deadline_problems(case: CaseType) -> Iterator[Problem]:
    """Each deadline by itself: its events, its source, then what the calculator refuses."""
    events = find_events(case)
    for part in case.deadlines:
        path: FieldPath = ("deadlines", part.id)
        for field in _LISTS:
            for event in getattr(part, field):
                if event not in events:
                    yield (
                        (*path, field),
                        f"“{event}” is no event of this case type. Add it to [[events]], or use another.",
                    )
        for field, message in find_source_problems(part.source) if part.source else ():
            yield (*path, *field.split(".")), message
        try:
            build_deadline(part)
        except InvalidInput as error:
            named = error.field if error.field in DeadlinePart.__struct_fields__ else ""
            yield (*path, named) if named else path, error.title


def find_source_problems(source: SourcePart) -> Iterator[tuple[str, str]]:
    """A source that nobody could look up."""
    if not source.text.strip():
        yield "source.text", "Name the law, such as “Freedom of Information Act 2000, section 10”."
    if not source.url.startswith("https://"):
        yield "source.url", "Give the address of the law, beginning with https://."


def _find_nations(named: tuple[Nation, ...]) -> tuple[calendars.Nation, ...]:
    return tuple(calendars.Nation[nation.name] for nation in named)
