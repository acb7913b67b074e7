"""A receiving service for tests, and how its messages are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.nhs_bars.driver import CAPABILITY, NONE, message


class Receiver:
    """A service that takes messages: `held` by its own ids, and what it says to a message."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.reply: Callable[[], Reply] | None = None
        self.searches = True
        self.capability: dict[str, Any] = CAPABILITY

    def answer(self, request: Request) -> Reply:
        last = request.path.rpartition("/")[2]
        if last == "metadata":
            return give(self.capability)
        if request.method == "POST":
            return self.take(request)
        if last == "ServiceRequest":
            return self.find(request.query["ServiceRequest.identifier"][0].rpartition("|")[2])
        return give(self.held[last]) if last in self.held else refuse("REC_NOT_FOUND", "not-found", 404)

    def find(self, own: str) -> Reply:
        if not self.searches:
            return refuse("REC_NOT_IMPLEMENTED", "not-supported", 501)
        found = [r for r in self.held.values() if r["identifier"][0]["value"] == own]
        return give({**NONE, "total": len(found), "entry": [{"resource": r} for r in found]})

    def take(self, request: Request) -> Reply:
        sent = json.loads(request.body)["entry"][1]["resource"]
        id = f"held-{sent['identifier'][0]['value'][:8]}" if sent["status"] == "active" else sent["id"]
        self.held[id] = {**sent, "id": id}
        return self.reply() if self.reply else give(message(self.held[id]))


def give(tree: object, status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(tree).encode(), media="application/fhir+json")


def refuse(code: str, kind: str, status: int) -> Reply:
    issue = {"severity": "error", "code": kind, "details": {"coding": [{"system": "s", "code": code}]}}
    return give({"resourceType": "OperationOutcome", "issue": [{**issue, "diagnostics": "about Okafor"}]}, status)


def posts(server: FaultyServer) -> list[Request]:
    return [request for request in server.requests if request.method == "POST"]


def read_parts(request: Request) -> dict[str, Any]:
    """The resources of a message by kind; of two of a kind the first."""
    entries = json.loads(request.body)["entry"]
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in reversed(entries)}
