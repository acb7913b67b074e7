"""What every service is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.domain.clocks import Clock
from desktop.domain.components import Component, OwnedField
from desktop.domain.ids import ComponentId
from desktop.domain.people import Officer
from desktop.services.reader import Reader
from desktop.services.rows import Colour
from desktop.sync.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Reader of this thread, the one outbox, who is at the desk, and the components with their capabilities.

    `owned` has the fields of each component's records that the desk keeps itself.
    """

    reader: Reader
    outbox: Outbox
    clock: Clock
    officer: Officer
    components: tuple[Component, ...]
    capabilities: dict[ComponentId, tuple[str, ...]]
    officers: tuple[Officer, ...] = ()
    owned: Mapping[ComponentId, tuple[OwnedField, ...]] = field(default_factory=dict)

    def name_of(self, component: str) -> str:
        """A component's name, or its id where it is gone from the profile."""
        return next((c.name for c in self.components if c.id == component), component)

    def is_owned(self, component: ComponentId, field: OwnedField) -> bool:
        """Whether the desk keeps that field of a component's records."""
        return field in self.owned.get(component, ())

    def colour_of(self, component: str) -> Colour:
        """The colour of the kind of component it is."""
        offered = self.capabilities.get(ComponentId(component), ())
        colours: dict[str, Colour] = {
            "cases": "cases",
            "payments": "payments",
            "addresses": "addresses",
            "map_layers": "maps",
            "messages": "messages",
            "directory": "partners",
            "referrals": "partners",
        }
        return next((colours[name] for name in offered if name in colours), "cases")
