"""Leave to send a resident's data out: who decided it, on what ground, for which purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What every way out for personal data takes. In the desk only `services/consent` makes one.

    `basis` is the lawful basis or the consent that was given, in words; `purpose` why it is sent; `officer` who sends.
    """

    officer: str
    basis: str
    purpose: str
    at: datetime
