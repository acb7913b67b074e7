"""The head of the audit chain, kept beside the key: a tail cut off desk.db, or a whole new chain, then shows."""

from __future__ import annotations

import logging
from typing import Final

from desktop.credentials.secrets import Secrets
from desktop.domain.clocks import Clock
from desktop.domain.errors import CredentialError
from desktop.store.audit import head
from desktop.store.desk.file import DeskFile

NAME: Final = "audit-head"
KEEP_EVERY: Final = 60.0
"""Seconds between two writes to the keyring while the chain grows."""


class AuditHead:
    """Keeps the head as the chain grows. Used on the thread that closes the session or on the outbox's."""

    def __init__(self, secrets: Secrets, clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock
        self._kept: tuple[int, bytes] | None = None
        self._kept_at = float("-inf")

    def keep_if_due(self, file: DeskFile) -> None:
        """Keeps a head that changed, at most once a minute."""
        if self._clock.monotonic() - self._kept_at >= KEEP_EVERY:
            self.keep(file)

    def keep(self, file: DeskFile) -> None:
        """Keeps a head that changed, now. A keyring that does not answer stops nobody's work."""
        with file.transaction() as connection:
            last = head(connection)
        self._kept_at = self._clock.monotonic()
        if last == self._kept or not last[0]:
            return
        try:
            self._secrets.keep(NAME, f"{last[0]}:".encode() + last[1])
        except CredentialError as error:
            logging.getLogger("knit.session").warning("The audit head is not kept: %s", error.key)
        else:
            self._kept = last


def find_head(secrets: Secrets) -> tuple[int, bytes] | None:
    """Number and link of the head that was kept last, or None."""
    kept = secrets.find(NAME)
    if kept is None:
        return None
    number, _, link = kept.partition(b":")
    return int(number), link
