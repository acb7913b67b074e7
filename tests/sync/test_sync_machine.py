"""Two desks and one server converge, lose nothing and do nothing twice, whatever fails."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.helpers.sync_machine import SyncMachine

LONG = bool(os.environ.get("KNIT_LONG"))
EXAMPLES = 20_000 if LONG else 200
"""The short run tries the same examples each time, so that it says what a change did; the long one seeks new ones."""


def test_two_desks_and_a_server_converge_whatever_fails() -> None:
    run_state_machine_as_test(
        SyncMachine,
        settings=settings(
            max_examples=EXAMPLES,
            derandomize=not LONG,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
