"""What an adapter may offer besides its capability's own methods; called by the capability's name too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from desktop.adapters.capabilities import Page
from desktop.domain.cases import CaseDraft
from desktop.domain.documents import Document
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.insight import Insight
from desktop.domain.layers import Bounds
from desktop.domain.payments import Agreement, Dispute, Payment, PaymentEvent, PaymentQuery, PaymentRequest, Refund
from desktop.domain.places import Place, Point
from desktop.domain.referrals import ReferralStatus


@runtime_checkable
class AddressAreas(Protocol):
    """Addresses by area; an extra of `addresses`."""

    def inside(self, bounds: Bounds, cursor: str = "") -> Page[Place]:
        """Places in a box."""
        ...

    def around(self, lat: float, lon: float, radius: float, cursor: str = "") -> Page[Place]:
        """Places within `radius` metres of a WGS 84 point."""
        ...

    def within(self, outline: tuple[Point, ...], cursor: str = "") -> Page[Place]:
        """Places in a polygon, given by the corners of its outline in their order."""
        ...


@runtime_checkable
class Wards(Protocol):
    """Which areas a place lies in; an extra of `addresses`."""

    def areas(self, postcode: str) -> Mapping[str, str]:
        """Names and GSS codes of the areas of a postcode, by their kind (`ward`, `ward_code`, `council` and so on)."""
        ...

    def bulk(self, postcodes: tuple[str, ...]) -> tuple[Place | None, ...]:
        """One place for each postcode, in order; None for one that is not found."""
        ...


@runtime_checkable
class TokenCases(Protocol):
    """Cases that were answered with a token; an extra of `cases`."""

    def find_by_token(self, token: str) -> OutsideId:
        """The id that a token of an earlier `create` stands for; "" while there is none."""
        ...


@runtime_checkable
class PropertyInsight(Protocol):
    """What is known of one property; an extra of `insight`."""

    def at(self, uprn: Uprn) -> Insight:
        """What is recorded of a property by its UPRN."""
        ...


@runtime_checkable
class Submissions(Protocol):
    """What was submitted to make a case; an extra of `cases`."""

    def submission(self, id: OutsideId) -> CaseDraft:
        """The draft that a case was made of, as its applicant wrote it. Raises NotFound where there is none."""
        ...


@runtime_checkable
class DelayedCapture(Protocol):
    """Payments whose money is taken later than it is agreed; an extra of `payments`."""

    def capture(self, id: OutsideId, key: str) -> Payment:
        """Takes the money of a payment that waits to be captured. Capturing it again does nothing more."""
        ...


@runtime_checkable
class PaymentRecords(Protocol):
    """Everything that is kept of payments; an extra of `payments`. Lists may lag behind `get` and `refund_now`."""

    def look_for(self, query: PaymentQuery, cursor: str = "") -> Page[Payment]:
        """Payments that fit all that is asked for, newest first where it can."""
        ...

    def history(self, id: OutsideId) -> tuple[PaymentEvent, ...]:
        """The states that a payment came to, oldest first. Raises NotFound."""
        ...

    def refund_now(self, payment: OutsideId, refund: OutsideId) -> Refund:
        """One refund as it is now. Raises NotFound."""
        ...

    def refunds_made(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        settled_since: date | None = None,
        settled_until: date | None = None,
        cursor: str = "",
    ) -> Page[Refund]:
        """Refunds of all payments, newest first where it can."""
        ...


@runtime_checkable
class Agreements(Protocol):
    """Agreements for recurring payments; an extra of `payments`."""

    def agree(self, reference: str, description: str, user: str, key: str) -> Agreement:
        """Makes an agreement; it becomes active with the payment that sets it up (`PaymentRequest.sets_up`)."""
        ...

    def agreement(self, id: OutsideId) -> Agreement:
        """One agreement as it is now. Raises NotFound."""
        ...

    def agreements(self, reference: str = "", status: str = "", cursor: str = "") -> Page[Agreement]:
        """Agreements by reference or status. It may lag behind `agreement`."""
        ...

    def end_agreement(self, id: OutsideId, key: str) -> Agreement:
        """Cancels an agreement: nothing more is taken under it."""
        ...

    def charge(self, agreement: OutsideId, request: PaymentRequest, key: str) -> Payment:
        """Takes a payment under an active agreement, with nobody there."""
        ...


@runtime_checkable
class Disputes(Protocol):
    """Payments that the payer's bank questions; an extra of `payments`."""

    def disputes(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        settled_since: date | None = None,
        settled_until: date | None = None,
        status: str = "",
        cursor: str = "",
    ) -> Page[Dispute]:
        """Disputes by when they were raised and settled (`until` itself is left out) and by status."""
        ...


@runtime_checkable
class DocumentLocks(Protocol):
    """Locks on documents for those who work on one for longer; an extra of `documents`."""

    def lock(self, id: OutsideId, key: str) -> Document:
        """Locks a document against changes by others; the next `put` knows of it.

        Raises NotReady where someone else has it.
        """
        ...

    def unlock(self, id: OutsideId, key: str) -> Document:
        """Takes off a lock that this Knit took since it was started."""
        ...


@runtime_checkable
class MadeReferrals(Protocol):
    """Referrals by the key that made them; an extra of `referrals`."""

    def find_made(self, service: OutsideId, key: str) -> ReferralStatus | None:
        """The referral that an earlier `refer` with this key made at a service, or None when it made none there.

        Raises OutcomeUnknown where the service cannot be asked so: then the officer is asked.
        """
        ...


EXTRAS: Mapping[str, Sequence[type]] = {
    "addresses": (AddressAreas, Wards),
    "cases": (Submissions, TokenCases),
    "documents": (DocumentLocks,),
    "insight": (PropertyInsight,),
    "payments": (DelayedCapture, PaymentRecords, Agreements, Disputes),
    "referrals": (MadeReferrals,),
}
"""Protocols that an adapter of a capability may offer besides; their methods are called by the capability's name too."""
