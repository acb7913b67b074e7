"""A walk made from each shipped pack: every step that is allowed is taken, every other is tried and refused."""

from __future__ import annotations

from itertools import product

import pytest

from desktop.domain.cases import phase_of
from desktop.domain.errors import InvalidInput
from desktop.packs.loading import LoadedCase
from desktop.packs.machine import find_allowed, find_reachable, find_status, get_status, take
from desktop.packs.machine_checks import find_cycle
from desktop.packs.schema import Role
from tests.helpers.made_packs import SHIPPED, get_case

CASES = [(service, code, town) for (service, code), town in product(SHIPPED, (False, True))]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def loaded(request: pytest.FixtureRequest) -> LoadedCase:
    service, code, town = request.param
    return get_case(service, code, town=town)


def test_every_allowed_step_is_taken_and_every_other_refused(loaded: LoadedCase) -> None:
    case = loaded.type
    done = {task.id for task in case.tasks}
    taken, refused, reached, waiting = set(), 0, {case.initial}, [case.initial]
    while waiting:
        here = waiting.pop()
        for step, role in product(case.transitions, Role):
            allowed = here in step.origin and role in step.roles
            assert (step in find_allowed(case, here, role)) is allowed
            if not allowed:
                with pytest.raises(InvalidInput) as said:
                    take(case, here, step.id, role=role, reason="a reason", done=done)
                assert said.value.key == ("machine.role" if here in step.origin else "machine.step")
                refused += 1
                continue
            after = take(case, here, step.id, role=role, reason="a reason", done=done)
            assert after.id == step.to
            taken.add(step.id)
            if after.id not in reached:
                reached.add(after.id)
                waiting.append(after.id)
    assert reached == {status.id for status in case.statuses} == find_reachable(case, case.initial)
    assert taken == {step.id for step in case.transitions}
    assert refused > len(case.transitions)


def test_a_step_with_a_reason_is_refused_without_and_one_with_a_task_before_it(loaded: LoadedCase) -> None:
    case = loaded.type
    done = {task.id for task in case.tasks}
    for step in case.transitions:
        role = step.roles[0]
        for reason in ("", "  \n"):
            if step.reason:
                with pytest.raises(InvalidInput, match="needs a reason"):
                    take(case, step.origin[0], step.id, role=role, reason=reason, done=done)
        for task in case.tasks:
            if step.id in task.before:
                with pytest.raises(InvalidInput, match="waits for a task"):
                    take(case, step.origin[0], step.id, role=role, reason="a reason", done=done - {task.id})


def test_every_word_of_the_component_means_one_status_of_the_phase_that_it_has_elsewhere(loaded: LoadedCase) -> None:
    for status in loaded.type.statuses:
        for word in status.words:
            assert find_status(loaded.type, word.upper().replace(" ", "_")) == status
            assert phase_of(word).is_open == status.phase.is_open


def test_what_is_no_status_is_refused(loaded: LoadedCase) -> None:
    with pytest.raises(InvalidInput, match="is no status"):
        get_status(loaded.type, "nowhere")
    with pytest.raises(InvalidInput, match="cannot take this step"):
        take(loaded.type, loaded.type.initial, "nowhere", role=Role.MANAGER)
    assert find_status(loaded.type, "nowhere") is None


def test_a_circle_is_named_in_the_order_of_its_needs() -> None:
    assert find_cycle({"a": ("b",), "b": ("c", "x"), "c": ("a",), "x": ()}) in (
        ["a", "b", "c", "a"], ["b", "c", "a", "b"], ["c", "a", "b", "c"],
    )  # fmt: skip
    assert find_cycle({"a": ("a",)}) == ["a", "a"]
    assert find_cycle({"a": ("b",), "b": ("nowhere",)}) == []


def test_many_ways_to_one_task_are_no_circle_and_take_no_time() -> None:
    # Each of a hundred layers needs both tasks of the next: as many ways as 2 to the power of 100.
    needs = {f"{side}{n}": (f"a{n + 1}", f"b{n + 1}") for n in range(100) for side in "ab"}
    assert find_cycle(needs) == []
