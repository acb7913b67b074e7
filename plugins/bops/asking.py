"""Questions to BOPS, with their answers as records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from desktop.adapters.api import (
    AdapterContext,
    Answer,
    build_outcome_unknown,
    build_refusal,
    parse_json,
    read_good,
    read_record,
    read_text,
)
from desktop.domain.errors import BadResponse, InvalidInput, NotFound
from desktop.domain.ids import OutsideId

from .client import BopsClient
from .kinds import Kind, parse_kinds
from .listing import Listed, Record, parse_list, parse_record

KINDS_FOR_S = 3_600.0
"""Seconds for which the types of application are kept."""
_FIELDS = (("applicant", "reporter"), ("property", "place"), ("proposal", "description"), ("application/type", "service_code"))  # fmt: skip
"""Parts of a submission as the fields of our form."""


class Asking:
    """One council's BOPS: the client's answers, read, and its types of application, kept for an hour."""

    def __init__(self, context: AdapterContext) -> None:
        self.client = BopsClient(context)
        self.clock = context.clock
        self.component = context.component
        self._kinds: Mapping[str, Kind] = {}
        self._kinds_at: float | None = None

    def read_text(self, answer: Answer) -> str:
        """The text of a good answer; raises what any other means."""
        return read_good(answer, component=self.component, clock=self.clock, parse_said=parse_said)

    def read_record(self, answer: Answer, what: str) -> Record:
        """One object. Raises BadResponse where it is none."""
        return parse_record(self.read_text(answer), component=self.component, what=what)

    def read_list(self, answer: Answer, *, asked: int, names: tuple[str, ...] = ("data",)) -> Listed:
        """A page of a list."""
        return parse_list(self.read_text(answer), names=names, asked=asked, component=self.component)

    def fetch_kinds(self) -> Mapping[str, Kind]:
        """The types of application by their codes; none where a BOPS is too old to list them."""
        now = self.clock.monotonic()
        if self._kinds_at is None or now - self._kinds_at > KINDS_FOR_S:
            try:
                kinds = parse_kinds(self.read_text(self.client.fetch_types()), component=self.component)
            except NotFound:
                kinds = ()
            self._kinds, self._kinds_at = {kind.code: kind for kind in kinds}, now
        return self._kinds

    def create(self, body: Mapping[str, object], *, send_email: bool, private: Iterable[str]) -> OutsideId:
        """Submits an application and gives its reference.

        Args:
            body: by the digital planning schema.
            send_email: whether BOPS confirms it to the applicant.
            private: what was sent of the applicant, which no error repeats.

        Raises:
            OutcomeUnknown: it may have been taken.
        """
        answer = self.client.create(body, send_email=send_email)
        if answer.status >= 300:
            said = _find_said(answer.text, component=self.component)
            raise build_refusal(
                answer.status,
                component=self.component,
                writes=True,
                headers=answer.headers,
                said=hide(said, private),
                field=next((field for part, field in _FIELDS if part in said), ""),
                clock=self.clock,
            )
        try:
            record = parse_record(answer.text, component=self.component, what="an answer of BOPS")
        except BadResponse as error:
            raise build_outcome_unknown(self.component) from error
        reference = read_text(record.get("id"))
        if not reference:
            raise build_outcome_unknown(self.component)
        return OutsideId(reference)

    def build_refused(self, what: str, hint: str, *, field: str) -> InvalidInput:
        """The error for what the API has no call for."""
        return InvalidInput(
            f"{self.component} {what}", hint, key="bops.not_offered", field=field, subject=self.component
        )


def parse_said(text: str, *, component: str) -> str:
    """What is wrong in the component's own words (`error: {code, message, detail}`). Raises BadResponse."""
    error = read_record(read_record(parse_json(text, component=component)).get("error"))
    return read_text(error.get("detail")) or read_text(error.get("message"))


def _find_said(text: str, *, component: str) -> str:
    try:
        return parse_said(text, component=component)
    except BadResponse:
        return ""


def hide(said: str, private: Iterable[str]) -> str:
    """The words of a refusal without what they repeat of a resident; longer texts are taken out first.

    Whole words only, so that a short name does not cut up others.
    """
    for text in sorted(filter(None, private), key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "…", said, flags=re.IGNORECASE)
    return said
