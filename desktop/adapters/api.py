"""All that a plugin sees of Knit besides `desktop.domain`.

A plugin's adapter is a class made with one `AdapterContext`; it offers the methods of each capability that its manifest
names. Methods run on a thread of the component host (never the desk), one session per component, at most four at once.
They return frozen records of `desktop.domain` and raise nothing but `AdapterError`, `InvalidInput` and
`OperationCancelled`. A write takes the op id as `key`; when its answer was lost it raises `OutcomeUnknown`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar, runtime_checkable

from desktop.adapters.reading import (
    MOST_KEPT,
    build_bad_response,
    looks_like_html,
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
from desktop.domain.cases import Case, CaseDraft, CaseType, Event, EventDraft
from desktop.domain.clocks import Clock
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.money import Pence
from desktop.domain.payments import Payment, PaymentRequest, Refund
from desktop.domain.places import Place

__all__ = [
    "API_VERSION",
    "MOST_KEPT",
    "PROTOCOLS",
    "AdapterContext",
    "Addresses",
    "Answer",
    "Cases",
    "Created",
    "Http",
    "Page",
    "Payments",
    "build_bad_response",
    "build_outcome_unknown",
    "build_refusal",
    "looks_like_html",
    "parse_json",
    "read_body",
    "read_date",
    "read_flag",
    "read_items",
    "read_moment",
    "read_number",
    "read_point",
    "read_record",
    "read_text",
    "read_uprn",
    "read_whole",
]

API_VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of an answer; `cursor` asks for the next one, "" when this is the last.

    `raws` holds the raw body of each item (redacted by the host before it is kept), or is empty.
    """

    items: tuple[T, ...]
    cursor: str = ""
    raws: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer. `headers` are case-insensitive; `url` is where it came from, without secrets."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def media_type(self) -> str:
        """`application/json` of a Content-Type header, lower case; "" when absent."""
        return self.headers.get("Content-Type", "").split(";")[0].strip().lower()


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
            retry: whether it may be sent again when it fails in passing; None means GET and HEAD only. Say True for
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What a component answered to a new record.

    `outside_id` is "" where it answered with a `token` to be looked up later, or with nothing at all.
    """

    outside_id: OutsideId = OutsideId("")
    token: str = ""
    notice: str = ""


@runtime_checkable
class Cases(Protocol):
    """Case management."""

    def types(self) -> tuple[CaseType, ...]:
        """Every kind of case it takes, each with its questions."""
        ...

    def changed(self, since: datetime | None = None, cursor: str = "") -> Page[Case]:
        """Cases changed since a moment, oldest first where it can; all that it gives when None."""
        ...

    def get(self, id: OutsideId) -> Case:
        """One case as it is now. Raises NotFound."""
        ...

    def create(self, draft: CaseDraft, key: str) -> Created:
        """Makes a case."""
        ...

    def find_created(self, draft: CaseDraft, key: str, since: datetime) -> OutsideId | None:
        """The case that an earlier `create` with this key made at or after `since`, or None when it made none.

        Raises OutcomeUnknown where the component cannot tell: then the officer is asked.
        """
        ...

    def update(self, id: OutsideId, changes: Mapping[str, str], version: str, key: str) -> Case | None:
        """Changes fields (`status`, `description` and what else it takes); gives the case as it is afterwards.

        None where the change was taken and the case could not be read after it: an error means that it was not taken,
        or (OutcomeUnknown) that nobody knows. Raises RemoteConflict where the component knows versions and `version` is
        not the present one.
        """
        ...

    def find_event(self, id: OutsideId, key: str, since: datetime) -> OutsideId | None:
        """The event that an earlier `add_event` or `update` with this key made, or None when it made none."""
        ...

    def events(self, since: datetime | None = None, cursor: str = "") -> Page[Event]:
        """Events of all cases since a moment, oldest first where it can."""
        ...

    def add_event(self, id: OutsideId, event: EventDraft, key: str) -> Created:
        """Adds a note, or a status change with words."""
        ...


@runtime_checkable
class Addresses(Protocol):
    """Address look-up."""

    def find(self, query: str, cursor: str = "") -> Page[Place]:
        """Places that fit free text, best first."""
        ...

    def postcode(self, postcode: str, cursor: str = "") -> Page[Place]:
        """Places at a postcode, whole or in part."""
        ...

    def uprn(self, uprn: Uprn) -> Place:
        """One place. Raises NotFound."""
        ...

    def nearest(self, lat: float, lon: float) -> Place | None:
        """The place nearest to a WGS 84 point, or None."""
        ...


@runtime_checkable
class Payments(Protocol):
    """Card payments on a page of the provider's own."""

    key_lifetime: timedelta
    """How long a repeated `create` with the same key is known as a repeat; zero where it never is."""

    def create(self, request: PaymentRequest, key: str) -> Payment:
        """Makes a payment for someone to pay at its `next_url`."""
        ...

    def get(self, id: OutsideId) -> Payment:
        """One payment as it is now. Raises NotFound."""
        ...

    def search(self, reference: str = "", cursor: str = "", since: datetime | None = None) -> Page[Payment]:
        """Payments by reference or date. It may lag behind `get`: never decide from it."""
        ...

    def cancel(self, id: OutsideId, key: str) -> Payment:
        """Cancels a payment that is not finished."""
        ...

    def refund(self, id: OutsideId, amount: Pence, key: str) -> Refund:
        """Gives money back, in pence."""
        ...

    def refunds(self, id: OutsideId) -> tuple[Refund, ...]:
        """What was given back so far."""
        ...


PROTOCOLS: Mapping[str, type] = {"cases": Cases, "addresses": Addresses, "payments": Payments}
"""Capabilities that have a protocol today, by name."""
