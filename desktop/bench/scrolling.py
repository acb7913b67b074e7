"""Frames while a list is scrolled, with and without rows coming in, and the memory that the desk takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from desktop.bench.measuring import Row, build_row
from desktop.bench.syncing import syncing
from desktop.domain.errors import StoreError

STANDARD_ROWS: Final = 100_000
FRAMES: Final = 400
_CENTILE: Final = 0.99


def measure_scrolling(profile: Path, base: Path, cases: int) -> list[Row]:
    """The 99th centile stands where others have the 95th. Memory is in MB, not milliseconds."""
    standard = _run("standard", str(FRAMES), str(min(cases, STANDARD_ROWS)))
    quiet = _run("desk", str(FRAMES), str(profile))
    with syncing(base, cases):
        busy = _run("desk", str(FRAMES), str(profile), "--told")
    reference = f"Qt's standard model and proxy, {min(cases, STANDARD_ROWS):,} rows"
    rows = [
        build_row(job, cases, found["times"], reference=reference, others=standard["times"], centile=_CENTILE)
        for job, found in (
            ("frame while scrolling (99th, not 95th)", quiet),
            ("frame while rows sync (99th, not 95th)", busy),
        )
    ]
    own, other = [max(found["pss_mb"], 0.001) / 1000 for found in (quiet, standard)]
    rows.append(build_row("memory without the map, in MB", cases, [own], reference=reference, others=[other]))
    return rows


def _run(*arguments: str) -> dict[str, Any]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "desktop.bench.frames", *arguments],
        env=env, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode or not done.stdout.strip():
        raise StoreError("The list was not scrolled.", done.stderr[-300:], key="bench.start")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
