"""Makes base.db, and says whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from desktop.store.base import tables
from desktop.store.base.counters import counter_statements
from desktop.store.base.writer import BaseWriter
from desktop.store.cipher import connect, translated
from desktop.store.records import MAPPED, SEARCHED, point_statements, search_statements

PREFIXES: Final = "1 2 3 4"
"""At 1,000,000 cases, without the 1 and the 4: a lone letter takes 0.3 s, a fourth one 20 ms. They cost a tenth in bytes."""


def create_base(path: Path, key: bytes, *, desk_id: str, handover: int) -> BaseWriter:
    """A new empty base.db for one desk.db and one hand-over, open for writing."""
    with translated(path.name):
        driver = connect(path, key)
        try:
            driver.execute("PRAGMA journal_mode = WAL")
            driver.execute("PRAGMA auto_vacuum = INCREMENTAL")
            driver.execute(
                f"CREATE TABLE IF NOT EXISTS {tables.meta.name} (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
            )
        finally:
            driver.close()
    writer = BaseWriter(path, key)
    with writer.transaction() as connection:
        make_tables(connection)
        writer.set_meta(connection, "desk_id", desk_id)
        writer.set_meta(connection, "handover", str(handover))
        connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA}")
    return writer


def make_tables(connection: Connection) -> None:
    """Tables, full-text search, R*Tree and counters of base.db in its own file."""
    tables.metadata.create_all(connection)
    for kind in SEARCHED:
        for statement in search_statements(kind, f"{kind}_", prefixes=PREFIXES):
            connection.exec_driver_sql(statement)
    for kind in MAPPED:
        for statement in point_statements(f"{kind}_"):
            connection.exec_driver_sql(statement)
    for statement in counter_statements():
        connection.exec_driver_sql(statement)


def make_empty(connection: Connection) -> None:
    """The same tables in an attached memory file, so that a first start needs no SQL of its own."""
    tables.metadata.create_all(connection)
    for kind in SEARCHED:
        connection.exec_driver_sql(
            search_statements(kind, f"{kind}_")[0].replace("VIRTUAL TABLE ", f"VIRTUAL TABLE {tables.NAME}.", 1)
        )
    for kind in MAPPED:
        connection.exec_driver_sql(
            point_statements(f"{kind}_")[0].replace("VIRTUAL TABLE ", f"VIRTUAL TABLE {tables.NAME}.", 1)
        )


def is_for(writer: BaseWriter, *, desk_id: str, handover: int) -> bool:
    """Whether this file was made for that desk.db and hand-over, by this schema; else it is made anew."""
    version = writer.driver.execute("PRAGMA user_version").fetchone()
    with writer.transaction() as connection:
        return (
            version == (tables.SCHEMA,)
            and writer.find_meta(connection, "desk_id") == desk_id
            and writer.find_meta(connection, "handover") == str(handover)
        )
