"""Threads behind the desk: one that writes, two that read, and one queued signal back to the window's thread."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.domain.errors import DesktopError, OperationCancelled
from desktop.tasks.ports import DeskPort

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work. `lane` is "" for a write; `number` tells the newest read of a lane from the older ones."""

    work: Callable[[DeskPort], object]
    done: Callable[[object], None] | None
    failed: Callable[[DesktopError], None]
    lane: str = ""
    number: int = 0
    slow: bool = False


class Post(QObject):
    """Runs call-backs on the thread it lives on, whichever thread hands them in.

    Signals:
        _handed: a call-back with nothing to pass to it.
    """

    _handed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handed.connect(self._on_self_handed, Qt.ConnectionType.QueuedConnection)

    def hand(self, call: Callable[[], None]) -> None:
        """Queues a call; from any thread."""
        if shiboken6.isValid(self):
            self._handed.emit(call)

    @Slot(object)
    def _on_self_handed(self, call: Callable[[], None]) -> None:
        call()


def is_alive(call: Callable[..., object]) -> bool:
    """Whether the widget whose method this is still exists; True for a plain function."""
    owner = getattr(call.func if isinstance(call, partial) else call, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class _Reader:
    """One reading thread with a connection of its own."""

    def __init__(self, runner: TaskRunner, name: str, *, takes_slow: bool) -> None:
        self.takes_slow = takes_slow
        self.running: Job | None = None
        self.desk: DeskPort | None = None
        self._runner = runner
        self.thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def _loop(self) -> None:
        try:
            self.desk = self._runner.open_desk()
        except DesktopError as error:
            self._runner.broke(error)
            return
        try:
            while (job := self._runner.next_read(self)) is not None:
                self._runner.run(job, self.desk)
                self._runner.read_done(self)
        finally:
            self._runner.close_reader(self)


class TaskRunner(QObject):
    """Runs reads and writes off the window's thread, and their call-backs on it.

    A newer read of a lane takes the place of the older one: one that waits is dropped, one that runs is interrupted
    under the lock that says which job a reader has, so that no interrupt can hit the read after it. Writes run one
    after the other and are never interrupted. The second reader alone takes slow reads, so a long one never holds up
    a page of a list.

    Signals:
        failed(DesktopError): a job without a call-back of its own for that went wrong, or a thread could not start.
    """

    failed = Signal(object)

    def __init__(self, open_desk: Callable[[], DeskPort], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open_desk = open_desk
        self._post = Post(self)
        self._lock = threading.Condition()
        self._reads: deque[Job] = deque()
        self._writes: deque[Job] = deque()
        self._newest: dict[str, int] = {}
        self._counter = 0
        self._closing = False
        self._readers = (_Reader(self, "knit-read-1", takes_slow=False), _Reader(self, "knit-read-2", takes_slow=True))
        self._writer = threading.Thread(target=self._write_loop, name="knit-write", daemon=True)
        self._writing = False
        for thread in (*(r.thread for r in self._readers), self._writer):
            thread.start()

    def read(
        self,
        work: Callable[[DeskPort], T],
        done: Callable[[T], None],
        *,
        lane: str,
        failed: Callable[[DesktopError], None] | None = None,
        slow: bool = False,
    ) -> None:
        """Reads on a reader thread, then calls `done` here; the newest read of a lane wins."""
        with self._lock:
            self._counter += 1
            self._newest[lane] = self._counter
            self._reads = deque(job for job in self._reads if job.lane != lane)
            for reader in self._readers:
                if reader.running is not None and reader.running.lane == lane and reader.desk is not None:
                    reader.desk.interrupt()
            self._reads.append(
                Job(
                    work=work,
                    done=done,  # type: ignore[arg-type]  # what `work` gives is what `done` takes
                    failed=failed or self.failed.emit,
                    lane=lane,
                    number=self._counter,
                    slow=slow,
                )
            )
            self._lock.notify_all()

    def write(
        self,
        work: Callable[[DeskPort], T],
        done: Callable[[T], None] | None,
        failed: Callable[[DesktopError], None] | None = None,
    ) -> None:
        """Writes on the writer thread, in the order asked, then calls `done` here."""
        with self._lock:
            self._writes.append(Job(work=work, done=done, failed=failed or self.failed.emit))  # type: ignore[arg-type]
            self._lock.notify_all()

    def forget(self, lane: str) -> None:
        """Drops what a lane still asks for; its call-backs are not called."""
        with self._lock:
            self._newest.pop(lane, None)
            self._reads = deque(job for job in self._reads if job.lane != lane)

    def is_idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        with self._lock:
            return not (self._reads or self._writes or self._writing or any(r.running for r in self._readers))

    def close(self) -> None:
        """Finishes the writes, drops the reads, and waits for the threads to end."""
        with self._lock:
            self._closing = True
            self._reads.clear()
            for reader in self._readers:
                if reader.running is not None and reader.desk is not None:
                    reader.desk.interrupt()
            self._lock.notify_all()
        for thread in (*(r.thread for r in self._readers), self._writer):
            thread.join(timeout=10)

    # ---- on the threads ----

    def next_read(self, reader: _Reader) -> Job | None:
        """The next job for a reader, or None at the end; blocks. Runs on a reader thread."""
        with self._lock:
            while not self._closing:
                for job in self._reads:
                    if not job.slow or reader.takes_slow:
                        self._reads.remove(job)
                        reader.running = job
                        return job
                self._lock.wait()
            return None

    def read_done(self, reader: _Reader) -> None:
        """Marks a reader as free, so that nothing interrupts it now. Runs on a reader thread."""
        with self._lock:
            reader.running = None

    def close_reader(self, reader: _Reader) -> None:
        """Closes a reader's connection. Runs on its thread."""
        with self._lock:
            desk, reader.desk, reader.running = reader.desk, None, None
        if desk is not None:
            desk.close()

    def broke(self, error: DesktopError) -> None:
        """Says that a thread could not open its connection."""
        self._post.hand(partial(self.failed.emit, error))

    def run(self, job: Job, desk: DeskPort) -> None:
        """Runs one job and hands its outcome over. Runs on a reader or the writer thread."""
        try:
            result = job.work(desk)
        except OperationCancelled:
            return
        except DesktopError as error:
            self._post.hand(partial(self._finish, job, None, error))
        except Exception as error:  # noqa: BLE001  # our own bug: the desk must live on and say so
            _log.error("A job of the desk broke", exc_info=error)
            told = DesktopError(
                "Something went wrong inside Knit.", "What you typed is kept. Try again.", key="desk.broken"
            )
            told.__cause__ = error
            self._post.hand(partial(self._finish, job, None, told))
        else:
            self._post.hand(partial(self._finish, job, result, None))

    def _write_loop(self) -> None:
        try:
            desk = self.open_desk()
        except DesktopError as error:
            self.broke(error)
            return
        try:
            while (job := self._next_write()) is not None:
                self.run(job, desk)
                with self._lock:
                    self._writing = False
        finally:
            desk.close()

    def _next_write(self) -> Job | None:
        with self._lock:
            while not self._writes:
                if self._closing:
                    return None
                self._lock.wait()
            self._writing = True
            return self._writes.popleft()

    # ---- back on the window's thread ----

    def _finish(self, job: Job, result: object, error: DesktopError | None) -> None:
        if job.lane and self._newest.get(job.lane) != job.number:
            return
        if error is not None:
            if is_alive(job.failed):
                job.failed(error)
        elif job.done is not None and is_alive(job.done):
            job.done(result)
