"""Who works on what, where a component keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import OutsideId, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who a case is assigned to. `officer` is "" where it was released; `role` is the component's word."""

    outside_id: OutsideId
    case_id: OutsideId
    officer: StaffId
    name: str = ""
    role: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Who has a record open just now: a hint, never a lock."""

    record: OutsideId
    officer: StaffId
    name: str = ""
    at: datetime | None = None
