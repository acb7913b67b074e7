"""A deadline as a pack writes it made a rule of the calculator, and what can be wrong with it.

The calculator's own rules (`deadline_rules.py`) refuse what makes no sense, such as a statutory one without a nation; here is
only what they cannot know: the events of the case type, and whether a source can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from desktop.domain.errors import InvalidInput
from desktop.packs.deadline_rules import DeadlineRule, Source
from desktop.packs.documents import FieldPath
from desktop.packs.machine_checks import Problem
from desktop.packs.schema import CaseType, DeadlinePart, find_events

_LISTS = ("started_by", "ended_by", "paused_by", "resumed_by", "restarted_by", "stopped_by", "extended_by")


def build_deadline(part: DeadlinePart) -> DeadlineRule:
    """A deadline of a pack as the calculator takes it.

    Raises:
        InvalidInput: with `field` named, where what the pack says does not go together.
    """
    return msgspec.convert(part, DeadlineRule, from_attributes=True)


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


def find_source_problems(source: Source) -> Iterator[tuple[str, str]]:
    """A source that nobody could look up."""
    if not source.text.strip():
        yield "source.text", "Name the law, such as “Freedom of Information Act 2000, section 10”."
    if not source.url.startswith("https://"):
        yield "source.url", "Give the address of the law, beginning with https://."
