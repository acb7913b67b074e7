"""Lists of both halves of BOPS: one page of records, and whether another follows. Pure.

The authenticated half says `metadata: {page, total_pages}` (once in camel case) beside `data` or `responses`, the public
half `pagination: {currentPage, totalPages}` beside `data` or `comments`, which may lie in `data` once more. A page
behind the last comes as the last once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import build_bad_response, parse_json, read_record, read_text, read_whole
from desktop.domain.errors import InvalidInput

Record = Mapping[str, object]
MOST_PAGES = 1000
"""Pages that BOPS counts; one behind that is answered with the last of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page. `following` is the number of the next one, 0 on the last; `total` is None where it is not said."""

    records: tuple[Record, ...]
    following: int = 0
    total: int | None = None
    link: str = ""


def parse_record(text: str, *, component: str, what: str) -> Record:
    """One object as builtins. Raises BadResponse where it is none; says nothing of what it holds."""
    tree = parse_json(text, component=component, private=True)
    if not isinstance(tree, dict) or not tree:
        raise build_bad_response("", component=component, what=f"it is not {what}")
    return tree


def parse_list(text: str, *, names: tuple[str, ...], asked: int, component: str) -> Listed:
    """A page of records.

    Args:
        text: the body.
        names: where the records may be: `data`, `responses`, `comments` or `data.comments`.
        asked: the number of the page that was asked for, from 1.
        component: named in the error.

    Raises:
        BadResponse: it is no such list.
    """
    tree = parse_record(text, component=component, what="a list of BOPS")
    found = next((value for value in (_dig(tree, name) for name in names) if isinstance(value, list)), None)
    paging = read_record(tree.get("pagination")) or read_record(tree.get("metadata"))
    total = _first(paging, "totalResults", "total_results", "totalAvailableItems")
    if found is None and total != 0:
        raise build_bad_response("", component=component, what="it is not a list of BOPS")
    page = _first(paging, "currentPage", "page") or asked
    if page < asked:  # the last page once more, or a server that does not count
        return Listed(records=())
    links = read_record(tree.get("links"))
    return Listed(
        records=tuple(item for item in found or () if isinstance(item, dict)),
        following=_find_following(paging, links, page=asked, some=bool(found)),
        total=total,
        link=read_text(links.get("first")),
    )


def _dig(tree: Record, name: str) -> object:
    value: object = tree
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _first(record: Record, *names: str) -> int | None:
    return next((n for n in (read_whole(record.get(name)) for name in names) if n is not None), None)


def _find_following(paging: Record, links: Record, *, page: int, some: bool) -> int:
    if not some or page >= MOST_PAGES:
        return 0
    last = _first(paging, "totalPages", "total_pages")
    more = page < last if last is not None else bool(read_text(links.get("next")))
    return page + 1 if more else 0


# ==== cursors ====


def split_cursor(cursor: str, windows: tuple[str, ...]) -> tuple[str, int]:
    """A cursor of ours as window and page. Raises InvalidInput where it is none."""
    if not cursor:
        return windows[0], 1
    window, _, page = cursor.partition("?")
    if window not in windows or not (page.isascii() and page.isdigit()) or not 1 <= int(page[:9]) <= MOST_PAGES:
        raise InvalidInput("That is not a page of this list.", key="bops.cursor", field="cursor")
    return window, int(page)


def build_cursor(window: str, following: int, windows: tuple[str, ...]) -> str:
    """The next page of a window, else the first of the next window, else ""."""
    if following:
        return f"{window}?{following}"
    after = windows[windows.index(window) + 1 :]
    return f"{after[0]}?1" if after else ""
