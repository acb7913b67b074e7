"""The directory of services that residents can be pointed or referred to, by whoever provides them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.domain.ids import OutsideId
from desktop.domain.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who provides a service. `numbers` are registered numbers by scheme, such as `GB-CHC-1089464`."""

    outside_id: OutsideId = OutsideId("")
    name: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    phone: str = ""
    numbers: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When a service is open, in words fit for an officer, and in parts.

    `days` are 1 (Monday) to 7; `opens` and `closes` are `hh:mm` or ""; `rule` is the iCalendar RRULE (RFC 5545) that
    the parts stand for, "" where there is none.
    """

    text: str
    days: tuple[int, ...] = ()
    opens: str = ""
    closes: str = ""
    starts: date | None = None
    ends: date | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a service costs: `pence` is None where it is not a plain amount, and `text` always says it in words."""

    text: str
    pence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whom a service is for. Ages are in years, both included; None means no limit."""

    text: str = ""
    min_age: int | None = None
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of a taxonomy that services are found by, such as `esdServiceTypes:1234`."""

    id: OutsideId
    name: str
    taxonomy: str = ""
    parent: OutsideId = OutsideId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A service that an organisation provides, as its directory says.

    `status` is the directory's word; `checked` the day on which somebody last assured the record, None when it does not
    say; `warnings` are sentences to be shown with it, such as that the record is old.
    """

    outside_id: OutsideId
    name: str
    organisation: Organisation
    description: str = ""
    status: str = ""
    url: str = ""
    email: str = ""
    phone: str = ""
    places: tuple[Place, ...] = ()
    areas: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()
    costs: tuple[Cost, ...] = ()
    eligibility: Eligibility = Eligibility()
    terms: tuple[Term, ...] = ()
    languages: tuple[str, ...] = ()
    checked: date | None = None
    distance_m: float | None = None
    warnings: tuple[str, ...] = ()
