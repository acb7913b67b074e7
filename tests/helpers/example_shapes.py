"""Schemas from examples, for an API whose makers publish answers and no schema: what an answer may have, and of which types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jsonschema import Draft202012Validator

_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (str, "string"), (int, "integer"), (float, "number"), (dict, "object"), (list, "array"),
)  # fmt: skip


def build_schema(examples: Iterable[object]) -> dict[str, Any]:
    """A closed schema that every example meets: each field that one has, required where all have it."""
    seen = list(examples)
    kinds = sorted({_name(value) for value in seen})
    schema: dict[str, Any] = {"type": kinds} if kinds else {}
    objects = [value for value in seen if isinstance(value, dict)]
    if objects:
        names = {name for value in objects for name in value}
        schema["properties"] = {
            name: build_schema(value[name] for value in objects if name in value) for name in sorted(names)
        }
        schema["required"] = sorted(name for name in names if all(name in value for value in objects))
        # An example of an object without fields says nothing of what it may have.
        schema["additionalProperties"] = not names
    items = [item for value in seen if isinstance(value, list) for item in value]
    if items:
        schema["items"] = build_schema(items)
    return schema


def _name(value: object) -> str:
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "null")


def shape_errors(schema: dict[str, Any], tree: object) -> list[str]:
    """What is wrong with an answer by such a schema; empty when nothing is."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(tree)]
