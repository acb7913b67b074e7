"""What the town's components know, kept in one plain SQLite file. The people are invented, so it is not encrypted.

One thread uses it, that of the server. Every write is committed, and on the disk, before it returns.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from desktop.domain.errors import StoreCorrupt
from desktop.sandbox.addresses import Address
from desktop.sandbox.agreed import AGREEMENTS, DISPUTES
from desktop.sandbox.casework import CaseRow, UpdateRow
from desktop.sandbox.ledger import PaymentRow
from desktop.sandbox.town import Town

FILE = "citytown.sqlite"
VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE addresses (uprn TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE cases (
    area TEXT NOT NULL, id TEXT NOT NULL, requested INTEGER NOT NULL, updated INTEGER NOT NULL,
    token TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (area, id));
CREATE INDEX cases_by_token ON cases (area, token) WHERE token <> '';
CREATE TABLE updates (
    area TEXT NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL, at INTEGER NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (area, id));
CREATE INDEX updates_by_case ON updates (area, case_id);
CREATE TABLE payments (id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE payment_versions (payment_id TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX versions_by_payment ON payment_versions (payment_id);
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, payment_id TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
"""
_KEPT = (
    "CREATE TABLE IF NOT EXISTS kept"
    " (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (kind, id))"
)
"""Made when it is missing, so that a town of an earlier Knit goes on."""


