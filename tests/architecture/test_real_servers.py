"""The locks and environments of the real servers: pinned with hashes, made anew when the lock is another, never skipped in CI."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import real_servers

from tests.groups import REAL_SERVER, GroupTimes
from tests.helpers.running_servers import find_server_python

NAMES = real_servers.find_names()
PIN = re.compile(r"[A-Za-z0-9._-]+==[^ ;\\\n]+(?: ; [^\\\n]+?)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+")


@pytest.mark.parametrize("name", NAMES)
def test_a_servers_lock_is_versions_with_hashes_and_nothing_else(name: str) -> None:
    text = (real_servers.LOCKS / f"{name}.lock").read_text(encoding="utf-8")
    assert PIN.sub("", text).strip() == ""
    assert name in {line.partition("==")[0] for line in text.splitlines()}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    locks, environments = tmp_path / "locks", tmp_path / "environments"
    locks.mkdir()
    (locks / "mill.lock").write_text("mill==1\n")
    python = environments / "mill" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return locks, environments


def find(folders: tuple[Path, Path]) -> Path | None:
    return real_servers.find_python("mill", platform="linux", locks=folders[0], environments=folders[1])


def test_an_environment_is_used_again_until_its_lock_is_another(folders: tuple[Path, Path]) -> None:
    locks, environments = folders
    assert find(folders) is None  # an install that was cut short has no stamp
    (environments / "mill" / real_servers.STAMP).write_text(real_servers.find_digest("mill", locks))
    assert find(folders) == environments / "mill" / "bin" / "python"
    (locks / "mill.lock").write_text("mill==2\n")
    assert find(folders) is None


def test_what_cannot_be_installed_is_said_and_leaves_no_environment(tmp_path: Path) -> None:
    (tmp_path / "mill.lock").write_text("no requirement at all\n")  # refused before anybody is asked
    trouble = real_servers.make("mill", locks=tmp_path, environments=tmp_path / "environments")
    assert "Invalid requirement" in trouble
    assert not (tmp_path / "environments" / "mill").exists()


@pytest.mark.parametrize(("ci", "outcome"), [("true", "Failed"), ("", "Skipped")])
def test_a_missing_server_skips_a_test_but_fails_it_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(real_servers, "find_python", lambda _name: None)
    with pytest.raises(BaseException, match="mill is not installed") as caught:
        find_server_python("mill")
    assert type(caught.value).__name__ == outcome


def test_the_end_of_a_run_says_which_servers_ran_and_which_were_skipped() -> None:
    times = GroupTimes()
    for name, when, result in (("a", "call", "passed"), ("a", "call", "failed"), ("b", "setup", "skipped")):
        report = pytest.TestReport(
            "tests/real/t.py::t", ("", 0, ""), {}, result, None if result == "passed" else "why", when,  # type: ignore[arg-type]
            user_properties=[(REAL_SERVER, name)],
        )  # fmt: skip
        times.pytest_runtest_logreport(report)
    assert times.describe_servers() == ["1 ran, 1 skipped", "  a: 1 failed, 1 passed", "  b: 1 skipped"]


def test_the_interpreter_is_where_the_system_puts_it(folders: tuple[Path, Path]) -> None:
    locks, environments = folders
    windows = environments / "mill" / "Scripts" / "python.exe"
    windows.parent.mkdir()
    windows.touch()
    (environments / "mill" / real_servers.STAMP).write_text(real_servers.find_digest("mill", locks))
    found = real_servers.find_python("mill", platform="win32", locks=locks, environments=environments)
    assert found == windows
