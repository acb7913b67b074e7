"""The audit chain in desk.db: append-only, each link a SHA-256 over the link before and its row.

What a local chain cannot prove: its owner could write a whole new one. The last head is therefore kept beside the key, so
that a cut tail or a new chain shows; signed checkpoints at a server are the next step.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, insert, select

from desktop.store.desk.tables import audit

FIRST_LINK = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what to which record, and why. `subject` is a kind and key, never a name."""

    at: int
    officer: str
    act: str
    subject: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What `verify` found wrong: `seq` is the first row that does not fit."""

    seq: int
    what: str


def build_link(before: bytes, seq: int, entry: Entry) -> bytes:
    """The link of one row."""
    body = msgspec.json.encode([seq, entry.at, entry.officer, entry.act, entry.subject, entry.reason])
    return hashlib.sha256(before + body).digest()


def append(connection: Connection, entries: list[Entry]) -> tuple[int, bytes]:
    """Chains entries, in order; gives the new head (number and link)."""
    seq, link = head(connection)
    rows = []
    for entry in entries:
        seq += 1
        link = build_link(link, seq, entry)
        rows.append(
            {
                "seq": seq,
                "at": entry.at,
                "officer": entry.officer,
                "act": entry.act,
                "subject": entry.subject,
                "reason": entry.reason,
                "link": link,
            }
        )
    if rows:
        connection.execute(insert(audit), rows)
    return seq, link


def head(connection: Connection) -> tuple[int, bytes]:
    """Number and link of the last row; 0 and zeros when there is none."""
    row = connection.execute(select(audit.c.seq, audit.c.link).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    return (int(row.seq), bytes(row.link)) if row else (0, FIRST_LINK)


def verify(connection: Connection, kept: tuple[int, bytes] | None) -> list[Finding]:
    """Changed, deleted and reordered rows, and a tail cut behind the head that is kept beside the key."""
    expected, link = 0, FIRST_LINK
    kept_link: bytes | None = None
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        expected += 1
        if row.seq != expected:
            return [Finding(expected, "a row is missing or out of order")]
        entry = Entry(row.at, row.officer, row.act, row.subject, row.reason)
        link = build_link(link, expected, entry)
        if link != bytes(row.link):
            return [Finding(expected, "a row was changed")]
        if kept is not None and expected == kept[0]:
            kept_link = link
    if kept is not None and kept[0] > expected:
        return [Finding(expected + 1, f"{kept[0] - expected} rows are cut off the end")]
    if kept is not None and kept[0] > 0 and kept_link != kept[1]:
        return [Finding(kept[0], "the chain is not the one whose head was kept")]
    return []
