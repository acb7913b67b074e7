"""Opens SQLCipher files, and turns what SQLite says into our errors."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, pool
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from desktop.domain.errors import (
    DesktopError,
    OperationCancelled,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreSlow,
)

KEY_BYTES: Final = 32
STEPS: Final = 10_000
"""Steps of SQLite's machine between two looks at the clock; they cost nothing that can be measured."""
BUSY_MS: Final = 10_000
"""How long a writer waits for a lock. Each file has one writer, so only a checkpoint is ever waited for."""


def make_key() -> bytes:
    """A new random raw key (256 bits): opens a file in 0.2 ms, where a passphrase takes 100."""
    return secrets.token_bytes(KEY_BYTES)


def check_value(key: bytes) -> str:
    """A keyed value to keep beside a file, so that a wrong key and a damaged file can be told apart."""
    return hmac.new(key, b"knit store key check", hashlib.sha256).hexdigest()


def key_literal(key: bytes) -> str:
    """The key as SQLCipher takes it raw."""
    return f"x'{key.hex()}'"


def connect(path: Path, key: bytes, *, read_only: bool = False) -> dbapi2.Connection:
    """An open connection in driver autocommit; usable from any one thread at a time."""
    uri = path.absolute().as_uri() + ("?mode=ro" if read_only else "?mode=rwc")
    connection = dbapi2.connect(uri, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False, uri=True)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to stderr; we say what happened ourselves
        connection.execute(f'PRAGMA key = "{key_literal(key)}"')
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def is_whole(path: Path, key: bytes) -> bool:
    """Whether every page of a file is as it was written, and its tables and indexes agree."""
    try:
        driver = connect(path, key, read_only=True)
    except dbapi2.DatabaseError:
        return False
    try:
        # With a log beside it, a page that a dead writer was just moving may be torn in the file and whole in the log.
        log = path.with_name(f"{path.name}-wal")
        alone = not log.exists() or not log.stat().st_size
        damaged = alone and driver.execute("PRAGMA cipher_integrity_check").fetchall()
        return not damaged and driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except dbapi2.DatabaseError:
        return False
    finally:
        driver.close()


_opened = threading.local()


def _take_opened() -> dbapi2.Connection:
    driver: dbapi2.Connection = _opened.driver
    return driver


@cache
def get_engine(*, writes: bool) -> Engine:
    """The engine of every connection of its sort: SQL that was compiled once is compiled for all of them.

    A writing transaction is IMMEDIATE: a read that turns into a write fails. NullPool: `File` keeps its one connection
    itself.
    """
    engine = create_engine("sqlite+pysqlite://", module=dbapi2, creator=_take_opened, poolclass=pool.NullPool)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class File:
    """One open SQLCipher file (with what is attached to it): one connection, one thread at a time."""

    def __init__(
        self,
        open_connection: Callable[[], dbapi2.Connection],
        *,
        subject: str,
        writes: bool,
        translate: Mapping[str, None] | None = None,
    ) -> None:
        self.subject = subject
        self._writes = writes
        self._translate = translate
        self._ends_at = math.inf
        self._lock = threading.RLock()
        self._connect(open_connection)
        self._serial = 0
        self._running = 0
        self._guard = threading.Lock()

    def _connect(self, open_connection: Callable[[], dbapi2.Connection]) -> None:
        with translated(self.subject):
            self._driver = open_connection()
        engine = get_engine(writes=self._writes)
        _opened.driver = self._driver
        self._connection = (
            engine.execution_options(schema_translate_map=self._translate) if self._translate else engine
        ).connect()
        _opened.driver = None
        event.listen(self._connection, "before_cursor_execute", self._look_at_clock)

    def _reopen(self, open_connection: Callable[[], dbapi2.Connection]) -> None:
        self.close()
        self._connect(open_connection)

    @property
    def driver(self) -> dbapi2.Connection:
        """The connection below SQLAlchemy, for batches and pragmas."""
        return self._driver

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back by any error."""
        with self._lock, translated(self.subject):
            if self._connection.in_transaction():
                yield self._connection
                return
            with self._connection.begin():
                yield self._connection

    @contextmanager
    def superseding(self) -> Iterator[int]:
        """Numbers a read, so that `interrupt(number)` stops this one and never the next."""
        with self._guard:
            self._serial += 1
            self._running = number = self._serial
        try:
            yield number
        finally:
            with self._guard:
                self._running = 0

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Ends a read inside that goes on for longer, in one statement or in several; work for long goes in windows.

        Raises:
            StoreSlow: the time is up.
        """
        self._ends_at = time.monotonic() + seconds
        self._driver.set_progress_handler(lambda: int(self._is_late()), STEPS)
        try:
            yield
        except OperationCancelled as error:
            if not self._is_late():
                raise
            raise self._build_slow() from error
        finally:
            self._ends_at = math.inf
            self._driver.set_progress_handler(None, STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends_at

    def _look_at_clock(self, *_statement: object) -> None:
        if self._is_late():
            raise self._build_slow()

    def _build_slow(self) -> StoreSlow:
        return StoreSlow(
            "Reading this took too long and was ended.",
            "Narrow it down with a filter or more words, then try again.",
            key="store.slow",
            subject=self.subject,
        )

    def interrupt(self, number: int) -> None:
        """Stops the read of that number, if it still runs. From any thread."""
        with self._guard:
            if self._running == number:
                self._driver.interrupt()

    def close(self) -> None:
        """Closes the connection; the file is left whole."""
        with self._lock:
            self._connection.close()
            self._driver.close()


@contextmanager
def translated(subject: str) -> Iterator[None]:
    """Turns the driver's errors into ours. A bug in our own SQL is not among them and goes on as it is."""
    try:
        yield
    except DBAPIError as error:
        found = _find_ours(str(error.orig), subject)
        if found is None:
            raise
        raise found from error
    except dbapi2.DatabaseError as error:
        found = _find_ours(str(error), subject)
        if found is None:
            raise
        raise found from error


def _find_ours(text: str, subject: str) -> DesktopError | None:
    said = text.lower()
    found: DesktopError | None = None
    if "interrupted" in said:
        found = OperationCancelled("The read was superseded.", key="store.superseded", subject=subject)
    elif "full" in said:
        found = StoreFull(
            "There is no room left on the disk.",
            "What was saved is safe. Free some space, then try again.",
            key="store.full",
            subject=subject,
        )
    elif "locked" in said or "busy" in said:
        found = StoreLocked(
            "Another program has this file open.",
            "Close the other Knit or the backup that reads it, then try again.",
            key="store.locked",
            subject=subject,
        )
    elif "not a database" in said or "malformed" in said or "corrupt" in said or "hmac" in said:
        found = StoreCorrupt(
            f"The file {subject} is damaged.",
            "Nothing was deleted. Restore it from a backup, or ask your IT team.",
            key="store.corrupt",
            subject=subject,
        )
    elif "unable to open" in said or "readonly" in said or "disk i/o" in said:
        found = StoreError(
            f"The file {subject} cannot be opened or written.",
            "Check that the folder is there, that you may write to it, and that the disk works and has room.",
            key="store.io",
            subject=subject,
        )
    return found
