"""Field-by-field three-way merge. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Merged(msgspec.Struct, frozen=True):
    """What is left to write, and the fields that both sides changed, each as (before, mine, theirs)."""

    write: dict[str, str]
    conflicts: dict[str, tuple[str, str, str]]


def build_merge(*, seen: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Merged:
    """Merges what the officer wrote with what the component says now, against what the officer saw.

    A field that nobody else touched is written; one that already has the officer's value needs nothing; one that
    somebody else changed to another value is a conflict, and both values are kept.
    """
    write: dict[str, str] = {}
    conflicts: dict[str, tuple[str, str, str]] = {}
    for field, value in mine.items():
        before = seen.get(field, "")
        now = theirs.get(field, before)
        if now == value:
            continue
        if now == before:
            write[field] = value
        else:
            conflicts[field] = (before, value, now)
    return Merged(write, conflicts)
