"""What an officer waits for while rows come in: another process writes base.db without a pause, as a host does.

Run as a module it is that process: BASE CASES; it says `writing` once it does, and ends when its stdin is closed.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from desktop.bench import reading
from desktop.bench.filling import BATCH, save
from desktop.bench.made_cases import build_cases
from desktop.bench.measuring import Row, build_row, take
from desktop.bench.opening import KEY
from desktop.domain.errors import StoreError
from desktop.services.rows import CaseQuery
from desktop.store.base.writer import BaseWriter
from desktop.store.cipher import connect

TIMES: Final = 300
ROWS: Final = 100_000
"""Cases that are written over and over, each time changed."""


@contextmanager
def syncing(base: Path, cases: int) -> Iterator[None]:
    """Rows come in while the block runs."""
    command = [sys.executable, "-m", "desktop.bench.syncing", str(base), str(cases)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdout is None or process.stdin is None or process.stdout.readline() != "writing\n":
            raise StoreError("The process that writes rows did not start.", key="bench.start")
        try:
            yield
        finally:
            process.stdin.close()
            process.wait(timeout=60)


def measure_while_syncing(folder: Path, base: Path, cases: int) -> list[Row]:
    """An edit, a resident and the first rows of a list: without a sync, then with one."""
    bare = connect(base, KEY, read_only=True)
    try:
        keys = reading.some_keys(bare, "case_")[: 2 * TIMES]
        people = reading.some_keys(bare, "person_")[:TIMES]
    finally:
        bare.close()
    with reading.open_desk(folder, base) as (desk, outbox):

        def measure(half: int) -> list[list[float]]:
            edits = [reading.build_edit(key) for key in keys[half::2]]
            return [
                [take(lambda edit=edit: outbox.save(edit)) for edit in edits][1:],  # type: ignore[misc]
                [take(lambda key=key: desk.people.get(key)) for key in people][1:],  # type: ignore[misc]
                [take(lambda: desk.cases.page(CaseQuery(), None, reading.PAGE)) for _ in people][1:],
            ]

        quiet = measure(0)
        with syncing(base, cases):
            busy = measure(1)
    jobs = ("edit acknowledged while rows sync", "open a resident while rows sync", "first rows while rows sync")
    return [
        build_row(job, cases, mine, reference="the same with no sync", others=others)
        for job, mine, others in zip(jobs, busy, quiet, strict=True)
    ]


def main() -> None:
    """Writes until stdin is closed."""
    base, cases = BaseWriter(Path(sys.argv[1]), KEY), int(sys.argv[2])
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    try:
        for turn in itertools.count(2):
            for start in range(0, min(cases, ROWS), BATCH):
                save(base, list(build_cases(BATCH, start=start, of=cases, changed=turn)))
                if (turn, start) == (2, 0):
                    sys.stdout.write("writing\n")
                    sys.stdout.flush()
                if ended.is_set():
                    return
    finally:
        base.close()


if __name__ == "__main__":
    main()
