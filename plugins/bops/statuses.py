"""Statuses of planning applications, and what they mean. Pure."""

from __future__ import annotations

from desktop.domain.cases import Phase

_PHASES = {
    "pending": Phase.NEW,
    "not_started": Phase.NEW,
    "invalidated": Phase.WAITING,
    "in_assessment": Phase.IN_PROGRESS,
    "assessment_in_progress": Phase.IN_PROGRESS,
    "to_be_reviewed": Phase.IN_PROGRESS,
    "awaiting_correction": Phase.IN_PROGRESS,
    "awaiting_determination": Phase.IN_PROGRESS,
    "in_committee": Phase.IN_PROGRESS,
    "determined": Phase.CLOSED,
    "closed": Phase.CLOSED,
    "returned": Phase.CANCELLED,
    "withdrawn": Phase.CANCELLED,
    # After a decision the word is that of its appeal, if there is one: it waits for the Planning Inspectorate.
    "appeal_lodged": Phase.WAITING,
    "appeal_valid": Phase.WAITING,
    "appeal_validated": Phase.WAITING,
    "appeal_started": Phase.WAITING,
    "appeal_determined": Phase.CLOSED,
    "appeal_allowed": Phase.CLOSED,
    "appeal_dismissed": Phase.CLOSED,
}

OPEN = tuple(word for word, phase in _PHASES.items() if phase.is_open and not word.startswith("appeal"))
"""Statuses of applications that are not decided, as the API filters by them."""


def _fold(status: str) -> str:
    return "_".join(status.casefold().replace("-", " ").replace("_", " ").split())


def build_phase(status: str) -> Phase:
    """Our phase for a status. One we do not know counts as being worked on: neither new nor over."""
    if not status.strip():
        return Phase.NEW
    return _PHASES.get(_fold(status), Phase.IN_PROGRESS)


def build_status(status: str, decision: str) -> str:
    """The component's own word as it is shown; with the decision behind it where there is one."""
    word = _fold(status).replace("_", " ")
    return f"{word}: {_fold(decision).replace('_', ' ')}" if word and decision else word