class State:
    """The real state of every component of the town."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def close(self) -> None:
        self._db.close()

    # ---- settings of the town

    def get_meta(self, key: str) -> str:
        """A kept value, or ""."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def get_secret(self, key: str) -> str:
        """A key that is random when first asked for and the same ever after."""
        if not (kept := self.get_meta(key)):
            kept = secrets.token_urlsafe(24)
            with self._db:
                self._db.execute("INSERT INTO meta VALUES (?, ?)", (key, kept))
        return kept

    # ---- records of dialects that need no table of their own

    def put(self, kind: str, id: str, body: object) -> None:
        """Keeps a record of a kind, as JSON; one with the same id is replaced and keeps its place."""
        with self._db:
            self._put(kind, id, body)

    def _put(self, kind: str, id: str, body: object) -> None:
        self._db.execute(
            "INSERT INTO kept (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, id, msgspec.json.encode(body)),
        )

    def find(self, kind: str, id: str) -> dict[str, Any] | None:
        """A record, or None."""
        row = self._db.execute("SELECT body FROM kept WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return msgspec.json.decode(row[0], type=dict[str, Any]) if row else None

    def find_all(self, kind: str) -> list[dict[str, Any]]:
        """Every record of a kind, in the order in which they were first kept."""
        rows = self._db.execute("SELECT body FROM kept WHERE kind = ? ORDER BY number", (kind,))
        return [msgspec.json.decode(body, type=dict[str, Any]) for (body,) in rows]

    # ---- addresses

    def load_addresses(self) -> tuple[Address, ...]:
        """The whole gazetteer."""
        rows = self._db.execute("SELECT body FROM addresses ORDER BY uprn")
        return tuple(msgspec.json.decode(body, type=Address) for (body,) in rows)

    # ---- cases

    def find_case(self, area: str, id: str) -> CaseRow | None:
        row = self._db.execute("SELECT body FROM cases WHERE area = ? AND id = ?", (area, id)).fetchone()
        return msgspec.json.decode(row[0], type=CaseRow) if row else None

    def find_case_by_token(self, area: str, token: str) -> CaseRow | None:
        row = self._db.execute("SELECT body FROM cases WHERE area = ? AND token = ?", (area, token)).fetchone()
        return msgspec.json.decode(row[0], type=CaseRow) if row and token else None

    def find_cases(self, area: str, start: int = 0, end: int = 1 << 40) -> list[CaseRow]:
        """Cases made or changed from `start` to `end` (seconds, both included), in the order in which they were made."""
        rows = self._db.execute(
            "SELECT body FROM cases WHERE area = :area"
            " AND (requested BETWEEN :start AND :end OR updated BETWEEN :start AND :end) ORDER BY requested, id",
            {"area": area, "start": start, "end": end},
        )
        return [msgspec.json.decode(body, type=CaseRow) for (body,) in rows]

    def next_case_id(self, area: str, prefix: str, year: int) -> str:
        """The reference of the next case of an area."""
        row = self._db.execute("SELECT max(substr(id, -6)) FROM cases WHERE area = ?", (area,)).fetchone()
        return f"{prefix}-{year}-{int(row[0] or 0) + 1:06d}"

    def save_case(self, case: CaseRow, update: UpdateRow | None = None) -> None:
        """Keeps a case as it now is, with what happened."""
        with self._db:
            self._put_case(case)
            if update is not None:
                self._put_update(update)

    def find_update(self, area: str, id: str) -> UpdateRow | None:
        row = self._db.execute("SELECT body FROM updates WHERE area = ? AND id = ?", (area, id)).fetchone()
        return msgspec.json.decode(row[0], type=UpdateRow) if row else None

    def find_updates(self, area: str, start: int = 0, end: int = 1 << 40, case_id: str = "") -> list[UpdateRow]:
        """Updates of an area from `start` to `end` (seconds, both included), oldest first."""
        rows = self._db.execute(
            "SELECT body FROM updates WHERE area = :area AND at BETWEEN :start AND :end"
            " AND (:case = '' OR case_id = :case) ORDER BY at, id",
            {"area": area, "start": start, "end": end, "case": case_id},
        )
        return [msgspec.json.decode(body, type=UpdateRow) for (body,) in rows]

    def _put_case(self, case: CaseRow) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?)",
            (case.area, case.id, case.requested, case.updated, case.token, msgspec.json.encode(case)),
        )

    def _put_update(self, update: UpdateRow) -> None:
        self._db.execute(
            "INSERT INTO updates VALUES (?, ?, ?, ?, ?)",
            (update.area, update.id, update.case_id, update.at, msgspec.json.encode(update)),
        )

    # ---- payments

    def find_payment(self, id: str) -> PaymentRow | None:
        row = self._db.execute("SELECT body FROM payments WHERE id = ?", (id,)).fetchone()
        return msgspec.json.decode(row[0], type=PaymentRow) if row else None

    def find_payment_by_token(self, token: str) -> PaymentRow | None:
        row = self._db.execute("SELECT body FROM payments WHERE token = ?", (token,)).fetchone()
        return msgspec.json.decode(row[0], type=PaymentRow) if row else None

    def find_payments(self) -> list[PaymentRow]:
        """Every payment as it really is."""
        rows = self._db.execute("SELECT body FROM payments ORDER BY rowid")
        return [msgspec.json.decode(body, type=PaymentRow) for (body,) in rows]

    def find_payments_as_of(self, at: int) -> list[PaymentRow]:
        """Every payment as it was at a moment (milliseconds): what a search that lags behind shows."""
        rows = self._db.execute(
            "SELECT body FROM payment_versions WHERE rowid IN"
            " (SELECT max(rowid) FROM payment_versions WHERE at <= ? GROUP BY payment_id)",
            (at,),
        )
        return [msgspec.json.decode(body, type=PaymentRow) for (body,) in rows]

    def save_payment(self, payment: PaymentRow, at: int) -> None:
        """Keeps a payment as it is from a moment (milliseconds) on."""
        with self._db:
            self._put_payment(payment, at)

    def add_payment(self, payment: PaymentRow, *, key: str, digest: str) -> None:
        """Keeps a new payment, and the idempotency key under which it was made ("" for none)."""
        with self._db:
            self._put_payment(payment, payment.created)
            if key:
                self._db.execute(
                    "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?)", (key, digest, payment.id, payment.created)
                )

    def find_idempotency(self, key: str, since: int) -> tuple[str, str] | None:
        """Digest of the body and payment id of an earlier request with this key, not older than `since` (ms)."""
        row = self._db.execute(
            "SELECT digest, payment_id FROM idempotency WHERE key = ? AND at >= ?", (key, since)
        ).fetchone()
        return (str(row[0]), str(row[1])) if row else None

    def _put_payment(self, payment: PaymentRow, at: int) -> None:
        body = msgspec.json.encode(payment)
        self._db.execute(
            "INSERT INTO payments VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (payment.id, payment.token, body),
        )
        self._db.execute("INSERT INTO payment_versions VALUES (?, ?, ?)", (payment.id, at, body))

    def fill(self, town: Town) -> None:
        """Writes a new town, in one transaction."""
        with self._db:
            meta = {"seed": town.seed, "now": town.now.isoformat()}
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            self._db.executemany(
                "INSERT INTO addresses VALUES (?, ?)", ((a.uprn, msgspec.json.encode(a)) for a in town.addresses)
            )
            for case in town.cases:
                self._put_case(case)
            for update in town.updates:
                self._put_update(update)
            for payment in town.payments:
                last = max([payment.events[-1].at, *(refund.at for refund in payment.refunds)])
                self._put_payment(payment, last)
            for agreement in town.agreements:
                self._put(AGREEMENTS, agreement.id, agreement)
            for dispute in town.disputes:
                self._put(DISPUTES, dispute.id, dispute)
            self._db.execute(f"PRAGMA user_version = {VERSION}")


def open_state(folder: Path, make: Callable[[], Town]) -> State:
    """The state kept in a folder, made from `make` when there is none yet.

    Raises:
        StoreCorrupt: the file is damaged, or was made by another version of the training town.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    connection = sqlite3.connect(path)
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        state = State(connection)
        if version == 0:
            # A first start that was cut short leaves tables without a version: it is made again from nothing.
            _drop_all(connection)
            connection.executescript(_SCHEMA)
            connection.execute(_KEPT)
            path.chmod(0o600)
            state.fill(make())
            return state
        if version == VERSION:
            connection.execute(_KEPT)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _damaged(path) from error
    except BaseException:
        connection.close()
        raise
    if version != VERSION:
        connection.close()
        raise _damaged(path)
    return state


def _drop_all(connection: sqlite3.Connection) -> None:
    with closing(connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")) as names:
        tables = [name for (name,) in names]
    for name in tables:
        connection.execute(f"DROP TABLE {name}")


def _damaged(path: Path) -> StoreCorrupt:
    return StoreCorrupt(
        "The training town's file cannot be read.",
        "Nothing in it is real. Delete the file and start again: the town is made anew.",
        key="sandbox.state",
        subject=path.name,
    )
