"""Questions to an Open311 endpoint, with their answers as records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desktop.adapters.api import AdapterContext, Answer, Created, build_outcome_unknown
from desktop.domain.cases import CaseType, Event, Question
from desktop.domain.errors import BadResponse, Forbidden, InvalidInput, NotFound, NotReady, RemoteConflict

from .client import Open311Client
from .endpoint import EndpointFinder
from .forms import Form
from .mapping import (
    Dialect,
    Report,
    read_created,
    read_events,
    read_questions,
    read_requests,
    read_types,
    read_update_created,
)
from .paging import Listed, read_more, read_total
from .replies import read_reply
from .windows import format_time

_TAKEN = frozenset({202, 204})
"""Statuses of an answer that may be empty, and say by themselves that a request was taken."""


class Asking:
    """One jurisdiction of an endpoint: the client's answers, read in its dialect."""

    def __init__(self, context: AdapterContext, finder: EndpointFinder, jurisdiction: str = "") -> None:
        self._client = Open311Client(context, finder, jurisdiction)
        self._clock = context.clock
        self._log = context.log
        self.component = context.component
        self.takes_updates = context.settings["updates"] == "fixmystreet"
        self._dialect = Dialect(
            component=context.component,
            address_id_is_uprn=context.settings["address_id"] == "uprn",
            takes_updates=self.takes_updates,
        )

    def now(self) -> datetime:
        """The time here."""
        return self._clock.now()

    def fetch_types(self) -> tuple[CaseType, ...]:
        """The services, without their questions."""
        return read_types(self._read(self._client.fetch_services()), self._dialect)

    def fetch_questions(self, code: str) -> tuple[Question, ...]:
        """The questions of a service; none where it has no definition after all."""
        try:
            return read_questions(self._read(self._client.fetch_service(code)), self._dialect)
        except NotFound:
            return ()

    def fetch_requests(self, params: Mapping[str, str]) -> Listed[Report]:
        """Requests by a query; none where the server says 404 for an empty list."""
        answer = self._client.fetch_requests(params)
        try:
            tree = self._read(answer)
        except NotFound as error:
            _check_missing(error)
            return Listed(records=())
        reports = read_requests(tree, self._dialect, seen_at=self.now())
        return Listed(records=reports, total=read_total(answer.headers, tree), more=read_more(answer.headers))

    def fetch_request(self, id: str) -> Report:
        """One request. Raises NotFound."""
        tree = self._read(self._client.fetch_request(id))
        reports = read_requests(tree, self._dialect, seen_at=self.now())
        report = next((r for r in reports if r.case.outside_id == id), None)
        if report is None:
            raise NotFound(
                f"{self.component} has no request {id}.",
                "It may have been removed there.",
                key="open311.missing",
                subject=self.component,
            )
        return report

    def find_by_token(self, token: str) -> str:
        """The id that a token stands for; "" while there is none, or where its answer says nothing that can be used.

        The request was taken, so nothing that is said of its token may look like a refusal of the request.
        """
        try:
            created = read_created(self._read(self._client.fetch_token(token)))
        except (NotFound, NotReady, InvalidInput, Forbidden, BadResponse) as error:
            self._log.info("A token gave no number: %s", error.key)
            return ""
        return created.outside_id if created is not None else ""

    def create_request(self, form: Form) -> Created:
        """Makes a request. A server that says it has it already leaves open whether it was this one."""
        answer = self._client.create_request(form)
        if answer.status in _TAKEN and not answer.body.strip():
            return Created()
        try:
            created = read_created(self._read(answer, writes=True))
        except RemoteConflict as error:
            raise build_outcome_unknown(self.component) from error
        if created is None:
            raise build_outcome_unknown(self.component)
        return created

    def lists_updates(self) -> bool:
        """Whether the server has a list of updates at all."""
        moment = format_time(self.now())
        try:
            self._read(self._client.fetch_updates({"start_date": moment, "end_date": moment}))
        except NotFound:
            return False
        return True

    def fetch_updates(self, params: Mapping[str, str]) -> Listed[Event]:
        """Updates by a query."""
        answer = self._client.fetch_updates(params)
        try:
            tree = self._read(answer)
        except NotFound as error:
            _check_missing(error)
            return Listed(records=())
        events = read_events(tree, self._dialect, seen_at=self.now())
        return Listed(records=events, total=read_total(answer.headers, tree), more=read_more(answer.headers))

    def create_update(self, form: Form) -> Created:
        """Adds an update."""
        try:
            created = read_update_created(self._read(self._client.create_update(form), writes=True))
        except RemoteConflict as error:
            raise build_outcome_unknown(self.component) from error
        if created is None:
            raise build_outcome_unknown(self.component)
        return created

    def _read(self, answer: Answer, *, writes: bool = False) -> object:
        return read_reply(answer, component=self.component, writes=writes, clock=self._clock)


def _check_missing(error: NotFound) -> None:
    """Raises it again where a jurisdiction is not there: then it is not that the list is empty."""
    if "jurisdiction" in error.hint.lower():
        raise error
