"""A read that goes on for too long is ended with a sentence, and the next one is not touched by it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desktop.domain.errors import OperationCancelled, StoreSlow
from desktop.services.reader import READ_SECONDS, Reader
from tests.helpers.stores import Store, open_store

LONG = 3_600.0
FOR_EVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as opened:
        yield opened


def read(connection: Connection, statement: str = "SELECT count(*) FROM base.case_") -> int:
    return int(connection.exec_driver_sql(statement).scalar() or 0)


def read_again_and_again(connection: Connection) -> None:
    while True:
        read(connection)


def test_a_statement_that_would_run_for_ever_is_ended(store: Store) -> None:
    reader = Reader(lambda: store.pair, limit=0.05)
    with pytest.raises(StoreSlow) as caught, reader.read() as connection:
        read(connection, FOR_EVER)
    assert caught.value.key == "store.slow"
    with Reader(lambda: store.pair).read() as connection:
        assert read(connection) == 0
    reader.close()


def test_many_short_statements_are_ended_too(store: Store) -> None:
    reader = Reader(lambda: store.pair, limit=0.05)
    with pytest.raises(StoreSlow), reader.read() as connection:
        read_again_and_again(connection)
    reader.close()


def test_the_read_after_one_that_was_ended_has_all_its_time(store: Store) -> None:
    reader = Reader(lambda: store.pair, limit=0.05)
    for _ in range(3):
        with pytest.raises(StoreSlow), reader.read() as connection:
            read(connection, FOR_EVER)
    reader._limit = LONG
    with reader.read() as connection:
        assert read(connection) == 0
    reader.close()


def test_a_read_that_is_superseded_is_cancelled_and_not_slow(store: Store) -> None:
    reader = Reader(lambda: store.pair, limit=LONG)
    ended: list[type[BaseException]] = []
    running = threading.Event()

    def run() -> None:
        try:
            with reader.read() as connection:
                running.set()
                read(connection, FOR_EVER)
        except OperationCancelled as error:
            ended.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    assert running.wait(LONG)
    while thread.is_alive():  # one that comes just before the statement stops nothing
        reader.interrupt()
        thread.join(0.01)
    assert ended == [OperationCancelled]
    reader.close()


def test_the_limit_is_the_stated_one() -> None:
    assert READ_SECONDS == 2.0
