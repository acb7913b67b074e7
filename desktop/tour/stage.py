"""What the steps share: the window, the hands, the recorder, the probe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.tasks.ports import SessionPort
from desktop.tour.hands import Hands, MouseGuard, StepFailed, pause, wait_for
from desktop.tour.payer import PayerBrowser
from desktop.tour.probe import Probe
from desktop.tour.record import Recorder, Step
from desktop.ui.page import Page
from desktop.ui.shell.window import DeskWindow

P = TypeVar("P", bound=Page)


class Stage:
    """One tour under way."""

    def __init__(
        self,
        *,
        app: QApplication,
        session: SessionPort,
        make_window: Callable[[], DeskWindow],
        recorder: Recorder,
        probe: Probe,
        payer: PayerBrowser,
        guard: MouseGuard | None,
    ) -> None:
        self.app = app
        self.session = session
        self.recorder = recorder
        self.probe = probe
        self.payer = payer
        self.keyboard = guard is not None
        self._guard = guard
        self._make_window = make_window
        self.window = make_window()
        self.hands = Hands(self.window, guard)
        self.memory: dict[str, str] = {}

    def show(self) -> None:
        """Shows the window, in front."""
        self.window.show()
        self.window.activateWindow()
        wait_for(self.window.isActiveWindow, "the window to be in front")

    def restart(self) -> None:
        """Closes the window and opens another on the same profile, as a new start does."""
        self.window.close()
        self.window.context.ops.close()
        self.window.deleteLater()
        pause(50)
        self.window = self._make_window()
        self.hands = Hands(self.window, self._guard)
        self.show()

    @contextmanager
    def step(self, name: str, did: str, picture: Callable[[], QWidget] | None = None) -> Iterator[Step]:
        """One step: kept with its picture, whether it goes well or not.

        Raises:
            StepFailed: it did not go well.
        """
        step = Step(name, did)
        shown = picture or (lambda: self.window)
        try:
            yield step
        except Exception as error:
            self.settle()
            self.recorder.keep(step, shown(), str(error))
            raise
        self.settle()
        self.recorder.keep(step, shown())

    def settle(self) -> None:
        """Waits until nothing is read or written."""
        pause(150)
        try:
            wait_for(self.window.context.ops.runner.is_idle, "reads to end", 10)
        except StepFailed:
            return
        pause(100)

    def page(self, kind: type[P]) -> P:
        """The page in front.

        Raises:
            StepFailed: it is of another kind.
        """
        wait_for(lambda: isinstance(self.window.pages.current_page(), kind), f"a page of {kind.__name__}", 10)
        page = self.window.pages.current_page()
        if not isinstance(page, kind):
            raise StepFailed(f"The page in front is not a {kind.__name__}")
        return page

    def search(self, words: str) -> list[str]:
        """Types into the box on top and gives what it lists."""
        box = self.window.top.search
        self.hands.shortcut(Qt.Key.Key_K)
        wait_for(box.edit.hasFocus, "the search box to have the focus", 5)
        self.hands.type(words)
        wait_for(
            lambda: any(words.split(maxsplit=1)[0].casefold() in line.casefold() for line in box.lines()),
            f"{words!r} in the box",
        )
        return box.lines()

    def open_found(self, title: str) -> None:
        """Goes down in what was found to a title, and opens it."""
        box = self.window.top.search
        for _ in range(len(box.lines()) + 1):
            now = str(box.panel.view.currentIndex().data() or "")
            if title.casefold() in now.casefold():
                self.hands.press(Qt.Key.Key_Return)
                return
            self.hands.press(Qt.Key.Key_Down)
        raise StepFailed(f"{title!r} is not among {box.lines()!r}")

    def run_command(self, words: str) -> None:
        """Runs a command from the box."""
        self.search(words)
        self.open_found(words)

    def wait_sent(self) -> None:
        """Waits until the outbox is empty, as the status bar says."""
        wait_for(lambda: "empty" in self.window.status.outbox.text(), "the outbox to be empty", 45)
