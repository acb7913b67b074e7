"""What a component really said: the bodies kept beside a record, and those of an answer that was asked for just now."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from desktop.domain.clocks import from_epoch
from desktop.domain.errors import DesktopError, NotFound
from desktop.domain.ids import ComponentId, Kind, LocalKey
from desktop.services.context import Context
from desktop.services.rows import Colour
from desktop.store.base import tables as base

if TYPE_CHECKING:
    from desktop.adapters.heard import Heard

_READS: Final[Mapping[Kind, str]] = {"case": "cases.get", "payment": "payments.get"}
_BETWEEN_TAGS = re.compile(r">\s*(?=<)")
_OPENS = re.compile(r"<[^/?!\s<>]")
_DEEPEST = 20
MOST_SHOWN: Final = 400_000
_LONG_LINE = re.compile(r"([^\n]{1000})(?=[^\n])")
LEFT_OUT: Final = "… the rest is left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One body. `head` says what was asked and how it was answered, "" for a body kept beside a record."""

    head: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a component said of something, and how to ask it again (`method` is "" where that cannot be).

    `at` is when a kept body came, None for one of just now; `error` is why an answer was of no use, "" where it was.
    """

    component: ComponentId
    name: str
    colour: Colour
    about: str
    method: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    spoken: tuple[Spoken, ...] = ()
    error: str = ""

    @property
    def text(self) -> str:
        """All of it, one body under the other."""
        return "\n\n".join(f"{each.head}\n{each.text}" if each.head else each.text for each in self.spoken)


class SaidService:
    """Reads what is kept."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def kept(self, kind: Kind, key: LocalKey, about: str) -> Said:
        """What is kept beside a record; `spoken` is empty where nothing is. Raises NotFound."""
        table, context = base.records[kind], self._context
        with context.reader.read() as connection:
            row = (
                connection.execute(
                    select(table.c.component, table.c.outside_id, table.c.fetched_at).where(table.c.key == key)
                )
                .mappings()
                .first()
            )
            body = connection.execute(select(base.raw.c.body).where(base.raw.c.key == key)).scalar()
        if row is None:
            raise NotFound("No component has this record yet.", "It is still waiting to be sent.", key="said.unsent")
        text = zlib.decompress(body).decode("utf-8", "replace") if body else ""
        return Said(
            component=ComponentId(row["component"]),
            name=context.name_of(row["component"]),
            colour=context.colour_of(row["component"]),
            about=about,
            method=_READS.get(kind, ""),
            arguments={"id": row["outside_id"]},
            at=from_epoch(row["fetched_at"]),
            spoken=(Spoken(head="", text=lay_out(text)),) if text else (),
        )


def read_heard(asked: Said, result: object) -> Said:
    """What the component host heard when it asked again.

    Called off the window's thread: what it reads with takes 50 ms to load. Never raises.
    """
    # Late: see above.
    from desktop.adapters.calling import decode_result
    from desktop.adapters.heard import Heard

    found = result if isinstance(result, dict) else {}
    error = found.get("error")
    sentence = str(error.get("message", "")) if isinstance(error, dict) else ""
    try:
        heard = decode_result(tuple[Heard, ...], found.get("said", ()))
    except DesktopError as unreadable:
        heard, sentence = (), str(unreadable)
    spoken = tuple(Spoken(head=_head(each), text=_body(each)) for each in heard)
    return replace(asked, at=None, spoken=spoken, error=sentence)


def _head(heard: Heard) -> str:
    parts = [f"{heard.method} {heard.url}", str(heard.status), heard.media, f"{heard.size:,} bytes"]
    return " · ".join(filter(None, parts))


def _body(heard: Heard) -> str:
    if not heard.body:
        return "(nothing)" if not heard.size else "(no text)"
    return lay_out(heard.body) + (f"\n{LEFT_OUT}" if heard.cut else "")


def lay_out(text: str) -> str:
    """JSON and XML with a line for each part, so that it can be read; anything else as it came.

    Lines are broken where they are very long, and the end of very much is left out: a line of 200,000 letters without a
    blank takes a text field seconds.
    """
    laid = _lay_out_parts(text)
    whole = laid if len(laid) <= MOST_SHOWN else f"{laid[:MOST_SHOWN]}\n{LEFT_OUT}"
    return _LONG_LINE.sub(r"\1\n", whole)


def _lay_out_parts(text: str) -> str:
    start = text.lstrip()[:1]
    if start in {"{", "["}:
        try:
            return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return text
    return _lay_out_tags(text) if start == "<" else text


def _lay_out_tags(text: str) -> str:
    """By the tags alone, so that what is no good XML is shown too."""
    lines, depth = [], 0
    for line in _BETWEEN_TAGS.sub(">\n", text.strip()).splitlines():
        opens = len(_OPENS.findall(line)) - line.count("/>")
        closes = line.count("</")
        depth = max(0, depth - closes) if closes > opens else depth
        lines.append("  " * min(depth, _DEEPEST) + line)
        depth = depth + opens - closes if opens > closes else depth
    return "\n".join(lines)
