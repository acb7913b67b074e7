"""Requests of BaRS by its contract, and messages by the contract's own samples."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tests.helpers.adapters import SPECS
from tests.helpers.faulty_server import Request
from tests.helpers.plain_yaml import parse_yaml


@cache
def contract() -> Any:
    return parse_yaml((SPECS / "nhs-bars" / "booking-and-referral-1.4.0.yaml").read_text("utf-8"))


def find_faults(request: Request) -> list[str]:
    """What of a request the contract does not take: path, parameters, headers, media type."""
    paths = contract()["paths"]
    path = request.path if request.path in paths else "/ServiceRequest/{id}"
    operation = paths[path].get(request.method.lower())
    if operation is None:
        return [f"{request.method} {path} is not in the contract"]
    references = [*paths[path]["parameters"], *operation.get("parameters", [])]
    parameters = [contract()["components"]["parameters"][r["$ref"].rpartition("/")[2]] for r in references]
    faults = [n for n in request.query if n not in {p["name"] for p in parameters if p["in"] == "query"}]
    for parameter in parameters:
        value = request.headers.get(parameter["name"].lower())
        if parameter["in"] != "header" or (value is None and not parameter["required"]):
            continue
        schema = parameter["schema"] if "$ref" not in parameter["schema"] else {"type": "string", "minLength": 1}
        found = OAS30Validator(schema, format_checker=oas30_format_checker).iter_errors(value)
        faults += [f"{parameter['name']}: {error.message}" for error in found]
    if request.method == "POST" and request.headers["content-type"] not in operation["requestBody"]["content"]:
        faults.append(f"{request.headers['content-type']} is no body of it")
    return faults


@cache
def sample_parts() -> dict[str, dict[str, Any]]:
    """The resources of the contract's own messages by kind, with every field that any sample has."""
    parts: dict[str, dict[str, Any]] = {}
    for name in ("process_message-POST-body", "service_request-id-GET-success", "process_message-POST-success"):
        tree = json.loads((SPECS / "nhs-bars" / "examples" / f"{name}.json").read_text("utf-8"))
        for resource in [entry["resource"] for entry in tree.get("entry", [{"resource": tree}])]:
            parts[resource["resourceType"]] = {**resource, **parts.get(resource["resourceType"], {})}
    return parts


# FHIR R4 has these and the samples do not: https://hl7.org/fhir/R4/servicerequest.html and patient.html
_IN_R4: dict[str, dict[str, Any]] = {
    "ServiceRequest": {"identifier": [], "priority": "", "reasonCode": [], "note": []},
    "Patient": {"telecom": []},
}


def find_shape_faults(tree: object, sample: object, where: str) -> list[str]:
    """Fields that the sample does not have, and values of another type; lists are held to the sample's first item."""
    if isinstance(tree, dict) and isinstance(sample, dict):
        faults = [f"{where}.{name} is unknown" for name in tree if name not in sample]
        return faults + [f for n in tree if n in sample for f in find_shape_faults(tree[n], sample[n], f"{where}.{n}")]
    if isinstance(tree, list) and isinstance(sample, list):
        known: dict[str, Any] = {}
        for item in sample:
            known |= item if isinstance(item, dict) else {}
        return [f for item in tree if known for f in find_shape_faults(item, known, where)]
    return [] if type(tree) is type(sample) else [f"{where} is a {type(tree).__name__}"]


def find_message_faults(request: Request) -> list[str]:
    """What of a message is not as the contract's own samples are."""
    faults = []
    for entry in json.loads(request.body)["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        sample: dict[str, Any] = {"id": "", **_IN_R4.get(kind, {}), **sample_parts()[kind]}
        faults += find_shape_faults(resource, sample, kind)
    return faults
