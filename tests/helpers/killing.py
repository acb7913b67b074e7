"""Ends this process with SIGKILL at a named point, once: a marker file remembers that it happened."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from desktop.domain import points


def arm(name: str, marker: Path) -> None:
    """At the first time the point is reached, this process is gone as by `kill -9`."""

    def reach(point: str) -> None:
        if point == name and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    points.at = reach
