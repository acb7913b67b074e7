"""Pulls applications and what happened on them, window by window and page by page.

The API has no filter for what changed. With a key, whole applications come newest first, until a page is older than the
look-back; of those before it only what is still open is read, one by one. Without a key the searches of the public half
do the same, and what was published since comes besides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from desktop.adapters.api import Page, read_moment, read_record, read_text
from desktop.domain.cases import Case, Event
from desktop.domain.clocks import LONDON
from desktop.domain.errors import NotFound
from desktop.domain.ids import OutsideId

from .asking import Asking
from .happenings import (
    read_public_comments,
    read_request_events,
    read_response_events,
    read_specialist_comments,
)
from .listing import Listed, Record, build_cursor, split_cursor
from .mapping import build_published, build_whole
from .statuses import OPEN

BACK = timedelta(days=1)
"""Filters are by day, and a day begins in Britain."""
OVERLAP = timedelta(days=7)
"""How far the day of receipt may lie from the day on which an application was made in BOPS."""
COMMENTED_AFTER = timedelta(days=30)
"""How long after a consultation its comments are still looked for: they are published one by one."""
APPLICATIONS_AT_ONCE = 10
"""Applications whose comments one call asks for, each with two requests at least."""
MOST_COMMENT_PAGES = 20
OLDEST_FIRST = {"sortBy": "receivedAt", "orderBy": "asc"}


class Puller:
    """Lists of one council. `look_back` is how much is read again to find what changed."""

    def __init__(self, asking: Asking, *, look_back: timedelta, comments: bool) -> None:
        self._asking = asking
        self._client = asking.client
        self._look_back = look_back
        self._comments = comments

    # ==== cases ====

    def fetch_changed(self, since: datetime | None, cursor: str) -> Page[Case]:
        """A page of applications that may have changed."""
        if since is None:
            windows: tuple[str, ...] = ("all",)
        else:
            windows = ("recent", "older") if self._client.has_key else ("recent", "older", "published")
        window, page = split_cursor(cursor, windows)
        cutoff = None if since is None else since - self._look_back
        if window in {"all", "recent"} and self._client.has_key:
            records, following = self._fetch_whole(cutoff, page)
        else:
            records, following = self._fetch_searched(window, since, page)
        kinds = self._asking.fetch_kinds() if records else {}
        component = self._asking.component
        build = build_whole if self._client.has_key else build_published
        return Page(
            items=tuple(build(record, kinds, component=component) for record in records),
            cursor=build_cursor(window, following, windows),
            raws=tuple(json.dumps(record).encode() for record in records),
        )

    def _fetch_whole(self, cutoff: datetime | None, page: int) -> tuple[tuple[Record, ...], int]:
        """Whole applications, newest first; the last page is the first on which all were made before the cutoff."""
        listed = self._asking.read_list(self._client.fetch_all(page), asked=page)
        made = [read_moment(record.get("created_at")) for record in listed.records]
        ends = cutoff is not None and bool(made) and all(at is not None and at < cutoff for at in made)
        return listed.records, 0 if ends else listed.following

    def _fetch_searched(self, window: str, since: datetime | None, page: int) -> tuple[tuple[Record, ...], int]:
        """Applications of a search; with a key each is then read whole."""
        listed = self._asking.read_list(self._client.search(self._build_filters(window, since), page), asked=page)
        if not self._client.has_key:
            return listed.records, listed.following
        overviews = (read_record(record.get("application")) for record in listed.records)
        references = [reference for reference in (read_text(o.get("reference")) for o in overviews) if reference]
        whole = (self._find_whole(reference) for reference in references)
        return tuple(record for record in whole if record is not None), listed.following

    def _find_whole(self, reference: str) -> Record | None:
        """A whole application, None where it is gone since it was listed."""
        try:
            return self._asking.read_record(self._client.fetch_application(reference), "an application")
        except NotFound:
            return None

    def _build_filters(self, window: str, since: datetime | None) -> dict[str, str | list[str]]:
        if since is None:
            return {**OLDEST_FIRST}
        cutoff = since - self._look_back
        if window == "recent":
            return {**OLDEST_FIRST, "receivedAtFrom": format_day(cutoff)}
        before = format_day(cutoff + OVERLAP)
        if window == "older":
            return {**OLDEST_FIRST, "receivedAtTo": before, "applicationStatus[]": list(OPEN)}
        return {**OLDEST_FIRST, "receivedAtTo": before, "publishedAtFrom": format_day(since - BACK)}

    def iterate_received(self, since: datetime) -> Iterator[Record]:
        """Every application that was received on or after the day before a moment, as the searches show it."""
        page = 1
        while page:
            filters = {**OLDEST_FIRST, "receivedAtFrom": format_day(since - BACK)}
            listed = self._asking.read_list(self._client.search(filters, page), asked=page)
            yield from listed.records
            page = listed.following

    # ==== events ====

    def fetch_events(self, since: datetime | None, cursor: str) -> Page[Event]:
        """A page of events: validation requests and neighbour responses with a key, then published comments."""
        windows: tuple[str, ...] = ("requests", "responses") if self._client.has_key else ()
        if self._comments or not windows:
            windows = (*windows, "comments")
        window, page = split_cursor(cursor, windows)
        fetch: Callable[[datetime | None, int], tuple[tuple[Event, ...], int]] = {
            "requests": self._fetch_requests,
            "responses": self._fetch_responses,
            "comments": self._fetch_comments,
        }[window]
        items, following = fetch(since, page)
        return Page(items=items, cursor=build_cursor(window, following, windows))

    def _fetch_requests(self, since: datetime | None, page: int) -> tuple[tuple[Event, ...], int]:
        """Requests that were sent within the look-back: one that was answered since was sent before."""
        filters = {} if since is None else {"from_date": format_day(since - self._look_back)}
        listed = self._asking.read_list(self._client.fetch_validation_requests(filters, page), asked=page)
        return read_request_events(listed.records, link=listed.link), listed.following

    def _fetch_responses(self, since: datetime | None, page: int) -> tuple[tuple[Event, ...], int]:
        """Responses of the look-back: their words come when they are cleared. The API gives all, in no said order."""
        answer = self._client.fetch_neighbour_responses(page)
        listed = self._asking.read_list(answer, asked=page, names=("responses",))
        start = None if since is None else since - self._look_back
        return read_response_events(listed.records, start), listed.following

    def _fetch_comments(self, since: datetime | None, page: int) -> tuple[tuple[Event, ...], int]:
        """Comments on some of the published applications whose consultation is open or has ended lately."""
        if not self._comments:
            return (), 0
        back = self._look_back if since is None else COMMENTED_AFTER
        start = (self._asking.clock.now() if since is None else since) - back
        filters = {**OLDEST_FIRST, "consultationEndDateFrom": format_day(start)}
        answer = self._client.search_published(filters, page, size=APPLICATIONS_AT_ONCE)
        listed = self._asking.read_list(answer, asked=page)
        overviews = (read_record(record.get("application")) for record in listed.records)
        references = [reference for reference in (read_text(o.get("reference")) for o in overviews) if reference]
        return tuple(event for one in references for event in self._iterate_comments(one)), listed.following

    def _iterate_comments(self, reference: str) -> Iterator[Event]:
        """Comments on one application. With a key, those of the public come as neighbour responses already."""
        if not self._client.has_key:
            yield from read_public_comments(self._iterate_all(reference, "public", ("comments",)), reference)
        names = ("data.comments", "comments")
        yield from read_specialist_comments(self._iterate_all(reference, "specialist", names), reference)

    def _iterate_all(self, reference: str, kind: str, names: tuple[str, ...]) -> Iterable[Record]:
        page = 1
        while 0 < page <= MOST_COMMENT_PAGES:
            listed = self._read_comments(reference, kind, names, page)
            yield from listed.records
            page = listed.following

    def _read_comments(self, reference: str, kind: str, names: tuple[str, ...], page: int) -> Listed:
        try:
            return self._asking.read_list(self._client.fetch_comments(reference, kind, page), asked=page, names=names)
        except NotFound:  # no longer published
            return Listed(records=())


def format_day(moment: datetime) -> str:
    """The day of a moment in Britain, as the filters take it."""
    return moment.astimezone(LONDON).date().isoformat()


def find_session(record: Record) -> tuple[OutsideId, str]:
    """The reference of a listed application, and the id it was submitted with: "" where the list does not show it."""
    overview = read_record(record.get("application"))
    session = read_text(overview.get("sessionId")) or read_text(overview.get("session_id"))
    return OutsideId(read_text(overview.get("reference"))), session.lower()
