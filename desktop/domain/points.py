"""Points at which a process may die, by name. Tests walk the list and kill the process at each.

In the product `reach` does nothing. A test sets `at` to something that ends the process when the name is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

DESK: Final = (
    "desk.save.before_commit",
    "desk.save.after_commit",
    "desk.offer.before_commit",
    "desk.offer.after_commit",
    "desk.sent",
    "desk.answered",
    "desk.settle.before_commit",
    "desk.settle.after_commit",
    "desk.migrate.copied",
    "desk.migrate.before_commit",
    "desk.base.asked",
    "desk.base.before_handover",
    "desk.base.after_handover",
    "desk.base.named",
)
HOST: Final = (
    "host.push.received",
    "host.push.read",
    "host.push.before_send",
    "host.push.after_send",
    "host.outcome.before_commit",
    "host.outcome.after_commit",
    "host.pull.before_commit",
    "host.pull.after_commit",
    "host.checkpoint.before",
    "host.checkpoint.after",
    "host.base.created",
    "host.base.before_delete",
)


def _nothing(_name: str) -> None:
    return


at: Callable[[str], None] = _nothing
"""What happens at a point. Tests replace it in a process of their own."""


def reach(name: str) -> None:
    """Says that a named point was reached."""
    at(name)
