"""Capabilities and components."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.ids import ComponentId, Gss


class Capability(StrEnum):
    """A kind of component, as a typed protocol in `desktop.adapters.api`."""

    CASES = "cases"
    ADDRESSES = "addresses"
    MAP_LAYERS = "map_layers"
    PAYMENTS = "payments"
    MESSAGES = "messages"
    DIRECTORY = "directory"
    REFERRALS = "referrals"
    PEOPLE = "people"
    INSIGHT = "insight"
    DOCUMENTS = "documents"
    TEAM = "team"


class OwnedField(StrEnum):
    """A field of a record that the desk keeps itself where the component cannot."""

    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An adapter configured for one council. Secrets are never here: the credentials layer keeps them by id."""

    id: ComponentId
    plugin: str
    name: str
    council: Gss = Gss("")
    services: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


class ComponentState(StrEnum):
    """How a component is, in the words of the status bar."""

    WAITING = "waiting"
    FRESH = "fresh"
    SLOW = "slow"
    STOPPED = "stopped"
    SIGN_IN = "sign in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a component was when it last answered. `latency_ms` is of that answer."""

    component: ComponentId
    state: ComponentState = ComponentState.WAITING
    as_of: datetime | None = None
    latency_ms: int = 0
    error: str = ""
