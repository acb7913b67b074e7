"""The one writer of base.db: what components said, in batches. Lives in the host; any thread, one at a time."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.domain import points
from desktop.domain.changes import MOST_KEYS, Changes
from desktop.domain.ids import ComponentId, Kind, LocalKey, OutsideId
from desktop.store.base import tables
from desktop.store.base.owned import OwnedValue, hand_over_owned, load_owned, move_owned
from desktop.store.cipher import File, connect, translated

CHUNK: Final = 500
WAL_LIMIT: Final = 64 * 1024 * 1024
"""Above this the log is truncated; a desk read ends within 2 s, so a wait of 5 s is enough."""
EVERYWHERE: Final = ComponentId("*")
"""Component of a place's identity: a UPRN means the same in every component."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record to be written: columns by name, and the body it was read from."""

    outside_id: OutsideId
    columns: Mapping[str, Any]
    raw: bytes = b""

    def digest(self) -> bytes:
        """Hash of what would be written, to leave unchanged rows alone."""
        return hashlib.blake2b(msgspec.json.encode(self.columns, order="sorted"), digest_size=16).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records of one component that one request, sent at tick `asked`, brought. `now` is in epoch seconds."""

    component: ComponentId
    council: str
    asked: int
    now: int
    rows: Mapping[Kind, Sequence[Incoming]]
    forced: bool = False


@dataclass(slots=True)
class Gates:
    """Creates that are unanswered: pulled pages of that component and kind wait until they are."""

    _open: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def close(self, component: str, kind: str, op: str) -> None:
        """A create was sent and is not answered."""
        with self._changed:
            self._open.setdefault((component, kind), set()).add(op)

    def open(self, component: str, kind: str, op: str) -> None:
        """It was answered, or the officer is asked."""
        with self._changed:
            self._open.get((component, kind), set()).discard(op)
            self._changed.notify_all()

    def keep_only(self, ops: Iterable[str]) -> None:
        """Opens every gate but those of these ops: the others were settled by an outcome of another base or host."""
        left = set(ops)
        with self._changed:
            for waiting in self._open.values():
                waiting.intersection_update(left)
            self._changed.notify_all()

    def wait(self, component: str, kinds: Iterable[str], timeout: float) -> bool:
        """Waits until nothing is unanswered; False when it still is."""
        wanted = [(component, kind) for kind in kinds]
        with self._changed:
            return self._changed.wait_for(lambda: not any(self._open.get(k) for k in wanted), timeout)


class BaseWriter(File):
    """base.db, open for writing."""

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__(lambda: connect(path, key), subject=path.name, writes=True, translate={tables.NAME: None})
        self.path = path
        self.gates = Gates()
        self._tick_lock = threading.Lock()
        try:
            with translated(self.subject):
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 0"):
                    self.driver.execute(f"PRAGMA {pragma}")
                self.driver.execute("PRAGMA cache_size = -65536")
            with self.transaction() as connection:
                self._tick = int(self.find_meta(connection, "tick") or 0)
        except BaseException:
            self.close()
            raise

    def tick(self) -> int:
        """The number of a request about to be sent; later requests have higher ones, across restarts too."""
        with self._tick_lock:
            self._tick += 1
            return self._tick

    def save(self, batch: Batch, *, connection: Connection | None = None) -> Changes:
        """Writes what changed, in one commit (or inside `connection`'s). Rows asked for later are left alone."""
        prepared = {
            kind: sorted({row.outside_id: row for row in rows}.values(), key=lambda row: row.outside_id)
            for kind, rows in batch.rows.items()
        }
        digests = {kind: [row.digest() for row in rows] for kind, rows in prepared.items()}
        if connection is not None:
            return self._save(connection, batch, prepared, digests)
        with self.transaction() as own:
            return self._save(own, batch, prepared, digests)

    def _save(
        self,
        connection: Connection,
        batch: Batch,
        rows: Mapping[Kind, Sequence[Incoming]],
        digests: Mapping[Kind, Sequence[bytes]],
    ) -> Changes:
        changed: set[tuple[Kind, LocalKey]] = set()
        many: set[Kind] = set()
        for kind, incoming in rows.items():
            keys = self._write_kind(connection, batch, kind, incoming, digests[kind])
            if len(keys) > MOST_KEYS:
                many.add(kind)
            else:
                changed.update((kind, key) for key in keys)
        self.set_meta(connection, "tick", str(self._tick))
        return Changes(keys=frozenset(changed), many=frozenset(many))

    def _write_kind(
        self, connection: Connection, batch: Batch, kind: Kind, incoming: Sequence[Incoming], digests: Sequence[bytes]
    ) -> list[LocalKey]:
        table = tables.records[kind]
        owner = EVERYWHERE if kind == "place" else batch.component
        keys = self.keys_for(connection, owner, kind, [row.outside_id for row in incoming])
        present: dict[int, tuple[bytes, int]] = {}
        numbers = list(keys.values())
        for start in range(0, len(numbers), CHUNK):
            found = connection.execute(
                select(table.c.key, table.c.hash, table.c.asked).where(table.c.key.in_(numbers[start : start + CHUNK]))
            )
            present.update({row.key: (row.hash, row.asked) for row in found})
        written: list[dict[str, Any]] = []
        bodies: list[dict[str, Any]] = []
        for row, digest in zip(incoming, digests, strict=True):
            key = keys[row.outside_id]
            before = present.get(key)
            if before is not None and (before[1] > batch.asked or (before[0] == digest and not batch.forced)):
                continue
            written.append(
                {
                    "key": key,
                    "component": batch.component,
                    "council": batch.council,
                    "outside_id": row.outside_id,
                    "fetched_at": batch.now,
                    "asked": batch.asked,
                    "hash": digest,
                    **row.columns,
                }
            )
            if row.raw:
                bodies.append({"key": key, "body": zlib.compress(row.raw, 6)})
        written.sort(key=lambda values: values["key"])
        owned = load_owned(connection, [values["key"] for values in written])
        for values in written:
            values.update(owned.get(values["key"], {}))
        if written:
            # By the driver: SQLAlchemy takes as long over the parameters as SQLite over the rows.
            names = tuple(written[0])
            self.driver.executemany(
                build_upsert(table.name, names), [tuple(row[name] for name in names) for row in written]
            )
        if bodies:
            body = insert(tables.raw)
            connection.execute(
                body.on_conflict_do_update(index_elements=["key"], set_={"body": body.excluded.body}), bodies
            )
        return [values["key"] for values in written]

    def keys_for(
        self, connection: Connection, component: ComponentId, kind: Kind, outside: Sequence[OutsideId]
    ) -> dict[OutsideId, LocalKey]:
        """The local key of each outside id; new ones are given, in order, and kept for life."""
        ident = tables.ident
        keys: dict[OutsideId, LocalKey] = {}
        for start in range(0, len(outside), CHUNK):
            found = connection.execute(
                select(ident.c.outside_id, ident.c.key).where(
                    ident.c.component == component,
                    ident.c.kind == kind,
                    ident.c.outside_id.in_(outside[start : start + CHUNK]),
                )
            )
            keys.update({OutsideId(row.outside_id): LocalKey(row.key) for row in found})
        new = [id for id in dict.fromkeys(outside) if id not in keys]
        if new:
            last = int(self.find_meta(connection, "last_key") or 0)
            connection.execute(
                insert(ident),
                [
                    {"key": last + n, "component": component, "kind": kind, "outside_id": id}
                    for n, id in enumerate(new, 1)
                ],
            )
            self.set_meta(connection, "last_key", str(last + len(new)))
            keys.update({id: LocalKey(last + n) for n, id in enumerate(new, 1)})
        return keys

    def take_key(
        self, connection: Connection, component: ComponentId, kind: Kind, outside_id: OutsideId, key: LocalKey
    ) -> LocalKey | None:
        """Makes `key` the one key of an outside record; a row that came in under another is moved. Gives that other."""
        ident = tables.ident
        found = connection.execute(
            select(ident.c.key).where(
                ident.c.component == component, ident.c.kind == kind, ident.c.outside_id == outside_id
            )
        ).scalar()
        if found == key:
            return None
        if found is None:
            connection.execute(delete(ident).where(ident.c.key == key))
            connection.execute(insert(ident).values(key=key, component=component, kind=kind, outside_id=outside_id))
            return None
        connection.execute(delete(ident).where(ident.c.key == key))
        connection.execute(update(ident).where(ident.c.key == found).values(key=key))
        for table in (tables.records[kind], tables.raw):
            connection.execute(delete(table).where(table.c.key == key))
            connection.execute(update(table).where(table.c.key == found).values(key=key))
        move_owned(connection, LocalKey(found), key)
        if kind == "case":
            events = tables.records["event"]
            connection.execute(update(events).where(events.c.case_key == found).values(case_key=key))
        return LocalKey(found)

    def find_key(self, component: ComponentId, kind: Kind, outside_id: OutsideId) -> LocalKey | None:
        """The local key of an outside record, if it has one."""
        owner = EVERYWHERE if kind == "place" else component
        ident = tables.ident
        with self.transaction() as connection:
            found = connection.execute(
                select(ident.c.key).where(
                    ident.c.component == owner, ident.c.kind == kind, ident.c.outside_id == outside_id
                )
            ).scalar()
        return None if found is None else LocalKey(found)

    def hand_over(
        self,
        known: Iterable[tuple[LocalKey, ComponentId, Kind, OutsideId]],
        owned: Iterable[OwnedValue] = (),
        *,
        last_key: int = 0,
    ) -> None:
        """Gives a new base the keys and owned values that desk.db has; new keys begin above `last_key`."""
        with self.transaction() as connection:
            highest = max(last_key, int(self.find_meta(connection, "last_key") or 0))
            for key, component, kind, outside_id in known:
                if outside_id:
                    self.take_key(connection, component, kind, outside_id, key)
                    highest = max(highest, key)
            self.set_meta(connection, "last_key", str(highest))
            hand_over_owned(connection, owned)

    def take_idents(self, before: BaseWriter) -> None:
        """Takes every key that an older base gave, so that its records come back under the same ones.

        Raises:
            StoreError: the older file cannot be read; nothing was taken.
        """
        names = [column.name for column in tables.ident.columns]
        with before.transaction() as old, self.transaction() as connection:
            rows = old.execute(select(tables.ident).order_by(tables.ident.c.key)).yield_per(10 * CHUNK)
            for part in rows.partitions():
                self.driver.executemany(
                    f"INSERT OR IGNORE INTO ident ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                    [tuple(row) for row in part],
                )
            self.set_meta(connection, "last_key", self.find_meta(old, "last_key") or "0")

    @staticmethod
    def find_meta(connection: Connection, name: str) -> str | None:
        """A named value of this file."""
        value = connection.execute(select(tables.meta.c.value).where(tables.meta.c.name == name)).scalar()
        return None if value is None else str(value)

    @staticmethod
    def set_meta(connection: Connection, name: str, value: str) -> None:
        """Keeps a named value of this file."""
        statement = insert(tables.meta).values(name=name, value=value)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def checkpoint(self) -> None:
        """Moves the log into the file: passively, or truncating it when it grew over 64 MB. Never inside a write."""
        with self._lock, translated(self.subject):
            points.reach("host.checkpoint.before")
            wal = self.path.with_name(self.path.name + "-wal")
            large = wal.exists() and wal.stat().st_size > WAL_LIMIT
            self.driver.execute("PRAGMA busy_timeout = 5000")
            self.driver.execute(f"PRAGMA wal_checkpoint({'TRUNCATE' if large else 'PASSIVE'})").fetchall()
            points.reach("host.checkpoint.after")


@cache
def build_upsert(table: str, names: tuple[str, ...]) -> str:
    """SQL that writes a row by key, and leaves one alone that was asked for later."""
    fresh = ", ".join(f"{name} = excluded.{name}" for name in names if name != "key")
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT(key) DO UPDATE SET {fresh} WHERE {table}.asked <= excluded.asked"
    )
