"""Requests to the Personal Demographics Service, FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from desktop.adapters.api import AdapterContext, Answer, find_signed_tokens


class NhsPdsClient:
    """Asks for people. Every request has an id of its own; those of one session share the correlation id."""

    def __init__(self, context: AdapterContext) -> None:
        self._http = context.http
        self._session = str(uuid4())
        self._ods = context.settings["ods_code"]
        self._token = context.secrets.get("access_token", "")
        self._tokens = find_signed_tokens(context)

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a token, or a key to get one with."""
        return bool(self._token) or self._tokens is not None

    def fetch(self, number: str) -> Answer:
        """One person by NHS number."""
        return self._get(f"Patient/{number}", {})

    def search(self, params: Mapping[str, str | list[str]]) -> Answer:
        """People by their particulars."""
        return self._get("Patient", params)

    def _get(self, path: str, params: Mapping[str, str | list[str]]) -> Answer:
        def ask(authorised: dict[str, str]) -> Answer:
            return self._http.request("GET", path, params=params, headers={**self._build_headers(), **authorised})

        if self._tokens is not None:
            return self._tokens.authorise(ask)
        return ask({"Authorization": f"Bearer {self._token}"} if self._token else {})

    def _build_headers(self) -> dict[str, str]:
        headers = {
            "Accept": "application/fhir+json",
            "X-Request-ID": str(uuid4()),
            "X-Correlation-ID": self._session,
        }
        return {**headers, "NHSD-End-User-Organisation-ODS": self._ods} if self._ods else headers
