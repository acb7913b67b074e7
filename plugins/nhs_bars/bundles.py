"""The messages that are sent: a referral and its cancellation, as FHIR R4 Bundles of BaRS 1.4. Pure.

Every id is made from the key, so that a message that is sent again has the same ids and a receiver knows it as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from desktop.domain.people import Person
from desktop.domain.referrals import Referral

EVENT = "servicerequest-request"
DEFINITION = "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request"
CATEGORIES = ("referral", "validation")
"""Kinds of request: to take somebody on, or to look again at what was found."""
DOS = "https://fhir.nhs.uk/Id/dos-service-id"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
OWN = "https://fhir.nhs.uk/Id/bars-referral"
_NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_CODES = "https://fhir.nhs.uk/CodeSystem"
_OURS = UUID("6c0b5c36-1f6e-4c83-9d0a-0c2f6a6f9a51")
"""The namespace of our ids (RFC 4122): any will do as long as it never changes."""

Tree = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who refers: name, ODS code, where answers go to (`system|value`), and the code of the use case."""

    name: str
    ods: str
    endpoint: str
    use_case: str


def make_id(key: str, part: str) -> str:
    """The id of one part of the message that a key makes."""
    return str(uuid5(_OURS, f"{key}/{part}"))


def name_service(service: str) -> str:
    """A service as `system|value`; one without a system is of the Directory of Services."""
    return service if "|" in service else f"{DOS}|{service}"


def read_category(referral: Referral) -> str:
    """Which kind of request it is."""
    return referral.details.get("category", "") or CATEGORIES[0]


def build_use_context(use_case: str, category: str, reason: str) -> str:
    """What the NHS counts use by: four words of the message."""
    return "|".join((use_case, category, EVENT, reason))


def build_referral(referral: Referral, key: str, sender: Sender, now: datetime) -> Tree:
    """The message that refers somebody."""
    category, at = read_category(referral), _say_moment(now)
    request: Tree = {
        "resourceType": "ServiceRequest",
        "id": make_id(key, "referral"),
        "meta": {"lastUpdated": at, "profile": [f"https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-request-{category}"]},
        "identifier": [{"system": OWN, "value": make_id(key, "referral")}],
        "status": "active",
        "intent": "plan",
        "category": _build_categories(sender.use_case, category),
        "priority": "urgent" if referral.urgent else "routine",
        "subject": _refer(make_id(key, "patient")),
        "occurrencePeriod": {"start": at},
        "authoredOn": at,
        "requester": _refer(make_id(key, "sender")),
        "performer": [_refer(make_id(key, "receiver"))],
        "reasonCode": [{"text": referral.reason.strip()}],
    }  # fmt: skip
    notes = [f"{name}: {value}" for name, value in referral.details.items() if name != "category" and value.strip()]
    notes += [f"Referred by {referral.referrer.strip()}"] if referral.referrer.strip() else []
    if notes:
        request["note"] = [{"text": note} for note in notes]
    header = _build_header(key, sender, service=referral.service, reason="new", kind=category, at=at)
    return _build_bundle(
        key,
        at,
        {
            "header": header,
            "referral": request,
            "patient": _build_patient(referral.person, referral.nhs_number, at),
            "receiver": _build_organisation("Receiving service", "", at),
            "sender": _build_organisation(referral.organisation.strip() or sender.name, sender.ods, at),
        },
    )


