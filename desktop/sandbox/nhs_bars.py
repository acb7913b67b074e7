"""Health services of the town that take referrals in the dialect of the NHS's Booking and Referral Standard (BaRS 1.4).

A referral is received, accepted after two minutes, in progress after an hour and completed after a day of the town's
clock. One service takes people of 60 and over, one is full: they reject. A message that came before is told so by its id.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from desktop.sandbox.web import TownHandler

PATH = "/booking-and-referral/FHIR/R4"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_DOS = "https://fhir.nhs.uk/Id/dos-service-id"
_DEFINITION = "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request"
_TOWN = UUID("0b3f4c1e-56b0-4d9a-8d38-7f1d6a1f2b77")
_MEDIA = "application/fhir+json"
_KIND = "bars_referral"
SERVICES = {
    "2000099001": ("Steady on your feet", 18),
    "2000099002": ("Home from hospital", 60),
    "2000099003": ("Pain clinic, full until spring", 999),
}
"""Services by their id in the Directory of Services: name, and from which age they take people."""

Tree = dict[str, Any]


class Refusal(Exception):
    """An answer that refuses: status, the code of the standard, and FHIR's own word."""

    def __init__(self, status: int, code: str, kind: str) -> None:
        super().__init__(code)
        self.status, self.code, self.kind = status, code, kind


