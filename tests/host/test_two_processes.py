"""The two real processes, both writing for twenty seconds, and then both killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from desktop.config.paths import Profile
from desktop.host.store_pair import BASE_KEY, DESK_KEY
from desktop.host.training import open_training_secrets
from desktop.store.cipher import is_whole
from desktop.store.desk.file import DeskFile, Pair
from tests.helpers.busy_desk import CASES
from tests.helpers.driving import ROOT
from tests.helpers.stores import read_value

SECONDS = 20.0
WAL_MOST = 128 * 1024 * 1024


def run_both(tmp_path: Path) -> tuple[list[dict[str, Any]], int]:
    """Lines that the desk said in twenty seconds, until both were killed; and the largest log of base.db, in bytes."""
    profile = tmp_path / "profile"
    command = [sys.executable, "-m", "tests.helpers.busy_desk", str(profile), str(tmp_path)]
    said: list[dict[str, Any]] = []
    largest = 0
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        host = json.loads(desk.stdout.readline())["host"]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            said.append(json.loads(desk.stdout.readline()))
            largest = max([largest, *(path.stat().st_size for path in profile.glob("base-*.db-wal"))])
        desk.kill()
        os.kill(host, signal.SIGKILL)
        said += [json.loads(line) for line in desk.stdout.read().splitlines()]
        desk.stdin.close() if desk.stdin else None
    return said, largest


def test_both_write_for_twenty_seconds_and_nothing_acknowledged_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said, largest = run_both(tmp_path)
    counts = Counter(name for line in said for name in line)
    with capsys.disabled():
        print(f"{dict(counts)}; largest log of base.db {largest / 1e6:.0f} MB")
    assert [line["error"] for line in said if "error" in line] == []
    assert counts["saved"] > 50
    assert counts["pulled"] > 1
    assert counts["read"] > 1
    assert largest < WAL_MOST
    check_files(tmp_path, {line["saved"] for line in said if "saved" in line})


def check_files(tmp_path: Path, saved: set[str]) -> None:
    """Every op that was said to be saved waits in the outbox or took place, once; the pulled rows are all there."""
    profile = Profile(tmp_path / "profile")
    secrets = open_training_secrets(profile)
    desk_key, base_key = secrets.find(DESK_KEY), secrets.find(BASE_KEY)
    secrets.close()
    assert desk_key is not None
    assert base_key is not None
    (base,) = profile.root.glob("base-*.db")
    file = DeskFile(
        Pair(profile.desk_db, desk_key, base, base_key), writes=False
    )  # hot logs, read without their writers
    try:
        waiting = {row[0] for row in file.driver.execute("SELECT id FROM op").fetchall()}
        assert read_value(file, "SELECT count(*) FROM base.case_") == CASES
        assert read_value(file, "SELECT count(*) FROM base.case__geo") == CASES
    finally:
        file.close()
    sent = Counter(json.loads(line)["key"] for line in (tmp_path / "log.jsonl").read_text().splitlines())
    assert saved - waiting - set(sent) == set()
    assert [op for op, times in sent.items() if times != 1] == []
    assert is_whole(profile.desk_db, desk_key)
    assert is_whole(base, base_key)
