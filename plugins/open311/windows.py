"""Stretches of time to ask for, and where in them a pull stands. Pure.

GeoReport gives requests by the time they were made, over 90 days at most; `page` and `page_size` are a wide-spread
extension that some servers do not know. A pull goes through windows from old to new, and through the pages of each
(`paging`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from desktop.adapters.api import read_items, read_moment, read_record, read_text, read_whole
from desktop.domain.errors import InvalidInput

WIDEST = timedelta(days=90)
NARROWEST = timedelta(minutes=2)
SKEW = timedelta(minutes=10)
"""How far apart our clock and the server's may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a pull stands.

    Attributes:
        stage: `new` by time of making, `changed` by updates, `events`.
        start: of this window.
        end: of this window.
        until: of the whole pull.
        page: which page of the window is wanted next, counted from 1 by us.
        number: what the server calls its first page: 0 or 1, -1 while that is not known.
        first: the first id of the page before, to notice a server that knows no pages.
        head: the first id of this window's first page, for the same.
        given: how many records the pages before had.
        mark: first and last id of this window's first page.
        seen: the mark of the window before, to notice a server that does not look at dates.
        joint: ids given at the end of the last window, which the next may give again.
        since: start of the whole pull.
    """

    stage: str
    start: datetime
    end: datetime
    until: datetime
    since: datetime
    page: int = 1
    number: int = -1
    first: str = ""
    head: str = ""
    given: int = 0
    mark: str = ""
    seen: str = ""
    joint: tuple[str, ...] = ()

    @property
    def params(self) -> dict[str, str]:
        """The window as query parameters. The first page goes without a number: it is the first however they count."""
        dates = {"start_date": format_time(self.start), "end_date": format_time(self.end)}
        return dates if self.page == 1 else {**dates, "page": str(self.page - 1 + max(self.number, 0))}


def build_start(stage: str, *, since: datetime, now: datetime) -> Position:
    """The first window of a stage, a little wider than asked on both sides because clocks differ."""
    start, until = since - SKEW, now + SKEW
    return Position(stage=stage, start=start, end=min(start + WIDEST, until), until=until, since=since)


def build_next_page(position: Position, *, first: str, given: int) -> Position:
    """The next page of the same window, after one of so many records."""
    return replace(position, page=position.page + 1, first=first, given=position.given + given)


def build_next_window(position: Position, *, joint: tuple[str, ...]) -> Position | None:
    """The window after this one, or None when the pull is at its end. It starts where this one ends: no gap."""
    if position.end >= position.until:
        return None
    end = min(position.end + WIDEST, position.until)
    following = _begin(position, start=position.end, end=end)
    return replace(following, seen=position.mark, joint=joint)


def build_half(position: Position) -> Position | None:
    """The first half of a window, or None where it is too narrow to be halved."""
    width = position.end - position.start
    if width < 2 * NARROWEST:
        return None
    return _begin(position, start=position.start, end=position.start + width / 2)


def build_rest(position: Position, half: Position) -> Position:
    """What `half` leaves of a window."""
    return _begin(position, start=half.end, end=position.end)


def _begin(position: Position, *, start: datetime, end: datetime) -> Position:
    return replace(position, start=start, end=end, page=1, first="", head="", mark="", given=0)


def format_time(moment: datetime) -> str:
    """A time as GeoReport writes it: `2026-01-31T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_cursor(position: Position | None) -> str:
    """A position as a cursor; "" for None."""
    if position is None:
        return ""
    fields = asdict(position)
    times = {name: format_time(fields[name]) for name in ("start", "end", "until", "since")}
    return json.dumps(fields | times, separators=(",", ":"))


def parse_cursor(cursor: str) -> Position:
    """The position of a cursor. Raises InvalidInput where it is none of ours."""
    try:
        fields = read_record(json.loads(cursor))
    except ValueError:
        fields = {}
    times = [read_moment(fields.get(name)) for name in ("start", "end", "until", "since")]
    stage, page = read_text(fields.get("stage")), read_whole(fields.get("page"))
    start, end, until, since = times
    if start is None or end is None or until is None or since is None or not stage or page is None:
        raise InvalidInput("That is not a page of this list.", key="open311.cursor", field="cursor")
    joint = tuple(read_text(item) for item in read_items(fields.get("joint")))
    return Position(
        stage=stage,
        start=start,
        end=end,
        until=until,
        since=since,
        page=page,
        number=-1 if (number := read_whole(fields.get("number"))) is None else number,
        first=read_text(fields.get("first")),
        head=read_text(fields.get("head")),
        given=read_whole(fields.get("given")) or 0,
        mark=read_text(fields.get("mark")),
        seen=read_text(fields.get("seen")),
        joint=joint,
    )
