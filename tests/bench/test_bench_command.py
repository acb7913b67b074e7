"""`knit bench` measures every job and says it as a table and as JSON. No time is asserted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from desktop.bench import fanning, mapping, reading, scrolling, starting, syncing
from desktop.bench.command import bench_command
from desktop.bench.made_cases import build_cases
from desktop.bench.measuring import build_row, format_table, take_turns

FIELDS = {"job", "cases", "n", "median_ms", "p95_ms", "reference", "reference_ms", "ratio"}
REFERENCED = {
    "pull, first fill, per 1,000 cases",
    "pull, 5 % new and 15 % changed, per 1,000",
    "start to a usable queue",
    "list by due, first rows",
    "list by updated, first rows",
    "list of one officer, first rows",
    "list filtered by a word, first rows",
    "list by due, a page anywhere",
    "search as you type, each key",
    "count everyone's open cases",
    "map, pan or zoom",
    "frame while scrolling (99th, not 95th)",
    "frame while rows sync (99th, not 95th)",
    "memory without the map, in MB",
    "edit acknowledged while rows sync",
    "open a resident while rows sync",
    "first rows while rows sync",
    "twelve components at once",
    "the first of twelve answers",
}
ALONE = {"fill of the whole store, per 1,000 cases", "edit acknowledged", "open a case", "open a resident"}


def test_every_job_is_measured_and_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "TIMES", 1)
    monkeypatch.setattr(reading, "TIMES", 5)
    monkeypatch.setattr(reading, "EDITS", 20)
    monkeypatch.setattr(mapping, "TIMES", 5)
    monkeypatch.setattr(mapping, "MARKERS", 20)
    monkeypatch.setattr(syncing, "TIMES", 10)
    monkeypatch.setattr(fanning, "TIMES", 1)
    monkeypatch.setattr(scrolling, "FRAMES", 20)
    out, err = io.StringIO(), io.StringIO()
    code = bench_command(["--cases", "2000", "--json", str(tmp_path / "bench.json")], out, err)
    assert code == 0, err.getvalue()
    rows = json.loads((tmp_path / "bench.json").read_text())
    assert {row["job"] for row in rows} == REFERENCED | ALONE
    assert all(set(row) == FIELDS for row in rows)
    assert all(row["n"] > 0 and row["median_ms"] > 0 for row in rows)
    assert {row["job"] for row in rows if row["ratio"] > 0 and row["reference"]} == REFERENCED
    assert all(row["job"] in out.getvalue() for row in rows)


def test_the_made_cases_are_always_the_same_and_in_proportion() -> None:
    cases = list(build_cases(3_000))
    assert cases[:50] == list(build_cases(50, of=3_000))
    assert len({case.outside_id for case in cases}) == 3_000
    people = {case.reporter.email for case in cases if case.reporter}
    places = {case.place.uprn for case in cases if case.place}
    assert 800 < len(people) <= 900
    assert 1_100 < len(places) <= 1_200
    again = list(build_cases(50, of=3_000, changed=1))
    assert [case.outside_id for case in again] == [case.outside_id for case in cases[:50]]
    assert all(after != before for after, before in zip(again, cases[:50], strict=True))


def test_turns_leave_the_first_out_and_ratios_are_of_medians() -> None:
    done: list[str] = []
    mine, theirs = take_turns([lambda: done.append("a")] * 4, [lambda: done.append("b")] * 4)
    assert (len(mine), len(theirs)) == (3, 3)
    assert done == ["b", "a", "a", "b", "b", "a", "a", "b"]
    row = build_row("a job", 10, [0.004, 0.002, 0.010], reference="less", others=[0.001, 0.002, 0.003])
    assert (row.median_ms, row.p95_ms, row.reference_ms, row.ratio) == (4.0, 10.0, 2.0, 2.0)
    assert "a job" in format_table([row])
