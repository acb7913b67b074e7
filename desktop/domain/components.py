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
    """An adapter configured for one council. Secrets are never here: the credentials layer keeps them by id.

    `services` are those that use it, none for all. `default_for` names what it is asked first for: a capability
    (`addresses`), or one for one service (`cases:Waste`). `cost_pence` is what it costs a year; `contract_ends` a day
    as `yyyy-mm-dd`, "" when not known.
    """

    id: ComponentId
    plugin: str
    name: str
    council: Gss = Gss("")
    services: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    default_for: tuple[str, ...] = ()
    cost_pence: int = 0
    contract_ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a connection test learnt, fit for a support desk: never a secret or a resident's data."""

    facts: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class ComponentState(StrEnum):
    """How a component is, in the words of the status bar."""

    WAITING = "waiting"
    FRESH = "fresh"
    SLOW = "slow"
    STOPPED = "stopped"
    SIGN_IN = "sign in"


class Circuit(StrEnum):
    """The state of a circuit."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How a component's last calls were, at most 100 of them.

    Latencies are in milliseconds over answered calls, None before the first; `error_rate` is 0 to 1; `open_for_s` is how
    long an open circuit stays so; `headroom` is what is left of its rate limit, 0 to 1, None where it has none.
    """

    calls: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    error_rate: float = 0.0
    circuit: Circuit = Circuit.CLOSED
    open_for_s: float = 0.0
    last_success: datetime | None = None
    headroom: float | None = None
