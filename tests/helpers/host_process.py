"""The component host, armed to die at a point: `python -m tests.helpers.host_process POINT MARKER`."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.host import process
from desktop.host.process import run_host
from tests.helpers.killing import arm

if __name__ == "__main__":
    if sys.argv[1]:
        arm(sys.argv[1], Path(sys.argv[2]))
    process.LINGER = 2.0  # type: ignore[misc]
    raise SystemExit(run_host())
