"""A running case moved to a newer version of its type, tried first over given cases without changing any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.packs.forms import find_answer_problems, find_fields
from desktop.packs.loading import LoadedCase
from desktop.packs.schema import Migration


@dataclass(frozen=True, slots=True)
class RunningCase:
    """What a migration needs of a case. `version` is that of the type it began with."""

    reference: str
    version: int
    status: str
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Moved:
    """One case after the migration. With `problems` it stays as it was; `dropped` are answers that have no place now."""

    before: RunningCase
    after: RunningCase
    dropped: Mapping[str, object]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether the case may be moved."""
        return not self.problems


def try_migration(target: LoadedCase, cases: Iterable[RunningCase]) -> list[Moved]:
    """What would become of each case: a dry run, which is also the only way to the new values."""
    return [move_case(target, case) for case in cases]


def move_case(target: LoadedCase, case: RunningCase) -> Moved:
    """A case by each step from its version to the target's. Nothing is lost: what has no place now is in `dropped`."""
    steps = {move.version: move for move in target.type.migrations}
    status, answers = case.status, dict(case.answers)
    dropped: dict[str, object] = {}
    problems: list[str] = []
    if case.version > target.type.version:
        problems.append(f"The case is of version {case.version}, which is newer than {target.type.version}.")
    for version in range(case.version, target.type.version):
        step = steps.get(version)
        if step is None:
            problems.append(f"The pack does not say how a case of version {version} moves on.")
            break
        status = step.statuses.get(status, status)
        problems += _rename(step, answers, dropped)
    problems += _find_problems(target, status, answers)
    after = RunningCase(case.reference, target.type.version, status, answers)
    return Moved(case, case if problems else after, dropped, tuple(problems))


def _rename(step: Migration, answers: dict[str, object], dropped: dict[str, object]) -> list[str]:
    """Renames all at once, so that two answers may change places. Gives what cannot be done."""
    for name in step.dropped:
        if name in answers:
            dropped[name] = answers.pop(name)
    taken = {name: answers.pop(name) for name in step.answers if name in answers}
    problems = []
    for old, value in taken.items():
        new = step.answers[old]
        if new in answers:
            problems.append(f"The answer “{old}” would take the place of “{new}”, which is there.")
            dropped[old] = value
        else:
            answers[new] = value
    return problems


def _find_problems(target: LoadedCase, status: str, answers: Mapping[str, object]) -> list[str]:
    """Why the moved case would not fit. Names questions, never an answer: it may be personal."""
    problems = []
    if status not in {one.id for one in target.type.statuses}:
        problems.append(f"The status “{status}” is none of the new version. Say in [[migrations]] what it becomes.")
    titles = {name: str(field.get("title", name)) for name, field in find_fields(target.form).items()}
    found = find_answer_problems(target.form, answers)
    return problems + [f"{titles.get(problem.field, problem.field)}: {problem.message}" for problem in found]
