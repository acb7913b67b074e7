"""BOPS's official contract (swagger v2) and the digital planning schema as validators of requests and answers.

Objects of answers are closed, so that a field which the contract does not name is found. Its lists are written as if they
had one item only (`items: [{...}]`); here each item is held to what is written of the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft7Validator, FormatChecker

from tests.helpers.contracts import SPECS
from tests.helpers.faulty_server import Request

PREFIX = "/api/v2"
CHECKER = FormatChecker()


@CHECKER.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def load() -> Any:
    """The swagger as it was published, without its `$id`s, which nothing refers to."""
    text = (SPECS / "bops" / "swagger-v2-without-examples.yaml").read_text("utf-8")
    return _adapt(yaml.load(text, Loader=yaml.CSafeLoader), close=False)


@cache
def _components(*, close: bool) -> Any:
    return _adapt(load()["components"], close=close)


def _adapt(node: Any, *, close: bool) -> Any:
    if isinstance(node, list):
        return [_adapt(item, close=close) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _adapt(value, close=close) for key, value in node.items() if not (key == "$id" and isinstance(value, str))
    }
    if isinstance(kept.get("items"), list) and len(kept["items"]) == 1:
        kept["items"] = kept["items"][0]
    if close and isinstance(kept.get("properties"), dict) and isinstance(kept.get("type"), str):
        kept.setdefault("additionalProperties", False)
    return kept


def _find_faults(schema: Any, tree: object, *, close: bool) -> list[str]:
    root = {"allOf": [_adapt(schema, close=close)], "components": _components(close=close)}
    validator = Draft7Validator(root, format_checker=CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(tree)]


def find_operation(method: str, path: str) -> Any:
    """The operation that a request is for, None where the contract has none such. A path may be without its prefix."""
    bare = path if path.startswith(PREFIX) else f"{PREFIX}{path}"
    found = []
    for template, operations in load()["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, bare) and method.lower() in operations:
            found.append((template.count("{"), operations[method.lower()]))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def find_request_faults(request: Request) -> list[str]:
    """What is wrong with a request by the contract; empty where nothing is, or where there are no contracts."""
    if not SPECS.is_dir():
        return []
    operation = find_operation(request.method, request.path)
    if operation is None:
        return [f"{request.method} {request.path} is in no contract"]
    faults = _find_query_faults(operation.get("parameters", []), request.query)
    if operation.get("security") and not request.headers.get("authorization", "").startswith("Bearer "):
        faults.append("it wants a Bearer token")
    if not operation.get("security") and "authorization" in request.headers:
        faults.append("it is public, and was given the key")
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content:
        faults += _find_faults(content["schema"], json.loads(request.body or b"null"), close=False)
    elif request.body:
        faults.append("it takes no body")
    return [f"{request.method} {request.path}: {fault}" for fault in faults]


UNNAMED = {"/neighbour_responses": {"page": "integer", "maxresults": "integer"}}
"""Paging that the contract leaves out; the answer has it, and BOPS reads it."""


def _find_query_faults(parameters: Any, query: Mapping[str, list[str]]) -> list[str]:
    named = {parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"}
    named = named or {name: {"type": kind} for name, kind in UNNAMED["/neighbour_responses"].items()}
    faults: list[str] = []
    for name, values in query.items():
        if name not in named:
            faults.append(f"it knows no parameter {name}")
            continue
        schema = named[name]
        numbers = schema.get("type") == "integer"
        typed: list[object] = [int(v) if numbers and v.isdigit() else v for v in values]
        many = schema.get("type") == "array"
        for value in [typed] if many else typed:
            faults += _find_faults(schema, value, close=False)
    return faults


def find_answer_faults(method: str, path: str, status: int, tree: object) -> list[str]:
    """What is wrong with an answer by the contract."""
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path} is in no contract"]
    response = operation["responses"].get(str(status))
    if response is None:
        return [f"{method} {path} has no answer {status}"]
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    return [] if schema is None else _find_faults(schema, tree, close=True)


def find_schema_faults(name: str, tree: object) -> list[str]:
    """What is wrong with a tree by one schema of the contract."""
    return _find_faults({"$ref": f"#/components/schemas/{name}"}, tree, close=True)


@cache
def _load_application() -> Any:
    text = (SPECS / "digital-planning-data" / "schemas" / "application.json").read_text("utf-8")
    return _adapt(json.loads(text), close=False)


def find_submission_faults(tree: object) -> list[str]:
    """What is wrong with a submission by the digital planning schema itself, in its next version."""
    validator = Draft7Validator(_load_application(), format_checker=CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(tree)]
