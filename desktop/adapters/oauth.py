"""Access tokens by client credentials (OAuth 2: RFC 6749 4.4), however the client proves itself.

A token is kept in memory only, until a minute before it ends, and dropped when the API does not take it.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.adapters.reading import parse_json, read_body, read_number, read_record, read_text
from desktop.adapters.refusals import build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import AuthFailed, BadResponse, DesktopError, NotReady, OutcomeUnknown, SetupFailed

if TYPE_CHECKING:
    from desktop.adapters.api import AdapterContext, Answer, Http

_MARGIN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a client shows for a token: fields of the form, and headers."""

    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class AccessTokens:
    """Gets and keeps one client's token; safe to use from the component's threads."""

    def __init__(
        self, http: Http, clock: Clock, *, url: str, prove: Callable[[], Proof], component: str, check: str
    ) -> None:
        """Args: `url` gives tokens; `prove` makes a proof for each; `check` says what to look at when it is refused."""
        self._http, self._clock, self._url, self._prove = http, clock, url, prove
        self._component, self._check = component, check
        self._lock = threading.Lock()
        self._token, self._ends = "", 0.0

    def get(self) -> str:
        """A token that holds for another minute at least, where tokens last as long.

        Raises:
            SetupFailed: the client cannot prove itself with what it was given, or no tokens are given at the address.
            AuthFailed: the key or client is not known.
            NotReady: no answer.
            BadResponse: an answer without a token.
        """
        with self._lock:
            if not self._token or self._clock.monotonic() >= self._ends:
                self._token, self._ends = self._fetch()
            return self._token

    def forget(self, token: str = "") -> None:
        """Drops a token that the API did not take; "" for whichever there is."""
        with self._lock:
            if token in {"", self._token}:
                self._token = ""

    def authorise(self, ask: Callable[[dict[str, str]], Answer]) -> Answer:
        """Asks with the header of a token; once more with a new one where the API does not take it (401).

        A request that was refused so was not carried out: a write may be asked twice.
        """
        token = self.get()
        answer = ask({"Authorization": f"Bearer {token}"})
        if answer.status != 401:
            return answer
        self.forget(token)
        return ask({"Authorization": f"Bearer {self.get()}"})

    def _fetch(self) -> tuple[str, float]:
        asked = self._clock.monotonic()
        proof = self._prove()
        headers = {"Accept": "application/json", **proof.headers}
        try:
            answer = self._http.request("POST", self._url, form=dict(proof.form), headers=headers)
        except OutcomeUnknown as error:  # a token that was made and lost does no harm
            raise NotReady(
                f"{self._component} did not give an access token.",
                "Knit tries again by itself.",
                key="component.token",
                subject=self._component,
            ) from error
        fields = self._read(answer)
        token, lasts = read_text(fields.get("access_token")), read_number(fields.get("expires_in")) or 0.0
        if not token:
            raise BadResponse(
                f"{self._component} answered without an access token.",
                "Try again later. If it stays, report it to whoever runs it.",
                key="component.token",
                subject=self._component,
            )
        return token, asked + max(0.0, lasts - _MARGIN_S)

    def _read(self, answer: Answer) -> Mapping[str, object]:
        if answer.status in {400, 401, 403}:
            raise AuthFailed(
                f"{self._component} does not give an access token for this key.",
                self._check,
                key="component.token",
                subject=self._component,
            )
        if answer.status != 200:
            raise self._build_refused(answer)
        try:
            return read_record(parse_json(read_body(answer.body), component=self._component))
        except BadResponse:
            return {}  # what was answered may be half a token: it is not kept with the error

    def _build_refused(self, answer: Answer) -> DesktopError:
        """The error for no token: never "not found" or "bad input", which would be taken for what was asked of the API."""
        error = build_refusal(
            answer.status, component=self._component, writes=False, headers=answer.headers, clock=self._clock
        )
        if isinstance(error, (NotReady, BadResponse)):
            return error
        return SetupFailed(
            f"{self._component} gives no access tokens at this address: status {answer.status}.",
            "Check the address for tokens in its settings.",
            key="component.token",
            subject=self._component,
        )


def find_client_tokens(context: AdapterContext) -> AccessTokens | None:
    """Tokens for a component with the secrets `client_id` and `client_secret` and the setting `token_url`; None without.

    The two go in a Basic header (RFC 6749 2.3.1).
    """
    client, secret = context.secrets.get("client_id", ""), context.secrets.get("client_secret", "")
    if not (client and secret):
        return None
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    proof = Proof(form={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"})
    return AccessTokens(
        context.http,
        context.clock,
        url=context.settings["token_url"],
        prove=lambda: proof,
        component=context.component,
        check="Check the client id and the client secret.",
    )
