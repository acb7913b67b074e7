"""GOV.UK Notify's contract as validators: the schemas of its official client, and its OpenAPI document, closed."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from tests.helpers.contracts import SPECS

_FOLDER = SPECS / "govuk-notify"
_STANDS_FOR = {"notification.json": "GET_notification_response.json"}
"""The list of messages names the schema of one by another file's name."""


@cache
def _schema(name: str) -> Any:
    return json.loads((_FOLDER / "client-schemas-v2" / name).read_text("utf-8"))


def _retrieve(uri: str) -> Resource[Any]:
    return DRAFT7.create_resource(_schema(_STANDS_FOR.get(uri, uri)))


def client_errors(name: str, tree: object) -> list[str]:
    """What is wrong with an answer by the schema that the official client tests it with."""
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    validator = Draft7Validator(_schema(f"{name}.json"), registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree)]


@cache
def _document() -> Any:
    schemas = copy.deepcopy(
        json.loads((_FOLDER / "openapi" / "schema.json").read_text("utf-8"))["components"]["schemas"]
    )
    for variant in schemas["GetOneMessageResponse"]["oneOf"]:
        # Written as text that is always there; the same message, in the client's schema, has null until it was sent.
        for name in ("sent_at", "completed_at"):
            variant["properties"][name]["nullable"] = True
        # Said to be null for what is no letter, and left out of the list of values.
        variant["properties"]["postage"]["enum"].append(None)
    _close(schemas)
    return schemas


def _close(node: Any) -> None:
    """Closes every object, and lets several variants fit: those of a message differ in a word only."""
    if isinstance(node, dict):
        if "oneOf" in node:
            node["anyOf"] = node.pop("oneOf")
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)


def notify_errors(name: str, tree: object) -> list[str]:
    """What is wrong with an answer by the OpenAPI document; a field that it does not name is wrong too."""
    root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": _document()}}
    return [f"{error.json_path}: {error.message}" for error in OAS30Validator(root).iter_errors(tree)]
