"""A council's override laid over a shared pack: only what differs stands in the override.

Tables merge name by name, lists of tables by the `id` of their items (`remove = true` takes one out), anything else is
replaced. Forms merge as RFC 7386 says: null takes a name out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.packs.documents import Document, FieldPath, Finding, Table, format_path, has_ids

OVERRIDE = "override"
REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Layered:
    """A file of the shared pack with the council's over it. `table` is both merged."""

    shared: Document
    override: Document | None
    table: Table

    def find(self, path: FieldPath, message: str) -> Finding:
        """A finding at a field: where the council wrote it, else where the shared pack did, else at what it is in."""
        layers = [layer for layer in (self.override, self.shared) if layer is not None]
        for length in range(len(path), 0, -1):
            for layer in layers:
                line = layer.find_line(path[:length])
                if line is not None:
                    return Finding(layer.file, line, format_path(path), message)
        return Finding(self.shared.file, 1, format_path(path), message)


def merge_tables(shared: Mapping[str, object], override: Mapping[str, object]) -> Table:
    """The shared table with the override over it. Neither is changed."""
    merged = dict(shared)
    for name, value in override.items():
        under = merged.get(name)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[name] = merge_tables(under, value)
        elif has_ids(value) and (under is None or under == [] or has_ids(under)):
            merged[name] = _merge_items(under, value)
        else:
            merged[name] = value
    return merged


def _merge_items(shared: object, override: object) -> list[Table]:
    """Items by id: the shared ones in their order, then the council's own."""
    items: dict[str, Table] = {str(item["id"]): item for item in (shared if isinstance(shared, list) else [])}
    for item in override if isinstance(override, list) else []:
        name = str(item["id"])
        if item.get(REMOVE) is True:
            items.pop(name, None)
        else:
            items[name] = merge_tables(items.get(name, {}), item)
    return list(items.values())


def apply_patch(target: object, patch: object) -> object:
    """A JSON value with a merge patch over it (RFC 7386). Neither is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = apply_patch(merged.get(name), value)
    return merged


def find_removed_nowhere(shared: Table, override: Document) -> list[Finding]:
    """`remove = true` on items that the shared pack does not have."""
    found = []
    for name, items in override.table.items():
        if not isinstance(items, list) or not has_ids(items):
            continue
        under = shared.get(name)
        there = {str(item["id"]) for item in under} if isinstance(under, list) and has_ids(under) else set()
        for item in items:
            if item.get(REMOVE) is True and str(item["id"]) not in there:
                path = (name, str(item["id"]), REMOVE)
                line = override.find_line(path) or 1
                message = (
                    f"The shared pack has no “{item['id']}” in {name}, so it cannot be taken out. Delete these lines."
                )
                found.append(Finding(override.file, line, format_path(path), message))
    return found


def build_layered(shared: Document, override: Document | None) -> Layered:
    """A TOML file of both layers."""
    if override is None:
        return Layered(shared, None, shared.table)
    mine = {name: value for name, value in override.table.items() if name != OVERRIDE}
    return Layered(shared, override, merge_tables(shared.table, mine))


def build_layered_form(shared: Document, override: Document | None) -> Layered:
    """A form of both layers."""
    if override is None:
        return Layered(shared, None, shared.table)
    merged = apply_patch(shared.table, override.table)
    return Layered(shared, override, merged if isinstance(merged, dict) else {})


def find_override(folder: Path | None, name: str) -> Path | None:
    """The council's file of this name, or None where it has none."""
    file = folder / name if folder is not None else None
    return file if file is not None and file.is_file() else None
