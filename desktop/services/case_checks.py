"""Checks what an officer types about a case; says beside which field what to mend. Pure."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Final

from desktop.domain.cases import CaseDraft, CaseType, Datatype, Question
from desktop.domain.errors import InvalidInput
from desktop.domain.people import Person
from desktop.domain.places import Place

MOST_TEXT: Final = 1_000_000
"""Characters of one text."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years of an answer: somebody's birth at the earliest."""
_UNFIT = re.compile("[\x00\ud800-\udfff]")
"""NUL, and half a character."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


def check_draft(draft: CaseDraft, kind: CaseType) -> None:
    """Checks a new case against what its component asks. Raises InvalidInput naming the field."""
    if not draft.description.strip():
        raise InvalidInput("Say what the case is about.", key="case.description", field="description")
    check_text(draft.description, "description")
    check_text(draft.title, "title")
    _check_place(draft.place)
    _check_reporter(draft.reporter)
    for question in kind.questions:
        if question.variable:
            _check_answers(question, draft.answers.get(question.code, ()))


def _check_place(place: Place | None) -> None:
    if place is None or not (place.point or place.uprn or place.address):
        raise InvalidInput("Choose an address, or put the point on the map.", key="case.place", field="place")
    point = place.point
    if point is not None and not (_within(point.lat, 90) and _within(point.lon, 180)):
        raise InvalidInput("This point is not on the map. Put it there again.", key="case.point", field="place")
    check_text(place.address, "place")


def _within(degrees: float, most: int) -> bool:
    return math.isfinite(degrees) and abs(degrees) <= most


def _check_reporter(person: Person | None) -> None:
    if person is not None:
        for name in ("given", "family", "email", "phone"):
            check_text(getattr(person, name), f"reporter:{name}")


def _check_answers(question: Question, values: tuple[str, ...]) -> None:
    field = f"answer:{question.code}"
    answers = [value.strip() for value in values if value.strip()]
    if question.required and not answers:
        raise InvalidInput(f"Answer “{question.text}”.", key="case.answer", field=field)
    if len(answers) > 1 and question.datatype is not Datatype.MULTI:
        raise InvalidInput(f"Give one answer to “{question.text}”.", key="case.one_answer", field=field)
    known = {choice.key for choice in question.choices}
    for answer in answers:
        check_text(answer, field)
        if known and answer not in known:
            raise InvalidInput(f"Choose from the list for “{question.text}”.", key="case.choice", field=field)
        if question.datatype is Datatype.NUMBER and not _NUMBER.fullmatch(answer):
            raise InvalidInput("Enter a number, like 3 or 2.5.", key="case.number", field=field)
        if question.datatype is Datatype.DATETIME and not _is_moment(answer):
            raise InvalidInput(
                f"Enter a date that exists, from {FIRST_YEAR} to {LAST_YEAR}.", key="case.date", field=field
            )


def _is_moment(text: str) -> bool:
    """Whether it is an ISO 8601 date, or date and time, of the calendar."""
    try:
        return FIRST_YEAR <= datetime.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def check_text(text: str, field: str) -> None:
    """Refuses a text that cannot be kept."""
    if len(text) > MOST_TEXT:
        raise InvalidInput(
            f"This is {len(text):,} characters; at most {MOST_TEXT:,} can be kept.",
            "Shorten it, or attach it as a document.",
            key="case.too_long",
            field=field,
        )
    if _UNFIT.search(text):
        raise InvalidInput("This text has a character that cannot be kept.", key="case.null", field=field)
