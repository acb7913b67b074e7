"""Asks, reads what is answered, and follows relations: shared by the three capabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from desktop.adapters.api import (
    AdapterContext,
    Answer,
    build_bad_response,
    build_outcome_unknown,
    parse_json,
    read_items,
    read_record,
    read_text,
)
from desktop.domain.errors import BadResponse, DesktopError, Forbidden, InvalidInput, NotFound, OutcomeUnknown

from .client import ZgwClient
from .mapping import Record, read_own_id
from .problems import build_error

T = TypeVar("T")
KEPT = timedelta(hours=1)
"""How long what a catalogue says is taken for granted; then it is asked whether it changed (ETag)."""
MOST_PAGES = 200
"""Pages that are read at once, for lists of a catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of a list. `following` is the query of the next one, "" on the last."""

    records: tuple[Record, ...]
    following: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    record: Record
    etag: str
    until: datetime


class Asking:
    """The server, as one component asks it."""

    def __init__(self, context: AdapterContext) -> None:
        self.component = context.component
        self.client = ZgwClient(context)
        self.clock = context.clock
        self.settings = context.settings
        self._log = context.log
        self._known: dict[str, _Known] = {}
        self._lists: dict[tuple[str, str], tuple[datetime, tuple[Record, ...]]] = {}
        self._expands = True

    # ==== reads ====

    def fetch(self, path: str, params: Mapping[str, str] | None = None) -> tuple[Record, str]:
        """One record, and its ETag. Raises as `build_error` says, and BadResponse."""
        answer = self.client.read(path, params)
        return self.read_record(answer), answer.headers.get("ETag", "")

    def fetch_expanded(self, path: str, params: Mapping[str, str], expand: str) -> Answer:
        """A read with what it refers to, where the server offers that; else without, from then on."""
        if not self._expands:
            return self.client.read(path, params)
        answer = self.client.read(path, {**params, "expand": expand})
        if answer.status not in {400, 404} or "expand" not in answer.text.lower():
            return answer
        plain = self.client.read(path, params)
        if plain.status < 300:  # else it was refused for itself, and a page of its error says the address back
            self._expands = False
        return plain

    @property
    def expands(self) -> bool:
        """Whether the server has not refused to give related records along."""
        return self._expands

    def read_list(self, answer: Answer, *, asked: str = "") -> Listed:
        """A page of a list: `{count, next, results}`, or all of it as an array.

        Args:
            answer: what came.
            asked: the query of this page: a server that gives it as the next one has none.

        Raises:
            BadResponse: it is neither.
        """
        tree = self._read(answer)
        body = {"results": tree} if isinstance(tree, list) else read_record(tree)
        records = tuple(read_record(item) for item in read_items(body.get("results")))
        known = not records or any("url" in record or "resourceUrl" in record for record in records)
        if "results" not in body or not known:
            raise build_bad_response(_text(answer), component=self.component, what="it is no list of a ZGW API")
        following = _read_query(read_text(body.get("next")))
        again = following == asked or 0 < _read_number(following) <= _read_number(asked or "page=1")
        return Listed(records=records, following="" if again else following, count=read_text(body.get("count")))

    def leave_out(self, kind: str, record: Record) -> None:
        """Says of one record of a list, in the log and by its id, that it cannot be kept: the others are worth having."""
        self._log.warning(
            "A %s of a list was left out: it has no date or no address. Its id: %r", kind, read_own_id(record)
        )

    def iterate(self, path: str, params: Mapping[str, str], *, expand: str = "") -> Iterator[Record]:
        """Every record of a list, page after page, with what `expand` names. Raises BadResponse where it goes on for ever."""
        asked: dict[str, str] = dict(params)
        query, seen = "", {""}
        while len(seen) <= MOST_PAGES:
            answer = self.fetch_expanded(path, asked, expand) if expand else self.client.read(path, asked)
            listed = self.read_list(answer, asked=query)
            yield from listed.records
            if not listed.following:
                return
            query = listed.following
            if query in seen:
                raise build_bad_response(
                    "", component=self.component, what="the pages of a list lead round in a circle"
                )
            seen.add(query)
            asked = dict(parse_qsl(query))
        raise build_bad_response("", component=self.component, what=f"a list has more than {MOST_PAGES} pages")

    def read_record(self, answer: Answer) -> Record:
        """A record out of an answer. Raises BadResponse where it is none, and the error of a refusal."""
        record = self._read(answer)
        if not isinstance(record, dict) or not read_text(record.get("url")):
            raise build_bad_response(_text(answer), component=self.component, what="it is no record of a ZGW API")
        return record

    def read_any(self, answer: Answer) -> Record:
        """The fields of an answer that is no record, such as a lock."""
        return read_record(self._read(answer))

    def _read(self, answer: Answer) -> object:
        if answer.status >= 300:
            raise self.refuse(answer, writes=False)
        return parse_json(_text(answer), component=self.component)

    def refuse(self, answer: Answer, *, writes: bool) -> DesktopError:
        """The error for an answer that refuses."""
        return build_error(answer, component=self.component, writes=writes, clock=self.clock)

    # ==== relations ====

    def find_related(self, url: str) -> Record:
        """What an address of a relation leads to; empty where it is elsewhere, gone or not for us.

        It is not kept: for records that change, such as the status of a case.
        """
        if not self.client.is_own(url):
            return {}
        try:
            return self.fetch(url)[0]
        except (NotFound, Forbidden):
            return {}

    def find_type(self, url: str) -> Record:
        """What a relation to a catalogue leads to, kept for an hour; empty as in `find_related`."""
        if not self.client.is_own(url):
            return {}
        known, now = self._known.get(url), self.clock.now()
        if known is not None and known.until > now:
            return known.record
        answer = self.client.read(url, etag=known.etag if known else "")
        if answer.status == 304 and known is not None:
            self._known[url] = _Known(known.record, known.etag, now + KEPT)
            return known.record
        try:
            record = self.read_record(answer)
        except (NotFound, Forbidden):
            record = {}
        self._known[url] = _Known(record, answer.headers.get("ETag", ""), now + KEPT)
        return record

    def find_types(self, resource: str, zaaktype: str) -> tuple[Record, ...]:
        """The types that a type of case has (`statustypen`, `roltypen` and so on), kept for an hour."""
        kept, now = self._lists.get((resource, zaaktype)), self.clock.now()
        if kept is not None and kept[0] > now:
            return kept[1]
        params = {"zaaktype": zaaktype, "status": "alles"}
        found = tuple(self.iterate(self.client.find_path("catalogi", resource), params))
        self._lists[resource, zaaktype] = (now + KEPT, found)
        return found

    # ==== writes ====

    def write(self, method: str, path: str, body: Mapping[str, object], *, note: str = "", etag: str = "") -> Record:
        """A write whose answer is a record.

        Raises:
            OutcomeUnknown: an answer came that cannot be read, or none.
        """
        answer = self.client.write(method, path, body, note=note, etag=etag)
        return self.settle(answer, self.read_record)

    def settle(self, answer: Answer, read: Callable[[Answer], T]) -> T:
        """What an answer to a write says: a refusal is raised, and one that cannot be read leaves the outcome open."""
        if answer.status >= 300:
            raise self.refuse(answer, writes=True)
        try:
            return read(answer)
        except BadResponse as error:
            raise build_outcome_unknown(self.component) from error

    def remove(self, path: str, *, note: str) -> None:
        """Deletes a record; one that is gone already is as good."""
        answer = self.client.write("DELETE", path, note=note)
        if answer.status >= 300 and answer.status not in {404, 410}:
            raise self.refuse(answer, writes=True)

    def find_noted(self, case: str, note: str) -> str:
        """The address of what was written to a case with this note in its audit trail, "" where nothing was.

        Raises:
            OutcomeUnknown: the audit trail is not kept, or not for us to read.
        """
        answer = self.client.read(self.client.find_path("zaken", "zaken", case, "audittrail"))
        if answer.status in {403, 404, 405}:
            raise OutcomeUnknown(
                f"{self.component} does not show what was changed earlier.",
                "Look at the case there, or ask for the scope audittrails.lezen for Knit.",
                key="zgw.audit",
                subject=self.component,
            )
        for entry in self.read_list(answer).records:
            if read_text(entry.get("toelichting")) == note and read_text(entry.get("resultaat")).startswith("2"):
                return read_text(entry.get("resourceUrl"))
        return ""


def split_cursor(cursor: str, *, windows: tuple[str, ...]) -> tuple[str, str]:
    """A cursor of ours as window and query. Raises InvalidInput where it is none."""
    window, _, query = cursor.partition("?")
    if not cursor:
        return windows[0], ""
    if window not in windows or any(mark in query for mark in " \r\n#/"):
        raise InvalidInput("That is not a page of this list.", key="zgw.cursor", field="cursor")
    return window, query


def _text(answer: Answer) -> str:
    return answer.text


def _read_query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _read_number(query: str) -> int:
    """The number of a page, 0 where the query has none."""
    page = dict(parse_qsl(query)).get("page", "")
    return int(page[:9]) if page.isascii() and page.isdigit() else 0
