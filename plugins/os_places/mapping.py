"""OS Places JSON to places. Pure.

An answer is `{header: {offset, totalresults, maxresults}, results: [{DPA: {...}} | {LPI: {...}}]}`; `results` is absent
or null when nothing was found. Errors are `{error: {statuscode, message}}`, the gateway's
`{fault: {faultstring, detail: {errorcode}}}`, or an XML ExceptionReport.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.adapters.api import (
    build_bad_response,
    parse_json,
    read_items,
    read_record,
    read_text,
    read_uprn,
    read_whole,
)
from desktop.domain.places import Place

from .joining import Found, join_records

_FAULTS = {
    "InvalidApiKeyForGivenResource": 403,
    "InsufficientScope": 403,
    "quotaviolation": 429,
    "spikearrestviolation": 429,
    "oauth.v2": 401,
    "keymanagement": 401,
}
"""Parts of the gateway's (Apigee's) words for faults, the more particular first."""
_XML_TEXT = re.compile(r"<(?:\w+:)?ExceptionText>(.*?)</(?:\w+:)?ExceptionText>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A page of places; `following` is the offset of the next page, None on the last; `epoch` numbers the data's issue."""

    items: tuple[Place, ...]
    following: int | None
    epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an error body says; `status` is None where it names none, `code` the gateway's word for it."""

    status: int | None
    said: str
    code: str = ""


def parse_refusal(text: str, *, component: str) -> Refusal | None:
    """The error in a body, whichever shape it has, or None when it is none.

    Raises:
        BadResponse: the body is neither JSON nor an ExceptionReport.
    """
    if text.lstrip().startswith("<") and "ExceptionReport" in text:
        found = _XML_TEXT.search(text)
        return Refusal(status=None, said=html.unescape(found[1]).strip() if found else "")
    body = read_record(parse_json(text, component=component))
    error, fault = read_record(body.get("error")), read_record(body.get("fault"))
    if error:
        return Refusal(status=read_whole(error.get("statuscode")), said=read_text(error.get("message")))
    if fault:
        code = read_text(read_record(fault.get("detail")).get("errorcode"))
        return Refusal(status=_find_status(code), said=read_text(fault.get("faultstring")), code=code)
    return None


def _find_status(code: str) -> int | None:
    """What the gateway's word for a fault means, as a status; None for an unknown one."""
    return next((status for part, status in _FAULTS.items() if part.lower() in code.lower()), None)


def parse_places(
    text: str, *, component: str, languages: Sequence[str] = (), asked: int = 0, size: int | None = None
) -> Places:
    """A page of places, each property once.

    Where properties have several records, the last one of a page may have more on the next: it is left to that page.

    Args:
        text: the body.
        component: named in the error.
        languages: those preferred (`EN`, `CY`), best first.
        asked: the offset that was asked for.
        size: how many records were asked for; None where that was left to the API.

    Raises:
        BadResponse: not an answer of OS Places.
    """
    body = parse_json(text, component=component)
    if not isinstance(body, dict) or not isinstance(body.get("header"), dict):
        raise build_bad_response(text, component=component, what="it has no header of OS Places")
    header, results = read_record(body["header"]), read_items(body.get("results"))
    following = _find_following(header, count=len(results), asked=asked, size=size)
    if following is not None:
        unsure = _count_unsure(results)
        results, following = results[: len(results) - unsure], following - unsure
    return Places(
        items=join_records(_read_results(results), languages),
        following=following,
        epoch=read_text(header.get("epoch")),
    )


def _read_results(results: Iterable[object]) -> Iterator[Found]:
    """The record in each result, whichever data set it is from."""
    for result in results:
        for dataset in ("DPA", "LPI"):
            if fields := read_record(read_record(result).get(dataset)):
                yield Found(dataset, fields)


def _find_following(header: Mapping[str, object], *, count: int, asked: int, size: int | None) -> int | None:
    """The next offset. Without a total, a full page means that there may be more.

    None too where the offset is not the one that was asked for: that server would send the same page for ever.
    """
    offset = read_whole(header.get("offset"))
    if count == 0 or (offset is not None and offset != asked):
        return None
    total = read_whole(header.get("totalresults"))
    following = asked + count
    if total is None:
        most = read_whole(header.get("maxresults")) or size
        return following if most is not None and count >= most else None
    return following if following < total else None


def _count_unsure(results: Sequence[object]) -> int:
    """How many records at the end of a page are of its last property, where properties of this page have several.

    None where it is the only one of the page: that one cannot be left to the next.
    """
    uprns = [read_uprn(found.fields.get("UPRN")) for result in results for found in _read_results((result,))]
    if len(uprns) != len(results) or not uprns[-1] or len(set(uprns)) == len(uprns):
        return 0
    alike = next((n for n, uprn in enumerate(reversed(uprns)) if uprn != uprns[-1]), len(uprns))
    return alike if alike < len(uprns) else 0
