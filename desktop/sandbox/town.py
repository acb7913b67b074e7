"""The whole town, made from a seed: the same seed, sizes and now give the same town, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.people import Officer
from desktop.sandbox.addresses import Address, build_addresses
from desktop.sandbox.agreed import AgreementRow, DisputeRow, build_agreements, build_disputes
from desktop.sandbox.casework import CaseRow, Scene, UpdateRow, build_cases
from desktop.sandbox.ledger import PaymentRow, build_payments
from desktop.sandbox.officers import load_officers
from desktop.sandbox.people import Resident, build_people
from desktop.sandbox.streets import Plot, Street, build_plots, build_streets

SEED = "citytown"
NOW = datetime(2026, 9, 14, 9, 52, tzinfo=UTC)
"""The moment of the pictures: Monday 14 September 2026. A town that is served takes the machine's own time instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TownSize:
    """How much of everything; the few places without a front door come on top of the addresses."""

    residents: int = 1_500
    addresses: int = 900
    cases: int = 600
    payments: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town with all that is in it."""

    seed: str
    now: datetime
    streets: tuple[Street, ...]
    plots: tuple[Plot, ...]
    addresses: tuple[Address, ...]
    people: tuple[Resident, ...]
    officers: tuple[Officer, ...]
    cases: tuple[CaseRow, ...]
    updates: tuple[UpdateRow, ...]
    payments: tuple[PaymentRow, ...]
    agreements: tuple[AgreementRow, ...]
    disputes: tuple[DisputeRow, ...]


def build_town(*, seed: str = SEED, now: datetime = NOW, size: TownSize | None = None) -> Town:
    """A town. Its streets and buildings hang on the seed alone, its cases and payments on `now` too."""
    size = size or TownSize()
    streets = build_streets()
    plots = build_plots(seed, streets)
    addresses = build_addresses(seed, plots, streets, size.addresses)
    people = build_people(seed, addresses, size.residents, now.date())
    officers = load_officers(seed)
    scene = Scene(now=int(now.timestamp()), people=people, addresses=addresses, officers=officers)
    cases, updates = build_cases(seed, scene, size.cases)
    payments = build_payments(seed, scene, cases, size.payments)
    return Town(
        seed=seed,
        now=now,
        streets=streets,
        plots=plots,
        addresses=addresses,
        people=people,
        officers=officers,
        cases=cases,
        updates=updates,
        payments=payments,
        agreements=build_agreements(seed, payments),
        disputes=build_disputes(seed, payments, scene.now * 1000),
    )
