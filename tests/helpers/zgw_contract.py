"""The official contracts of the ZGW APIs (OpenAPI 3.0) as validators of requests and answers.

Objects are closed, so that a field that a contract does not name is found. What only an answer may have is taken out for
requests; what an answer must have is not asked for, for records in tests hold only what an adapter reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tests.helpers.contracts import SPECS
from tests.helpers.faulty_server import Request

FILES = {"zaken": "zaken-1.7.0.yaml", "catalogi": "catalogi-1.4.0.yaml", "documenten": "documenten-1.7.1.yaml"}
_FREE = {"Wijzigingen", "EmptyObject", "GenesteExpansie", "Rol", "RolExpanded", "Geometry"}
"""Objects that may hold more: a role has the fields of whom it is about (requests are held to those of their kind)."""


@cache
def load(api: str) -> Any:
    """The contract of one API, as it was published."""
    return yaml.load((SPECS / "zgw" / FILES[api]).read_text("utf-8"), Loader=yaml.CSafeLoader)


@cache
def build_schemas(api: str, *, write: bool) -> Any:
    """Every schema of one API, ready to validate requests, or answers."""
    published = load(api)["components"]["schemas"]
    merged = {name: _merge(schema, published) for name, schema in published.items()}
    return {"components": {"schemas": {name: _adapt(s, write=write, free=name in _FREE) for name, s in merged.items()}}}


def _merge(schema: Any, published: Any) -> Any:
    """A schema that is made of others (`allOf`) as one, so that it can be closed."""
    if not isinstance(schema, dict) or "allOf" not in schema:
        return schema
    whole: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for part in schema["allOf"]:
        one = published[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        one = _merge(one, published)
        whole["properties"].update(one.get("properties", {}))
        whole["required"] += one.get("required", [])
    return whole


def _adapt(node: Any, *, write: bool, free: bool = False) -> Any:
    if isinstance(node, list):
        return [_adapt(item, write=write) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return node if node["$ref"].startswith("#") else {}
    kept = {key: value for key, value in node.items() if key not in {"discriminator", "readOnly", "example"}}
    if "oneOf" in kept:  # without its discriminator, and with what lies in other files open, more than one may fit
        kept["anyOf"] = kept.pop("oneOf")
    properties = kept.get("properties")
    if isinstance(properties, dict):
        hidden = {name for name, one in properties.items() if write and isinstance(one, dict) and one.get("readOnly")}
        kept["properties"] = {name: one for name, one in properties.items() if name not in hidden}
        kept["required"] = [name for name in node.get("required", []) if name not in hidden] if write else []
        if not free:
            kept.setdefault("additionalProperties", False)
    adapted = {key: _adapt(value, write=write) for key, value in kept.items() if key != "required"}
    if kept.get("required"):
        adapted["required"] = kept["required"]
    if adapted.pop("nullable", False):
        return {"anyOf": [adapted, {"enum": [None]}]}
    return adapted


def _find_faults(api: str, schema: Any, tree: object, *, write: bool) -> list[str]:
    root = {**_adapt(schema, write=write), **build_schemas(api, write=write)}
    if "$ref" in root:
        root = {"allOf": [{"$ref": root.pop("$ref")}], **root}
    validator = OAS30Validator(root, format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(tree)]


def find_operation(method: str, path: str) -> tuple[str, Any] | None:
    """The API and the operation that a request is for; None where a contract has none such."""
    api, _, rest = path.lstrip("/").partition("/api/v1")
    if api not in FILES:
        return None
    for template, operations in load(api)["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, rest) and method.lower() in operations:
            operation = operations[method.lower()]
            shared = operations.get("parameters", [])
            return api, {**operation, "parameters": [*operation.get("parameters", []), *shared]}
    return None


def find_request_faults(request: Request) -> list[str]:
    """What is wrong with a request by the contract; empty where nothing is, or where there are no contracts."""
    if not SPECS.is_dir():
        return []
    found = find_operation(request.method, request.path)
    if found is None:
        return [f"{request.method} {request.path} is in no contract"]
    api, operation = found
    named = [_resolve(api, parameter) for parameter in operation["parameters"]]
    faults = _find_query_faults(api, {p["name"]: p for p in named if p["in"] == "query"}, request.query)
    for parameter in (p for p in named if p["in"] == "header"):
        value = request.headers.get(parameter["name"].lower())
        if value is None and parameter.get("required"):
            faults.append(f"the header {parameter['name']} is missing")
        elif value is not None and not _is_media(parameter) and parameter["schema"].get("enum", [value]) != [value]:
            faults.append(f"the header {parameter['name']} is {value}")
    return [
        f"{request.method} {request.path}: {fault}" for fault in faults + _find_body_faults(api, operation, request)
    ]


def _is_media(parameter: Mapping[str, Any]) -> bool:
    return str(parameter["name"]) == "Content-Type"


def _resolve(api: str, parameter: Any) -> Any:
    if "$ref" not in parameter:
        return parameter
    return load(api)["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]


def _find_query_faults(api: str, named: Mapping[str, Any], query: Mapping[str, list[str]]) -> list[str]:
    faults: list[str] = []
    for name, values in query.items():
        if name not in named:
            faults.append(f"it knows no parameter {name}")
            continue
        schema = named[name]["schema"]
        for value in values:
            typed: object = value
            if schema.get("type") in {"integer", "boolean"}:
                typed = json.loads(value) if re.fullmatch(r"true|false|-?\d+", value) else value
            elif schema.get("type") == "array":
                typed = value.split(",")
            faults += _find_faults(api, schema, typed, write=True)
    return faults


def _find_body_faults(api: str, operation: Any, request: Request) -> list[str]:
    media = request.headers.get("content-type", "").partition(";")[0]
    contents = operation.get("requestBody", {}).get("content", {})
    if not contents:
        return [] if request.body in {b"", b"{}"} else ["it takes no body"]
    if media not in contents:
        return [f"it takes no {media or 'nothing'}"]
    if media != "application/json":
        return []
    tree = json.loads(request.body)
    return _find_faults(api, _find_schema(contents[media]["schema"], tree), tree, write=True)


def _find_schema(schema: Any, tree: Any) -> Any:
    """The schema of a body; that of a role by whom it is about."""
    if schema.get("$ref", "").endswith("/Rol"):
        return {"$ref": f"#/components/schemas/{tree.get('betrokkeneType')}_Rol"}
    return schema


def find_answer_faults(request: Request, status: int, tree: object) -> list[str]:
    """What is wrong with an answer by the contract, apart from what it leaves out."""
    found = find_operation(request.method, request.path) if SPECS.is_dir() else None
    if found is None:
        return []
    api, operation = found
    content: dict[str, Any] = operation["responses"].get(str(status), {}).get("content", {})
    schema = next((one["schema"] for one in content.values()), None)
    if schema is None or "application/octet-stream" in content:
        return []
    return [f"answer of {unquote(request.path)}: {fault}" for fault in _find_faults(api, schema, tree, write=False)]
