"""Pulls applications and what happened on them, window by window and page by page.

The API has no filter for what changed, so a deep pass reads all that may have: with a key whole applications, newest first,
until a page is older than the look-back, then those before it that are still open, one by one; without a key the searches
of the public half do the same. Between two deep passes only what is new is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from desktop.adapters.api import Page, pack_raws, read_moment, read_record, read_text
from desktop.domain.cases import Case, Event
from desktop.domain.clocks import LONDON, Clock
from desktop.domain.errors import NotFound
from desktop.domain.ids import OutsideId

from .asking import Asking
from .happenings import (
    Alike,
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
Windows = tuple[str, ...]
OLDEST_FIRST = {"sortBy": "receivedAt", "orderBy": "asc"}


ALL, NEW, SENT = ("all",), ("new",), ("sent",)
"""Windows of the first pass, and of those between two deep ones: of cases, and of events."""


class Pace:
    """When a deep pass is due: at first, and so long after the last that came to its end."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        self._clock = clock
        self._every = every
        self._ended: datetime | None = None

    def is_due(self) -> bool:
        """Whether the next pass is a deep one. A clock that was put back makes it so."""
        return self._ended is None or not timedelta() <= self._clock.now() - self._ended < self._every

    def note_end(self) -> None:
        """A deep pass came to its end."""
        self._ended = self._clock.now()


class Puller:
    """Lists of one council. `look_back` is how much is read again to find what changed, `deep_every` how often."""

    def __init__(self, asking: Asking, *, look_back: timedelta, deep_every: timedelta, comments: bool) -> None:
        self._asking = asking
        self._client = asking.client
        self._look_back = look_back
        self._comments = comments
        self._cases_pace = Pace(asking.clock, deep_every)
        self._events_pace = Pace(asking.clock, deep_every)
        self._alike: dict[int, Alike] = {}
        """What was on the pages before this one and the next, so that of two responses alike on two pages none is lost."""

    @staticmethod
    def _pick_windows(cursor: str, deep: Windows, quick: Windows, pace: Pace) -> Windows:
        """The windows of the pass that a cursor belongs to, or of a new one."""
        if cursor:
            return quick if cursor.partition("?")[0] in quick else deep
        return deep if pace.is_due() else quick

    # ==== cases ====

    def fetch_changed(self, since: datetime | None, cursor: str) -> Page[Case]:
        """A page of applications that may have changed."""
        deep = ("recent", "older") if self._client.has_key else ("recent", "older", "published")
        windows = ALL if since is None else self._pick_windows(cursor, deep, NEW, self._cases_pace)
        window, page = split_cursor(cursor, windows)
        if window != "older" and self._client.has_key:
            back = BACK if window == "new" else self._look_back
            records, following = self._fetch_whole(None if since is None else since - back, page)
        else:
            records, following = self._fetch_searched(window, since, page)
        kinds = self._asking.fetch_kinds() if records else {}
        component = self._asking.component
        build = build_whole if self._client.has_key else build_published
        onward = build_cursor(window, following, windows)
        if not onward and windows != NEW:
            self._cases_pace.note_end()
        return Page(
            items=tuple(build(record, kinds, component=component) for record in records),
            cursor=onward,
            raws=pack_raws(records),
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
        published: dict[str, str | list[str]] = {**OLDEST_FIRST, "publishedAtFrom": format_day(since - BACK)}
        return published if window == "new" else {**published, "receivedAtTo": before}

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
        """A page of events: validation requests and neighbour responses with a key, then published comments.

        Between two deep passes only requests that were sent since.
        """
        deep: Windows = ("requests", "responses") if self._client.has_key else ()
        deep = (*deep, "comments") if self._comments or not deep else deep
        windows = self._pick_windows(cursor, deep, SENT, self._events_pace)
        window, page = split_cursor(cursor, windows)
        items, following = self._fetch_happenings(window, since, page)
        onward = build_cursor(window, following, windows)
        if not onward and windows != SENT:
            self._events_pace.note_end()
        return Page(items=items, cursor=onward)

    def _fetch_happenings(self, window: str, since: datetime | None, page: int) -> tuple[tuple[Event, ...], int]:
        if window == "comments":
            return self._fetch_comments(since, page)
        if not self._client.has_key:
            return (), 0
        if window == "responses":
            return self._fetch_responses(since, page)
        return self._fetch_requests(since, BACK if window == "sent" else self._look_back, page)

    def _fetch_requests(self, since: datetime | None, back: timedelta, page: int) -> tuple[tuple[Event, ...], int]:
        """Requests that were sent some time before or since: one that was answered since was sent before."""
        filters = {} if since is None else {"from_date": format_day(since - back)}
        listed = self._asking.read_list(self._client.fetch_validation_requests(filters, page), asked=page)
        return read_request_events(listed.records, link=listed.link), listed.following

    def _fetch_responses(self, since: datetime | None, page: int) -> tuple[tuple[Event, ...], int]:
        """Responses of the look-back: their words come when they are cleared. The API gives all, in no said order."""
        answer = self._client.fetch_neighbour_responses(page)
        listed = self._asking.read_list(answer, asked=page, names=("responses",))
        start = None if since is None else since - self._look_back
        before = self._alike.get(page, Alike()) if page > 1 else Alike()
        alike = before.copy()
        events = read_response_events(listed.records, start, alike)
        self._alike = {page: before, page + 1: alike}
        return events, listed.following

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