def say_outcome(code: str, kind: str, *, severity: str = "error") -> Tree:
    """An OperationOutcome with one issue."""
    coding = [{"system": "https://fhir.nhs.uk/Codesystem/http-error-codes", "code": code}]
    issue = {"severity": severity, "code": kind, "details": {"coding": coding}, "diagnostics": f"{code}: {kind}"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


# ==== referrals ====


def find_progress(kept: Tree, now: int) -> tuple[str, str, str]:
    """Words of the request and of its task, and why, at a moment in seconds."""
    age = now - int(kept["at"])
    if kept["revoked"]:
        return "revoked", "cancelled", ""
    if age < 2 * MINUTE:
        return "active", "received", ""
    if kept["refusal"]:
        return "active", "rejected", str(kept["refusal"])
    if age < HOUR:
        return "active", "accepted", "A place is kept."
    return ("active", "in-progress", "") if age < DAY else ("completed", "completed", "All sessions held.")


def show_referral(kept: Tree, now: int) -> Tree:
    """A referral as it is held, with its task."""
    status, task, why = find_progress(kept, now)
    moment = datetime.fromtimestamp(now, UTC).isoformat()
    part: Tree = {"resourceType": "Task", "id": "task", "status": task, "intent": "order", "lastModified": moment}
    if why:
        part["statusReason"] = {"text": why}
    meta = {"versionId": str(1 + int(kept["revoked"])), "lastUpdated": moment}
    return {**kept["request"], "id": kept["id"], "status": status, "meta": meta, "contained": [part]}


def find_refusal(service: str, patient: Tree, today: date) -> str:
    """Why a service does not take somebody, "" where it does."""
    name, least = SERVICES[service]
    if least > 150:
        return f"{name}."
    born = str(patient.get("birthDate", ""))
    return f"{name} takes people of {least} and over." if born and today.year - int(born[:4]) < least else ""


def _read_parts(body: bytes) -> tuple[Tree, dict[str, Tree]]:
    """A message and its resources by kind; the header must be the first."""
    try:
        bundle = json.loads(body)
        resources = [entry["resource"] for entry in bundle["entry"]]
        parts = {resource["resourceType"]: resource for resource in reversed(resources)}
        sound = bundle["type"] == "message" and resources[0]["resourceType"] == "MessageHeader"
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal(400, "BAD_REQUEST", "structure") from error
    if not sound or "ServiceRequest" not in parts:
        raise Refusal(400, "REC_BAD_REQUEST", "invariant")
    return bundle, parts


# ==== answers ====


class BarsHandler(TownHandler):
    """The proxy and the services behind it."""

    async def get(self, kind: str, id: str = "") -> None:
        await self._reply(lambda service: self._find(kind, id, service))

    async def post(self, kind: str) -> None:
        await self._reply(lambda service: self._take(kind, service))

    async def _reply(self, make: Any) -> None:
        mirrored = {name: self.request.headers.get(name, "") for name in ("X-Request-Id", "X-Correlation-Id")}
        try:
            self._check_key()
            body, status = make(self._check_headers()), 200
        except Refusal as refusal:
            body, status = say_outcome(refusal.code, refusal.kind), refusal.status
        await self.answer(status, json.dumps(body, ensure_ascii=False).encode(), _MEDIA, mirrored)

    def _check_key(self) -> None:
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.site.key.encode()):
            raise Refusal(401, "SEND_UNAUTHORIZED", "security")

    def _check_headers(self) -> str:
        """The service that is meant, "" for the proxy itself."""
        headers = self.request.headers
        try:
            for name in ("X-Request-Id", "X-Correlation-Id"):
                UUID(headers.get(name, ""))
            for name in ("NHSD-End-User-Organisation", "NHSD-Requesting-Software"):
                json.loads(base64.b64decode(headers.get(name, ""), validate=True))
            target = headers.get("NHSD-Target-Identifier", "")
            meant = json.loads(base64.b64decode(target, validate=True)) if target else {}
        except ValueError as error:
            raise Refusal(400, "SEND_BAD_REQUEST", "invalid") from error
        if self.request.method == "POST" and len(headers.get("use-context", "").split("|")) != 4:
            raise Refusal(400, "SEND_BAD_REQUEST", "required")
        if not meant and self.request.path.endswith("/metadata"):
            return ""
        if meant.get("system") != _DOS or meant.get("value") not in SERVICES:
            raise Refusal(404, "NOT_FOUND", "not-found")
        return str(meant["value"])

    def _find(self, kind: str, id: str, service: str) -> Tree:
        if kind == "metadata":
            return self._show_capability(service)
        if id:
            kept = self.site.state.find(_KIND, id)
            if kept is None or kept["service"] != service:
                raise Refusal(404, "REC_NOT_FOUND", "not-found")
            return show_referral(kept, self.site.now())
        asked = self.get_query_argument("ServiceRequest.identifier", "").rpartition("|")[2]
        if not asked:
            raise Refusal(400, "REC_BAD_REQUEST", "required")
        found = [
            {"resource": show_referral(kept, self.site.now()), "search": {"mode": "match"}}
            for kept in self.site.state.find_all(_KIND)
            if kept["service"] == service and asked in kept["own_ids"]
        ]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": found}

    def _show_capability(self, service: str) -> Tree:
        operation = {"name": "$process-message", "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"}  # fmt: skip
        kinds = ("referral", "validation", "cancelled")
        messages = [{"mode": "receiver", "definition": f"{_DEFINITION}-{kind}"} for kind in kinds]
        return {
            "resourceType": "CapabilityStatement", "name": SERVICES[service][0] if service else "Citytown proxy",
            "status": "active", "version": "1.4.0", "date": "2026-01-09", "kind": "instance", "fhirVersion": "4.0.1",
            "format": ["json"], "rest": [{"mode": "server", "operation": [operation]}],
            "messaging": [{"supportedMessage": messages}],
        }  # fmt: skip

    def _take(self, kind: str, service: str) -> Tree:
        if kind != "$process-message":
            raise Refusal(405, "REC_METHOD_NOT_ALLOWED", "not-supported")
        bundle, parts = _read_parts(self.request.body)
        request, state = parts["ServiceRequest"], self.site.state
        if state.find("bars_message", str(bundle.get("id"))):
            raise Refusal(409, "REC_CONFLICT", "duplicate")
        if request.get("status") == "revoked":
            kept = self._revoke(request, service)
        else:
            kept = self._keep(request, parts.get("Patient"), service)
        state.put(_KIND, kept["id"], kept)
        state.put("bars_message", str(bundle.get("id")), {"referral": kept["id"]})
        header = {
            "resourceType": "MessageHeader", "eventCoding": parts["MessageHeader"].get("eventCoding"),
            "response": {"identifier": str(bundle.get("id")), "code": "ok"},
        }  # fmt: skip
        entries = [header, show_referral(kept, self.site.now())]
        return {"resourceType": "Bundle", "type": "message", "entry": [{"resource": entry} for entry in entries]}

    def _keep(self, request: Tree, patient: Tree | None, service: str) -> Tree:
        own_ids = [str(item.get("value")) for item in request.get("identifier", [])]
        if not patient or not own_ids:
            raise Refusal(422, "REC_UNPROCESSABLE_ENTITY", "required")
        id = str(uuid5(_TOWN, f"{service}/{own_ids[0]}"))
        refusal = find_refusal(service, patient, self.site.clock.now().date())
        return {
            "id": id, "service": service, "own_ids": own_ids, "request": request, "patient": patient,
            "at": self.site.now(), "refusal": refusal, "revoked": False,
        }  # fmt: skip

    def _revoke(self, request: Tree, service: str) -> Tree:
        kept = self.site.state.find(_KIND, str(request.get("id")))
        if kept is None or kept["service"] != service:
            raise Refusal(404, "REC_NOT_FOUND", "not-found")
        if find_progress(kept, self.site.now())[1] in {"completed", "rejected", "cancelled"}:
            raise Refusal(409, "REC_CONFLICT", "conflict")
        return {**kept, "request": request, "revoked": True}


def bars_routes() -> list[tuple[str, type[BarsHandler]]]:
    """Paths of the standard and who answers them."""
    return [
        (rf"{PATH}/(metadata|ServiceRequest)", BarsHandler),
        (rf"{PATH}/(ServiceRequest)/([^/]+)", BarsHandler),
        (rf"{PATH}/(\$process-message)", BarsHandler),
    ]
