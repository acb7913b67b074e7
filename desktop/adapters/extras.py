"""What an adapter may offer besides its capability's own methods; called by the capability's name too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from desktop.domain.documents import Document
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.insight import Insight
from desktop.domain.places import Place
from desktop.domain.referrals import ReferralStatus


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
    "addresses": (Wards,),
    "cases": (TokenCases,),
    "documents": (DocumentLocks,),
    "insight": (PropertyInsight,),
    "referrals": (MadeReferrals,),
}
"""Protocols that an adapter of a capability may offer besides; their methods are called by the capability's name too."""
