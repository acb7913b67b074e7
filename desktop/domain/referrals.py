"""Referrals: a resident handed on to somebody else's service, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.ids import OutsideId
from desktop.domain.people import Person


class ReferralState(StrEnum):
    """Where a referral stands; the component's own word is kept beside it."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in progress"
    DONE = "done"
    REJECTED = "rejected"
    REVOKED = "revoked"
    NOT_KNOWN = "not known"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in {ReferralState.DONE, ReferralState.REJECTED, ReferralState.REVOKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A referral to be made.

    `service` is the receiving service's id in the component (for NHS BaRS the target service id), `reason` why, in the
    officer's words; `details` are what the receiving service asks besides.
    """

    service: OutsideId
    person: Person
    reason: str
    nhs_number: str = ""
    urgent: bool = False
    referrer: str = ""
    organisation: str = ""
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralStatus:
    """A referral as its component says it is. `status` is the component's own word."""

    outside_id: OutsideId
    state: ReferralState
    status: str = ""
    service: OutsideId = OutsideId("")
    at: datetime | None = None
    text: str = ""
    version: str = ""
