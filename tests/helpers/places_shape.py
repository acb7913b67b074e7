"""The shape of OS Places' answers, from those that were recorded: the API publishes no schema beside the project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS31Validator

from tests.helpers.contracts import SPECS

EXAMPLES = SPECS / "os-places" / "examples"


def _shape(samples: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """A schema from samples: fields ever seen with the types they had, required where every sample has them."""
    rows = list(samples)
    types: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            types.setdefault(name, set()).add("string" if isinstance(value, str) else "number")
    return {
        "type": "object",
        "properties": {name: {"type": sorted(kinds)} for name, kinds in types.items()},
        "required": sorted(name for name in types if all(name in row for row in rows)),
        "additionalProperties": False,
    }


def _schema() -> dict[str, Any]:
    """OS Places publishes no schema: this one is what its recorded answers have in common."""
    trees = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    good = [tree for tree in trees if "header" in tree]
    rows = [row for tree in good for row in tree.get("results", [])]
    dpa, lpi = (_shape(row[kind] for row in rows if kind in row) for kind in ("DPA", "LPI"))
    # Of what councils write only one record is at hand; these are in it or in the DPA record under the same name.
    for name in ("COUNTRY_CODE", "COUNTRY_CODE_DESCRIPTION", "LNG", "LAT"):
        dpa["properties"].setdefault(name, {"type": ["number", "string"]})
    # Fields that a record has only when there is something to say, and that no sample happens to have.
    lpi["properties"] |= {
        name: {"type": "string"} for name in ("SAO_TEXT", "SAO_START_NUMBER", "PAO_TEXT", "ORGANISATION")
    }
    absent = {"X_COORDINATE", "LNG", "LAT", "PAO_START_NUMBER", "POSTCODE_LOCATOR"}
    lpi["required"] = [name for name in lpi["required"] if name not in absent]
    header = _shape(tree["header"] for tree in good)
    header["properties"]["lastupdate"] = {"type": "string"}
    item = {
        "type": "object",
        "properties": {"DPA": dpa, "LPI": lpi},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"header": header, "results": {"type": "array", "items": item, "minItems": 1}},
        "required": ["header"],
        "additionalProperties": False,
    }


def find_shape_errors(tree: object) -> list[str]:
    """What is wrong with an answer by the shape of the recorded ones; empty when nothing is."""
    return [f"{error.json_path}: {error.message}" for error in OAS31Validator(_schema()).iter_errors(tree)]
