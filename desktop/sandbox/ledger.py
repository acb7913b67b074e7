"""Payments: garden waste, bulky waste, Council Tax, pest control and what else people pay a council for."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from desktop.sandbox.casework import DAY, CaseRow, Scene
from desktop.sandbox.dice import dice
from desktop.sandbox.people import Resident
from desktop.sandbox.story import OWED

EXPIRES_MS = 90 * 60 * 1000
"""A payment that nobody completes expires after 90 minutes (GOV.UK Pay)."""

REASONS: dict[str, tuple[str, str, str]] = {
    "declined": ("failed", "P0010", "Payment method rejected"),
    "expired": ("failed", "P0020", "Payment expired"),
    "cancelled": ("failed", "P0030", "Payment was cancelled by the user"),
    "withdrawn": ("cancelled", "P0040", "Payment was cancelled by the service"),
    "error": ("error", "P0050", "Payment provider returned an error"),
}
"""Why a payment ended: status, code and message, as GOV.UK Pay says them."""

# Words, pence, service area of the reference ("" for an account number), weight.
_KINDS: tuple[tuple[str, int, str, int], ...] = (
    ("Garden waste, 2026/27", 3600, "waste", 12), ("Bulky waste, up to 3 items", 2200, "waste", 10),
    ("Bulky waste, 5 items", 3400, "waste", 4), ("Council Tax, {month} instalment", 14200, "", 12),
    ("Council Tax, {month} instalment", 9860, "", 8), ("Pest control, wasps", 5850, "public_health", 5),
    ("Pest control, rats", 7200, "public_health", 4), ("Replacement grey bin", 2800, "waste", 4),
    ("Householder application", 25800, "development", 3), ("Pre-application advice", 13800, "development", 3),
    ("Allotment, full plot", 7120, "parks", 3), ("Pitch hire", 6400, "parks", 3), ("Event deposit", 15000, "parks", 2),
    ("Key fob", 1500, "housing", 3), ("Lost key", 2400, "housing", 3), ("Skip permit", 4900, "cleaning", 3),
    ("Blue Badge", 1000, "adults", 3), ("School meals", 4150, "children", 3), ("Rent, {month}", 48240, "", 5),
)  # fmt: skip
_MONTHS = ("June", "July", "August", "September", "October", "November")
_CARDS = (
    ("Visa", "debit", "424242", "4242"), ("Visa", "credit", "444433", "1111"), ("Mastercard", "debit", "510510", "5100"),
    ("Mastercard", "credit", "555555", "4444"), ("American Express", "credit", "371449", "8431"), ("Visa", "debit", "400005", "5556"),
)  # fmt: skip
_ID_LETTERS = "0123456789abcdefghijklmnopqrstuv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is kept of a card: never its number or security code."""

    brand: str
    kind: str
    first: str
    last: str
    expiry: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A state that a payment came to. `at` is milliseconds since 1970 UTC."""

    status: str
    at: int
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """Money given back; `settles_at` milliseconds is when a submitted one succeeds."""

    id: str
    amount: int
    at: int
    settles_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment as the town keeps it. Times are milliseconds since 1970 UTC, amounts pence.

    `settles_at` is when a submitted payment becomes a success, 0 while it is not submitted. `mode` is how it was agreed
    to: on the page (`web`), or under the `agreement` that it names. `sets_up` is the agreement that its card is kept for.
    """

    id: str
    amount: int
    reference: str
    description: str
    created: int
    expires: int
    token: str
    return_url: str = ""
    email: str = ""
    holder: str = ""
    language: str = "en"
    metadata: dict[str, str | int | bool] = field(default_factory=dict)
    events: tuple[Happening, ...]
    card: Card | None = None
    provider_id: str = ""
    settles_at: int = 0
    refunds: tuple[RefundRow, ...] = ()
    delayed: bool = False
    mode: str = "web"
    agreement: str = ""
    sets_up: str = ""
    kind: str = ""

    @property
    def status(self) -> str:
        """Status it is in now."""
        return self.events[-1].status

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.status in {"success", "failed", "cancelled", "error"}


