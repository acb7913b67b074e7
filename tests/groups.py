"""Times by group and skips by name, at the end of a run. Works with and without xdist: the controller collects."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

import pytest

GROUPS = {
    "architecture": "architecture",
    "adapters": "adapters",
    "plugins": "adapters",
    "real": "adapters",
    "conformance": "adapters",
    "sandbox": "sandbox",
    "config": "spine",
    "credentials": "spine",
    "domain": "spine",
    "e2e": "spine",
    "host": "spine",
    "packs": "packs",
    "services": "spine",
    "store": "spine",
    "sync": "spine",
    "bench": "desk",
    "maps": "desk",
    "tasks": "desk",
    "tour": "desk",
    "ui": "desk",
}
"""Group of each folder under tests/."""
REAL_SERVER = "real_server"
"""Property of a test that names the real server that it runs against."""


def find_group(nodeid: str) -> str:
    """Group of a test by its folder; "spine" for files at the top."""
    parts = PurePosixPath(nodeid.partition("::")[0]).parts
    return GROUPS.get(parts[1], "other") if len(parts) > 2 else "spine"


def format_reason(longrepr: object) -> str:
    """The reason of a skip, as pytest keeps it: file, line and text."""
    text = longrepr[2] if isinstance(longrepr, tuple) and len(longrepr) == 3 else longrepr
    return str(text).removeprefix("Skipped: ")


class GroupTimes:
    """A pytest plugin that adds up the reports of a run."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.tests: Counter[str] = Counter()
        self.skips: dict[str, str] = {}
        self.said: list[str] = []
        self.servers: dict[str, Counter[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes the time of a phase, and the reason of a skip."""
        group = find_group(report.nodeid)
        self.seconds[group] += report.duration  # type: ignore[assignment]  # a Counter counts fractions too
        self.tests[group] += report.when == "call"
        if report.when == "call":
            self.said += [str(value) for name, value in report.user_properties if name == "said"]
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skips[report.nodeid] = format_reason(report.longrepr)
        for name, value in report.user_properties:
            if name == REAL_SERVER and (report.when == "call" or not report.passed):
                self.servers.setdefault(str(value), Counter())[report.outcome] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Takes the reason of a module that was skipped whole; each xdist worker reports it."""
        if report.skipped:
            self.skips[report.nodeid] = format_reason(report.longrepr)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints both."""
        if self.said:
            terminalreporter.section("what tests say")
            for line in sorted(self.said):
                terminalreporter.write_line(line)
        if self.servers:
            terminalreporter.section("real servers")
            for line in self.describe_servers():
                terminalreporter.write_line(line)
        terminalreporter.section("time by group")
        for group, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{group:<14}{seconds:8.1f} s  {self.tests[group]:5d} tests")
        terminalreporter.write_line(f"skipped: {len(self.skips)}")
        for nodeid, reason in sorted(self.skips.items()):
            terminalreporter.write_line(f"  {nodeid}: {reason}")

    def describe_servers(self) -> list[str]:
        """How many real servers ran and were skipped, and how many tests of each."""
        ran = [name for name, counts in self.servers.items() if counts["passed"] or counts["failed"]]
        lines = [f"{len(ran)} ran, {len(self.servers) - len(ran)} skipped"]
        for name, counts in sorted(self.servers.items()):
            lines.append(f"  {name}: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
        return lines
