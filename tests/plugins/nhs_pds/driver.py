"""How the suites drive nhs_pds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from desktop.domain.ids import OutsideId
from plugins.nhs_pds.mapping import parse_found, parse_patient
from tests.helpers.conformance_drivers import Driver, Parsed, Record

TODAY = date(2026, 9, 14)
NUMBER = OutsideId("9000000009")
_KEY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey"


def mark(code: str) -> dict[str, Any]:
    """A record's version and its mark of confidentiality."""
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    return {"versionId": "7", "security": [{"system": system, "code": code, "display": "unrestricted"}]}


PATIENT: Record = {
    "resourceType": "Patient", "id": "9000000009", "meta": mark("U"), "gender": "female", "birthDate": "1984-03-03",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9000000009"}], "deceasedDateTime": None,
    "name": [
        {"id": "n-2", "use": "old", "given": ["Cynthia"], "family": "Before", "period": {"start": "1984-03-03", "end": "2008-06-01"}},
        {"id": "n-1", "use": "usual", "given": ["Cynthia", "Ada"], "family": "Okafor", "period": {"start": "2008-06-01"}},
    ],
    "telecom": [
        {"id": "t-0", "system": "phone", "value": "01632 960000", "use": "home", "period": {"start": "2001-01-01", "end": "2009-01-01"}},
        {"id": "t-1", "system": "phone", "value": "07700 900416", "use": "mobile", "period": {"start": "2009-01-01"}},
        {"id": "t-2", "system": "email", "value": "cynthia.okafor@example.org", "use": "home"},
    ],
    "address": [
        {"id": "a-2", "use": "temp", "line": ["Elsewhere"], "postalCode": "CY1 1AA"},
        {"id": "a-1", "use": "home", "line": ["14 Tanner Street", "Citytown"], "postalCode": "CY4 2LT",
         "period": {"start": "2010-01-01"},
         "extension": [{"url": _KEY, "extension": [{"url": "type", "valueCoding": {"code": "UPRN"}},
                                                   {"url": "value", "valueString": "990000048127"}]}]},
    ],
}  # fmt: skip


def bundle(*patients: Record) -> Record:
    """A search's answer."""
    entries = [{"fullUrl": f"https://example.org/{p['id']}", "search": {"score": 1}, "resource": p} for p in patients]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


DRIVERS = (
    Driver(
        plugin="nhs_pds",
        capability="people",
        record=PATIENT,
        id_field="id",
        look=lambda adapter: adapter.get(NUMBER),
        look_body=lambda record: record,
        settings={"use": "live"},
        media="application/fhir+json",
    ),
)
MAPPINGS = (
    Parsed(
        name="nhs_pds search",
        body=json.dumps(bundle(PATIENT)).encode(),
        parse=lambda body: parse_found(body.decode("utf-8", "replace"), today=TODAY, component="PDS"),
    ),
    Parsed(
        name="nhs_pds restricted",
        body=json.dumps({**PATIENT, "meta": mark("R")}).encode(),
        parse=lambda body: parse_patient(body.decode("utf-8", "replace"), etag="", today=TODAY, component="PDS"),
    ),
)
