"""Threads of one component: at most four, a deadline each, and a stuck one is abandoned and counted."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from desktop.domain.errors import NotReady

MOST_THREADS: Final = 4
GRACE: Final = 1.0
"""Seconds after its deadline at which a call that has not come back is given up."""


class Job:
    """One piece of work with its deadline. Exactly one of `work`'s own answer and `gave_up` reaches the caller."""

    def __init__(self, work: Callable[[Job], None], *, gave_up: Callable[[NotReady], None], deadline: float) -> None:
        self.work = work
        self.gave_up = gave_up
        self.deadline = deadline
        self.cancelled = threading.Event()
        self.ends_at = float("inf")
        self._answered = False
        self._lock = threading.Lock()

    def claim(self) -> bool:
        """True for the first who answers; nobody answers twice."""
        with self._lock:
            if self._answered:
                return False
            self._answered = True
            return True


class Workers:
    """The threads of one component."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.abandoned = 0
        self._waiting: deque[Job] = deque()
        self._running: set[Job] = set()
        self._threads = 0
        self._changed = threading.Condition()

    def submit(self, job: Job) -> None:
        """Queues a job. With every thread stuck for good, it is refused at once."""
        with self._changed:
            job.ends_at = time.monotonic() + job.deadline + GRACE
            if self.abandoned >= MOST_THREADS:
                refused = True
            else:
                refused = False
                self._waiting.append(job)
                if len(self._running) + len(self._waiting) > self._threads and self._threads < MOST_THREADS:
                    self._threads += 1
                    threading.Thread(target=self._work, name=f"{self.name} worker", daemon=True).start()
                self._changed.notify()
        if refused and job.claim():
            job.gave_up(self._stuck())

    def give_up(self, now: float) -> list[Job]:
        """Gives up jobs past their time; their threads are left behind, and replaced while fewer than four are."""
        with self._changed:
            late = [job for job in (*self._running, *self._waiting) if now > job.ends_at]
            for job in late:
                if job in self._running:
                    self._running.discard(job)
                    self._threads -= 1
                    self.abandoned += 1
                else:
                    self._waiting.remove(job)
                job.cancelled.set()
        for job in late:
            if job.claim():
                job.gave_up(self._stuck())
        return late

    def cancel_all(self) -> None:
        """Asks every job to end."""
        with self._changed:
            for job in (*self._running, *self._waiting):
                job.cancelled.set()

    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        with self._changed:
            return not self._running and not self._waiting

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                job = self._waiting.popleft()
                job.ends_at = time.monotonic() + job.deadline + GRACE
                self._running.add(job)
            job.work(job)
            with self._changed:
                if job not in self._running:
                    self.abandoned -= 1  # it came back after all; its place was given away
                    return
                self._running.discard(job)

    def _stuck(self) -> NotReady:
        return NotReady(
            f"{self.name} did not answer in time.",
            "What you typed is safe. Knit tries again by itself.",
            key="host.late",
            subject=self.name,
        )
