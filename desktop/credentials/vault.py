"""vault.db: secrets in an encrypted file, for machines with no keyring. Opened by a passphrase, or by a key file that only
this user may read (training profiles).
"""

from __future__ import annotations

import os
import secrets as randomness
import threading
from pathlib import Path

from sqlcipher3 import dbapi2

from desktop.domain.errors import CredentialError


class VaultSecrets:
    """Secrets in vault.db. Safe to use from several threads and from two processes of one profile."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Opens or makes the vault. Raises CredentialError when the passphrase is not the vault's."""
        self._lock = threading.Lock()
        self._driver = dbapi2.connect(str(path), timeout=10, isolation_level=None, check_same_thread=False)
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
        with self._lock:
            row = self._driver.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def keep(self, name: str, value: bytes) -> None:
        """Keeps a secret, on disk before it returns."""
        with self._lock:
            self._driver.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, value))

    def drop(self, name: str) -> None:
        """Forgets a secret."""
        with self._lock:
            self._driver.execute("DELETE FROM secret WHERE name = ?", (name,))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._driver.close()


def load_key_file(path: Path) -> str:
    """The passphrase in a key file; made, for this user alone, where there is none. For training profiles only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        text = randomness.token_hex(32)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return text
