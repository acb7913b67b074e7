"""What an officer is asked where nobody can tell whether a report was taken. Pure."""

from __future__ import annotations

from desktop.domain.errors import OutcomeUnknown


def build_cannot_tell(component: str) -> OutcomeUnknown:
    """The error for a report whose answer was lost and which cannot be looked for."""
    return OutcomeUnknown(
        f"{component} may have this report, and cannot be asked whether it has.",
        "Ask the people there. Where they do not have it, mend it and send it again; where they do, discard it here.",
        key="open311.unknown",
        subject=component,
    )
