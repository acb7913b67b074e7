"""`knit bench`: fills a store with made cases and measures, as ratios, what DESIGN 9 sets bars for."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final, TextIO

import msgspec

from desktop.bench.fanning import measure_fan_out
from desktop.bench.filling import BATCH, fill, measure_pull
from desktop.bench.made_cases import build_cases
from desktop.bench.measuring import Row, build_row, format_table
from desktop.bench.opening import KEY, prepare_profile
from desktop.bench.reading import measure_reading
from desktop.bench.scrolling import measure_scrolling
from desktop.bench.starting import measure_start
from desktop.bench.syncing import measure_while_syncing
from desktop.domain.errors import DesktopError
from desktop.store.base.schema import create_base

USUAL: Final = 100_000
PULLED: Final = 50_000
"""Cases of the pull rate: the same rows go into a second file, by the bare driver."""
EXIT_OK, EXIT_FAILED = 0, 1


def bench_command(argv: list[str], out: TextIO, err: TextIO) -> int:
    """Runs the bench in a folder of its own, which is deleted; a table on stdout, JSON into a file."""
    parser = argparse.ArgumentParser(prog="knit bench")
    parser.add_argument("--cases", type=int, default=USUAL, metavar="N", help="how many, at least 1,000")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="a JSON list, an object per row")
    options = parser.parse_args(argv)
    cases = max(BATCH, options.cases // BATCH * BATCH)
    try:
        with tempfile.TemporaryDirectory(prefix="knit-bench-") as folder:
            rows = run_bench(Path(folder), cases, err)
    except DesktopError as error:
        err.write(f"{error}\n")
        return EXIT_FAILED
    out.write(format_table(rows))
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    return EXIT_OK


def run_bench(folder: Path, cases: int, err: TextIO) -> list[Row]:
    """Every row; what is under way is said on stderr."""
    say = _Says(err)
    say("pull rate")
    rows = measure_pull(folder, min(cases, PULLED))
    profile = folder / "profile"
    profile.mkdir()
    say(f"filling {cases:,} cases")
    base = create_base(profile / "base-1.db", KEY, desk_id=prepare_profile(profile), handover=1)
    try:
        rows.append(build_row("fill of the whole store, per 1,000 cases", cases, fill(base, build_cases(cases))))
    finally:
        base.close()
    say("start")
    rows += measure_start(profile, cases)
    say("frames")
    rows += measure_scrolling(profile, profile / "base-1.db", cases)
    say("lists, search, records")
    rows += measure_reading(profile, profile / "base-1.db", cases)
    say("the same while rows come in")
    rows += measure_while_syncing(profile, profile / "base-1.db", cases)
    say("twelve components at once")
    rows += measure_fan_out(folder / "many", cases)
    say("done")
    return rows


class _Says:
    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        self._err.write(f"{time.monotonic() - self._began:7.1f} s  {what}\n")
        self._err.flush()