def build_payments(seed: str, scene: Scene, cases: tuple[CaseRow, ...], count: int) -> tuple[PaymentRow, ...]:
    """So many payments, oldest first; those of the six named residents among them."""
    chance = dice(seed, "payments")
    rows = [_owed(entry, scene, cases, chance) for entry in OWED]
    payers = [p for p in scene.people[6:] if p.born.year < 2006]
    by_area: dict[str, list[CaseRow]] = {}
    for case in cases:
        by_area.setdefault(case.area, []).append(case)
    while len(rows) < count:
        words, amount, area, _ = chance.choices(_KINDS, [kind[3] for kind in _KINDS])[0]
        age = chance.betavariate(1, 3) * 150
        how = chance.choices(
            ("success", "declined", "expired", "cancelled", "withdrawn", "error"), (80, 7, 5, 4, 2, 1)
        )[0]
        payer = chance.choice(payers)
        reference = f"CT-{4_470_000 + chance.randrange(9999)}-{chance.randrange(1, 11):02d}"
        if area:
            reference = (
                chance.choice(by_area[area]).id if by_area.get(area) else f"{area.upper()}-{chance.randrange(9999):04d}"
            )
        elif words.startswith("Rent"):
            reference = f"RENT-{chance.randrange(10_000, 99_999)}"
        text = words.format(month=chance.choice(_MONTHS))
        rows.append(_row(payer, reference, text, amount, how, scene.now - int(age * DAY) - 5400, chance))
    return tuple(sorted(rows, key=lambda row: (row.created, row.id)))


def _owed(
    entry: tuple[str, str, str, str, int, str, float], scene: Scene, cases: tuple[CaseRow, ...], chance: Random
) -> PaymentRow:
    given, family, reference, text, amount, how, age = entry
    payer = next(p for p in scene.people if (p.given, p.family) == (given, family))
    case = next((c for c in cases if c.service_code == reference and c.account == payer.account), None)
    made = scene.now - int(age * DAY)
    return _row(
        payer, case.id if case else reference, text, amount, "declined" if how == "failed" else how, made, chance
    )


def payment_id(chance: Random) -> str:
    """26 letters and digits, as GOV.UK Pay's are."""
    return "".join(chance.choice(_ID_LETTERS) for _ in range(26))


def _row(payer: Resident, reference: str, text: str, amount: int, how: str, made: int, chance: Random) -> PaymentRow:
    created = made * 1000 + chance.randrange(1000)
    events = [Happening(status="created", at=created)]
    card = None
    if how != "created":
        events.append(Happening(status="started", at=created + chance.randrange(2_000, 40_000)))
    if how in {"success", "declined", "error"}:
        brand, kind, first, last = chance.choice(_CARDS)
        expiry = f"{chance.randrange(1, 13):02d}/{chance.randrange(27, 31)}"
        card = Card(
            brand=brand, kind=kind, first=first, last=last, expiry=expiry, holder=f"{payer.given} {payer.family}"
        )
        events.append(Happening(status="submitted", at=events[-1].at + chance.randrange(30_000, 200_000)))
    if how == "success":
        events.append(Happening(status="success", at=events[-1].at + chance.randrange(800, 4_000)))
    elif how in REASONS:
        status, code, message = REASONS[how]
        at = created + EXPIRES_MS if how == "expired" else events[-1].at + chance.randrange(1_000, 60_000)
        events.append(Happening(status=status, at=at, code=code, message=message))
    refunds: tuple[RefundRow, ...] = ()
    if how == "success" and chance.random() < 0.06:
        given_back = amount if chance.random() < 0.5 else amount // 4
        at = events[-1].at + chance.randrange(3_600_000, 7_200_000)
        refunds = (RefundRow(id=payment_id(chance), amount=given_back, at=at, settles_at=at + 60_000),)
    return PaymentRow(
        id=payment_id(chance), amount=amount, reference=reference, description=text, created=created,
        expires=created + EXPIRES_MS, token=payment_id(chance), email=payer.email, holder=f"{payer.given} {payer.family}",
        metadata={"channel": chance.choice(("web", "phone", "desk"))}, events=tuple(events), card=card,
        provider_id=payment_id(chance)[:12] if card else "", refunds=refunds,
    )  # fmt: skip
