"""Requests to the NHS's Booking and Referral API 1.4, FHIR R4: all go to its proxy, which hands them to a service."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from uuid import uuid4

from desktop.adapters.api import AdapterContext, Answer, find_signed_tokens

from .bundles import ODS, OWN, name_service

ACCEPT = "application/fhir+json; version=1.4.0"
MEDIA = "application/fhir+json;version=1.0.0"


class NhsBarsClient:
    """Asks one service through the proxy. Every request has an id of its own."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._settings = context.settings
        self._token = context.secrets.get("access_token", "")
        self._tokens = find_signed_tokens(context)

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a token, or a key to get one with."""
        return bool(self._token) or self._tokens is not None

    def fetch_capability(self, service: str) -> Answer:
        """What a service can do; what the proxy can do for ""."""
        return self._get("metadata", service)

    def fetch(self, service: str, id: str) -> Answer:
        """One referral as the service holds it."""
        return self._get(f"ServiceRequest/{id}", service)

    def find(self, service: str, own_id: str) -> Answer:
        """The referral that we know by an id of our own."""
        return self._get("ServiceRequest", service, {"ServiceRequest.identifier": f"{OWN}|{own_id}"})

    def send(self, service: str, bundle: dict[str, object], *, correlation: str, use_context: str) -> Answer:
        """Sends a message, once: nobody promises that a repeat is known as one."""
        body, more = json.dumps(bundle).encode(), {"Content-Type": MEDIA, "use-context": use_context}

        def ask(authorised: dict[str, str]) -> Answer:
            headers = {**self._build_headers(service, correlation), **more, **authorised}
            return self._http.request("POST", "$process-message", data=body, headers=headers)

        return self._authorise(ask)

    def _get(self, path: str, service: str, params: dict[str, str] | None = None) -> Answer:
        correlation = str(uuid4())

        def ask(authorised: dict[str, str]) -> Answer:
            headers = {**self._build_headers(service, correlation), **authorised}
            return self._http.request("GET", path, params=params or {}, headers=headers)

        return self._authorise(ask)

    def _authorise(self, ask: Callable[[dict[str, str]], Answer]) -> Answer:
        if self._tokens is not None:
            return self._tokens.authorise(ask)
        return ask({"Authorization": f"Bearer {self._token}"} if self._token else {})

    def _build_headers(self, service: str, correlation: str) -> dict[str, str]:
        ods, name = self._settings["ods_code"], self._settings["organisation"]
        organisation = {"resourceType": "Organization", "identifier": [{"system": ODS, "value": ods}], "name": name}
        device = {
            "resourceType": "Device",
            "identifier": [{"system": "https://knit.example/software", "value": "knit"}],
            "deviceName": [{"name": "Knit", "type": "manufacturer-name"}],
        }
        headers = {
            "Accept": ACCEPT,
            "X-Request-Id": str(uuid4()),
            "X-Correlation-Id": correlation,
            "NHSD-End-User-Organisation": _encode(organisation),
            "NHSD-End-User-Organisation-ODS": ods,
            "NHSD-Requesting-Software": _encode(device),
        }
        if service:
            system, _, value = name_service(service).rpartition("|")
            headers["NHSD-Target-Identifier"] = _encode({"value": value, "system": system})
        return headers


def _encode(tree: object) -> str:
    return base64.b64encode(json.dumps(tree).encode()).decode()
