"""All services over one thread's connection."""

from __future__ import annotations

from desktop.domain.clocks import Clock
from desktop.domain.people import Officer
from desktop.services.audit import AuditService
from desktop.services.cases import Cases
from desktop.services.components import Components
from desktop.services.context import Context
from desktop.services.drafts import Drafts
from desktop.services.map_views import MapViews
from desktop.services.mending import Mending
from desktop.services.outbox import OutboxService
from desktop.services.payments import Payments
from desktop.services.people import People
from desktop.services.places import Places
from desktop.services.said import SaidService
from desktop.services.search import Search


class Desk:
    """What the views are given. Used on the thread that made it; only `interrupt` may come from another."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.officer: Officer = context.officer
        self.clock: Clock = context.clock
        self.audit = AuditService(context)
        self.cases = Cases(context)
        self.mending = Mending(context)
        self.people = People(context)
        self.places = Places(context)
        self.payments = Payments(context)
        self.map = MapViews(context)
        self.search = Search(context)
        self.components = Components(context)
        self.said = SaidService(context)
        self.outbox = OutboxService(context, self.audit)
        self.drafts = Drafts(context)

    def interrupt(self) -> None:
        """Stops the read that runs now."""
        self._context.reader.interrupt()

    def close(self) -> None:
        """Closes this thread's connection."""
        self._context.reader.close()
