"""Which component ended the host is found out, and that one alone is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId
from desktop.host.session import Session
from desktop.host.suspects import Suspects
from desktop.host.turns import Turns
from tests.helpers.profiles import HeldSecrets, a_session

LONGEST = 60.0
ROUNDS = 12


# ==== counting ====
def test_a_death_that_could_be_anyones_stops_nobody() -> None:
    suspects = Suspects()
    for _ in range(5):
        suspects.count({"a", "b", "c"})
    assert suspects.held == set()
    assert suspects.any
    suspects.count({"b"})
    assert suspects.held == {"b"}
    for component in "ac":
        suspects.clear(component)
    assert not suspects.any


def test_two_deaths_that_are_its_own_stop_a_component_until_it_is_released() -> None:
    suspects = Suspects()
    suspects.count({"a"})
    assert suspects.held == set()
    suspects.count({"a"})
    assert suspects.held == {"a"}
    assert not suspects.any
    suspects.release("a")
    suspects.count({"a"})
    assert suspects.held == set()


def test_a_death_of_nobody_is_counted_against_nobody() -> None:
    suspects = Suspects()
    suspects.count(set())
    assert not suspects.any


# ==== turns ====
@pytest.fixture
def said() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def turns(said: list[tuple[str, bool]]) -> Turns:
    return Turns(lambda name, begins: said.append((name, begins)), turn_seconds=0.05)


def test_work_is_told_before_it_begins_and_a_wait_for_the_network_is_none(
    turns: Turns, said: list[tuple[str, bool]]
) -> None:
    with turns.working("a"):
        assert said == [("a", True)]
        with turns.waiting("a"):
            assert said[1:] == [("a", False)]
        assert said[2:] == [("a", True)]
    assert said[3:] == [("a", False)]


def test_two_threads_of_one_component_are_told_once(turns: Turns, said: list[tuple[str, bool]]) -> None:
    with turns.working("a"), turns.working("a"), turns.waiting("a"):
        assert said == [("a", True)]
    assert said == [("a", True), ("a", False)]


def test_an_error_ends_the_work_too(turns: Turns, said: list[tuple[str, bool]]) -> None:
    with pytest.raises(ValueError, match="bad"), turns.working("a"), turns.waiting("a"):
        raise ValueError("bad")
    assert said[-1] == ("a", False)
    assert sorted(said) == [("a", False), ("a", False), ("a", True), ("a", True)]


def test_without_care_several_are_at_work_at_once(turns: Turns, said: list[tuple[str, bool]]) -> None:
    with turns.working("a"), turns.working("b"):
        assert said == [("a", True), ("b", True)]


def test_with_care_the_next_waits_for_its_turn_also_while_the_first_waits_for_the_network(
    said: list[tuple[str, bool]],
) -> None:
    turns = Turns(lambda name, begins: said.append((name, begins)), turn_seconds=LONGEST)
    turns.careful = True
    begun = threading.Event()

    def work() -> None:
        begun.set()
        with turns.working("b"):
            pass

    other = threading.Thread(target=work)
    with turns.working("a"), turns.waiting("a"):
        other.start()
        assert begun.wait(LONGEST)
        assert said == [("a", True)]
    other.join(LONGEST)
    assert said == [("a", True), ("a", False), ("b", True), ("b", False)]


def test_one_that_keeps_its_turn_too_long_is_passed_by(turns: Turns, said: list[tuple[str, bool]]) -> None:
    turns.careful = True
    with turns.working("hung"):
        with turns.working("b"):
            assert said == [("hung", True), ("hung", False), ("b", True)]
        with turns.working("c"):
            assert said[-2:] == [("b", False), ("c", True)]
    assert said[-1] == ("c", False)


# ==== real hosts ====
NAMES = ("dies", "holds", "good")
ASKED = {"dies": "die", "holds": "hold", "good": "toil"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    components = [Component(id=ComponentId(name), plugin="awkward", name=name) for name in NAMES]
    with a_session(tmp_path / "p", HeldSecrets(), *components) as opened:
        assert opened.host.wait_ready(LONGEST)
        yield opened


def ask_all(session: Session) -> dict[str, str]:
    """Asks every component at once; gives the key of the error that each ended with, or "" for an answer."""
    ends: dict[str, str] = {}
    left = threading.Semaphore(0)

    def end(name: str, answer: object) -> None:
        ends[name] = answer.key if isinstance(answer, DesktopError) else ""
        left.release()

    for name in NAMES:
        said, query = partial(end, name), {"query": ASKED[name]}
        session.host.call(ComponentId(name), "addresses.find", query, done=said, failed=said, deadline=LONGEST)
    for _ in NAMES:
        assert left.acquire(timeout=LONGEST)
    return ends


def test_of_three_that_are_asked_at_once_only_the_two_that_end_the_host_are_stopped(session: Session) -> None:
    ends: dict[str, str] = {}
    for _ in range(ROUNDS):
        assert session.host.wait_ready(LONGEST)
        ends = ask_all(session)
        assert ends["good"] != "host.held"
        if {ends["dies"], ends["holds"]} == {"host.held"}:
            break
    assert ends == {"dies": "host.held", "holds": "host.held", "good": ""}
    pid = session.host.pid
    assert ask_all(session)["good"] == ""
    assert session.host.pid == pid
