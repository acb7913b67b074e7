"""What Knit asks for when an application is made, and how an answer is picked. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.cases import CaseType, Choice, Datatype, Question
from desktop.domain.errors import InvalidInput

from .kinds import Kind
from .schema import APPLICANTS, APPLICATIONS, CONNECTIONS, PROJECTS, PROPERTIES

PROJECT, PROPERTY, APPLICANT, ROLE = "PROJECT", "PROPERTY", "APPLICANT", "ROLE"
CONNECTION, ACCURATE, FEE = "CONNECTION", "ACCURATE", "FEE"
"""Codes of the questions."""
Answers = Mapping[str, tuple[str, ...]]


def _choices(words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(key=key, name=name) for key, name in words.items())


QUESTIONS = (
    Question(
        code=PROJECT, text="What is proposed?", datatype=Datatype.MULTI, required=True, choices=_choices(PROJECTS), order=1
    ),
    Question(
        code=PROPERTY, text="What kind of property is it?", datatype=Datatype.SINGLE, required=True,
        choices=_choices(PROPERTIES), order=2,
    ),
    Question(
        code=APPLICANT, text="Who applies?", datatype=Datatype.SINGLE, required=True, choices=_choices(APPLICANTS), order=3
    ),
    Question(
        code=ROLE, text="Who gives these answers?", datatype=Datatype.SINGLE, order=4,
        choices=_choices({"applicant": "The applicant", "proxy": "Somebody for the applicant"}),
    ),
    Question(
        code=CONNECTION, text="Is the applicant connected to the council?", datatype=Datatype.SINGLE, required=True,
        choices=_choices(CONNECTIONS), order=5,
    ),
    Question(
        code=ACCURATE, text="Does the applicant declare that this is accurate?", datatype=Datatype.SINGLE, required=True,
        choices=_choices({"yes": "Yes"}), order=6,
    ),
    Question(
        code=FEE, text="Fee in pounds", datatype=Datatype.NUMBER, order=7,
        hint="As worked out for this application. Leave it empty where there is none.",
    ),
)  # fmt: skip


def build_types(kinds: Mapping[str, Kind]) -> tuple[CaseType, ...]:
    """The case types that Knit can make, of those that a council takes: each asks the same."""
    return tuple(
        CaseType(
            code=kind.code,
            name=kind.name,
            group="Planning",
            keywords=tuple(word for word in ("planning", kind.suffix) if word),
            has_questions=True,
            questions=QUESTIONS,
        )
        for kind in kinds.values()
        if kind.code in APPLICATIONS
    )


def pick(answers: Answers, code: str, words: Mapping[str, str]) -> str:
    """The one answer to a question. Raises InvalidInput where it is missing or none of the choices."""
    return pick_many(answers, code, words)[0]


def pick_many(answers: Answers, code: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """The answers to a question, one at least. Raises InvalidInput where there are none, or one that is no choice."""
    given = tuple(dict.fromkeys(answers.get(code, ())))
    if not given or any(value not in words for value in given):
        raise InvalidInput(
            "An answer is missing, or is none of the choices.",
            "Open the form again and choose from the list.",
            key="bops.answer",
            field=code,
        )
    return given
