"""The row on screen: the base row with pending edits laid over it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from desktop.sync.ops import Op


def build_edited(base: Mapping[str, Any] | None, ops: Iterable[Op]) -> dict[str, Any] | None:
    """The whole edited row of one record, or None when no op is left.

    Made from the present base row and the fields that the ops changed, in order, so that a pending edit never hides a
    colleague's change to another field.
    """
    row: dict[str, Any] | None = None
    for op in ops:
        if row is None:
            row = dict(base or {})
            row |= {"key": op.key, "component": op.component}
        row |= op.columns
    return row
