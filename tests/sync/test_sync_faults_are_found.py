"""The proof is proven: each planted fault is found by the state machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from desktop.domain.errors import DesktopError
from tests.helpers.sync_machine import SyncMachine
from tests.sync_faults import FAULTS

MOST_EXAMPLES = 600
"""Sought anew each time: the seed differs from run to run."""


class _Counted(SyncMachine):
    examples = 0

    def __init__(self) -> None:
        type(self).examples += 1
        super().__init__()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(fault: Callable[[], Any], record_property: Callable[[str, object], None]) -> None:
    _Counted.examples = 0
    with fault(), pytest.raises((AssertionError, DesktopError)) as found:
        run_state_machine_as_test(
            _Counted,
            settings=settings(
                max_examples=MOST_EXAMPLES,
                stateful_step_count=30,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    record_property("examples", _Counted.examples)
    print(f"{fault.__name__}: found in {_Counted.examples} examples ({type(found.value).__name__})")
