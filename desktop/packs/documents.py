"""One file of a pack as read: its tables, and at which line each field stands.

A field's path is a tuple of names. An item of a list of tables that has an `id` goes by that id, any other by its number,
so that a path means the same thing in a shared pack and in a council's override of it.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.packs.positions import Lines, find_json_lines, find_toml_lines

MOST_BYTES = 256_000
"""Of one file of a pack; the largest shipped has 8 kB."""
MOST_DEPTH = 20
"""Tables within tables."""
FieldPath = tuple[str | int, ...]
Table = dict[str, object]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong in a pack: where, and one sentence that says what to do. `line` counts from 1."""

    file: Path
    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file. `table` is empty where it cannot be read; then there are findings."""

    file: Path
    table: Table
    lines: Mapping[FieldPath, int]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether it was read."""
        return not self.findings

    def find_line(self, path: FieldPath) -> int | None:
        """The line of a field, or None where it does not stand in this file."""
        return self.lines.get(path)


def load_document(file: Path) -> Document:
    """Reads a TOML or JSON file; never raises for what is in it. Refuses large ones before they are read."""
    text, problem = read_text(file)
    if problem:
        return _refuse(file, 1, problem)
    return parse_json(file, text) if file.suffix == ".json" else parse_toml(file, text)


def read_text(file: Path) -> tuple[str, str]:
    """The text of a file, and what is wrong where it cannot be read."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            return "", f"The file has {size:,} bytes. Keep each file of a pack below {MOST_BYTES:,}."
        return file.read_text(encoding="utf-8"), ""
    except FileNotFoundError:
        return "", "The file is not there. Add it, or take out what names it."
    except UnicodeDecodeError:
        return "", "The file is not UTF-8 text. Save it as UTF-8."
    except OSError as error:
        return "", f"The file cannot be read: {error.strerror}."


def parse_toml(file: Path, text: str) -> Document:
    """A TOML text as a document."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _refuse(file, _find_said_line(text, str(error)), f"It is not TOML: {error}.")
    except (RecursionError, ValueError):
        return _refuse(file, 1, f"It nests deeper than {MOST_DEPTH}, or has a number that is too long.")
    return _build(file, table, lambda: find_toml_lines(text))


def parse_json(file: Path, text: str) -> Document:
    """A JSON text as a document. A name that stands twice in one object is refused."""
    try:
        table = json.loads(text, object_pairs_hook=_refuse_twice, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return _refuse(file, error.lineno, f"It is not JSON: {error.msg}.")
    except (RecursionError, ValueError) as error:
        nested = isinstance(error, RecursionError)
        return _refuse(file, 1, f"It nests deeper than {MOST_DEPTH}." if nested else f"It is not JSON: {error}.")
    if not isinstance(table, dict):
        return _refuse(file, 1, "It is not a JSON object. Begin it with {.")
    return _build(file, table, lambda: find_json_lines(text))


def find_depth(value: object) -> int:
    """How deep tables and lists nest; walks without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        deepest = max(deepest, depth if isinstance(item, dict | list) else 0)
        waiting += [(child, depth + 1) for child in children]
    return deepest


def find_leaves(value: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, object]]:
    """Every value below with its path by ids; a list that is not of tables with ids is one value."""
    if isinstance(value, dict) and (value or not path):
        for name, child in value.items():
            yield from find_leaves(child, (*path, name))
    elif has_ids(value):
        assert isinstance(value, list)  # noqa: S101 - has_ids says so
        for item in value:
            yield from find_leaves(item, (*path, str(item["id"])))
    else:
        yield path, value


def has_ids(value: object) -> bool:
    """Whether a value is a list of tables that each have an id."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and "id" in item for item in value)


def format_path(path: FieldPath) -> str:
    """A path as it is shown: `transitions.close.to`."""
    return ".".join(map(str, path))


def _build(file: Path, table: Table, find_lines: Callable[[], Lines]) -> Document:
    if find_depth(table) > MOST_DEPTH:
        return _refuse(file, 1, f"It nests deeper than {MOST_DEPTH}.")
    found = find_lines()
    lines = {named: found[path] for path, named in _find_named(table) if path in found}
    return Document(file, table, lines, tuple(_find_twice(file, table, lines)))


def _find_named(table: Table) -> Iterator[tuple[FieldPath, FieldPath]]:
    """Every path by number with the same path by ids."""
    waiting: list[tuple[object, FieldPath, FieldPath]] = [(table, (), ())]
    while waiting:
        value, path, named = waiting.pop()
        yield path, named
        if isinstance(value, dict):
            waiting += [(child, (*path, name), (*named, name)) for name, child in value.items()]
        elif isinstance(value, list):
            by_id = has_ids(value)
            for number, child in enumerate(value):
                waiting.append((child, (*path, number), (*named, str(child["id"]) if by_id else number)))


def _find_twice(file: Path, table: Table, lines: Mapping[FieldPath, int]) -> Iterator[Finding]:
    for name, value in table.items():
        if not isinstance(value, list) or not has_ids(value):
            continue
        ids = Counter(str(item["id"]) for item in value)
        for twice in sorted(one for one, count in ids.items() if count > 1):
            line = lines.get((name, twice, "id"), 1)
            yield Finding(file, line, f"{name}.{twice}", f"“{twice}” stands twice in {name}. Give each its own id.")


def _refuse(file: Path, line: int, message: str) -> Document:
    return Document(file, {}, {}, (Finding(file, line, "", message),))


def _find_said_line(text: str, message: str) -> int:
    """The line that tomllib's message names; the last where it says “at end of document”."""
    _, said, rest = message.rpartition("(at line ")
    return int(rest.split(",")[0]) if said else text.count("\n") + 1


def _refuse_twice(pairs: list[tuple[str, object]]) -> Table:
    table = dict(pairs)
    if len(table) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” stands twice in one object")
    return table


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
