"""All that a plugin sees of Knit besides `desktop.domain`.

A plugin's adapter is a class made with one `AdapterContext`; it offers the methods of each capability that its manifest
names: itself, or, where two of its capabilities have methods of the same name, by an attribute named for the capability. Methods run on a thread of the component host (never the desk), one session per component, at most four at once.
They return frozen records of `desktop.domain` and raise nothing but `AdapterError`, `InvalidInput` and
`OperationCancelled`. A write takes the op id as `key`; when its answer was lost it raises `OutcomeUnknown`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from desktop.adapters.answers import Answer, read_good
from desktop.adapters.assertions import ClientKey, SignedTokens, find_signed_tokens
from desktop.adapters.capabilities import (
    COMMON,
    PROTOCOLS,
    Addresses,
    Cases,
    Checked,
    Created,
    Directory,
    Documents,
    InsightSource,
    MapLayers,
    Messages,
    Page,
    Payments,
    People,
    Referrals,
    Team,
    find_part,
)
from desktop.adapters.emails import Envelope, Sender, build_email, read_address
from desktop.adapters.extras import (
    EXTRAS,
    AddressAreas,
    Agreements,
    DelayedCapture,
    Disputes,
    DocumentLocks,
    MadeReferrals,
    PaymentRecords,
    PropertyInsight,
    Submissions,
    TokenCases,
    Wards,
)
from desktop.adapters.fhir import Issue, parse_issues, say_issues
from desktop.adapters.geojson import find_middle
from desktop.adapters.grid import degrees_to_grid, grid_to_degrees, read_grid_point
from desktop.adapters.oauth import AccessTokens, find_client_tokens
from desktop.adapters.reading import (
    MOST_KEPT,
    build_bad_response,
    looks_like_html,
    pack_raws,
    parse_json,
    read_body,
    read_date,
    read_flag,
    read_items,
    read_moment,
    read_number,
    read_point,
    read_record,
    read_text,
    read_uprn,
    read_whole,
)
from desktop.adapters.refusals import build_outcome_unknown, build_refusal
from desktop.adapters.tokens import build_jwt
from desktop.domain.clocks import Clock

__all__ = [
    "COMMON",
    "EXTRAS",
    "MOST_KEPT",
    "PROTOCOLS",
    "AccessTokens",
    "AdapterContext",
    "AddressAreas",
    "Addresses",
    "Agreements",
    "Answer",
    "Cases",
    "Checked",
    "ClientKey",
    "Created",
    "DelayedCapture",
    "Directory",
    "Disputes",
    "DocumentLocks",
    "Documents",
    "Envelope",
    "Http",
    "InsightSource",
    "Issue",
    "MadeReferrals",
    "Mail",
    "MailServer",
    "MapLayers",
    "Messages",
    "Page",
    "PaymentRecords",
    "Payments",
    "People",
    "PropertyInsight",
    "Referrals",
    "Sender",
    "SignedTokens",
    "Submissions",
    "Team",
    "TokenCases",
    "Wards",
    "build_bad_response",
    "build_email",
    "build_jwt",
    "build_outcome_unknown",
    "build_refusal",
    "degrees_to_grid",
    "find_client_tokens",
    "find_middle",
    "find_part",
    "find_signed_tokens",
    "grid_to_degrees",
    "looks_like_html",
    "pack_raws",
    "parse_issues",
    "parse_json",
    "read_address",
    "read_body",
    "read_date",
    "read_flag",
    "read_good",
    "read_grid_point",
    "read_items",
    "read_moment",
    "read_number",
    "read_point",
    "read_record",
    "read_text",
    "read_uprn",
    "read_whole",
    "say_issues",
]


class Http(Protocol):
    """The one HTTP client, made for one component: time limits, TLS, allow-list, rate limit, retry, redaction."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str | list[str]] | None = None,
        json: object | None = None,
        data: bytes | None = None,
        retry: bool | None = None,
    ) -> Answer:
        """One request, its whole body read within the call's deadline.

        Args:
            method: GET, POST and so on.
            path: below the component's `base_url`, or a whole URL whose host is allowed.
            params: query; a list repeats its name.
            headers: beside the client's own.
            form: a form-encoded body.
            json: a JSON body.
            data: a body as it is.
            retry: whether it may be sent again when it fails in passing; None means methods that only read. Say True for
                a write only where the component knows a repeat by its key.

        Returns:
            Any answer whose status is below 400, or one that `retry` did not mend: the client raises nothing for a
            status, for only the adapter knows what a component means by it.

        Raises:
            NotReady: no answer and nothing was sent, or a read failed.
            OutcomeUnknown: a write may have been sent and its answer was lost.
            SetupFailed: the host is not allowed, or TLS fails.
            BadResponse: the body of a read is too large or cannot be unpacked.
            OperationCancelled: the call was cancelled; for a write that was sent already, OutcomeUnknown instead.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """An SMTP server as a component's settings name it. `security` is `starttls`, `tls`, or `none` for this machine only."""

    host: str
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)


class Mail(Protocol):
    """The one SMTP client, with the limits of the HTTP client."""

    def send(
        self, server: MailServer, message: bytes, *, sender: str, recipients: tuple[str, ...]
    ) -> Mapping[str, str]:
        """Hands a message (RFC 5322) to a server; gives the recipients that it refused, with its words.

        Raises:
            NotReady: it cannot be reached or is busy, and nothing was sent.
            AuthFailed: it does not know the name and password.
            InvalidInput: it refuses the message, the sender or every recipient.
            SetupFailed: TLS fails, or the server may not be asked.
            OutcomeUnknown: the message was handed over and the answer was lost.
        """
        ...

    def check(self, server: MailServer) -> None:
        """Connects, signs in and leaves; raises as `send` does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterContext:
    """What the host gives an adapter.

    `component` is its name as officers know it, for the text of errors; `settings` has the manifest's defaults filled in.
    """

    component: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    http: Http
    clock: Clock
    log: logging.Logger
    mail: Mail
