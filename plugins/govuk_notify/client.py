"""Requests to GOV.UK Notify, each with a token of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from desktop.adapters.api import AdapterContext, Answer, build_jwt
from desktop.domain.errors import SetupFailed

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".*?-?({_UUID})-({_UUID})")


class GovukNotifyClient:
    """Sends and reads messages. The token holds the service's id and the time, which must be right within 30 seconds."""

    def __init__(self, context: AdapterContext) -> None:
        """Raises SetupFailed where the key is not one of Notify's."""
        match = _KEY.fullmatch(context.secrets["api_key"].strip())
        if match is None:
            raise SetupFailed(
                f"The key of {context.component} is not one of GOV.UK Notify's.",
                "It is a name and two long ids with dashes between. Copy it whole, once more.",
                key="govuk_notify.key",
                subject=context.component,
            )
        self._service, self._secret = match[1], match[2]
        self._http = context.http
        self._clock = context.clock

    def send(self, kind: str, body: Mapping[str, object]) -> Answer:
        """Sends a message. Never tried again by itself: Notify does not know a repeat."""
        return self._http.request("POST", f"v2/notifications/{kind}", json=dict(body), headers=self._headers())

    def fetch_message(self, id: str) -> Answer:
        """One message."""
        return self._get(f"v2/notifications/{quote(id, safe='')}", {})

    def search(self, params: Mapping[str, str]) -> Answer:
        """Messages, newest first, 250 a page."""
        return self._get("v2/notifications", params)

    def fetch_templates(self, kind: str) -> Answer:
        """The latest version of every template, or of those of one kind."""
        return self._get("v2/templates", {"type": kind} if kind else {})

    def fetch_template(self, id: str) -> Answer:
        """One template."""
        return self._get(f"v2/template/{quote(id, safe='')}", {})

    def preview(self, id: str, fields: Mapping[str, str]) -> Answer:
        """A template filled in. It reads, though it is a POST, so it may be sent again."""
        return self._http.request(
            "POST",
            f"v2/template/{quote(id, safe='')}/preview",
            json={"personalisation": dict(fields)},
            headers=self._headers(),
            retry=True,
        )

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._http.request("GET", path, params=params, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        token = build_jwt({"iss": self._service, "iat": int(self._clock.now().timestamp())}, self._secret)
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}
