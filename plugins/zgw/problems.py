"""Problems as the ZGW APIs say them (application/problem+json with invalidParams). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.adapters.api import Answer, build_refusal, parse_json, read_items, read_record, read_text
from desktop.domain.clocks import Clock
from desktop.domain.errors import BadResponse, DesktopError, NotReady, SetupFailed

LOCKED_S = 60.0
"""Seconds until a locked document is tried again."""

_FIELDS: Mapping[str, str] = {
    "omschrijving": "title",
    "toelichting": "description",
    "zaaktype": "service_code",
    "zaakgeometrie": "place",
    "statustype": "status",
    "resultaattype": "status",
    "statustoelichting": "status_note",
    "tekst": "text",
    "waarde": "answers",
    "betrokkeneIdentificatie": "officer",
    "roltype": "officer",
    "titel": "name",
    "bestandsnaam": "name",
    "inhoud": "body",
    "bestandsomvang": "body",
    "beschrijving": "description",
    "auteur": "author",
}
"""Names of the API as the fields of our forms; others keep their own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What an answer that refuses says. `field` is of our forms, "" where it is about none; `codes` are the API's words."""

    said: str = ""
    field: str = ""
    codes: frozenset[str] = frozenset()


def parse_problem(text: str, *, component: str) -> Problem:
    """The problem in a body; an empty one where it is no problem at all, as a gateway's web page is none."""
    try:
        body = read_record(parse_json(text, component=component))
    except BadResponse:
        return Problem()
    params = [read_record(item) for item in read_items(body.get("invalidParams"))]
    names = [read_text(param.get("name")) for param in params]
    reasons = [
        f"{name}: {reason}" if name and name != "nonFieldErrors" else reason
        for name, reason in zip(names, (read_text(param.get("reason")) for param in params), strict=True)
        if reason
    ]
    codes = {read_text(part.get("code")) for part in (body, *params)} - {""}
    first = next((name for name in names if name and name != "nonFieldErrors"), "")
    top = first.partition(".")[0]
    return Problem(
        said=" ".join(reasons) or read_text(body.get("detail")) or read_text(body.get("title")),
        field=_FIELDS.get(top, top),
        codes=frozenset(codes),
    )


def build_error(answer: Answer, *, component: str, writes: bool, clock: Clock) -> DesktopError:
    """The error for an answer that refuses; 406 and 412 may be about coordinates, and a lock is not a fault of the input."""
    text = answer.text
    problem = parse_problem(text, component=component)
    words = f"{problem.said} {' '.join(problem.codes)}".lower()
    if answer.status in {406, 412} and "crs" in words:
        return SetupFailed(
            f"{component} does not give places in WGS 84 (EPSG:4326).",
            "Ask whoever runs it which coordinate systems it knows.",
            key="zgw.crs",
            subject=component,
        )
    if answer.status == 400 and problem.codes & {"existing-lock", "file-locked", "locked"}:
        return NotReady(
            "Someone else has this document locked.",
            "Knit tries again by itself. What you wrote is safe.",
            key="zgw.locked",
            subject=component,
            retry_after=LOCKED_S,
        )
    return build_refusal(
        answer.status,
        component=component,
        writes=writes,
        headers=answer.headers,
        said=problem.said,
        field=problem.field,
        body=text,
        clock=clock,
    )
