"""What a council's components cost, service by service, and where the same thing is paid for again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.domain.components import Component
from desktop.domain.ids import ComponentId
from desktop.services.rows import Colour, ComponentStatus

COLOURS: Final[tuple[Colour, ...]] = ("cases", "maps", "addresses", "payments", "messages", "partners")
EVERY_SERVICE: Final = "Every service"
_SAME_THING: Final[frozenset[Colour]] = frozenset({"addresses", "payments", "messages"})
"""Kinds in which any component can stand for another. Of the other kinds only those that speak the same API can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstatePart:
    """A component as one service uses it.

    `cost_pence` is the service's share of its price a year, in equal parts; `shared_by` how many services share it.
    `is_again` says that the service could use another component that the council pays for already.
    """

    id: ComponentId
    name: str
    colour: Colour
    cost_pence: int
    shared_by: int
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateRow:
    """One service: its cases and its components by kind."""

    service: str
    cases: int
    parts: Mapping[Colour, tuple[EstatePart, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What moving services from components onto one of the same kind would save a year.

    `to` keeps its price where every service may use it already; else it costs its present price for each service more.
    `earliest` is the day the last of the contracts ends, "" where one of them is not known.
    """

    colour: Colour
    services: tuple[str, ...]
    leaving: tuple[str, ...]
    to: str
    now_pence: int
    after_pence: int
    earliest: str

    @property
    def saved_pence(self) -> int:
        """Pence a year; below nought where it would cost more."""
        return self.now_pence - self.after_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """All services, in the order in which components name them. `again` counts the places that pay again."""

    rows: tuple[EstateRow, ...]
    total_pence: int
    by_colour: Mapping[Colour, int]
    components: int
    plugins: int
    cases: int
    again: int

    @property
    def per_case_pence(self) -> int | None:
        """What all components cost for each case that is held, None where nothing is known."""
        return round(self.total_pence / self.cases) if self.cases and self.total_pence else None


def build_estate(
    components: Sequence[Component], colours: Mapping[str, Colour], cases: Mapping[ComponentId, int]
) -> Estate:
    """The estate of components as they are set up.

    Args:
        components: all of the council's.
        colours: the kind of each, by id.
        cases: how many cases each holds.
    """
    services = _list_services(components)
    again = {part.id for group in _groups(components, colours).values() for part in group[1:]}
    rows = []
    for service in services:
        parts: dict[Colour, list[EstatePart]] = {colour: [] for colour in COLOURS}
        for component in components:
            users = component.services or tuple(services)
            if service in users:
                part = EstatePart(
                    id=component.id,
                    name=component.name,
                    colour=colours.get(component.id, "cases"),
                    cost_pence=round(component.cost_pence / len(users)),
                    shared_by=len(users),
                    is_again=component.id in again,
                )
                parts[part.colour].append(part)
        held = sum(
            cases.get(component.id, 0) for component in components if component.services in {(service,), ()}
        )  # fmt: skip
        rows.append(
            EstateRow(service=service, cases=held, parts={colour: tuple(found) for colour, found in parts.items()})
        )
    return Estate(
        rows=tuple(rows),
        total_pence=sum(component.cost_pence for component in components),
        by_colour={
            colour: sum(c.cost_pence for c in components if colours.get(c.id, "cases") == colour) for colour in COLOURS
        },
        components=len(components),
        plugins=len({component.plugin for component in components}),
        cases=sum(cases.values()),
        again=sum(part.is_again for row in rows for found in row.parts.values() for part in found),
    )


def build_saving(components: Sequence[Component], colours: Mapping[str, Colour], chosen: ComponentId) -> Saving | None:
    """What the council would save by using one component in place of all of its like; None where it has no like."""
    group = next((g for g in _groups(components, colours).values() if chosen in {c.id for c in g}), ())
    if len(group) < 2:
        return None
    keep, leaving = group[0], group[1:]
    services = _list_services(components)
    moved = tuple(dict.fromkeys(name for component in leaving for name in component.services or services))
    more = len(set(moved) - set(keep.services)) if keep.services else 0
    after = keep.cost_pence + (round(keep.cost_pence / len(keep.services) * more) if keep.services else 0)
    ends = [component.contract_ends for component in leaving]
    return Saving(
        colour=colours.get(keep.id, "cases"),
        services=moved,
        leaving=tuple(component.name for component in leaving),
        to=keep.name,
        now_pence=sum(component.cost_pence for component in group),
        after_pence=after,
        earliest=max(ends) if all(ends) else "",
    )


def _list_services(components: Sequence[Component]) -> list[str]:
    return list(dict.fromkeys(name for component in components for name in component.services)) or [EVERY_SERVICE]


def _groups(components: Sequence[Component], colours: Mapping[str, Colour]) -> Mapping[str, list[Component]]:
    """Paid components that can stand for each other, the one to keep first: the least for each service."""
    groups: dict[str, list[Component]] = {}
    for component in components:
        colour = colours.get(component.id, "cases")
        if component.cost_pence:
            groups.setdefault(colour if colour in _SAME_THING else f"{colour}/{component.plugin}", []).append(component)
    every = len(_list_services(components))
    for group in groups.values():
        group.sort(key=lambda component: component.cost_pence / (len(component.services) or every))
    return groups


def find_colours(statuses: Collection[ComponentStatus]) -> dict[str, Colour]:
    """The kind of each component, by id."""
    return {status.id: status.colour for status in statuses}
