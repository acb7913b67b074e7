"""How the suites drive nhs_bars."""

from __future__ import annotations

import json
from datetime import date

from desktop.domain.ids import OutsideId
from desktop.domain.people import Person
from desktop.domain.places import Place
from desktop.domain.referrals import Referral
from plugins.nhs_bars.bundles import DEFINITION
from plugins.nhs_bars.mapping import build_status, parse_capability, parse_found
from tests.helpers.conformance_drivers import KEY, LEAVE, Driver, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

SERVICE = OutsideId("2000099001")
ID = OutsideId(f"{SERVICE}/b6e1f0aa-0001-4c55-9a10-5c2f0e2f7d11")
SETTINGS = {"use": "live", "ods_code": "X9900", "organisation": "Citytown Council"}
CYNTHIA = Person(
    given="Cynthia Ada", family="Okafor", born=date(1984, 3, 3), gender="female", phone="07700 900416",
    email="cynthia.okafor@example.org", home=Place(address="14 Tanner Street, Citytown, CY4 2LT", postcode="CY4 2LT"),
)  # fmt: skip
REFERRAL = Referral(
    service=SERVICE, person=CYNTHIA, reason="Fell twice on the stairs this month.", nhs_number="943 476 5919",
    referrer="Priya Nair", details={"lives with": "her son"},
)  # fmt: skip
CAPABILITY: Record = {
    "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "version": "1.4.0", "status": "active",
    "rest": [{"mode": "server", "operation": [{"name": "$process-message", "definition": "http://hl7.org/fhir/o"}]}],
    "messaging": [{"supportedMessage": [{"mode": "receiver", "definition": f"{DEFINITION}-{kind}"}
                                        for kind in ("referral", "validation", "cancelled")]}],
}  # fmt: skip
HELD: Record = {
    "resourceType": "ServiceRequest", "id": "b6e1f0aa-0001-4c55-9a10-5c2f0e2f7d11", "status": "active", "intent": "plan",
    "meta": {"versionId": "3", "lastUpdated": "2026-09-14T08:00:00+00:00"},
    "identifier": [{"system": "https://fhir.nhs.uk/Id/bars-referral", "value": "x"}],
    "category": [{"coding": [{"system": "s", "code": "referral"}]}], "subject": {"reference": "urn:uuid:p"},
    "note": [{"text": "her son"}],
    "contained": [{"resourceType": "Task", "status": "accepted", "lastModified": "2026-09-14T08:30:00Z",
                   "statusReason": {"text": "A place on Monday."}}],
}  # fmt: skip
NONE: Record = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def answer_aside(request: Request) -> Reply | None:
    """What is asked before a referral is sent or read."""
    last = request.path.rpartition("/")[2]
    parts = {"metadata": CAPABILITY, "ServiceRequest": NONE}
    return Reply(body=json.dumps(parts[last]).encode()) if last in parts else None


def message(*resources: Record, response: str = "ok") -> Record:
    """The answer to a message."""
    header = {"resourceType": "MessageHeader", "response": {"identifier": "i", "code": response}}
    return {"resourceType": "Bundle", "type": "message", "entry": [{"resource": r} for r in (header, *resources)]}


def read_status(body: bytes) -> object:
    found = parse_found(body.decode("utf-8", "replace"), component="BaRS")
    return build_status(found, id=ID, service=SERVICE), found.is_current


DRIVERS = (
    Driver(
        plugin="nhs_bars",
        capability="referrals",
        record=HELD,
        id_field="id",
        look=lambda adapter: adapter.status(ID),
        look_body=lambda record: record,
        write=lambda adapter: adapter.refer(REFERRAL, KEY, LEAVE),
        written=message(HELD),
        settings=SETTINGS,
        aside=answer_aside,
        media="application/fhir+json",
    ),
)
MAPPINGS = (
    Parsed(name="nhs_bars answer to a message", body=json.dumps(message(HELD)).encode(), parse=read_status),
    Parsed(
        name="nhs_bars capability",
        body=json.dumps(CAPABILITY).encode(),
        parse=lambda body: parse_capability(body.decode("utf-8", "replace"), component="BaRS").takes("referral"),
    ),
)
