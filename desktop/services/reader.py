"""One thread's read connection to the store, opened again when the store's files change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from desktop.store.desk.file import DeskFile, Pair
from desktop.store.reading import touch_desk

READ_SECONDS: Final = 2.0
"""The longest that a read may hold its snapshot: until it ends the host cannot move the log into base.db."""


class Reader:
    """Reads on the thread that made it; `interrupt` may come from any. No read lasts longer than `limit` seconds."""

    def __init__(self, pair: Callable[[], Pair], *, limit: float = READ_SECONDS) -> None:
        self._pair = pair
        self._limit = limit
        self._file: DeskFile | None = None
        self._number = 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read transaction over both files, desk.db first.

        Raises:
            OperationCancelled: a newer read superseded this one.
            StoreSlow: it took too long.
        """
        file = self._open()
        with file.superseding() as number:
            self._number = number
            with file.limited(self._limit), file.transaction() as connection:
                touch_desk(connection)
                yield connection

    def interrupt(self) -> None:
        """Stops the read that runs now, and never the next one."""
        file, number = self._file, self._number
        if file is not None and number:
            file.interrupt(number)

    def close(self) -> None:
        """Closes the connection."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> DeskFile:
        pair = self._pair()
        if self._file is not None and self._file.pair != pair:
            self.close()
        if self._file is None:
            self._file = DeskFile(pair, writes=False)
        return self._file
