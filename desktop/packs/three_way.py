"""When the shared pack moves on: what becomes of a council's override, field by field, with nothing lost.

Three values stand for each field: the shared one that the override was made against, the shared one now, and the council's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from desktop.packs.documents import FieldPath, Table, find_leaves, has_ids
from desktop.packs.layering import REMOVE, apply_patch, merge_tables


class Outcome(StrEnum):
    """What became of a field."""

    TAKEN_OVER = "taken over"
    """The shared pack changed it and the council does not touch it."""
    KEPT = "kept"
    """The council's, and the shared pack did not change it."""
    SAME = "the same now"
    """The shared pack now says what the council says: its line may be deleted."""
    CONFLICT = "conflict"
    """Both changed it; the council's is used until somebody has looked."""


class Absent(Enum):
    """No such field there."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the report; each value may be ABSENT."""

    path: FieldPath
    outcome: Outcome
    base: object
    shared: object
    council: object


@dataclass(frozen=True, slots=True)
class Rebased:
    """The newest shared table with the council's over it, and what became of each field."""

    table: Table
    lines: tuple[Line, ...]

    @property
    def conflicts(self) -> tuple[Line, ...]:
        """What somebody must look at."""
        return tuple(line for line in self.lines if line.outcome is Outcome.CONFLICT)


def rebase_table(base: Table, shared: Table, override: Table) -> Rebased:
    """The three-way merge of a TOML file."""
    kept = _restore_items(base, shared, override)
    return Rebased(merge_tables(kept, override), tuple(_find_lines(base, shared, override, by_id=True)))


def rebase_form(base: Table, shared: Table, patch: Table) -> Rebased:
    """The three-way merge of a form."""
    merged = apply_patch(shared, patch)
    assert isinstance(merged, dict)  # noqa: S101 - a patch that is a table gives a table
    return Rebased(merged, tuple(_find_lines(base, shared, patch, by_id=False)))


def rebase_text(name: str, base: str | Absent, shared: str | Absent, council: str) -> Line:
    """The three-way merge of a letter, which is replaced whole."""
    return _compare(("letters", name), base, shared, council)


def get_value(tree: object, path: FieldPath) -> object:
    """The value at a path by ids, or ABSENT."""
    return _get(_index(tree, by_id=True), path)


def _index(value: object, *, by_id: bool) -> object:
    """The tree with lists of tables as tables by their ids, so that each look is quick."""
    if isinstance(value, dict):
        return {name: _index(child, by_id=by_id) for name, child in value.items()}
    if by_id and isinstance(value, list) and has_ids(value):
        return _Items({str(item["id"]): _index(item, by_id=True) for item in value})
    return value


class _Items(dict[str, object]):
    """Items of a list by their ids; as a whole it is still the list."""


def _get(indexed: object, path: FieldPath) -> object:
    for part in path:
        if not isinstance(indexed, dict):
            return ABSENT
        indexed = indexed.get(str(part), ABSENT)
    return _restore(indexed)


def _restore(value: object) -> object:
    """An indexed value as it was."""
    if isinstance(value, _Items):
        return [_restore(item) for item in value.values()]
    return {name: _restore(child) for name, child in value.items()} if isinstance(value, dict) else value


def _find_lines(base: Table, shared: Table, override: Table, *, by_id: bool) -> Iterator[Line]:
    mine = dict(_find_changes(override, by_id=by_id))
    first, last = _index(base, by_id=by_id), _index(shared, by_id=by_id)
    for path, value in mine.items():
        if by_id and path[-1] == REMOVE:
            yield _compare(path[:-1], _get(first, path[:-1]), _get(last, path[:-1]), ABSENT)
        else:
            council = ABSENT if value is None and not by_id else value
            yield _compare(path, _get(first, path), _get(last, path), council)
    before, now = dict(_find_changes(base, by_id=by_id)), dict(_find_changes(shared, by_id=by_id))
    touched = {path[:-1] if by_id and path[-1] == REMOVE else path for path in mine}
    parents = {path[:length] for path in touched for length in range(len(path))}
    for path in dict.fromkeys([*before, *now]):
        was, here = before.get(path, ABSENT), now.get(path, ABSENT)
        if was != here and not _is_touched(path, touched, parents):
            yield Line(path, Outcome.TAKEN_OVER, was, here, ABSENT)


def _find_changes(tree: Table, *, by_id: bool) -> Iterator[tuple[FieldPath, object]]:
    """Leaves of a table; an item's own id is its name and no change."""
    leaves = find_leaves(tree) if by_id else _find_form_leaves(tree, ())
    return ((path, value) for path, value in leaves if not (by_id and len(path) > 1 and path[-1] == "id"))


def _find_form_leaves(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, object]]:
    if isinstance(value, dict) and (value or not path):
        for name, child in value.items():
            yield from _find_form_leaves(child, (*path, name))
    else:
        yield path, value


def _is_touched(path: FieldPath, touched: set[FieldPath], parents: set[FieldPath]) -> bool:
    """Whether the council says something of a field, of what it is in, or of what is in it."""
    return path in parents or any(path[:length] in touched for length in range(len(path) + 1))


def _compare(path: FieldPath, base: object, shared: object, council: object) -> Line:
    if shared == council:
        outcome = Outcome.SAME
    elif shared == base:
        outcome = Outcome.KEPT
    else:
        outcome = Outcome.CONFLICT
    return Line(path, outcome, base, shared, council)


def _restore_items(base: Table, shared: Table, override: Table) -> Table:
    """The shared table with items that it dropped and the council changed: half an item would be no item."""
    kept = dict(shared)
    for name, items in override.items():
        before = base.get(name)
        if not (isinstance(items, list) and isinstance(before, list) and has_ids(items) and has_ids(before)):
            continue
        now = kept.get(name)
        here = list(now) if isinstance(now, list) else []
        there = {str(item["id"]) for item in here}
        changed = {str(item["id"]) for item in items if item.get(REMOVE) is not True}
        kept[name] = here + [item for item in before if str(item["id"]) in changed - there]
    return kept
