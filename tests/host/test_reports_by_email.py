"""Reports to a council's inbox over real processes: put off, refused, their answer lost, the host killed under them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.driving import DrivenDesk
from tests.helpers.serving_town import TestTown
from tests.helpers.smtp_server import GONE, SILENT, ScriptedSmtp, run_smtp_server

ROADS = "roads"


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    with run_smtp_server() as smtp:
        yield smtp


@pytest.fixture
def info(town: TestTown, smtp: ScriptedSmtp) -> dict[str, Any]:
    """The town with a component that has an inbox alone."""
    settings = {
        "inbox": "roads@council.example", "inbox_services": "POT=Potholes", "mail_host": "127.0.0.1",
        "mail_port": str(smtp.port), "mail_security": "none", "sender": "knit@council.example",
    }  # fmt: skip
    known: dict[str, Any] = dict(town.info)
    like = next(each for each in known["components"] if each["id"] == "cleaning")
    roads = {**like, "id": ROADS, "name": "Roads", "settings": settings, "secrets": {}}
    return {**known, "components": [*known["components"], roads]}


def make(desk: DrivenDesk, words: str = "Deep one") -> Any:
    """A report; the services of the inbox may have to be read first."""
    until, made = time.monotonic() + 60, None
    while time.monotonic() < until:
        made = desk.ask("create", component=ROADS, code="POT", text=words, answers={})
        if "op" in made:
            return made
        time.sleep(0.1)
    raise AssertionError(made)


def wait_for_state(desk: DrivenDesk, state: str) -> str:
    """Until the report is in a state; gives what the officer reads."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for _act, found, error in desk.ask("outbox"):
            if found == state:
                return str(error)
        time.sleep(0.1)
    raise AssertionError(desk.ask("outbox"))


def test_a_report_that_is_put_off_goes_once_and_nobody_is_asked(
    info: dict[str, Any], smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    smtp.answers["RCPT"] = b"451 4.7.1 try later\r\n"
    with DrivenDesk(tmp_path / "p", info) as desk:
        desk.ready()
        made = make(desk)
        assert not desk.ask("drain", seconds=6)
        assert [state for _, state, _ in desk.ask("outbox")] in (["waiting"], ["sending"])
    del smtp.answers["RCPT"]
    with DrivenDesk(tmp_path / "p", info, marker="again") as desk:
        desk.ready()
        assert desk.ask("drain", seconds=90), desk.ask("outbox")
        assert desk.ask("screen", key=made["key"])["reference"].startswith("KNIT-")
        desk.ask("wipe")
        assert desk.ask("drain", seconds=60)
        assert desk.ask("screen", key=made["key"])["status"] == "sent"
    assert len(smtp.messages) == 1


def test_a_report_that_is_refused_is_shown_with_the_words_of_the_mail_server(
    info: dict[str, Any], smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    smtp.answers["RCPT"] = b"550 5.1.1 no such user\r\n"
    with DrivenDesk(tmp_path / "p", info) as desk:
        desk.ready()
        make(desk)
        assert "no such user" in wait_for_state(desk, "refused")
    assert smtp.messages == []


def test_a_report_whose_answer_was_lost_is_asked_about_and_never_sent_again(
    info: dict[str, Any], smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    smtp.answers["message"] = GONE
    with DrivenDesk(tmp_path / "p", info) as desk:
        desk.ready()
        make(desk)
        assert "Ask the people there" in wait_for_state(desk, "unknown")
    del smtp.answers["message"]
    with DrivenDesk(tmp_path / "p", info, marker="again") as desk:
        desk.ready()
        assert "Ask the people there" in wait_for_state(desk, "unknown")
        desk.ask("wipe")
        assert not desk.ask("drain", seconds=6)
    assert len(smtp.messages) == 1


def test_a_report_whose_host_is_killed_while_the_mail_server_thinks_is_never_sent_twice(
    info: dict[str, Any], smtp: ScriptedSmtp, tmp_path: Path
) -> None:
    smtp.answers["message"] = SILENT
    with DrivenDesk(tmp_path / "p", info) as desk:
        desk.ready()
        make(desk)
        until = time.monotonic() + 60
        while not smtp.messages and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(desk.ask("host"), signal.SIGKILL)
        del smtp.answers["message"]
        assert "Ask the people there" in wait_for_state(desk, "unknown")
    assert len(smtp.messages) == 1
