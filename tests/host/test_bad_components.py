"""A component that hangs, drips, dies or holds everything up: each call ends, the component is named, the host lives on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, NotReady
from desktop.domain.ids import ComponentId
from desktop.host.life import SILENCE
from desktop.host.session import Session
from desktop.host.wire import PROTOCOL
from desktop.host.workers import GRACE, MOST_THREADS
from tests.helpers.driving import ROOT
from tests.helpers.profiles import HeldSecrets, a_session
from tests.helpers.raw_server import run_raw_server

AWKWARD = ComponentId("awkward")
OTHER = ComponentId("other")
DEADLINE = 1.0
LONGEST = 30.0
"""Far above every stated limit: a wait that comes so far has found a call that never ends."""


def drip(write: Callable[[bytes], None], stopping: threading.Event) -> None:
    """A body of which a byte comes now and then, so that no read ever waits long."""
    write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nContent-Type: application/json\r\n\r\n")
    while not stopping.wait(0.1):
        write(b" ")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with two components of the awkward plugin."""
    with run_raw_server(drip) as url:
        settings = {"base_url": url}
        components = (
            Component(id=AWKWARD, plugin="awkward", name="Awkward places", settings=settings),
            Component(id=OTHER, plugin="awkward", name="Other places", settings=settings),
        )
        with a_session(tmp_path / "p", HeldSecrets(), *components) as opened:
            assert opened.host.wait_ready(60)
            yield opened


def ask(session: Session, query: str, *, component: ComponentId = AWKWARD, deadline: float = DEADLINE) -> Any:
    """One call through the pipe; raises what it ends with."""
    params = {
        "component": component,
        "method": "addresses.find",
        "arguments": {"query": query},
        "deadline": deadline,
    }
    return session.host.wait("call", params, LONGEST)


def refuse(session: Session, query: str, word: str) -> DesktopError:
    """A call that must end with an error, which names the component."""
    with pytest.raises(DesktopError) as caught:
        ask(session, query)
    assert caught.value.key == word
    assert "wkward" in str(caught.value)
    return caught.value


def test_a_hung_call_is_given_up_and_the_component_named(session: Session) -> None:
    refuse(session, "hang", "host.late")
    assert ask(session, "after")["items"][0]["address"] == "after"
    assert ask(session, "other", component=OTHER)["items"][0]["address"] == "other"
    assert session.host.wait("health", {}, LONGEST) == {AWKWARD: 1, OTHER: 0}


def test_with_every_thread_hung_the_next_call_is_refused_and_others_go_on(session: Session) -> None:
    for _ in range(MOST_THREADS):
        refuse(session, "hang", "host.late")
    refuse(session, "after", "host.late")
    assert ask(session, "still here", component=OTHER)["items"][0]["address"] == "still here"


def test_a_dripping_body_ends_at_the_calls_deadline(session: Session) -> None:
    with pytest.raises(NotReady) as caught:
        ask(session, "drip")
    assert "Awkward places" in str(caught.value)
    assert session.host.wait("health", {}, LONGEST)[AWKWARD] == 0
    assert ask(session, "after")["items"]


def test_a_plugin_that_holds_the_gil_is_ended_with_its_host(session: Session) -> None:
    before = session.host.pid
    refuse(session, "hold", "host.died")
    assert session.host.wait_ready(60)
    assert session.host.pid != before
    assert ask(session, "after", component=OTHER)["items"]


def test_a_text_on_its_way_to_a_held_host_does_not_keep_it_from_being_ended(session: Session) -> None:
    held: list[DesktopError] = []
    over = threading.Event()

    def failed(error: DesktopError) -> None:
        held.append(error)
        over.set()

    session.client.call(AWKWARD, "addresses.find", {"query": "hold"}, done=lambda _r: over.set(), failed=failed)
    with pytest.raises(DesktopError):
        ask(session, "x" * 2_000_000, component=OTHER)
    assert over.wait(LONGEST)
    assert [error.key for error in held] == ["host.died"]


