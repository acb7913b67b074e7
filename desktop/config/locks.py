"""Locks between processes, held by the operating system and so gone with the process that held them."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from desktop.config.files import file_errors
from desktop.domain.errors import StoreLocked


class _Region(Protocol):
    def take(self, file: IO[bytes]) -> bool: ...


class _Posix:
    def take(self, file: IO[bytes]) -> bool:
        import fcntl  # exists on POSIX only

        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class _Windows:
    def take(self, file: IO[bytes]) -> bool:
        msvcrt = __import__("msvcrt")  # exists on Windows only
        file.seek(1_000)  # a locked byte cannot be read on Windows, and the process number stands at the front
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True


def region_for(platform: str) -> _Region:
    """How that platform locks a file."""
    return _Windows() if platform == "win32" else _Posix()


class ProcessLock:
    """A lock on a file, with the number of the process that holds it written inside."""

    def __init__(self, path: Path, *, platform: str = sys.platform) -> None:
        self.path = path
        self._region = region_for(platform)
        self._file: IO[bytes] | None = None

    def take(self, *, wait: float = 0.0) -> bool:
        """Takes it, trying for `wait` seconds; False when another process has it. Raises StoreError."""
        until = time.monotonic() + wait
        while True:
            with file_errors(self.path):
                file = self.path.open("a+b")
            if self._region.take(file):
                file.seek(0)
                file.truncate()
                file.write(str(os.getpid()).encode())
                file.flush()
                self._file = file
                return True
            file.close()
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)

    def holder(self) -> int | None:
        """The process that holds or last held it."""
        try:
            text = self.path.read_bytes()
        except OSError:
            return None
        return int(text) if text.isdigit() else None

    def release(self) -> None:
        """Gives it back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        if not self.take():
            raise StoreLocked(
                "Knit is already open with this profile.",
                "Go to the open window, or close it first.",
                key="store.second",
                subject=self.path.parent.name,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
