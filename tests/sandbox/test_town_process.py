from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop.domain.errors import SetupFailed, StoreCorrupt
from desktop.sandbox.dialects import dialects
from desktop.sandbox.profile import COUNCIL, load_officers, start_town, town_command, training_components
from desktop.sandbox.server import serve_command
from desktop.sandbox.state import FILE, open_state
from desktop.sandbox.town import Town, TownSize, build_town
from tests.helpers.serving_town import MovableClock, TestTown

SMALL = ("--residents", "60", "--addresses", "80", "--cases", "50", "--payments", "20")


def test_the_town_runs_as_a_process_says_where_it_is_and_ends_with_its_input(tmp_path: Path) -> None:
    with start_town(tmp_path, arguments=SMALL) as running:
        town = TestTown(info=running.info, clock=MovableClock())
        assert town.ask("GET", "housing", "/services.json").status == 200
        assert town.admin("GET", "/state/counts").tree["payments"] == 20
        assert all(url.startswith("http://127.0.0.1:") for url in running.base_urls.values())
        assert running.is_running()
        assert running.stop() == 0
    assert not running.is_running()


def test_a_town_that_is_started_again_is_the_same_town(tmp_path: Path) -> None:
    with start_town(tmp_path, arguments=SMALL) as running:
        first = (running.keys, running.info["seed"], running.info["now"])
    with start_town(tmp_path, arguments=("--seed", "other")) as running:
        assert (running.keys, running.info["seed"], running.info["now"]) == first


def test_components_come_with_their_settings_and_secrets_apart(tmp_path: Path) -> None:
    with start_town(tmp_path, arguments=SMALL) as running:
        made = training_components(running.info)
    by_id = {one.component.id: one for one in made}
    assert len(by_id) == len(dialects())
    assert {one.component.plugin for one in made} == {dialect.plugin for dialect in dialects()}
    assert by_id["waste"].component.name == "Waste"  # type: ignore[index]
    for one in made:
        assert one.component.council == COUNCIL
        assert one.component.settings["base_url"].startswith("http://127.0.0.1:")
        assert [value for value in one.secrets.values() if value in str(one.component)] == []
    assert by_id["waste"].secrets["api_key"]  # type: ignore[index]


def test_a_line_that_is_not_ours_is_said_to_be_so() -> None:
    with pytest.raises(SetupFailed, match="did not start"):
        training_components({"components": [{"id": 5}]})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('no room')", "no room"),
        ("print('hello')", "something else"),
        ("print('[]')", "something else"),
    ],
)
def test_a_program_that_does_not_serve_is_an_error_with_its_last_words(code: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SetupFailed) as caught:
        start_town(tmp_path, command=(sys.executable, "-c", code))
    assert words in caught.value.hint


def test_a_program_that_is_not_there_or_says_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed):
        start_town(tmp_path, command=(str(tmp_path / "none"),))
    with pytest.raises(SetupFailed, match="did not start"):
        start_town(tmp_path, command=(sys.executable, "-c", "input()"), wait=0.2)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order(number: signal.Signals, tmp_path: Path) -> None:
    command = [*town_command(), "--state", str(tmp_path), *SMALL]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["components"]
        process.send_signal(number)
        assert process.wait(20) == 0


def test_wrong_arguments_are_two_and_a_taken_port_is_one(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert serve_command(["--state", str(tmp_path), "--colour", "red"], out, err) == 2
    assert "colour" in err.getvalue()
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert serve_command(["--state", str(tmp_path), "--port", port, *SMALL], out, err) == 1
    assert f"port {port}" in err.getvalue()
    assert out.getvalue() == ""


def test_a_frozen_program_serves_through_the_console_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/knit/knit-desk")
    assert town_command() == ("/opt/knit/knit", "demo", "--serve")
    monkeypatch.setattr(sys, "executable", "/opt/knit/knit-desk.exe")
    assert town_command() == ("/opt/knit/knit.exe", "demo", "--serve")


def _tiny() -> Town:
    return build_town(size=TownSize(residents=20, addresses=60, cases=40, payments=16))


def test_a_damaged_state_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, and long enough to be looked at" * 50)
    with pytest.raises(StoreCorrupt, match="cannot be read"):
        open_state(tmp_path, _tiny)


def test_a_first_start_that_was_cut_short_begins_again(tmp_path: Path) -> None:
    def fail() -> Town:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        open_state(tmp_path, fail)
    with closing(open_state(tmp_path, _tiny)) as state:
        assert len(state.find_payments()) == 16


def test_sixty_officers_can_be_switched_between() -> None:
    officers = load_officers()
    assert len(officers) == 60
    assert officers[0].name == "Dana Whitfield"
    assert officers[-1].name == "Steve Techyman"
    assert len({officer.team for officer in officers}) == 9
