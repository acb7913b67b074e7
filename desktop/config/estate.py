"""A council's components as one TOML file, to be kept, reviewed and passed on. It never holds a secret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from desktop.config.profile import toml_value
from desktop.domain.components import Component
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import ComponentId, Gss
from desktop.domain.money import format_pence

FORMAT: Final = 1
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_GSS = re.compile(r"[A-Z][0-9]{8}|")
_DEFAULT = re.compile(r"[a-z_]+(:.+)?")


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    plugin: str
    name: str
    council: str = ""
    services: tuple[str, ...] = ()
    default_for: tuple[str, ...] = ()
    cost_per_year: float = 0.0
    contract_ends: date | None = None
    settings: dict[str, str] = {}


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: int
    component: tuple[_Entry, ...] = ()


def build_estate(components: Sequence[Component], *, council: str) -> str:
    """The file's text. `council` is the name in its first line."""
    cost = sum(component.cost_pence for component in components)
    lines = [
        f"# Components of {' '.join(council.split())}: {len(components)}, {format_pence(cost)} a year.",
        "# Secrets are not in this file: they are given on the Components screen after it is read in.",
        f"format = {FORMAT}",
    ]
    for component in components:
        lines += ["", "[[component]]", *_build_entry(component)]
    return "\n".join(lines) + "\n"


def _build_entry(component: Component) -> Iterable[str]:
    yield f"id = {toml_value(component.id)}"
    yield f"plugin = {toml_value(component.plugin)}"
    yield f"name = {toml_value(component.name)}"
    if component.council:
        yield f"council = {toml_value(component.council)}"
    yield f"services = {toml_value(component.services)}"
    yield f"default_for = {toml_value(component.default_for)}"
    yield f"cost_per_year = {component.cost_pence / 100:.2f}"
    if component.contract_ends:
        yield f"contract_ends = {component.contract_ends}"
    yield f"settings = {toml_value(component.settings)}"


def read_estate(path: Path) -> tuple[Component, ...]:
    """Components from a file. Raises InvalidInput where it cannot be read or a field is wrong: names which."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path.name, "it cannot be read as text") from error
    return parse_estate(text, name=path.name)


def parse_estate(text: str, *, name: str) -> tuple[Component, ...]:
    """Components from the text of a file called `name`. Raises InvalidInput."""
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _wrong(name, str(error).rstrip(".")) from error
    if file.format != FORMAT:
        raise _wrong(name, f"its format is {file.format}, and this Knit reads {FORMAT}")
    seen: set[str] = set()
    for entry in file.component:
        if entry.id in seen:
            raise _wrong(name, f"two components have the id {entry.id}")
        seen.add(entry.id)
    return tuple(_read_entry(entry, name) for entry in file.component)


def _read_entry(entry: _Entry, name: str) -> Component:
    component = Component(
        id=ComponentId(entry.id),
        plugin=entry.plugin,
        name=entry.name.strip(),
        council=Gss(entry.council),
        services=entry.services,
        settings=dict(entry.settings),
        default_for=entry.default_for,
        cost_pence=round(entry.cost_per_year * 100),
        contract_ends=entry.contract_ends.isoformat() if entry.contract_ends else "",
    )
    try:
        check_component(component)
    except InvalidInput as error:
        raise _wrong(name, f"{entry.id}: {error.title[:1].lower()}{error.title[1:].rstrip('.')}") from error
    return component


def check_component(component: Component) -> None:
    """Raises InvalidInput, with the field, where a component could not be kept."""
    if not _ID.fullmatch(component.id):
        raise InvalidInput(
            "A component's id has small letters, digits, _ and - only, a letter first, 40 at most.",
            key="estate.id",
            field="id",
        )
    if not component.name.strip() or len(component.name) > 80:
        raise InvalidInput("Give the component a name of at most 80 letters.", key="estate.name", field="name")
    if not _GSS.fullmatch(component.council):
        raise InvalidInput(
            "A council's code is a letter and eight digits, like E07000123.", key="estate.council", field="council"
        )
    if not 0 <= component.cost_pence <= 10**12:
        raise InvalidInput("Enter the cost of a year in pounds, 0 or more.", key="estate.cost", field="cost_pence")
    if component.contract_ends:
        try:
            date.fromisoformat(component.contract_ends)
        except ValueError as error:
            raise InvalidInput(
                "Enter the day the contract ends, like 31/03/2027.", key="estate.contract", field="contract_ends"
            ) from error
    for default in component.default_for:
        if not _DEFAULT.fullmatch(default):
            raise InvalidInput(
                f"{default[:40]!r} is no default.",
                "Write a capability, or capability:service.",
                key="estate.default",
                field="default_for",
            )


def merge_estate(present: Sequence[Component], read: Sequence[Component]) -> tuple[Component, ...]:
    """The present components with those of a file in their places; new ones come last. A default is held by one."""
    by_id = {component.id: component for component in read}
    kept = [by_id.pop(component.id, component) for component in present]
    return settle_defaults((*kept, *by_id.values()), first={component.id for component in read})


def settle_defaults(components: Sequence[Component], *, first: Iterable[ComponentId]) -> tuple[Component, ...]:
    """Each default with one component: of two that claim it, one in `first` keeps it, else the earlier."""
    chosen = set(first)
    holders: dict[str, ComponentId] = {}
    for component in sorted(components, key=lambda c: c.id not in chosen):
        for default in component.default_for:
            holders.setdefault(default, component.id)
    return tuple(
        replace(component, default_for=tuple(d for d in component.default_for if holders[d] == component.id))
        for component in components
    )


def _wrong(name: str, what: str) -> InvalidInput:
    return InvalidInput(
        f"{name} cannot be read in: {what}.",
        "Nothing was changed. Mend the file, then try again.",
        key="estate.file",
        subject=name,
    )
