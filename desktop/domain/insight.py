"""What partners know of a place: facts with their source, and what must be said about them on screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.ids import OutsideId
from desktop.domain.places import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of or near a place.

    `kind` is the component's own word for what it is (a crime category, a dataset's name), `level` how much it matters:
    "" or `info`, `warning`, `severe`. `distance_m` is from the point that was asked about, None when not known.
    """

    outside_id: OutsideId
    kind: str
    title: str
    text: str = ""
    level: str = ""
    at: datetime | None = None
    url: str = ""
    point: Point | None = None
    distance_m: float | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Facts around a place. `notices` are sentences that must be shown with them, also when there are none.

    `attribution` is what the data's licence asks for; `more` says that there is more than is given.
    """

    facts: tuple[Fact, ...]
    notices: tuple[str, ...] = ()
    attribution: str = ""
    more: bool = False
