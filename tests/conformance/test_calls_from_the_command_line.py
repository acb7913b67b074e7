"""`knit call` with every plugin: what its driver does, typed as a command, with the exit codes of the command line."""

from __future__ import annotations

import io
import json
from typing import Any

import msgspec
import pytest

from desktop.adapters.calling import get_method
from desktop.adapters.commands import ADAPTER_ERROR, BAD_INPUT, OK, call_command
from desktop.adapters.loader import PluginFolders
from tests.helpers.adapters import REPOSITORY, SECRET, build_secrets
from tests.helpers.conformance_drivers import Driver, load_drivers
from tests.helpers.faulty_server import FaultyServer, Reply
from tests.helpers.plugin_parts import PLUGINS
from tests.helpers.smtp_server import run_smtp_server

DRIVERS = load_drivers()
WRITERS = tuple(driver for driver in DRIVERS if driver.write is not None)
VARIABLE = "KNIT_TEST_SECRET"
each_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda d: d.name)
each_writer = pytest.mark.parametrize("driver", WRITERS, ids=lambda d: d.name)


class Typed:
    """Stands for a part of an adapter and takes down the first call of it as words of a command."""

    def __init__(self, capability: str) -> None:
        self.words: list[str] = []
        self._capability = capability

    def __getattr__(self, name: str) -> Any:
        method = get_method(f"{self._capability}.{name}")

        def take_down(*given: object, **named: object) -> object:
            arguments = {**dict(zip(method.arguments, given, strict=False)), **named}
            arguments.pop("disclosure", None)  # the command line makes its own
            pairs = [f"{key}={json.dumps(msgspec.to_builtins(value))}" for key, value in arguments.items()]
            self.words = [f"{self._capability}.{name}", *pairs]
            raise TakenDown

        return take_down


class TakenDown(Exception):
    """The call is known; there is nothing to go on with."""


def type_call(driver: Driver, act: Any) -> list[str]:
    typed = Typed(driver.capability)
    with pytest.raises(TakenDown):
        act(typed)
    return typed.words


def run(
    plugin: str, words: list[str], settings: dict[str, str], secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str, str]:
    argv = [plugin, *words]
    for name, value in settings.items():
        argv += ["--set", f"{name}={value}"]
    for name, value in secrets.items():
        monkeypatch.setenv(f"{VARIABLE}_{name}", value)
        argv += ["--secret", f"{name}=env:{VARIABLE}_{name}"]
    out, err = io.StringIO(), io.StringIO()
    return call_command(argv, out, err), out.getvalue(), err.getvalue()


def call(
    driver: Driver, words: list[str], server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str, str]:
    known = build_secrets(PluginFolders([REPOSITORY / "plugins"]), driver.plugin)
    secrets = dict(known if driver.secrets is None else driver.secrets)
    settings = {"base_url": server.url, **driver.settings}
    return run(driver.plugin, words, settings, secrets, monkeypatch)


@each_driver
def test_a_good_answer_is_json_and_exit_code_zero(
    driver: Driver, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer, server.aside = driver.answer_good, driver.aside
    code, out, err = call(driver, type_call(driver, driver.look), server, monkeypatch)
    assert (code, err) == (OK, "")
    assert json.loads(out)


@each_writer
def test_a_write_is_typed_as_json_and_exit_code_zero(
    driver: Driver, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer, server.aside = driver.answer_good, driver.aside
    code, out, err = call(driver, type_call(driver, driver.write), server, monkeypatch)
    assert (code, err) == (OK, "")
    assert json.loads(out)


@each_driver
def test_what_is_typed_wrongly_is_exit_code_two_and_asks_nothing(
    driver: Driver, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*type_call(driver, driver.look), "colour=red"]
    code, out, err = call(driver, words, server, monkeypatch)
    assert (code, out) == (BAD_INPUT, "")
    assert "colour" in json.loads(err)["title"]
    assert server.requests == []


@each_driver
def test_an_answer_of_no_use_is_exit_code_three_with_its_error(
    driver: Driver, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer, server.aside = lambda _r: Reply(status=403, body=b"{}", media=driver.media), driver.aside
    code, out, err = call(driver, type_call(driver, driver.look), server, monkeypatch)
    assert (code, out) == (ADAPTER_ERROR, "")
    assert json.loads(err)["key"]
    assert SECRET not in err


def test_mail_is_sent_and_refused_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    message = {"kind": "email", "to": "ann@example.org", "subject": "Bins", "body": "On Friday."}
    words = ["messages.send", f"message={json.dumps(message)}", "key=11111111-1111-4111-8111-111111111111"]
    with run_smtp_server() as post:
        settings = {
            "mail_host": "127.0.0.1", "mail_port": str(post.port), "security": "none", "sender": "bins@example.org",
        }  # fmt: skip
        good = run("smtp_mail", words, settings, {}, monkeypatch)
        wrong = run("smtp_mail", [*words, "colour=red"], settings, {}, monkeypatch)
        post.answers["RCPT"] = b"550 5.1.1 No such mailbox\r\n"
        refused = run("smtp_mail", words, settings, {}, monkeypatch)
    assert (good[0], wrong[0]) == (OK, BAD_INPUT)
    assert json.loads(good[1])["outside_id"]
    assert refused[0] in {BAD_INPUT, ADAPTER_ERROR}
    assert json.loads(refused[2])["key"]


def test_every_plugin_is_called() -> None:
    assert {driver.plugin for driver in DRIVERS} | {"smtp_mail"} == set(PLUGINS)
