"""`kill -9` of the desk and of the host at every named point loses nothing, and does nothing twice."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.points import DESK, HOST
from tests.helpers.driving import DrivenDesk, Ended
from tests.helpers.serving_town import TestTown

AREA = "parks"
MIGRATION = ("desk.migrate.copied", "desk.migrate.before_commit")
"""Walked in tests/store/test_migrations.py, where a kept old file is migrated."""
POINTS = [point for point in (*DESK, *HOST) if point not in MIGRATION]


def do_the_job(desk: DrivenDesk, said: dict[str, Any], words: str) -> None:
    """A status change, a handler, a note, a new case with a note on it, a new base under them; keeps what was saved."""
    assert desk.ask("filled", component=AREA, cases=2) >= 2
    case = desk.ask("case", component=AREA, number=0)
    said["case"] = case
    said["status"] = "planned" if case["status"] != "planned" else "in progress"
    said["saved status"] = saved(desk.ask("status", key=case["key"], status=said["status"], note=""))
    said["saved handler"] = saved(desk.ask("assign", key=case["key"]))
    said["saved note"] = saved(desk.ask("note", key=case["key"], text=f"note {words}"))
    answers = {"WHAT": ["A hat"]}
    made = saved(desk.ask("create", component=AREA, code="LOST", text=f"case {words}", answers=answers))
    said["saved create"] = made
    said["saved inner"] = saved(desk.ask("note", key=made["key"], text=f"inner {words}"))
    desk.ask("drain", seconds=3)
    desk.ask("wipe")
    said["saved late"] = saved(desk.ask("note", key=case["key"], text=f"late {words}"))
    desk.ask("drain", seconds=45)


def saved(answer: dict[str, Any]) -> dict[str, Any]:
    """What the desk said when it had saved; anything else is no promise."""
    assert "op" in answer, answer
    return answer


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_loses_nothing(
    point: str, town: TestTown, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, words = tmp_path / "p", uuid.uuid4().hex[:8]
    of_desk = point in DESK
    said: dict[str, Any] = {}
    armed = {"desk_point": point} if of_desk else {"host_point": point}
    try:
        with DrivenDesk(profile, town.info, **armed) as desk:
            desk.ready()
            do_the_job(desk, said, words)
    except Ended:
        pass
    assert (tmp_path / "p-m").exists(), "the process never came to this point"
    with DrivenDesk(profile, town.info, marker="again") as desk:
        desk.ready()
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
        check_the_screen(desk, said, words)
    check_the_town(town, said, words)
    with capsys.disabled():
        print(f"killed at {point}: nothing lost")


def check_the_screen(desk: DrivenDesk, said: dict[str, Any], words: str) -> None:
    """What was said to be saved is on screen, once."""
    desk.ask("filled", component=AREA, cases=2)
    if "saved note" in said:
        assert desk.ask("shown", key=said["case"]["key"], text=f"note {words}") == 1
        assert desk.ask("screen", key=said["case"]["key"])["status"] == said["status"]
    if "saved handler" in said:
        assert desk.ask("screen", key=said["case"]["key"])["mine"]
    if "saved create" in said:
        made = desk.ask("screen", key=said["saved create"]["key"])
        assert (made["description"], made["mine"]) == (f"case {words}", True)


def check_the_town(town: TestTown, said: dict[str, Any], words: str) -> None:
    """What was said to be saved took place in the component, once."""
    state = town.admin("GET", f"/state/cases/{AREA}").tree
    made = [case for case in state if case["description"] == f"case {words}"]
    assert len(made) <= 1
    if "saved create" in said:
        assert len(made) == 1
    if "saved inner" in said:
        texts = update_texts(town, made[0]["id"])
        assert texts.count(f"inner {words}") == 1
    if "case" in said:
        texts = update_texts(town, said["case"]["id"])
        for name, text in (("saved note", f"note {words}"), ("saved late", f"late {words}")):
            assert texts.count(text) <= 1
            if name in said:
                assert texts.count(text) == 1


def update_texts(town: TestTown, id: str) -> list[str]:
    return [update["text"] for update in town.admin("GET", f"/state/updates/{AREA}/{id}").tree]
