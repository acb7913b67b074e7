"""The profile's components, set up off the window's thread: each task may wait for a file, the keyring or the host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject

from desktop.domain.errors import DesktopError
from desktop.tasks.ports import EstatePort
from desktop.tasks.runner import Post

T = TypeVar("T")


class EstateTasks(QObject):
    """Runs tasks on the estate, one at a time, and hands what came of each to the widget that asked."""

    def __init__(self, estate: EstatePort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._estate = estate
        self._post = Post(self)
        self._turn = threading.Lock()
        self.running = 0

    def run(
        self,
        owner: QObject,
        work: Callable[[EstatePort], T],
        done: Callable[[T], None],
        failed: Callable[[DesktopError], None],
    ) -> None:
        """Does `work` on a thread of its own, then calls `done` or `failed` here if `owner` still exists."""

        def task() -> None:
            try:
                with self._turn:
                    result = work(self._estate)
            except DesktopError as error:
                self._post.hand(partial(self._deliver, owner, failed, error))
            else:
                self._post.hand(partial(self._deliver, owner, done, result))

        self.running += 1
        threading.Thread(target=task, name="estate", daemon=True).start()

    def _deliver(self, owner: QObject, call: Callable[..., None], value: object) -> None:
        self.running -= 1
        if shiboken6.isValid(owner):
            call(value)
