"""What holds every test: the network guard, the groups and the keyring."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.credentials.secrets import find_keyring
from tests.groups import GROUPS, GroupTimes, find_group, format_reason
from tests.helpers.network_guard import OutsideNetworkUsed, is_here

TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", b"127.0.0.1", "::1%lo"])
def test_the_loopback_is_here(host: object) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.0.2.1", "example.org", "", "0.0.0.0", "::", None, 7])
def test_everything_else_is_outside(host: object) -> None:
    assert not is_here(host)


def test_a_connection_to_another_computer_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(OutsideNetworkUsed, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))


def test_a_datagram_to_another_computer_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(OutsideNetworkUsed):
        outside.sendto(b"?", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["", "0.0.0.0"])
def test_no_server_listens_on_every_network(host: str) -> None:
    with socket.socket() as server, pytest.raises(OutsideNetworkUsed):
        server.bind((host, 0))


def test_a_name_outside_is_not_looked_up() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.org", 443)


def test_this_computer_speaks_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]) as here:
        answering, _ = server.accept()
        with answering:
            here.sendall(b"word")
            assert answering.recv(4) == b"word"


def test_there_is_no_screen_and_no_keyring() -> None:
    assert os.environ["QT_QPA_PLATFORM"]
    assert find_keyring("default") is None


def test_every_folder_of_tests_belongs_to_a_group() -> None:
    folders = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*/test_*.py")}
    assert folders <= GROUPS.keys()


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/plugins/open311/test_x.py::test_y", "adapters"),
        ("tests/sync/test_x.py::test_y[1::2]", "spine"),
        ("tests/ui/map/test_x.py::test_y@web", "desk"),
        ("tests/test_top.py::test_y", "spine"),
        ("tests/new/test_x.py::test_y", "other"),
    ],
)
def test_a_test_belongs_to_the_group_of_its_folder(nodeid: str, group: str) -> None:
    assert find_group(nodeid) == group


def test_a_skip_is_named_with_its_reason_once() -> None:
    times = GroupTimes()
    longrepr = ("file", 3, "Skipped: no specs here")
    skipped = SimpleNamespace(nodeid="tests/sync/test_a.py::test_b", when="setup", duration=0.25, skipped=True)
    skipped.user_properties = []
    skipped.longrepr = longrepr
    times.pytest_runtest_logreport(skipped)  # type: ignore[arg-type]
    times.pytest_runtest_logreport(skipped)  # type: ignore[arg-type]
    assert times.skips == {skipped.nodeid: "no specs here"}
    assert times.seconds == {"spine": 0.5}
    assert format_reason("plain") == "plain"