def test_closing_does_not_wait_for_a_held_host(tmp_path: Path) -> None:
    component = Component(id=AWKWARD, plugin="awkward", name="Awkward places")
    with a_session(tmp_path / "p", HeldSecrets(), component) as session:
        assert session.host.wait_ready(60)
        session.host.call(
            AWKWARD, "addresses.find", {"query": "hold"}, done=lambda _r: None, failed=lambda _e: None, deadline=0.1
        )
        pid = session.host.pid
        session.host.stop(timeout=1.0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_two_deaths_of_the_host_hold_the_component_until_an_officer_starts_it(session: Session) -> None:
    for _ in range(2):
        refuse(session, "die", "host.died")
        assert session.host.wait_ready(60)
    error = refuse(session, "after", "host.held")
    assert "status bar" in error.hint
    assert ask(session, "other", component=OTHER)["items"]
    session.client.pull(AWKWARD)
    assert ask(session, "after")["items"][0]["address"] == "after"


def test_a_good_answer_between_two_deaths_clears_the_suspicion(session: Session) -> None:
    for _ in range(2):
        refuse(session, "die", "host.died")
        assert session.host.wait_ready(60)
        assert ask(session, "fine")["items"]


def test_a_killed_host_comes_back(session: Session) -> None:
    before = session.host.pid
    states: list[str] = []
    back = threading.Event()

    def note(state: str, _sentence: str) -> None:
        states.append(state)
        back.set() if state == "running" else None

    session.host.on_state(note)
    os.kill(before, signal.SIGKILL)
    assert back.wait(LONGEST)
    assert states[0] == "restarting"
    assert session.host.pid != before
    assert ask(session, "after")["items"]


def test_a_plugin_that_prints_breaks_no_message(session: Session) -> None:
    for n in range(5):
        assert ask(session, f"print {n}")["items"][0]["address"] == f"print {n}"


def test_the_running_host_has_no_qt(session: Session) -> None:
    modules = ask(session, "modules")["items"][0]["address"].split()
    assert "sqlcipher3" in modules
    assert not {"PySide6", "shiboken6", "folium", "keyring"}.intersection(modules)


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "ü☂\n" * 333_333, '"\\\x01' * 300_000, "x" * 131_072, "x" * 131_073, ""], ids=len
)
def test_a_large_text_travels_both_ways_in_pieces(session: Session, text: str) -> None:
    said = ask(session, f"echo {text}", deadline=LONGEST)
    assert said["items"][0]["address"] == f"echo {text}"


def test_many_small_texts_that_are_large_together_travel_too(session: Session) -> None:
    params = {"component": AWKWARD, "method": "addresses.postcode", "arguments": {"postcode": "CT1 1AA"}}
    items = session.host.wait("call", {**params, "deadline": LONGEST}, LONGEST)["items"]
    assert [item["postcode"] for item in items] == [str(n) for n in range(2_000)]


def test_large_texts_of_several_calls_at_once_are_not_mixed_up(session: Session) -> None:
    texts = [f"{n} " + chr(97 + n) * 400_000 for n in range(6)]
    got: dict[int, str] = {}
    left = threading.Semaphore(0)

    def send(n: int) -> None:
        got[n] = ask(session, texts[n], deadline=LONGEST)["items"][0]["address"]
        left.release()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert got == dict(enumerate(texts))


# ==== the pipe by hand ====


@pytest.fixture
def host() -> Iterator[subprocess.Popen[bytes]]:
    """A host with nothing said to it."""
    command = [sys.executable, "-m", "desktop.host"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as popen:
        yield popen
        popen.kill()


def say(host: subprocess.Popen[bytes], line: bytes) -> bytes:
    """Writes a line and reads one."""
    assert host.stdin is not None
    assert host.stdout is not None
    host.stdin.write(line + b"\n")
    host.stdin.flush()
    return host.stdout.readline()


def test_plain_lines_drive_a_host(host: subprocess.Popen[bytes]) -> None:
    assert b'"result":{"at":' in say(host, b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}')
    assert b'"key":"host.method"' in say(host, b'{"jsonrpc":"2.0","id":2,"method":"format","params":{}}')


@pytest.mark.parametrize("line", [b"", b"{", b"\xff\xfe", b"[]", b'{"id":"x"}', b'{"method":"call","params":[]}'])
def test_a_line_that_is_no_message_is_passed_over(host: subprocess.Popen[bytes], line: bytes) -> None:
    assert b'"id":9' in say(host, line + b'\n{"jsonrpc":"2.0","id":9,"method":"ping","params":{}}')


def test_a_text_of_which_a_piece_is_missing_is_refused(host: subprocess.Popen[bytes]) -> None:
    params = b'{"component":"x","method":"a","arguments":{"query":{"$piece":"gone"}}}'
    assert b'"error"' in say(host, b'{"jsonrpc":"2.0","id":3,"method":"call","params":' + params + b"}")
    assert b'"id":4' in say(host, b'{"jsonrpc":"2.0","id":4,"method":"ping","params":{}}')


def test_another_version_of_the_protocol_is_refused(host: subprocess.Popen[bytes]) -> None:
    hello = {
        "protocol": PROTOCOL + 1, "base_path": "", "base_key": "", "desk_id": "", "handover": 0, "host_lock": "",
        "components": [], "secrets": {},
    }  # fmt: skip
    import json

    line = json.dumps({"jsonrpc": "2.0", "id": 5, "method": "hello", "params": hello}).encode()
    assert b'"key":"host.protocol"' in say(host, line)


def test_the_end_of_stdin_ends_the_host(host: subprocess.Popen[bytes]) -> None:
    say(host, b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}')
    assert host.stdin is not None
    host.stdin.close()
    assert host.wait(LONGEST) == 0


def test_the_limits_are_the_stated_ones() -> None:
    assert (SILENCE, GRACE, MOST_THREADS) == (5.0, 1.0, 4)
