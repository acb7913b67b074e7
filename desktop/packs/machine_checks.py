"""What can be wrong with the statuses, steps and tasks of a case type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from desktop.domain.cases import Phase
from desktop.packs.documents import FieldPath
from desktop.packs.machine import find_reachable, plain_word
from desktop.packs.schema import CaseType

Problem = tuple[FieldPath, str]


def find_machine_problems(case: CaseType) -> Iterator[Problem]:
    """Statuses, then steps, then tasks, then how long a case is kept."""
    yield from _find_status_problems(case)
    yield from _find_transition_problems(case)
    yield from _find_way_problems(case)
    yield from _find_task_problems(case)
    yield from _find_retention_problems(case)
    yield from _find_migration_problems(case)


def find_cycle(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names that need each other in a circle, the first again at the end; [] where there is none."""
    known = {name: [one for one in wanted if one in needs] for name, wanted in needs.items()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))  # it names what is needed before what needs it
    return []


def _find_status_problems(case: CaseType) -> Iterator[Problem]:
    if not case.statuses:
        yield ("statuses",), "The case type has no statuses. Add at least an open and a closed one."
        return
    ids = {status.id for status in case.statuses}
    if case.initial not in ids:
        yield ("initial",), f"“{case.initial}” is no status. There are: {', '.join(sorted(ids))}."
    words = Counter(plain_word(word) for status in case.statuses for word in set(status.words))
    for status in case.statuses:
        if not status.words:
            yield ("statuses", status.id, "words"), "Name the component's own word for this status."
        for word in status.words:
            if words[plain_word(word)] > 1:
                yield ("statuses", status.id, "words"), f"The component's word “{word}” stands for two statuses."


def _find_transition_problems(case: CaseType) -> Iterator[Problem]:
    ids = {status.id for status in case.statuses}
    letters = {letter.id for letter in case.letters}
    for step in case.transitions:
        path: FieldPath = ("transitions", step.id)
        if not step.to:
            yield (*path, "to"), f"“{step.name}” leads nowhere. Name the status that it leads to."
        elif step.to not in ids:
            yield (*path, "to"), f"“{step.to}” is no status of this case type."
        if not step.origin:
            yield (*path, "from"), f"“{step.name}” begins nowhere. Name at least one status."
        for origin in step.origin:
            if origin not in ids:
                yield (*path, "from"), f"“{origin}” is no status of this case type."
        if step.to in step.origin:
            yield (*path, "to"), f"“{step.name}” leads from “{step.to}” to itself. Take it out."
        if not step.roles:
            yield (*path, "roles"), f"Nobody may do “{step.name}”. Name at least one role."
        if step.letter and step.letter not in letters:
            yield (*path, "letter"), f"“{step.letter}” is no letter of this case type."


def _find_way_problems(case: CaseType) -> Iterator[Problem]:
    ids = {status.id: status for status in case.statuses}
    if case.initial not in ids:
        return
    reached = find_reachable(case, case.initial)
    for status in case.statuses:
        if status.id not in reached:
            yield ("statuses", status.id), f"No step leads to “{status.name}”. Add one, or take the status out."
            continue
        ways = find_reachable(case, status.id) & ids.keys()
        if not any(ids[end].phase in {Phase.CLOSED, Phase.CANCELLED} for end in ways):
            yield (
                ("statuses", status.id),
                f"From “{status.name}” no step leads to a status that is closed or cancelled.",
            )


def _find_task_problems(case: CaseType) -> Iterator[Problem]:
    ids = {task.id for task in case.tasks}
    steps = {step.id for step in case.transitions}
    for task in case.tasks:
        for other in task.needs:
            if other not in ids:
                yield ("tasks", task.id, "needs"), f"“{other}” is no task of this case type."
        for step in task.before:
            if step not in steps:
                yield ("tasks", task.id, "before"), f"“{step}” is no transition of this case type."
    cycle = find_cycle({task.id: task.needs for task in case.tasks})
    if cycle:
        said = " needs ".join(f"“{name}”" for name in cycle)
        yield ("tasks", cycle[0], "needs"), f"These tasks wait for each other, so none can begin: {said}."


def _find_retention_problems(case: CaseType) -> Iterator[Problem]:
    ended = {status.id for status in case.statuses if not status.phase.is_open}
    kept = [outcome for rule in case.retention for outcome in rule.outcomes]
    for rule in case.retention:
        path: FieldPath = ("retention", rule.id)
        for outcome in rule.outcomes:
            if outcome not in ended:
                yield (*path, "outcomes"), f"“{outcome}” is no status in which a case has ended."
            elif kept.count(outcome) > 1:
                yield (*path, "outcomes"), f"“{outcome}” stands in two rules of retention. Keep one."
        if not 1 <= rule.months <= 1_500:
            yield (*path, "months"), "Give the months that a case is kept, from 1 to 1500."
        if not rule.source.strip():
            yield (*path, "source"), "Say why it is kept so long: the law, or the council's own schedule."
    for outcome in sorted(ended - set(kept)):
        yield ("statuses", outcome), f"No rule of retention says how long a case is kept that ended as “{outcome}”."


def _find_migration_problems(case: CaseType) -> Iterator[Problem]:
    ids = {status.id for status in case.statuses}
    if case.version < 1:
        yield ("version",), "The first version is 1."
    for move in case.migrations:
        path: FieldPath = ("migrations", move.id)
        if not 1 <= move.version < case.version:
            yield (*path, "version"), f"Name an earlier version, from 1 to {case.version - 1}."
        elif move.version == case.version - 1:
            for new in sorted(set(move.statuses.values()) - ids):
                yield (*path, "statuses"), f"“{new}” is no status of this version."
    covered = [move.version for move in case.migrations]
    for version in range(1, case.version):
        if covered.count(version) != 1:
            yield ("version",), f"Say in [[migrations]], once, how a running case of version {version} moves on."
