"""When to try again, and which ops may go. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from desktop.sync.ops import Op

FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 300.0
MOST_WAIT: Final = 3_600.0
"""Also a component that asks for more is asked again after an hour; and a time further ahead is of a clock set back."""


def next_wait(tries: int, retry_after: float | None, chance: float) -> float:
    """Seconds until the next try: full jitter over a doubling bound, never sooner than the component asked (to an hour).

    Args:
        tries: how many have failed.
        retry_after: what the component asked for, in seconds.
        chance: a random number from 0 to 1.

    Source: the AWS builders' library on back-off, "full jitter".
    """
    bound = min(LONGEST_WAIT, FIRST_WAIT * float(2 ** min(tries, 12)))
    return max(min(retry_after or 0.0, MOST_WAIT), 0.5 + chance * bound)


def ready(ops: Sequence[Op], now: int, lost: Collection[str] = ()) -> list[Op]:
    """The ops that may be offered, in order: waiting, due, and with no earlier op left that names one of their records.

    Args:
        ops: all ops of the outbox, by `seq`.
        now: epoch seconds.
        lost: ids of ops in the state `sent` whose row is to be made again; the others of that state are in nobody's way.
    """
    named: set[int] = set()
    found: list[Op] = []
    for op in ops:
        if op.state == "sent" and op.id not in lost:
            continue
        blocked = not named.isdisjoint(op.records)
        named.update(op.records)
        if not blocked and op.state in ("waiting", "sent") and op.next_try <= now and op.busy_until <= now:
            found.append(op)
    return found
