"""Scrolls a list in a window without a screen, in a process of its own: GUI time of each frame, and the memory.

Run as a module: `desk FRAMES PROFILE` scrolls My work over the store; with `--told` it is told twice a second that cases
changed, as a host tells it; `standard FRAMES ROWS` scrolls Qt's own models. The answer is one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from desktop.app import build_application, build_window
from desktop.bench.made_cases import build_cases
from desktop.bench.opening import open_bench_session
from desktop.domain.changes import Changes
from desktop.ui.queue.view import WorkView

FRAME_S: Final = 1 / 60
LINES: Final = 3
"""What one step of a wheel moves; every fortieth frame jumps instead, as a dragged bar does."""


def scroll(app: QApplication, table: QTableView, frames: int) -> list[float]:
    """Seconds that the GUI thread was busy in each sixtieth of a second, the painting of the step in it."""
    bar = table.verticalScrollBar()
    times: list[float] = []
    for frame in range(frames):
        began = time.perf_counter()
        jump = bar.maximum() * (frame * 7 % 10) // 10
        bar.setValue(jump if frame % 40 == 39 else min(bar.maximum(), bar.value() + LINES * table.rowHeight(0)))
        app.processEvents()
        busy = time.perf_counter() - began
        while (now := time.perf_counter()) < began + FRAME_S:
            app.processEvents()
            busy += time.perf_counter() - now
            time.sleep(0.0005)
        times.append(busy)
    return times[1:]


def scroll_desk(profile: Path, frames: int, *, told: bool) -> dict[str, object]:
    """My work with everyone's open cases, as the officer sees it."""
    with open_bench_session(profile) as session:
        app = build_application(["bench"])
        window = build_window(app, session)
        window.show()
        view = window.findChild(WorkView)
        if view is None:
            raise SystemExit("My work is not open.")
        view.filters.everyone.setChecked(True)
        deadline = time.monotonic() + 60
        while view.query.assignee or "counting" in view.count.text() or not view.model.rowCount():
            app.processEvents()
            if time.monotonic() > deadline:
                raise SystemExit("The list was not filled.")
        ticks = QTimer()
        ticks.timeout.connect(lambda: session.host.emit(Changes(many=frozenset({"case"}))))
        if told:
            ticks.start(500)
        found: dict[str, object] = {"times": scroll(app, view.table, frames), "pss_mb": find_pss_mb()}
        ticks.stop()
        window.context.ops.close()
        return found


def scroll_standard(rows: int, frames: int) -> dict[str, object]:
    """Qt's own: a sorting and filtering model over one item for each cell, painted by Qt."""
    app = QApplication(["bench"])
    model = QStandardItemModel()
    for case in build_cases(rows):
        words = (case.reference, case.title, case.service_name, case.place.address if case.place else "")
        model.appendRow([QStandardItem(word) for word in (*words, case.status, "", "", case.assignee)])
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    table = QTableView()
    table.setModel(proxy)
    table.resize(1200, 800)
    table.show()
    app.processEvents()
    return {"times": scroll(app, table, frames), "pss_mb": find_pss_mb()}


def find_pss_mb() -> float:
    """Memory of this process in MB, its share of what several use counted once; 0 where the system does not say."""
    kept = Path("/proc/self/smaps_rollup")
    if not kept.exists():
        return 0.0
    line = next((line for line in kept.read_text("ascii").splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) / 1024


def main() -> None:
    """Does one of the three and ends at once: what is measured is over, and the files are nobody's."""
    what, frames, which = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if what == "desk":
        found = scroll_desk(Path(which), frames, told="--told" in sys.argv)
    else:
        found = scroll_standard(int(which), frames)
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
