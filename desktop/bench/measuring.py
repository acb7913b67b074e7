"""Times of a job and of its reference, taken turn by turn in one run, so that a busy machine slows both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the bench. Times in milliseconds; `ratio` is of the medians, 0 without a reference.

    For rates `median_ms` is per 1,000 records.
    """

    job: str
    cases: int
    n: int
    median_ms: float
    p95_ms: float
    reference: str = ""
    reference_ms: float = 0.0
    ratio: float = 0.0


def build_row(
    job: str,
    cases: int,
    times: Sequence[float],
    *,
    reference: str = "",
    others: Sequence[float] = (),
    centile: float = 0.95,
) -> Row:
    """A line from times in seconds. With another centile than the 95th in `p95_ms`, the job's name has to say so."""
    median, other = statistics.median(times) * 1000, statistics.median(others) * 1000 if others else 0.0
    ordered = sorted(times)
    return Row(
        job=job,
        cases=cases,
        n=len(times),
        median_ms=round(median, 3),
        p95_ms=round(ordered[min(len(ordered) - 1, int(len(ordered) * centile))] * 1000, 3),
        reference=reference,
        reference_ms=round(other, 3),
        ratio=round(median / other, 4) if other else 0.0,
    )


def take(work: Callable[[], object]) -> float:
    """Seconds of one piece of work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def take_turns(
    works: Sequence[Callable[[], object]], others: Sequence[Callable[[], object]]
) -> tuple[list[float], list[float]]:
    """Seconds of each piece of work and of its reference, one after the other; the first of each is not counted."""
    mine: list[float] = []
    theirs: list[float] = []
    for number, (work, other) in enumerate(zip(works, others, strict=True)):
        # Whoever comes second finds the pages warm: they take turns in that too.
        pair = (take(work), take(other)) if number % 2 else (take(other), take(work))[::-1]
        mine.append(pair[0])
        theirs.append(pair[1])
    return mine[1:], theirs[1:]


def format_table(rows: Sequence[Row]) -> str:
    """The lines for people."""
    head = f"{'job':<46}{'cases':>10}{'n':>6}{'median ms':>12}{'p95 ms':>11}{'ratio':>8}  reference"
    lines = [head, "-" * len(head)]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.reference else ""
        unit = "" if " in MB" in row.job else " ms"
        beside = f"{row.reference} ({row.reference_ms:.3f}{unit})" if row.reference else ""
        lines.append(
            f"{row.job:<46}{row.cases:>10,}{row.n:>6}{row.median_ms:>12.3f}{row.p95_ms:>11.3f}{ratio:>8}  {beside}"
        )
    return "\n".join(lines) + "\n"
