"""What every service is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from desktop.domain.clocks import Clock
from desktop.domain.components import Component, OwnedField
from desktop.domain.ids import ComponentId
from desktop.domain.people import Officer
from desktop.services.reader import Reader
from desktop.services.rows import Colour
from desktop.sync.outbox import Outbox

_COLOURS: Final[Mapping[str, Colour]] = {
    "cases": "cases",
    "payments": "payments",
    "addresses": "addresses",
    "map_layers": "maps",
    "messages": "messages",
    "directory": "partners",
    "referrals": "partners",
    "people": "partners",
    "insight": "partners",
}
"""The kind of a component by what it offers, the first that it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The components of the profile as they are set up at this moment, with what their plugins offer.

    `owned` has the fields of each component's records that the desk keeps itself, `without_notes` those whose cases take none;
    `attributions` what the licence of a component's data asks to be shown beside it.
    """

    components: tuple[Component, ...]
    capabilities: Mapping[ComponentId, tuple[str, ...]]
    owned: Mapping[ComponentId, tuple[OwnedField, ...]] = field(default_factory=dict)
    without_notes: frozenset[ComponentId] = frozenset()
    attributions: Mapping[ComponentId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Reader of this thread, the one outbox, who is at the desk; `in_use` gives the components, which may change."""

    reader: Reader
    outbox: Outbox
    clock: Clock
    officer: Officer
    in_use: Callable[[], InUse]
    officers: tuple[Officer, ...] = ()

    @property
    def components(self) -> tuple[Component, ...]:
        """The components in use, in their order."""
        return self.in_use().components

    @property
    def capabilities(self) -> Mapping[ComponentId, tuple[str, ...]]:
        """What each component offers."""
        return self.in_use().capabilities

    def name_of(self, component: str) -> str:
        """A component's name, or its id where it is gone from the profile."""
        return next((c.name for c in self.components if c.id == component), component)

    def officer_names(self) -> dict[str, str]:
        """Officers' names by staff id."""
        return {officer.staff_id: officer.name for officer in (self.officer, *self.officers)}

    def is_owned(self, component: ComponentId, field: OwnedField) -> bool:
        """Whether the desk keeps that field of a component's records."""
        return field in self.in_use().owned.get(component, ())

    def colour_of(self, component: str) -> Colour:
        """The colour of the kind of component it is."""
        offered = self.capabilities.get(ComponentId(component), ())
        return next((colour for name, colour in _COLOURS.items() if name in offered), "cases")
