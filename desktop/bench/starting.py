"""From a command to a queue that can be used, beside a bare window; each in a process of its own, without a screen."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from desktop.bench.measuring import Row, build_row
from desktop.domain.errors import StoreError

TIMES: Final = 5
BARE_WINDOW: Final = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["bare"])
window = QMainWindow()
window.resize(1200, 800)
window.show()
app.processEvents()
sys.stdout.write("shown\\n")
sys.stdout.flush()
"""
DESK: Final = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QTableView
import desktop.app as app_module
from desktop.bench.opening import open_bench_session
with open_bench_session(Path(sys.argv[1])) as session:
    app = app_module.build_application(["bench"])
    window = app_module.build_window(app, session)
    window.show()
    def filled():
        return any(v.model() is not None and v.model().rowCount() > 0 for v in window.findChildren(QTableView))
    while not filled():
        app.processEvents()
    app.processEvents()
    sys.stdout.write("shown\\n")
    sys.stdout.flush()
    os._exit(0)
"""


def measure_start(profile: Path, cases: int) -> list[Row]:
    """Cold processes, warm files."""
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(TIMES + 1):
        theirs.append(_start(BARE_WINDOW, []))
        mine.append(_start(DESK, [str(profile)]))
    return [build_row("start to a usable queue", cases, mine[1:], reference="bare PySide6 window", others=theirs[1:])]


def _start(code: str, arguments: list[str]) -> float:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    seconds = time.perf_counter() - began
    if "shown" not in done.stdout:
        raise StoreError("The window did not start.", done.stderr[-300:], key="bench.start")
    return seconds
