"""Statuses of Open311 and of the FixMyStreet dialect, and what they mean. Pure."""

from __future__ import annotations

import re

from desktop.domain.cases import Phase

SETTABLE = (
    "open",
    "investigating",
    "planned",
    "in progress",
    "action scheduled",
    "internal referral",
    "fixed",
    "closed",
    "duplicate",
    "no further action",
    "not councils responsibility",
)
"""What an officer may set in the FixMyStreet dialect."""

_PHASES = {
    "open": Phase.NEW,
    "new": Phase.NEW,
    "submitted": Phase.NEW,
    "received": Phase.NEW,
    "reported": Phase.NEW,
    "confirmed": Phase.NEW,
    "unconfirmed": Phase.NEW,
    "triage": Phase.TRIAGE,
    "for triage": Phase.TRIAGE,
    "acknowledged": Phase.TRIAGE,
    "investigating": Phase.TRIAGE,
    "planned": Phase.IN_PROGRESS,
    "in progress": Phase.IN_PROGRESS,
    "action scheduled": Phase.IN_PROGRESS,
    "assigned": Phase.IN_PROGRESS,
    "internal referral": Phase.WAITING,
    "referred": Phase.WAITING,
    "waiting": Phase.WAITING,
    "on hold": Phase.WAITING,
    "pending": Phase.WAITING,
    "fixed": Phase.RESOLVED,
    "fixed - council": Phase.RESOLVED,
    "fixed - user": Phase.RESOLVED,
    "resolved": Phase.RESOLVED,
    "completed": Phase.RESOLVED,
    "complete": Phase.RESOLVED,
    "done": Phase.RESOLVED,
    "closed": Phase.CLOSED,
    "duplicate": Phase.CLOSED,
    "no further action": Phase.CLOSED,
    "not councils responsibility": Phase.CLOSED,
    "not responsible": Phase.CLOSED,
    "unable to fix": Phase.CLOSED,
    "rejected": Phase.CLOSED,
    "cancelled": Phase.CANCELLED,
    "canceled": Phase.CANCELLED,
    "withdrawn": Phase.CANCELLED,
    "hidden": Phase.CANCELLED,
}


def normalise_status(status: str) -> str:
    """A status as it is kept and shown: `NOT_COUNCILS_RESPONSIBILITY` is "not councils responsibility"."""
    return re.sub(r"\s+", " ", status.replace("_", " ").replace("'", "").replace("\u2019", "")).strip().lower()


def build_phase(status: str) -> Phase:
    """Our phase for a normalised status. One we do not know counts as being worked on: neither new nor over."""
    if not status:
        return Phase.NEW
    return _PHASES.get(status, Phase.IN_PROGRESS)


def format_status(status: str) -> str:
    """A status as the FixMyStreet dialect sends it: `IN_PROGRESS`."""
    return normalise_status(status).replace(" ", "_").upper()
