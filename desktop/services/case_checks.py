"""Checks what an officer types about a case; says beside which field what to mend. Pure."""

from __future__ import annotations

from typing import Final

from desktop.domain.cases import CaseDraft, CaseType
from desktop.domain.errors import InvalidInput

MOST_TEXT: Final = 1_000_000
"""Characters of one text."""


def check_draft(draft: CaseDraft, kind: CaseType) -> None:
    """Checks a new case against what its component asks. Raises InvalidInput naming the field."""
    if not draft.description.strip():
        raise InvalidInput("Say what the case is about.", key="case.description", field="description")
    check_text(draft.description, "description")
    place = draft.place
    if place is None or not (place.point or place.uprn or place.address):
        raise InvalidInput("Choose an address, or put the point on the map.", key="case.place", field="place")
    for question in kind.questions:
        answers = [a for a in draft.answers.get(question.code, ()) if a.strip()]
        if question.variable and question.required and not answers:
            raise InvalidInput(f"Answer “{question.text}”.", key="case.answer", field=f"answer:{question.code}")
        known = {choice.key for choice in question.choices}
        if known and any(answer not in known for answer in answers):
            raise InvalidInput(
                f"Choose from the list for “{question.text}”.", key="case.choice", field=f"answer:{question.code}"
            )


def check_text(text: str, field: str) -> None:
    """Refuses a text that cannot be kept."""
    if len(text) > MOST_TEXT:
        raise InvalidInput(
            f"This is {len(text):,} characters; at most {MOST_TEXT:,} can be kept.",
            "Shorten it, or attach it as a document.",
            key="case.too_long",
            field=field,
        )
    if "\x00" in text:
        raise InvalidInput("This text has a character that cannot be kept.", key="case.null", field=field)
