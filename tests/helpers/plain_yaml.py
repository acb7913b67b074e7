"""Reads the plain part of YAML that API contracts are written in: block mappings and lists, scalars, folded text.

It is here because the project's lock has no YAML library and only these tests want one. Anything else raises.
"""

from __future__ import annotations

import json
import re
from typing import Any

_PAIR = re.compile(r"(?P<key>'[^']*'|[^\s'#][^:#]*):(?: (?P<value>.*))?$")


def parse_yaml(text: str) -> Any:
    """The tree of a document."""
    rows = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    tree, rest = _block(rows, 0, 0)
    assert rest == len(rows), f"cannot read: {rows[rest]}"
    return tree


def _block(rows: list[tuple[int, str]], at: int, indent: int) -> tuple[Any, int]:
    return _list(rows, at, indent) if rows[at][1].startswith("- ") else _mapping(rows, at, indent)


def _mapping(rows: list[tuple[int, str]], at: int, indent: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while at < len(rows) and rows[at][0] == indent and not rows[at][1].startswith("- "):
        match = _PAIR.match(rows[at][1])
        assert match, f"cannot read: {rows[at]}"
        key, value = match["key"].strip("'"), match["value"]
        if value is None or value == "":
            deeper = at + 1 < len(rows) and (
                rows[at + 1][0] > indent or (rows[at + 1][0] == indent and rows[at + 1][1].startswith("- "))
            )
            found[key], at = _block(rows, at + 1, rows[at + 1][0]) if deeper else (None, at + 1)
        elif value in {">-", ">", "|", "|-"}:
            found[key], at = _folded(rows, at + 1, indent)
        else:
            # A scalar that runs on is folded onto one line.
            extra, after = _folded(rows, at + 1, indent)
            found[key], at = _scalar(f"{value} {extra}".strip()), after
    return found, at


def _list(rows: list[tuple[int, str]], at: int, indent: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while at < len(rows) and rows[at][0] == indent and rows[at][1].startswith("- "):
        inside = rows[at][1][2:]
        nested: Any = _list if inside.startswith("- ") else _mapping if _PAIR.match(inside) else None
        if nested is not None:
            copied = [(indent + 2, inside), *rows[at + 1 :]]
            item, used = nested(copied, 0, indent + 2)
            found.append(item)
            at += used
        else:
            found.append(_scalar(inside))
            at += 1
    return found, at


def _folded(rows: list[tuple[int, str]], at: int, indent: int) -> tuple[str, int]:
    words = []
    while at < len(rows) and rows[at][0] > indent:
        words.append(rows[at][1])
        at += 1
    return " ".join(words), at


def _scalar(text: str) -> Any:
    if text[:1] in {"'", '"'}:
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        return text
