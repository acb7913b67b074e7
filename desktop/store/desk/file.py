"""A thread's own connection to desk.db with base.db attached read-only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from desktop.store.base import tables as base
from desktop.store.base.schema import make_empty
from desktop.store.cipher import File, connect, key_literal


@dataclass(frozen=True, slots=True)
class Pair:
    """The two files and their keys. `base` is None before there is one."""

    desk: Path
    desk_key: bytes
    base: Path | None
    base_key: bytes


class DeskFile(File):
    """desk.db as main, base.db attached as `base`: the order in which SQLite takes its snapshots matters.

    A read of several statements touches a desk table first, for an edit is cleared from desk.db only after its outcome
    was committed to base.db; base first could show the old value of a cleared edit.
    """

    def __init__(self, pair: Pair, *, writes: bool) -> None:
        super().__init__(lambda: _open(pair, writes=writes), subject=pair.desk.name, writes=writes)
        self.pair = pair
        self._fill_memory()

    def reopen(self, pair: Pair) -> None:
        """Closes and opens again on another pair, between two transactions; whoever holds this object goes on with it.

        DETACH would fail inside a transaction or with an open cursor.
        """
        with self._lock:
            self._reopen(lambda: _open(pair, writes=self._writes))
            self.pair = pair
            self._fill_memory()

    def _fill_memory(self) -> None:
        if self.pair.base is not None:
            return
        try:
            with self.transaction() as connection:
                make_empty(connection)
        except BaseException:
            self.close()
            raise


def _open(pair: Pair, *, writes: bool) -> dbapi2.Connection:
    # With no base the memory file must take tables, so that connection is opened for writing even for reads.
    driver = connect(pair.desk, pair.desk_key, read_only=not writes and pair.base is not None)
    try:
        if writes:
            driver.execute("PRAGMA journal_mode = WAL")
            driver.execute("PRAGMA synchronous = FULL")
        if pair.base is None:
            driver.execute(f"ATTACH ':memory:' AS {base.NAME} KEY ''")
        else:
            uri = pair.base.absolute().as_uri() + "?mode=ro"
            driver.execute(f"ATTACH ? AS {base.NAME} KEY ?", (uri, key_literal(pair.base_key)))
            driver.execute(f"SELECT count(*) FROM {base.NAME}.sqlite_master").fetchall()
            driver.execute(f"PRAGMA {base.NAME}.cache_size = -32768")
        driver.execute("PRAGMA cache_size = -8192")
    except BaseException:
        driver.close()
        raise
    return driver
