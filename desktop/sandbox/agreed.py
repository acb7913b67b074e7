"""Agreements for recurring payments, and payments that a bank questions: what of them a new town has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop.sandbox.dice import dice
from desktop.sandbox.ledger import Card, PaymentRow, payment_id

AGREEMENTS = "pay agreement"
DISPUTES = "pay dispute"
"""Kinds of records, as `State.put` keeps them."""

DISPUTE_FEE = 1_500
"""Pence that the payment provider takes for a dispute that is lost."""

_DAY_MS = 86_400_000
_STATUSES = ("active", "active", "active", "cancelled", "inactive", "created")
_REASONS = ("fraudulent", "duplicate", "product_not_received", "credit_not_processed", "unrecognised", "general")
_MONTHLY = ("Council Tax", "Rent")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """An agreement as the town keeps it. Times are milliseconds since 1970 UTC, 0 for never.

    `status` is created, active, cancelled or inactive; `card` the one that is kept, None until it is set up.
    """

    id: str
    reference: str
    description: str
    user: str
    status: str
    created: int
    cancelled: int = 0
    card: Card | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """A dispute of a payment. `status` is needs_response, under_review, won or lost; only a lost one is `settled`."""

    id: str
    payment: str
    amount: int
    status: str
    reason: str
    created: int
    evidence_due: int
    settled: int = 0


def build_agreements(seed: str, payments: tuple[PaymentRow, ...]) -> tuple[AgreementRow, ...]:
    """One agreement of each status, and three that are active, of people who pay by the month."""
    chance = dice(seed, "agreements")
    monthly = {p.email: p for p in payments if p.status == "success" and p.description.startswith(_MONTHLY)}
    rows = []
    for payment, status in zip(monthly.values(), _STATUSES, strict=False):
        set_up = payment.events[-1].at
        rows.append(
            AgreementRow(
                id=payment_id(chance),
                reference=payment.reference,
                description=f"{payment.description.partition(',')[0]}, monthly",
                user=f"resident-{chance.randrange(10_000, 99_999)}",
                status=status,
                created=payment.created - 60_000,
                cancelled=set_up + _DAY_MS if status == "cancelled" else 0,
                card=payment.card if status != "created" else None,
                kept=set_up if status != "created" else 0,
            )
        )
    return tuple(rows)


def build_disputes(seed: str, payments: tuple[PaymentRow, ...], now: int) -> tuple[DisputeRow, ...]:
    """One dispute of each status, of payments that were taken and not given back; `now` is in milliseconds."""
    chance = dice(seed, "disputes")
    taken = [p for p in payments if p.status == "success" and not p.refunds and p.created < now - 30 * _DAY_MS]
    rows = []
    for payment, status in zip(taken[::3], ("lost", "won", "under_review", "needs_response"), strict=False):
        created = now - 2 * _DAY_MS if status == "needs_response" else payment.events[-1].at + 10 * _DAY_MS
        rows.append(
            DisputeRow(
                id=payment_id(chance),
                payment=payment.id,
                amount=payment.amount,
                status=status,
                reason=chance.choice(_REASONS),
                created=created,
                evidence_due=_end_of_day(created, days=9),
                settled=created + 12 * _DAY_MS if status == "lost" else 0,
            )
        )
    return tuple(rows)


def _end_of_day(at: int, *, days: int) -> int:
    day = datetime.fromtimestamp(at / 1000, UTC) + timedelta(days=days)
    return int(day.replace(hour=23, minute=59, second=59, microsecond=0).timestamp() * 1000)
