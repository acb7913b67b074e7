"""Official contracts as validators: GeoReport v2 (Swagger 2) and GOV.UK Pay's public API (OpenAPI 3).

Objects that a contract describes are closed, so that a field it does not name is found too.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tests.helpers.faulty_server import Request

SPECS = Path(__file__).parents[3] / "shared" / "specs"

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the official contracts are not beside this checkout")


def _close(node: Any, *, but: frozenset[str], name: str = "") -> None:
    if isinstance(node, dict):
        if "properties" in node and name not in but:
            node.setdefault("additionalProperties", False)
        for key, value in node.items():
            _close(value, but=but, name=key)
    elif isinstance(node, list):
        for value in node:
            _close(value, but=but)


@cache
def _pay() -> Any:
    tree = json.loads((SPECS / "govuk-pay" / "publicapi_spec.json").read_text("utf-8"))
    schemas = copy.deepcopy(tree["components"]["schemas"])
    # ExternalMetadata is written as an object that has `metadata`; every sample in the documents is free key and value.
    schemas["ExternalMetadata"] = {"type": "object"}
    # A search shows a link that does not hold as null: the documents' own sample has `"cancel": null`.
    for links in ("PaymentLinksForSearch", "PaymentLinks"):
        for name, ref in list(schemas[links]["properties"].items()):
            schemas[links]["properties"][name] = {"anyOf": [ref, {"nullable": True, "enum": [None]}]}
    # The parameters of a form are written as objects; the documents' own sample has text.
    schemas["PostLink"]["properties"]["params"] = {"type": "object", "additionalProperties": {"type": "string"}}
    # Payments under an agreement are in the documents and not yet in the schemas of answers; their samples say
    # `card_details` and `_links` where these say CardDetails and links, and a charge has no page to go back to.
    for payment in ("PaymentWithAllLinks", "PaymentDetailForSearch", "CreatePaymentResult"):
        schemas[payment]["properties"]["agreement_id"] = {"type": "string"}
        schemas[payment]["properties"]["agreement_payment_type"] = {"enum": ["instalment", "recurring", "unscheduled"]}
        schemas[payment]["properties"]["authorisation_mode"] = {"enum": ["web", "agreement", "moto_api", "external"]}
    instrument = schemas["PaymentInstrument"]["properties"]
    instrument["card_details"] = instrument["CardDetails"]
    disputes = schemas["DisputesSearchResults"]["properties"]
    disputes["_links"] = disputes["links"]
    charge = copy.deepcopy(schemas["CreateCardPaymentRequest"])
    charge["required"].remove("return_url")
    schemas["ChargeRequest"] = charge
    _close(schemas, but=frozenset({"ExternalMetadata"}))
    return {"components": {"schemas": schemas}}


def pay_errors(schema: str, tree: object) -> list[str]:
    """What is wrong with an answer by GOV.UK Pay's contract; empty when nothing is."""
    root = {"$ref": f"#/components/schemas/{schema}", **_pay()}
    validator = OAS30Validator(_without_read_only(root))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree)]


def _without_read_only(node: Any) -> Any:
    """`readOnly` says who may send a field; here only answers are looked at."""
    if isinstance(node, dict):
        return {key: _without_read_only(value) for key, value in node.items() if key != "readOnly"}
    return [_without_read_only(value) for value in node] if isinstance(node, list) else node


def pay_request_errors(request: Request) -> list[str]:
    """What is wrong with a request by GOV.UK Pay's contract: its path, query, key and body; empty when nothing is."""
    paths = json.loads((SPECS / "govuk-pay" / "publicapi_spec.json").read_text("utf-8"))["paths"]
    found = [tree for path, tree in paths.items() if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), request.path)]
    operation = found[0].get(request.method.lower()) if found else None
    if operation is None:
        return [f"{request.method} {request.path} is in no contract"]
    named = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] in {"query", "header"}}
    given = {name: values[0] for name, values in request.query.items()}
    if "idempotency-key" in request.headers:
        given["Idempotency-Key"] = request.headers["idempotency-key"]
    errors = [f"it knows no {name}" for name in given if name not in named]
    for name in given.keys() & named.keys():
        errors += [f"{name}: {error.message}" for error in OAS30Validator(named[name]).iter_errors(given[name])]
    return errors + _find_body_errors(operation, request)


def _find_body_errors(operation: Any, request: Request) -> list[str]:
    if "requestBody" not in operation:
        return [] if request.body in {b"", b"{}"} else ["it takes no body"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    tree = json.loads(request.body)
    charges = schema == "CreateCardPaymentRequest" and tree.get("authorisation_mode") == "agreement"
    return pay_errors("ChargeRequest" if charges else schema, tree)


@cache
def _georeport() -> Any:
    from tests.helpers.plain_yaml import parse_yaml

    tree = parse_yaml((SPECS / "open311" / "georeport_v2-1.yaml").read_text("utf-8"))
    definitions = tree["definitions"]
    # Beside the contract: the extensions page has `extended_attributes`; these are the names that Citytown puts there.
    names = ("title", "detailed_status", "first_name", "last_name", "email", "phone", "account_id", "born", "home_uprn", "home_address", "home_postcode", "uprn", "ward", "assigned_to", "team", "fixmystreet_id")  # fmt: skip
    definitions["Request"]["properties"]["extended_attributes"] = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
    }
    _close(definitions, but=frozenset())
    return definitions


def georeport_errors(definition: str, tree: object, *, many: bool = True) -> list[str]:
    """What is wrong with a JSON answer by GeoReport's contract; a list of `definition` unless `many` is False."""
    one = {"$ref": f"#/definitions/{definition}"}
    schema = {"definitions": _georeport(), **({"type": "array", "items": one} if many else one)}
    validator = OAS30Validator(schema, format_checker=oas30_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree)]


def georeport_xml_errors(definition: str, root: str, item: str, body: bytes) -> list[str]:
    """The same for an XML answer: its elements are read by the contract's types, then validated as JSON is."""
    found = fromstring(body)
    if found.tag != root:
        return [f"the root is {found.tag}, not {root}"]
    strangers = [child.tag for child in found if child.tag != item]
    if strangers:
        return [f"the items are {strangers[0]}, not {item}"]
    return georeport_errors(definition, [_read(child, _georeport()[definition]) for child in found])


def definition_xml_errors(body: bytes) -> list[str]:
    """What is wrong with the XML of a service definition."""
    found = fromstring(body)
    if found.tag != "service_definition":
        return [f"the root is {found.tag}"]
    return georeport_errors("ServiceDefinition", _read(found, _georeport()["ServiceDefinition"]), many=False)


def _read(element: Element, schema: Any) -> Any:
    if "$ref" in schema:
        schema = _georeport()[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") == "array":
        return [_read(child, schema["items"]) for child in element]
    if "properties" in schema:
        # An element with nothing in it says "not known" and is left out, as JSON leaves it out.
        known = [child for child in element if len(child) or (child.text or "").strip()]
        return {child.tag: _read(child, schema["properties"].get(child.tag, {})) for child in known}
    text = element.text or ""
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if schema.get("type") in {"number", "integer"}:
        return json.loads(text)
    return text
