"""`knit call` and `knit plugins`, as they are typed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from desktop.adapters.commands import call_command, plugins_command
from tests.helpers.adapters import SECRET
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.plugins.open311.driver import OPEN311_RECORD
from tests.plugins.os_places.driver import OS_PLACES_RECORD


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def result(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err[self.err.index("{") :])


def run(command: Callable[[list[str], TextIO, TextIO], int], *argv: str) -> Said:
    out, err = io.StringIO(), io.StringIO()
    return Said(command(list(argv), out, err), out.getvalue(), err.getvalue())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    return f"api_key=@{file}"


def call_places(server: FaultyServer, *argv: str, secret: str) -> Said:
    return run(call_command, "os_places", *argv, "--set", f"base_url={server.url}", "--secret", secret)


def test_a_result_is_json_without_raw_bodies(server: FaultyServer, key_file: str) -> None:
    body = {"header": {"totalresults": 1}, "results": [{"DPA": OS_PLACES_RECORD}]}
    server.replies = [Reply(body=json.dumps(body).encode())]
    said = call_places(server, "addresses.find", "query=high street", secret=key_file)
    assert (said.code, said.err) == (0, "")
    assert said.result["items"][0]["uprn"] == "10001"
    assert set(said.result) == {"items", "cursor"}
    assert server.requests[0].headers["key"] == SECRET


def test_values_are_json_where_they_parse_and_text_where_text_is_taken(server: FaultyServer, key_file: str) -> None:
    server.answer = lambda _r: Reply(body=b'{"header": {}, "results": []}')
    assert call_places(server, "addresses.nearest", "lat=51.5", "lon=-1", secret=key_file).result is None
    call_places(server, "addresses.find", "query=001", secret=key_file)
    call_places(server, "addresses.find", "query=12.50", secret=key_file)
    call_places(server, "addresses.find", 'query="a=b"', secret=key_file)
    assert [r.query.get("query") for r in server.requests] == [None, ["001"], ["12.50"], ["a=b"]]


def test_a_record_is_typed_as_json(server: FaultyServer) -> None:
    server.answer = lambda r: Reply(body=json.dumps([OPEN311_RECORD]).encode())
    draft = {"service_code": "POT", "description": "x", "answers": {}, "place": {"address": "1 High Street"}}
    said = run(
        call_command, "open311", "cases.create", f"draft={json.dumps(draft)}", "key=k",
        "--set", f"base_url={server.url}", "--set", "format=json",
    )  # fmt: skip
    assert said.result["outside_id"] == "W-1"
    assert server.requests[-1].form["address_string"] == ["1 High Street"]


def test_a_typed_error_is_json_with_exit_code_three(server: FaultyServer, key_file: str) -> None:
    server.answer = lambda _r: Reply(status=401, body=b"{}")
    said = call_places(server, "addresses.find", "query=x", secret=key_file)
    assert (said.code, said.out, said.error["error"]) == (3, "", "AuthFailed")


def test_what_the_component_really_said_comes_along_when_asked_for(server: FaultyServer, key_file: str) -> None:
    body = {"header": {"key": SECRET}, "results": [{"DPA": {**OS_PLACES_RECORD, "NEW_IN_2031": "kept"}}]}
    server.answer = lambda _r: Reply(body=json.dumps(body).encode())
    said = call_places(server, "addresses.find", "query=high street", "--said", secret=key_file)
    assert said.result["result"]["items"][0]["uprn"] == "10001"
    assert '"NEW_IN_2031": "kept"' in said.result["said"][0]["body"]
    assert said.result["said"][0]["status"] == 200
    assert SECRET not in said.out


def test_an_answer_that_cannot_be_used_is_shown_beside_its_error(server: FaultyServer, key_file: str) -> None:
    server.answer = lambda _r: Reply(body=b'{"odd": [1, 2')
    said = call_places(server, "addresses.find", "query=x", "--said", secret=key_file)
    assert (said.code, said.error["error"]) == (3, "BadResponse")
    assert said.result["said"][0]["body"] == '{"odd": [1, 2'


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nobody", "cases.types"],
        ["os_places", "cases.types"],
        ["os_places", "addresses.fly"],
        ["os_places", "addresses.find"],
        ["os_places", "addresses.find", "query=x", "colour=red"],
        ["os_places", "addresses.nearest", "lat=north", "lon=1"],
        ["os_places", "addresses.find", "query"],
        ["os_places", "addresses.find", "query=x", "--set", "novalue"],
        ["os_places", "addresses.find", "query=x"],
        ["os_places", "addresses.find", "query=x", "--secret", "client_id=project-17"],
        ["os_places", "addresses.find", "query=x", "--secret", "api_key=@/nowhere/at/all"],
        ["os_places", "addresses.find", "query=x", "--secret", "api_key=env:KNIT_NO_SUCH_VARIABLE"],
        ["os_places", "addresses.find", "query=x", "--secret", "api_key=k", "--set", "page_size=0"],
        ["os_places", "addresses.find", "query= ", "--secret", "api_key=k"],
        ["os_places", "addresses.find", "query=x", "--unknown"],
    ],
)
def test_what_is_typed_wrongly_is_said_with_exit_code_two(argv: list[str]) -> None:
    said = run(call_command, *argv)
    assert (said.code, said.out) == (2, "")
    assert said.error["title"]


def test_a_name_that_the_manifest_has_not_is_warned_of_once_and_ignored(server: FaultyServer, key_file: str) -> None:
    server.answer = lambda _r: Reply(body=b'{"header": {}}')
    said = call_places(
        server,
        "addresses.find",
        "query=x",
        "--set",
        "colour=red",
        "--secret",
        f"passport=@{key_file[9:]}",
        secret=key_file,
    )
    assert said.code == 0
    assert [line.count("colour") + line.count("passport") for line in said.err.splitlines()] == [1, 1]


def test_a_plain_secret_is_warned_of_and_not_repeated(server: FaultyServer) -> None:
    server.answer = lambda _r: Reply(body=b'{"header": {}}')
    said = call_places(server, "addresses.find", "query=x", secret=f"api_key={SECRET}")
    assert "test keys" in said.err
    assert SECRET not in said.err


def test_a_secret_comes_from_the_environment_or_standard_input(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = lambda _r: Reply(body=b'{"header": {}}')
    monkeypatch.setenv("KNIT_TEST_KEY", "from-environment")
    monkeypatch.setattr("sys.stdin", io.StringIO("from-input\n"))
    assert call_places(server, "addresses.find", "query=x", secret="api_key=env:KNIT_TEST_KEY").code == 0
    assert call_places(server, "addresses.find", "query=x", secret="api_key=-").code == 0
    assert [r.headers["key"] for r in server.requests] == ["from-environment", "from-input"]


def test_a_call_ends_after_its_time(server: FaultyServer, key_file: str) -> None:
    server.answer = lambda _r: Reply(body=b"x" * 1_000, drip_s=0.05)
    said = call_places(server, "addresses.find", "query=x", "--timeout", "0.3", secret=key_file)
    assert (said.code, said.error["error"]) == (3, "NotReady")


def test_help_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(call_command, "--help").code == 0
    assert "key=value" in capsys.readouterr().out


# ==== knit plugins ====


def test_plugins_are_listed_with_what_they_offer() -> None:
    said = run(plugins_command, "list")
    rows = [line.split("\t")[:2] for line in said.out.splitlines()]
    assert ["open311", "Open311 (cases)"] in rows
    assert said.code == 0


def test_plugins_are_checked() -> None:
    assert run(plugins_command, "check") == Said(0, "No findings.\n", "")


def test_a_new_plugin_is_made_and_checked_wherever_it_lies(tmp_path: Path) -> None:
    made = run(plugins_command, "new", "brand_new", "--into", str(tmp_path), "--capability", "cases")
    assert made.code == 0
    assert run(plugins_command, "check", str(tmp_path)).code == 0
    (tmp_path / "brand_new" / "client.py").unlink()
    said = run(plugins_command, "check", "--json", str(tmp_path / "brand_new"))
    assert said.code == 1
    assert {finding["check"] for finding in said.result} == {"files"}


@pytest.mark.parametrize("argv", [[], ["fly"], ["new"], ["new", "Bad Name"]])
def test_a_wrong_plugins_command_is_said(argv: list[str]) -> None:
    assert run(plugins_command, *argv).code == 2
