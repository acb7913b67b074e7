"""OGC API Features, parts 1 to 3, as validators: of answers by their schemas, of questions by their parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from openapi_schema_validator import OAS30Validator

from tests.helpers.contracts import SPECS
from tests.helpers.plain_yaml import parse_yaml


@cache
def _part(number: int) -> Any:
    return parse_yaml((SPECS / "ogc" / f"ogcapi-features-{number}.yaml").read_text("utf-8"))["components"]


def answer_errors(schema: str, tree: object) -> list[str]:
    """What is wrong with an answer by the contract's schema of that name; empty when nothing is."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": _part(1)["schemas"]}}
    return [f"{error.json_path}: {error.message}" for error in OAS30Validator(root).iter_errors(tree)]


def crs_errors(collection: Mapping[str, object]) -> list[str]:
    """What is wrong with the systems that a collection names, by part 2."""
    schemas = _part(2)["schemas"]
    named = {"crs": schemas["collectionsExtensionCrs"], "storageCrs": schemas["collectionExtensionCrs"]}
    return [
        f"{name}: {error.message}"
        for name, schema in named.items()
        for error in OAS30Validator(schema).iter_errors({key: collection[key] for key in (name,) if key in collection})
    ]


@cache
def _parameters() -> Mapping[str, Any]:
    every = (spec for number in (1, 2, 3) for spec in _part(number)["parameters"].values())
    return {spec["name"]: spec["schema"] for spec in every if spec["in"] == "query"}


def question_errors(query: Mapping[str, list[str]]) -> list[str]:
    """What is wrong with the parameters of a question for features; one that no part names is wrong too."""
    errors: list[str] = []
    for name, values in query.items():
        schema = _parameters().get(name)
        if schema is None or len(values) != 1:
            errors.append(f"{name}: no parameter of the contract, or given twice")
            continue
        errors += [f"{name}: {error.message}" for error in OAS30Validator(schema).iter_errors(_read(values[0], schema))]
    return errors


def _read(text: str, schema: Any) -> object:
    """A parameter's text as the schema's type."""
    if schema.get("type") == "array" or "oneOf" in schema or schema.get("minItems"):
        return [_read_number(part) for part in text.split(",")]
    return _read_number(text) if schema.get("type") in {"integer", "number"} else text


def _read_number(text: str) -> object:
    try:
        number: object = json.loads(text)
    except ValueError:
        return text
    return number
