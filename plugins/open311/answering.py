"""Answers to a service's questions: checked beside their fields, and in the form in which GeoReport takes them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from desktop.domain.cases import Datatype, Question
from desktop.domain.clocks import LONDON
from desktop.domain.errors import InvalidInput

from .limits import check_length

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
Answers = dict[str, tuple[str, ...]]


def build_answers(questions: Iterable[Question], given: Mapping[str, Sequence[str]]) -> Answers:
    """The answers as they are sent, in the order of the questions.

    Raises:
        InvalidInput: one is missing, has the wrong form, or answers what is not asked; `field` is `answer:CODE`.
    """
    asked = {question.code: question for question in questions if question.variable}
    for code in given:
        if code not in asked and any(value.strip() for value in given[code]):
            raise InvalidInput(
                "This service does not ask this.",
                "Leave the answer out.",
                key="open311.unasked",
                field=f"answer:{code}",
            )
    answers = {code: _build_answer(question, given.get(code, ())) for code, question in asked.items()}
    return {code: values for code, values in answers.items() if values}


def _build_answer(question: Question, given: Sequence[str]) -> tuple[str, ...]:
    field = f"answer:{question.code}"
    values = tuple(value.strip() for value in given if value.strip())
    if not values:
        if question.required:
            words = "Choose an answer to" if question.choices else "Answer"
            raise InvalidInput(f"{words} “{question.text}”.", question.hint, key="open311.answer", field=field)
        return ()
    if len(values) > 1 and question.datatype is not Datatype.MULTI:
        raise InvalidInput(f"Give one answer to “{question.text}”.", key="open311.one_answer", field=field)
    known = {choice.key for choice in question.choices}
    if known and not known.issuperset(values):
        names = ", ".join(choice.name for choice in question.choices[:12])
        raise InvalidInput(f"Choose from the list for “{question.text}”.", names, key="open311.choice", field=field)
    return tuple(dict.fromkeys(_format_value(question, value, field) for value in values))


def _format_value(question: Question, value: str, field: str) -> str:
    check_length(value, field=field)
    if question.datatype is Datatype.NUMBER and not _NUMBER.fullmatch(value):
        raise InvalidInput("Enter a number, like 3 or 2.5.", question.hint, key="open311.number", field=field)
    if question.datatype is Datatype.DATETIME:
        return _format_moment(question, value, field)
    if question.datatype is Datatype.STRING and len(value.splitlines()) > 1:
        raise InvalidInput("Write this on one line.", question.hint, key="open311.line", field=field)
    return value


def _format_moment(question: Question, value: str, field: str) -> str:
    """A date and time as W3C writes it, with the offset of London where it has none."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        said = "Enter a date that exists, like 2026-09-14 or 2026-09-14T09:30."
        raise InvalidInput(said, question.hint, key="open311.date", field=field) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).isoformat(timespec="seconds")
