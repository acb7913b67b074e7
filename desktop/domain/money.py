"""Money in whole pence, as typed and as shown in Britain."""

from __future__ import annotations

import re
from typing import NewType

from desktop.domain.errors import InvalidInput

Pence = NewType("Pence", int)
MOST = Pence(10_000_000)
"""The most that one card payment may be: £100,000.00 (GOV.UK Pay)."""

_TYPED = re.compile(r"(?P<pounds>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<pence>\d{2}))?")


def parse_pounds(text: str, *, field: str = "amount", least: int = 1, most: int = MOST) -> Pence:
    """Pence from what an officer types: `36`, `36.00`, `£1,234.50`.

    Raises:
        InvalidInput: not an amount, or less than `least` or more than `most` pence: as a card payment, unless told.
    """
    typed = text.strip().removeprefix("£").strip()
    match = _TYPED.fullmatch(typed) if typed.isascii() else None
    if match is None:
        raise InvalidInput("Enter an amount in pounds and pence, like 36.00.", key="money.format", field=field)
    digits = match["pounds"].replace(",", "")
    if len(digits) > 9:
        raise InvalidInput(f"Enter {format_pence(most)} or less.", key="money.most", field=field)
    pence = int(digits) * 100 + int(match["pence"] or 0)
    if pence < least:
        raise InvalidInput(f"Enter an amount of at least {format_pence(least)}.", key="money.least", field=field)
    if pence > most:
        raise InvalidInput(f"Enter {format_pence(most)} or less.", key="money.most", field=field)
    return Pence(pence)


def format_pence(pence: int) -> str:
    """`£1,234.00`, with a true minus sign for money that went back."""
    sign = "\N{MINUS SIGN}" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}.{rest:02}"
