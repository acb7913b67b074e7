"""vault.db: secrets in an encrypted file, for machines with no keyring. Opened by a passphrase, or by a key file that only
this user may read (training profiles).
"""

from __future__ import annotations

import os
import secrets as randomness
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2

from desktop.domain.errors import CredentialError


class VaultSecrets:
    """Secrets in vault.db. Safe to use from several threads and from two processes of one profile."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Opens or makes the vault. Raises CredentialError when the passphrase is not the vault's."""
        self._lock = threading.Lock()
        try:
            self._driver = dbapi2.connect(str(path), timeout=10, isolation_level=None, check_same_thread=False)
        except dbapi2.DatabaseError as error:
            raise _no_vault() from error
        try:
            self._driver.execute("PRAGMA cipher_log_level = NONE")
            quoted = passphrase.replace("'", "''")
            self._driver.execute(f"PRAGMA key = '{quoted}'")
            self._driver.execute("PRAGMA synchronous = FULL")
            self._driver.execute(
                "CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
        except dbapi2.DatabaseError as error:
            self._driver.close()
            raise CredentialError(
                "The vault does not open with that passphrase.",
                "Type it again; the vault was left alone. Without it, its keys cannot be got back.",
                key="vault.passphrase",
                subject=path.name,
            ) from error

    def find(self, name: str) -> bytes | None:
        """The secret, or None."""
        with self._working():
            row = self._driver.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def keep(self, name: str, value: bytes) -> None:
        """Keeps a secret, on disk before it returns."""
        with self._working():
            self._driver.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, value))

    def drop(self, name: str) -> None:
        """Forgets a secret."""
        with self._working():
            self._driver.execute("DELETE FROM secret WHERE name = ?", (name,))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._driver.close()

    @contextmanager
    def _working(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except dbapi2.DatabaseError as error:
                raise _no_vault() from error


def _no_vault() -> CredentialError:
    return CredentialError(
        "The vault with the keys (vault.db) cannot be read or written.",
        "It was left alone. Check that the disk has room and the folder is yours to write to, then try again.",
        key="vault.io",
    )


def load_key_file(path: Path) -> str:
    """The passphrase in a key file; made, for this user alone, where there is none. For training profiles only.

    Raises:
        CredentialError: it cannot be read or made.
    """
    try:
        return _load_key(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialError(
            "The file with the key of this training profile (vault.key) cannot be read or made.",
            "Check that the folder is yours to write to. Without the file its vault cannot be opened.",
            key="vault.key_file",
            subject=path.name,
        ) from error


def _load_key(path: Path) -> str:
    if not path.exists():
        _make_key_file(path)
    return path.read_text(encoding="ascii").strip()


def _make_key_file(path: Path) -> None:
    """Whole or not at all: an empty one, left by a start that was cut off, would lock everybody out for good."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(randomness.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(part)  # fails where another start was first; a rename would take its key away
    except FileExistsError:
        return
    finally:
        part.unlink(missing_ok=True)
