"""The pages of a list that is asked for by time, whatever a server makes of `page` and `page_size`.

Servers are seen that ignore both, give fewer at a time than they were asked for, number their pages from 0 or from 1, say
how many there are in all, or that there is another page. None of that loses a record or goes on for ever: behind every
page with something on it the next one is asked for, and where there are no pages a window is halved until its halves hold
no more than it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from desktop.adapters.api import build_bad_response, read_record, read_whole
from desktop.domain.errors import InvalidInput

from .windows import Position, build_half, build_next_page, build_next_window, build_rest

T = TypeVar("T")
MOST_EMPTY = 8
"""Pages without anything that one call goes through before it gives an empty page."""
MOST_PAGES = 5_000
"""Pages of one window; a list with more has no end."""
FEW = 10
"""No server gives fewer than this at a time unless it is asked for fewer: so many less are all that there are."""
_TOTALS = ("x-total-count", "x-total", "total-count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """Records of one answer. `total` of the whole list and whether there is `more`, None where it does not say."""

    records: tuple[T, ...]
    total: int | None = None
    more: bool | None = None


def read_total(headers: Mapping[str, str], tree: object) -> int | None:
    """How many records the whole list has: from a header, or beside the list in a JSON body."""
    said = {name.lower(): value for name, value in headers.items()}
    found: object = next((said[name] for name in _TOTALS if name in said), None)
    if found is None:
        record = read_record(tree) if isinstance(tree, dict) else {}
        found = record.get("total_count", record.get("total"))
    total = read_whole(found)
    return total if total is not None and total >= 0 else None


def read_more(headers: Mapping[str, str]) -> bool | None:
    """Whether a Link header (RFC 8288) names a next page; None where there is no such header with pages in it."""
    link = next((value for name, value in headers.items() if name.lower() == "link"), "").lower().replace("'", '"')
    if 'rel="next"' in link or "rel=next" in link:
        return True
    return False if any(f'rel="{rel}"' in link for rel in ("prev", "first", "last")) else None


class Windows(Generic[T]):
    """One page after another of a list that is asked for by time. What it learns of the server it keeps.

    Args:
        fetch: gives the records at a position.
        id_of: the id of a record.
        at: when a record was made, or None.
        component: for errors.
        page_size: how many are asked for at once.
    """

    def __init__(
        self,
        fetch: Callable[[Position], Listed[T]],
        *,
        id_of: Callable[[T], str],
        at: Callable[[T], datetime | None],
        component: str,
        page_size: int,
    ) -> None:
        self._fetch, self._id_of, self._at = fetch, id_of, at
        self._component = component
        self._number = -1
        self._pages = True
        self._whole = min(FEW, page_size)

    def step(self, position: Position) -> tuple[tuple[T, ...], Position | None]:
        """The records of the next page that has any, and where to go on; None at the end."""
        here: Position | None = position
        for _ in range(MOST_EMPTY):
            if here is None:
                return (), None
            records, here = self._page(here)
            if records:
                return records, here
        return (), here

    def walk(self, position: Position) -> Iterator[T]:
        """Every record from a position to the end."""
        here: Position | None = position
        while here is not None:
            records, here = self._page(here)
            yield from records

    # ==== one page ====

    def _page(self, position: Position) -> tuple[tuple[T, ...], Position | None]:
        if position.number < 0 <= self._number:
            position = replace(position, number=self._number)
        try:
            listed = self._fetch(position)
        except InvalidInput:
            if position.page == 1:
                raise
            return self._refused(position)
        found = listed.records
        first = self._id_of(found[0]) if found else ""
        if position.page == 1:
            position = replace(position, mark=self._mark(found), head=first)
            if position.mark and position.mark == position.seen:
                return (), None  # the same again for another time: it does not look at dates, and this is all it has
            if not self._pages:
                return self._without_pages(position, found)
        elif found and first in {position.first, position.head}:
            return self._repeated(position, found)
        elif position.number < 0 and found:
            self._number = 0  # what it calls 1 was the second
            position = replace(position, number=0)
        return self._after(position, listed, first)

    def _refused(self, position: Position) -> tuple[tuple[T, ...], Position | None]:
        """A number was not taken: the page before it was the last, or else the server takes no numbers at all."""
        if position.page > 2:
            return (), build_next_window(position, joint=position.joint)
        whole = replace(position, page=1)
        return self._without_pages(whole, self._fetch(whole).records, again=True)

    def _repeated(self, position: Position, found: tuple[T, ...]) -> tuple[tuple[T, ...], Position | None]:
        """After a page that came before. Asked for as number 1 it is the first of a server that counts from 1."""
        if position.number < 0:
            self._number = 1
            return (), replace(position, number=1)
        if position.page > 2:  # it has pages, and goes round: what it has was given
            return (), self._next_window(position, found)
        self._pages = False
        return self._without_pages(replace(position, page=1), found, again=True)

    def _after(self, position: Position, listed: Listed[T], first: str) -> tuple[tuple[T, ...], Position | None]:
        found = listed.records
        fresh = tuple(record for record in found if self._id_of(record) not in position.joint)
        if not self._goes_on(position, listed):
            return fresh, self._next_window(position, found)
        if position.page >= MOST_PAGES:
            raise build_bad_response("", component=self._component, what="its pages have no end")
        seen = replace(position, joint=self._find_joint(position, found))
        return fresh, build_next_page(seen, first=first, given=len(found))

    def _goes_on(self, position: Position, listed: Listed[T]) -> bool:
        """Whether another page may follow in this window."""
        count = len(listed.records)
        if not count:
            return False
        if listed.more is not None:
            return listed.more
        if listed.total is not None and listed.total != count:
            return position.given + count < listed.total
        # Also after one that is shorter than was asked for: it may be as much as the server gives at a time, or some of
        # it may have been left out as not for everybody.
        return True

    # ==== a server without pages ====

    def _without_pages(
        self, position: Position, found: tuple[T, ...], *, again: bool = False
    ) -> tuple[tuple[T, ...], Position | None]:
        """All that it gives for a window; where that may be cut off, the window is halved. `again`: it was given before."""
        fresh = () if again else tuple(record for record in found if self._id_of(record) not in position.joint)
        half = build_half(position)
        if len(found) < self._whole or half is None:  # as many as once were all may still be all that it gives
            return fresh, self._next_window(position, found)
        ids = {self._id_of(record) for record in found}
        one, other = (
            {self._id_of(record) for record in self._fetch(part).records} for part in (half, build_rest(position, half))
        )
        if one == ids == other:
            return fresh, None  # it does not look at dates, and this is all it has
        if one | other <= ids and max(len(one), len(other)) < len(ids):
            self._whole = max(self._whole, len(found))
            return fresh, self._next_window(position, found)
        return (), half

    # ==== inner parts ====

    def _next_window(self, position: Position, found: tuple[T, ...]) -> Position | None:
        return build_next_window(position, joint=self._find_joint(position, found))

    def _mark(self, found: tuple[T, ...]) -> str:
        """First and last id of a page of two and more; one alone may well lie where two windows meet."""
        return f"{self._id_of(found[0])} {self._id_of(found[-1])}" if len(found) > 1 else ""

    def _find_joint(self, position: Position, found: tuple[T, ...]) -> tuple[str, ...]:
        """Ids that the next window may give again, because they lie where the two meet."""
        edge = position.end - timedelta(seconds=1)
        at_edge = {self._id_of(r) for r in found if (at := self._at(r)) is not None and at >= edge}
        return tuple(sorted(at_edge.union(position.joint)))
