"""What the tour keeps: a picture and a line of JSON for each step."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.tour.hands import StepFailed


@dataclass
class Step:
    """One step as it is told: what was done, what was read off the screen, what the component answered."""

    name: str
    did: str
    seen: dict[str, object] = field(default_factory=dict)
    component: dict[str, object] | None = None

    def see(self, what: str, text: object, *, wanted: bool, because: str = "") -> None:
        """Keeps something read off the screen.

        Raises:
            StepFailed: it is not what it should be.
        """
        self.seen[what] = text
        if not wanted:
            raise StepFailed(f"{what}: {because or 'not as it should be'}; the screen says {text!r}")

    def hear(self, what: str, answer: object, *, wanted: bool) -> None:
        """Keeps what the component answered to the tour's own request.

        Raises:
            StepFailed: it is not what it should be.
        """
        self.component = {**(self.component or {}), what: answer}
        if not wanted:
            raise StepFailed(f"The component answers {answer!r} for {what}")


class Recorder:
    """Writes pictures and `steps.jsonl` into a folder."""

    def __init__(self, folder: Path, out: TextIO) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.count = 0
        self.failed = 0
        self._out = out
        self._lines = (folder / "steps.jsonl").open("w", encoding="utf-8", newline="\n")

    def keep(self, step: Step, widget: QWidget, error: str = "") -> None:
        """Takes a step's picture and writes its line."""
        self.count += 1
        self.failed += bool(error)
        QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest))  # what was said last has its room
        picture = f"{self.count:02}-{step.name}.png"
        widget.grab().save(str(self.folder / picture))
        line: dict[str, object] = {
            "step": self.count,
            "name": step.name,
            "did": step.did,
            "ok": not error,
            "seen": step.seen,
            "component": step.component,
            "picture": picture,
        }
        if error:
            line["error"] = error
        self._lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._lines.flush()
        self._out.write(
            f"{'ok  ' if not error else 'FAIL'} {self.count:02} {step.name}{': ' + error if error else ''}\n"
        )
        self._out.flush()

    def close(self) -> None:
        """Closes the file."""
        self._lines.close()
