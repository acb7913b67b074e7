"""Readers for what outside APIs really send: a number as text, text as a number, null, "null", "", a list for one value.

Every plugin's mapping reads through these, so that no odd value becomes a KeyError or ValueError. None, "" and so on
mean that the component does not say.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from desktop.domain.clocks import LONDON
from desktop.domain.errors import BadResponse
from desktop.domain.ids import Uprn
from desktop.domain.places import Point

MOST_KEPT = 2_000
"""Characters of a body that an error keeps for the report."""

_BRITISH = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_HALVES = re.compile("[\ud800-\udfff]")
"""Half a character outside the first plane, as in a title that a server cut short: no text can be kept with one."""
_NO_YEAR = 1900
"""Years before this are a way of saying "none" (0001-01-01 and the like)."""
_MOST_NESTED = 20


def read_text(value: object, depth: int = 0) -> str:
    """Text without blanks around it; the first text of a list; "" for null, "null", an object or nothing.

    `depth` is how many lists it lies in; there is no text below a few of them, so that none is too deep to be read.
    """
    if isinstance(value, list):
        texts = (read_text(item, depth + 1) for item in value) if depth < _MOST_NESTED else ()
        return next((text for text in texts if text), "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str | int | float):
        text = _HALVES.sub("\ufffd", str(value).replace("\x00", "")).strip()
        return "" if text.lower() == "null" else text
    return ""


def read_number(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool):
        return None
    try:
        number = float(read_text(value))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_whole(value: object) -> int | None:
    """A whole number, such as pence, or None; never rounded."""
    text = read_text(value)
    if re.fullmatch(r"[+-]?[0-9]{1,18}(\.0{1,6})?", text):
        return int(text.partition(".")[0])
    return None


def read_flag(value: object, *, default: bool = False) -> bool:
    """A truth value written as true, "true", 1, "yes" or the like."""
    text = read_text(value).lower()
    if text in {"true", "1", "yes", "y"}:
        return True
    return False if text in {"false", "0", "no", "n"} else default


def read_moment(value: object) -> datetime | None:
    """A moment in UTC, or None where there is none or it is not one.

    Takes RFC 3339, `yyyy-mm-dd`, `yyyy-mm` and `dd/mm/yyyy`. One without a zone is British time.
    """
    text = read_text(value)
    british = _BRITISH.fullmatch(text)
    if british:
        text = f"{british[3]}-{british[2]}-{british[1]}"
    if re.fullmatch(r"\d{4}-\d{2}", text):
        text += "-01"
    try:
        moment = datetime.fromisoformat(text)
        if moment.year < _NO_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_date(value: object) -> date | None:
    """A day in Britain, or None."""
    moment = read_moment(value)
    return None if moment is None else moment.astimezone(LONDON).date()


def read_items(value: object) -> tuple[object, ...]:
    """A list's items; one value alone as one item; nothing for null and ""."""
    if isinstance(value, list):
        return tuple(value)
    return () if value is None or value == "" else (value,)


def read_record(value: object) -> Mapping[str, object]:
    """An object's fields; those of the first object of a list; none for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, dict)), {})
    return {}


def read_uprn(value: object) -> Uprn:
    """A UPRN (BS 7666) of 1 to 12 digits without zeros before it, or ""."""
    text = read_text(value)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        return Uprn("")
    bare = text.lstrip("0")
    return Uprn(bare if len(bare) <= 12 else "")


def read_point(lat: object, lon: object) -> Point | None:
    """A WGS 84 point, or None where one half is missing, out of range, or both are nought (a way of saying "none")."""
    y, x = read_number(lat), read_number(lon)
    if y is None or x is None or not (-90 <= y <= 90 and -180 <= x <= 180) or (y == 0 and x == 0):
        return None
    return Point(lat=y, lon=x)


def read_body(body: bytes, media: str = "") -> str:
    """A body as text: UTF-8, else the charset that its Content-Type names, else windows-1252; never fails."""
    declared = re.search(r"charset=[\"']?([\w.:-]+)", media, re.IGNORECASE)
    for charset in ("utf-8-sig", declared[1] if declared else "windows-1252"):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("windows-1252", "replace")


def pack_raws(records: Iterable[object]) -> tuple[bytes, ...]:
    """What a list said of each of its records, for `Page.raws`: JSON in ASCII, so that half a character is kept too."""
    return tuple(json.dumps(record, ensure_ascii=True).encode() for record in records)


def parse_json(text: str, *, component: str, private: bool = False) -> object:
    """JSON as builtins. Of a `private` body, which may be about a resident, the error keeps nothing.

    Raises:
        BadResponse: it is empty, HTML, or not JSON.
    """
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        bad = build_bad_response(text, component=component)
        if private:
            bad.body = ""
            raise bad from None
        raise bad from error
    return parsed


def build_bad_response(text: str, *, component: str, what: str = "") -> BadResponse:
    """The error for an answer that cannot be used; says in plain words what came instead."""
    if not what:
        what = "what it answered cannot be read"
        if not text.strip():
            what = "its answer was empty"
        elif looks_like_html(text):
            what = "it answered with a web page"
    return BadResponse(
        f"{component} did not answer as it should: {what}.",
        "Try again later. If it stays, report it to whoever runs it.",
        key="component.answer",
        subject=component,
        body=text[:MOST_KEPT],
    )


def looks_like_html(text: str) -> bool:
    """Whether a body is a web page rather than data."""
    return text.lstrip("\ufeff \t\r\n")[:100].lower().startswith(("<!doctype html", "<html", "<head", "<body"))
