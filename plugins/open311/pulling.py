"""Pulls requests and updates of an Open311 endpoint through windows and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from desktop.adapters.api import Page
from desktop.domain.cases import Case, Event

from .asking import Asking
from .mapping import Report
from .paging import Listed, Windows
from .windows import WIDEST, Position, build_start, format_cursor, parse_cursor

IDS_AT_ONCE = 50


class Puller:
    """The lists of the cases capability, page by page, with a cursor that says where they stand."""

    def __init__(self, asking: Asking, *, page_size: int, history: timedelta, changes: str) -> None:
        self._asking = asking
        self._history = history
        self._by_window = changes == "window"
        self._page_size = page_size
        self._requests = Windows(
            self._fetch_requests,
            id_of=lambda report: report.case.outside_id,
            at=lambda report: report.case.opened_at,
            component=asking.component,
            page_size=page_size,
        )
        self._updates = Windows(
            self._fetch_updates,
            id_of=lambda event: event.outside_id,
            at=lambda event: event.at,
            component=asking.component,
            page_size=page_size,
        )

    def fetch_changed(self, since: datetime | None, cursor: str) -> Page[Case]:
        """Requests made, and then those changed, since a moment."""
        position = parse_cursor(cursor) if cursor else self._build_first(since)
        if position.stage == "changed":
            return self._fetch_by_updates(position)
        reports, following = self._requests.step(position)
        if following is None and position.stage == "new":
            following = build_start("changed", since=position.since, now=self._asking.now())
        kept = [r for r in reports if position.stage != "recent" or _is_since(r.case, position.since)]
        return _build_page(kept, following)

    def _build_first(self, since: datetime | None) -> Position:
        """Where a pull starts: all there is, what was made since, or all of the last 90 days where nothing better is.

        Without updates, and where a window finds requests only by when they were made, a change shows in no list: so
        the last 90 days are read again, and what did not change since is left out.
        """
        now = self._asking.now()
        if since is None:
            return build_start("all", since=now - self._history, now=now)
        if self._by_window:
            return build_start("all", since=since, now=now)
        if self._asking.takes_updates:
            return build_start("new", since=since, now=now)
        return replace(build_start("recent", since=min(since, now - WIDEST), now=now), since=since)

    def _fetch_by_updates(self, position: Position) -> Page[Case]:
        events, following = self._updates.step(position)
        ids = list(dict.fromkeys(event.case_id for event in events))
        reports: list[Report] = []
        for start in range(0, len(ids), IDS_AT_ONCE):
            wanted = ",".join(ids[start : start + IDS_AT_ONCE])
            reports += self._asking.fetch_requests({"service_request_id": wanted}).records
        return _build_page(reports, following)

    def fetch_events(self, since: datetime | None, cursor: str) -> Page[Event]:
        """Updates since a moment."""
        now = self._asking.now()
        start = build_start("events", since=since or now - self._history, now=now)
        events, following = self._updates.step(parse_cursor(cursor) if cursor else start)
        return Page(items=tuple(sorted(events, key=lambda event: event.at)), cursor=format_cursor(following))

    def walk_requests(self, since: datetime, *, service_code: str) -> Iterator[Report]:
        """Every request of a service made since a moment."""
        narrowed = Windows(
            lambda position: self._fetch_requests(position, service_code=service_code),
            id_of=lambda report: report.case.outside_id,
            at=lambda report: report.case.opened_at,
            component=self._asking.component,
            page_size=self._page_size,
        )
        return narrowed.walk(build_start("created", since=since, now=self._asking.now()))

    def walk_updates(self, since: datetime) -> Iterator[Event]:
        """Every update since a moment."""
        return self._updates.walk(build_start("events", since=since, now=self._asking.now()))

    def _fetch_requests(self, position: Position, *, service_code: str = "") -> Listed[Report]:
        params = {**position.params, "page_size": str(self._page_size), "extensions": "true"}
        if service_code:
            params["service_code"] = service_code
        return self._asking.fetch_requests(params)

    def _fetch_updates(self, position: Position) -> Listed[Event]:
        return self._asking.fetch_updates({**position.params, "page_size": str(self._page_size)})


def _moment_of(case: Case) -> datetime:
    return case.updated_at or case.opened_at


def _is_since(case: Case, since: datetime) -> bool:
    """Whether a case may have changed since; one without a time of change may."""
    return case.updated_at is None or case.updated_at >= since


def _build_page(reports: Iterable[Report], following: Position | None) -> Page[Case]:
    ordered = sorted(reports, key=lambda report: _moment_of(report.case))
    return Page(
        items=tuple(report.case for report in ordered),
        raws=tuple(report.raw for report in ordered),
        cursor=format_cursor(following),
    )
