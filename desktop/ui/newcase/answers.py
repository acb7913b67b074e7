"""What the officer answers, checked and turned into what a component takes. No Qt."""

from __future__ import annotations

import re
from datetime import datetime

from desktop.domain.cases import Datatype, Question
from desktop.domain.clocks import LONDON
from desktop.domain.errors import InvalidInput

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_DATE_FORMS = ("%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d")


def parse_moment(text: str, *, field: str) -> str:
    """ISO 8601 with London's offset, from `14 Sep 2026 09:30`, `14/09/2026` and the like; midnight without a time.

    Raises:
        InvalidInput: not a date, or one that is not in the calendar.
    """
    words = " ".join(text.split())
    for form in _DATE_FORMS:
        for whole in (f"{form} %H:%M", form):
            try:
                moment = datetime.strptime(words, whole)  # noqa: DTZ007  # the zone is London's, put on below
            except ValueError:
                continue
            return moment.replace(tzinfo=LONDON).isoformat()
    raise InvalidInput(
        "Enter a date that exists, like 14 Sep 2026 or 14 Sep 2026 09:30.", key="answer.date", field=field
    )


def format_answer(question: Question, value: str) -> str:
    """An answer as it is typed: a moment of a case that was made before comes back as `14 Sep 2026 09:30`."""
    if question.datatype is not Datatype.DATETIME:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    local = moment.astimezone(LONDON) if moment.tzinfo else moment
    return f"{local.day} {local:%b %Y %H:%M}"


def check_answer(question: Question, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values to send for a question; none where nothing was answered.

    Raises:
        InvalidInput: with the question's code as its field.
    """
    given = tuple(value.strip() for value in values if value.strip())
    if not given:
        if question.required:
            words = "Choose an answer." if question.choices else "Answer this question."
            raise InvalidInput(words, key="answer.missing", field=question.code)
        return ()
    if question.datatype is Datatype.NUMBER and not _NUMBER.fullmatch(given[0].replace(",", "")):
        raise InvalidInput("Enter a number, like 3 or 2.5.", key="answer.number", field=question.code)
    if question.datatype is Datatype.NUMBER:
        return (given[0].replace(",", ""),)
    if question.datatype is Datatype.DATETIME:
        return (parse_moment(given[0], field=question.code),)
    return given
