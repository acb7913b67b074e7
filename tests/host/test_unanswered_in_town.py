"""New cases that are answered later, or never, over real processes and a real town: both survive a restart."""

from __future__ import annotations

import os
import signal
import uuid
from pathlib import Path

from tests.helpers.driving import DrivenDesk
from tests.helpers.serving_town import TestTown

AREA = "cleaning"


def test_a_case_that_is_never_answered_is_still_shown_as_sent_after_a_restart_and_in_a_new_base(
    town: TestTown, tmp_path: Path
) -> None:
    profile, words = tmp_path / "p", f"trolley {uuid.uuid4().hex[:8]}"
    with DrivenDesk(profile, town.info) as desk:
        desk.ready()
        assert desk.ask("filled", component=AREA, cases=1)
        made = desk.ask("create", component=AREA, code="TROLLEY", text=words, answers={"WATER": ["YES"]})
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
        assert desk.ask("screen", key=made["key"])["status"] == "sent"
    with DrivenDesk(profile, town.info, marker="again") as desk:
        desk.ready()
        desk.ask("wipe")
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
        shown = desk.ask("screen", key=made["key"])
        assert (shown["status"], shown["description"], shown["mine"]) == ("sent", words, True)
        assert "op" not in desk.ask("note", key=made["key"], text="Still there")
    assert words not in town.ask("GET", AREA, "/requests.json").text


def test_a_case_that_is_never_answered_goes_once_when_its_component_can_be_reached_again_and_nobody_is_asked(
    town: TestTown, tmp_path: Path
) -> None:
    profile, words = tmp_path / "p", f"trolley {uuid.uuid4().hex[:8]}"
    with DrivenDesk(profile, town.info) as desk:
        desk.ready()
        assert desk.ask("filled", component=AREA, cases=1)
        town.set_fault(AREA, "status", status=503, retry_after=1, method="POST", times=2)
        made = desk.ask("create", component=AREA, code="TROLLEY", text=words, answers={"WATER": ["YES"]})
        assert desk.ask("drain", seconds=90), desk.ask("outbox")
        assert desk.ask("screen", key=made["key"])["status"] == "sent"


def test_a_token_becomes_a_number_though_everything_was_started_again_meanwhile(town: TestTown, tmp_path: Path) -> None:
    profile, words = tmp_path / "p", f"gully {uuid.uuid4().hex[:8]}"
    town.admin("POST", "/settings", {"token_delay_ms": 6_000})
    with DrivenDesk(profile, town.info) as desk:
        desk.ready()
        assert desk.ask("filled", component=AREA, cases=1)
        made = desk.ask("create", component=AREA, code="GULLY", text=words, answers={"DEEP": ["20"]})
        assert not desk.ask("drain", seconds=2)
    with DrivenDesk(profile, town.info, marker="again") as desk:
        desk.ready()
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
        assert desk.ask("screen", key=made["key"])["reference"].startswith("ENV-")
    found = [case for case in town.ask("GET", AREA, "/requests.json").tree if case["description"] == words]
    assert len(found) == 1


def test_a_token_that_went_with_the_base_and_the_host_is_no_reason_to_send_the_case_again(
    town: TestTown, tmp_path: Path
) -> None:
    words = f"gully {uuid.uuid4().hex[:8]}"
    town.admin("POST", "/settings", {"token_delay_ms": 8_000})
    with DrivenDesk(tmp_path / "p", town.info) as desk:
        desk.ready()
        assert desk.ask("filled", component=AREA, cases=1)
        made = desk.ask("create", component=AREA, code="GULLY", text=words, answers={"DEEP": ["20"]})
        assert not desk.ask("drain", seconds=2)
        desk.ask("wipe")
        os.kill(desk.ask("host"), signal.SIGKILL)
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
        assert desk.ask("screen", key=made["key"])["reference"].startswith("ENV-")
    found = [case for case in town.ask("GET", AREA, "/requests.json").tree if case["description"] == words]
    assert len(found) == 1


def test_a_town_that_answers_with_pages_for_people_instead_of_tokens_makes_the_case_once(
    town: TestTown, tmp_path: Path
) -> None:
    words = f"gully {uuid.uuid4().hex[:8]}"
    with DrivenDesk(tmp_path / "p", town.info) as desk:
        desk.ready()
        assert desk.ask("filled", component=AREA, cases=1)
        town.set_fault(AREA, "html", path="/tokens", times=2)
        desk.ask("create", component=AREA, code="GULLY", text=words, answers={"DEEP": ["20"]})
        assert desk.ask("drain", seconds=60), desk.ask("outbox")
    found = [case for case in town.ask("GET", AREA, "/requests.json").tree if case["description"] == words]
    assert len(found) == 1
