"""Who viewed, searched, changed and exported what. Entries are chained into desk.db, in groups, within a second."""

from __future__ import annotations

from desktop.domain.clocks import to_epoch
from desktop.domain.ids import Kind, LocalKey
from desktop.services.context import Context
from desktop.store.audit import Entry, append


class AuditService:
    """Chains what this officer does."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def viewed(self, kind: Kind, key: LocalKey) -> None:
        """A record was opened."""
        self.add("view", f"{kind}/{key}")

    def searched(self, text_len: int) -> None:
        """A search rested; what was typed is not kept, only how much."""
        self.add("search", f"length/{text_len}")

    def add(self, act: str, subject: str, *, reason: str = "") -> None:
        """Chains one act."""
        context = self._context
        entry = Entry(to_epoch(context.clock.now()), context.officer.staff_id, act, subject, reason)
        with context.outbox.file.transaction() as connection:
            append(connection, [entry])
