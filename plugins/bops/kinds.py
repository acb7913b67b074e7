"""Types of application: what a council takes, and what BOPS calls them in its three ways. Pure.

A published application names its type by a code (`pp.full.householder`); a whole one by BOPS's own word
(`planning_permission`) and, at the end of its reference, by the type's suffix (`24-00107-HAPP`). The list of types
holds all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import build_bad_response, parse_json, read_record, read_text

from .schema import APPLICATIONS

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of application: code, name for people, and the end of its references ("" where it is not known)."""

    code: str
    name: str
    suffix: str = ""


def parse_kinds(text: str, *, component: str) -> tuple[Kind, ...]:
    """The types that a council takes, each code once. Raises BadResponse where it is no such list."""
    tree = parse_json(text, component=component)
    if not isinstance(tree, list):
        raise build_bad_response("", component=component, what="it is not a list of types of application")
    found: dict[str, Kind] = {}
    for record in map(read_record, tree):
        code, suffix = read_text(record.get("code")), read_text(record.get("suffix")).upper()
        if code and code not in found:
            found[code] = Kind(code=code, name=_name(code, read_text(record.get("name")), suffix), suffix=suffix)
    return tuple(found.values())


def _name(code: str, word: str, suffix: str) -> str:
    """The schema's name of a type, else BOPS's word with the suffix, for several types share a word."""
    if code in APPLICATIONS:
        return APPLICATIONS[code]
    said = say_word(word) or code
    return f"{said} ({suffix})" if suffix else said


def say_word(word: str) -> str:
    """`prior_approval` as "Prior approval"."""
    words = " ".join(word.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def find_by_reference(kinds: Mapping[str, Kind], reference: str, word: str) -> Kind:
    """The type of a whole application, by the end of its reference; else what BOPS calls it."""
    suffix = reference.rpartition("-")[2].upper()
    found = next((kind for kind in kinds.values() if kind.suffix and kind.suffix == suffix), None)
    return found or Kind(code=word, name=say_word(word))


def find_by_code(kinds: Mapping[str, Kind], code: str, word: str) -> Kind:
    """The type of a published application, by its code."""
    return kinds.get(code) or Kind(code=code or word, name=_name(code, word, ""))
