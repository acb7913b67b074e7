"""Tables into the records of the schema, with every field that does not fit rather than the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar, get_args

import msgspec

from desktop.packs.documents import FieldPath, Finding
from desktop.packs.layering import Layered

MOST_ITEMS = 200
"""Tables of one list; what checks a pack compares each with each."""
Part = TypeVar("Part", bound=msgspec.Struct)
_WHERE = re.compile(r" - at (?:`key` in )?`\$(?P<path>[^`]*)`$")
_NAMES = {
    "str": "text in quotation marks", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "a table", "date": "a date like 2026-03-31", "null": "nothing",
}  # fmt: skip


def convert(layered: Layered, kind: type[Part]) -> tuple[Part | None, list[Finding]]:
    """The record that a table is, or None with at least one finding."""
    problems = list(find_shape_problems(layered.table, kind, ()))
    if problems:
        return None, [layered.find(path, message) for path, message in problems]
    return msgspec.convert(layered.table, kind), []


def find_shape_problems(
    table: Mapping[str, object], kind: type[msgspec.Struct], path: FieldPath
) -> Iterator[tuple[FieldPath, str]]:
    """What does not fit, field by field and item by item."""
    fields = {spec.encode_name: spec for spec in msgspec.structs.fields(kind)}
    for name in table.keys() - fields.keys():
        yield (*path, name), f"There is no such field here. There are: {', '.join(fields)}."
    for name, spec in fields.items():
        if name not in table:
            if spec.required:
                yield (*path, name), f"“{name}” is missing. Add it."
            continue
        part = find_part(spec.type)
        value = table[name]
        if part is None and isinstance(value, dict) and getattr(spec.type, "__origin__", None) is dict:
            for key, inner in value.items():
                yield from _find_value_problems({key: inner}, spec.type, (*path, name, key))
        elif part is None:
            yield from _find_value_problems(value, spec.type, (*path, name))
        elif isinstance(value, dict) and not _is_list(spec.type):
            yield from find_shape_problems(value, part, (*path, name))
        elif isinstance(value, list) and _is_list(spec.type):
            yield from _find_item_problems(value, part, (*path, name))
        else:
            yield (*path, name), f"Write a table of its own: [{name}] or [[{name}]]."


def find_part(kind: object) -> type[msgspec.Struct] | None:
    """The record within a field's type: of `X | None` and of `tuple[X, ...]` it is X."""
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            return one
    return None


def _is_list(kind: object) -> bool:
    return getattr(kind, "__origin__", None) is tuple


def _find_item_problems(
    items: list[object], part: type[msgspec.Struct], path: FieldPath
) -> Iterator[tuple[FieldPath, str]]:
    if len(items) > MOST_ITEMS:
        yield path, f"There are {len(items):,} tables here. Keep to {MOST_ITEMS}."
        return
    for number, item in enumerate(items):
        named = item.get("id", number) if isinstance(item, dict) else number
        if isinstance(item, dict):
            yield from find_shape_problems(item, part, (*path, named if isinstance(named, str) else number))
        else:
            yield (*path, number), f"Write each as a table: [[{path[-1]}]]."


def _find_value_problems(value: object, kind: object, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        said = _WHERE.sub("", str(error))
        inside = re.findall(r"\[(\d+)\]", where["path"]) if where else []
        yield (*path, *map(int, inside)), f"{_say(said, kind)}."


def _find_words(kind: object) -> str:
    """The words of the list that a field's type is."""
    listed = next((one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, StrEnum)), None)
    return ", ".join(listed) if listed else ""


def _say(said: str, kind: object) -> str:
    """The library's sentence in plain words."""
    match = re.fullmatch(r"Expected `(?P<wanted>[a-z]+)(?:[^`]*)`, got `(?P<got>[a-z]+)`", said)
    if match:
        return (
            f"Write {_NAMES.get(match['wanted'], match['wanted'])} here, not {_NAMES.get(match['got'], match['got'])}"
        )
    wrong = re.fullmatch(r"Invalid enum value '?(?P<value>.*?)'?", said)
    return f"“{wrong['value'][:60]}” cannot stand here. There are: {_find_words(kind)}" if wrong else said
