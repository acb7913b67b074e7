"""A report as an e-mail to a council's inbox, all of it in one fixed form that people and programs can read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from desktop.domain.cases import CaseDraft, CaseType
from desktop.domain.clocks import LONDON
from desktop.domain.messages import Message, MessageKind
from desktop.domain.people import Person
from desktop.domain.places import Place

_SERVICE = re.compile(r"([A-Za-z0-9_.-]{1,60})\s*=\s*(\S.*)")
_NOT_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]+")
"""What begins a line, turns the rest of one round, or cannot be sent at all."""
LONGEST_TITLE = 120


def read_services(text: str) -> tuple[CaseType, ...]:
    """Services that have only an inbox, from `CODE=Name; CODE=Name`; a part of another form is left out."""
    matches = (_SERVICE.fullmatch(part.strip()) for part in text.split(";"))
    return tuple(CaseType(code=m[1], name=m[2].strip(), mode="blackbox") for m in matches if m is not None)


def build_reference(key: str) -> str:
    """What the inbox knows a report by: short, and the same for the same key."""
    return f"KNIT-{sha256(key.encode('utf-8', 'replace')).hexdigest()[:10].upper()}"


def build_message(draft: CaseDraft, kind: CaseType, *, to: str, key: str, at: datetime) -> Message:
    """The report. Every part has a line of its own, also where it is empty, always in the same order."""
    reference = build_reference(key)
    title = (_write_line(draft.title) or kind.name)[:LONGEST_TITLE].rstrip()
    return Message(
        kind=MessageKind.EMAIL,
        to=to,
        subject=f"[{reference}] {kind.name}: {title}",
        body="\n".join(_write(draft, kind, reference=reference, at=at)),
        reference=reference,
    )


def _write_line(text: str) -> str:
    """A text on one line, whatever was typed or pasted."""
    return " ".join(_NOT_IN_LINE.sub(" ", text).split())


def _write(draft: CaseDraft, kind: CaseType, *, reference: str, at: datetime) -> Iterator[str]:
    place, person = draft.place or Place(), draft.reporter or Person()
    point = f"{place.point.lat:.6f}, {place.point.lon:.6f}" if place.point else ""
    named = {
        "Reference": reference,
        "Service": f"{kind.name} ({kind.code})",
        "Reported": f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}",
        "Title": draft.title,
        "Address": place.address,
        "Postcode": place.postcode,
        "UPRN": place.uprn,
        "Ward": place.ward,
        "Latitude, longitude": point,
        "Reported by": " ".join(filter(None, (person.given, person.family))),
        "E-mail": person.email,
        "Telephone": person.phone,
    }
    named |= {f"Answer {_write_line(code)}": "; ".join(values) for code, values in draft.answers.items()}
    for name, text in named.items():
        yield f"{name}: {_write_line(text)}".rstrip()
    yield ""
    yield "Description:"
    yield draft.description or draft.title
    yield ""
    yield "Nothing sent in answer to this is read by the system that wrote it. Please quote the reference."
