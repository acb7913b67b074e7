"""The state machine of a case type: which steps there are from a status, and who may take them with what."""

from __future__ import annotations

from collections.abc import Collection

from desktop.domain.errors import InvalidInput
from desktop.packs.schema import CaseType, Role, Status, Transition


def get_status(case: CaseType, status: str) -> Status:
    """A status by its id. Raises InvalidInput for one that the case type does not have."""
    for item in case.statuses:
        if item.id == status:
            return item
    raise InvalidInput(
        f"“{status[:60]}” is no status of “{case.name}”.",
        "Choose one of the list.",
        key="machine.status",
        field="status",
    )


def find_status(case: CaseType, word: str) -> Status | None:
    """The status that a component's own word stands for, whatever its case and its underscores."""
    plain = plain_word(word)
    return next((item for item in case.statuses if plain in map(plain_word, item.words)), None)


def plain_word(word: str) -> str:
    """A component's word as it is compared."""
    return " ".join(word.casefold().replace("_", " ").split())


def find_allowed(case: CaseType, status: str, role: Role) -> tuple[Transition, ...]:
    """Steps that an officer of this role may take from a status. Raises InvalidInput for an unknown status."""
    here = get_status(case, status).id
    return tuple(step for step in case.transitions if here in step.origin and role in step.roles)


def take(
    case: CaseType, status: str, transition: str, *, role: Role, reason: str = "", done: Collection[str] = ()
) -> Status:
    """The status after a step; `done` are the tasks that are completed or do not apply.

    Raises:
        InvalidInput: no such step from here, not for this role, a reason is due, or a task comes first.
    """
    here = get_status(case, status)
    step = next((item for item in case.transitions if item.id == transition), None)
    if step is None or here.id not in step.origin:
        raise InvalidInput(
            f"A case that is “{here.name}” cannot take this step.",
            "Choose one of the steps that are shown.",
            key="machine.step",
            field="status",
        )
    if role not in step.roles:
        raise InvalidInput(
            f"“{step.name}” is not for your role.",
            f"Ask a {' or a '.join(step.roles)}.",
            key="machine.role",
            field="status",
        )
    if step.reason and not reason.strip():
        raise InvalidInput(f"“{step.name}” needs a reason. Write why.", key="machine.reason", field="reason")
    first = [task.name for task in case.tasks if step.id in task.before and task.id not in done]
    if first:
        raise InvalidInput(
            f"“{step.name}” waits for a task.", f"Do this first: {', '.join(first)}.", key="machine.task", field="tasks"
        )
    return get_status(case, step.to)


def find_reachable(case: CaseType, start: str) -> frozenset[str]:
    """Every status that can be come to from one, itself included."""
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for step in case.transitions:
            if here in step.origin and step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)
    return frozenset(reached)