def build_cancellation(
    request: Mapping[str, object], service: str, reason: str, key: str, sender: Sender, now: datetime
) -> Tree:
    """The message that takes a referral back: what the receiver holds of it, revoked, with the reason."""
    at = _say_moment(now)
    kept = {name: value for name, value in request.items() if name not in {"meta", "search", "contained"}}
    notes = kept.get("note")
    revoked: Tree = {
        **kept,
        "meta": {"lastUpdated": at, "profile": ["https://fhir.nhs.uk/StructureDefinition/BARSServiceRequest-request-cancelled"]},
        "status": "revoked",
        "note": [*(notes if isinstance(notes, list) else []), {"text": reason.strip()}],
    }  # fmt: skip
    header = _build_header(key, sender, service=service, reason="update", kind="cancelled", at=at)
    return _build_bundle(
        key,
        at,
        {
            "header": header,
            "referral": revoked,
            "receiver": _build_organisation("Receiving service", "", at),
            "sender": _build_organisation(sender.name, sender.ods, at),
        },
    )


def _build_bundle(key: str, at: str, parts: Mapping[str, Tree]) -> Tree:
    """A message: its header stands first (FHIR R4, Bundle, bdl-12)."""
    return {
        "resourceType": "Bundle",
        "id": make_id(key, "bundle"),
        "meta": {"lastUpdated": at, "profile": ["https://fhir.nhs.uk/StructureDefinition/BARSBundleMessage"]},
        "type": "message",
        "timestamp": at,
        "entry": [{"fullUrl": f"urn:uuid:{make_id(key, part)}", "resource": tree} for part, tree in parts.items()],
    }


def _build_header(key: str, sender: Sender, *, service: str, reason: str, kind: str, at: str) -> Tree:
    profile = f"https://fhir.nhs.uk/StructureDefinition/BARSMessageHeader-{EVENT}"
    return {
        "resourceType": "MessageHeader",
        "id": make_id(key, "header"),
        "meta": {"lastUpdated": at, "profile": [profile]},
        "eventCoding": {"system": f"{_CODES}/message-events-bars", "code": EVENT},
        "destination": [{"endpoint": name_service(service), "receiver": _refer(make_id(key, "receiver"))}],
        "sender": _refer(make_id(key, "sender")),
        "source": {"name": sender.name, "software": "Knit", "endpoint": sender.endpoint},
        "reason": {"coding": [{"system": f"{_CODES}/message-reason-bars", "code": reason}]},
        "focus": [_refer(make_id(key, "referral"))],
        "definition": f"{DEFINITION}-{kind}",
    }


def _build_categories(use_case: str, category: str) -> list[Tree]:
    codes = (("message-category-servicerequest", category), ("usecases-categories-bars", use_case))
    return [{"coding": [{"system": f"{_CODES}/{system}", "code": code}]} for system, code in codes]


def _build_organisation(name: str, ods: str, at: str) -> Tree:
    tree: Tree = {"resourceType": "Organization", "meta": _build_meta("Organization", at), "name": name}
    return {**tree, "identifier": [{"system": ODS, "value": ods}]} if ods else tree


def _build_patient(person: Person, nhs_number: str, at: str) -> Tree:
    """Whom it is about. A person whose whereabouts are kept back is sent without address and contacts."""
    name = {"use": "official", "text": person.name, "family": person.family, "given": person.given.split()}
    tree: Tree = {
        "resourceType": "Patient",
        "meta": _build_meta("Patient", at),
        "identifier": [{"system": _NHS_NUMBER, "value": nhs_number}] if nhs_number else None,
        "name": [{part: value for part, value in name.items() if value}],
        "gender": person.gender or None,
        "birthDate": person.born.isoformat() if person.born else None,
    }
    if not person.restricted:
        contacts = (("phone", person.phone), ("email", person.email))
        tree["telecom"] = [{"system": kind, "value": value} for kind, value in contacts if value] or None
        if person.home and person.home.address:
            address = {"use": "home", "text": person.home.address, "postalCode": person.home.postcode}
            tree["address"] = [{part: value for part, value in address.items() if value}]
    return {part: value for part, value in tree.items() if value is not None}


def _build_meta(kind: str, at: str) -> Tree:
    return {"lastUpdated": at, "profile": [f"https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}"]}


def _refer(id: str) -> Tree:
    return {"reference": f"urn:uuid:{id}"}


def _say_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
