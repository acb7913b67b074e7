"""The fields of a message that an e-mail needs. Pure; the e-mail itself is made by the adapter api."""

from __future__ import annotations

from collections.abc import Mapping


def find_missing(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Which of subject and body have no words."""
    return tuple(name for name in ("subject", "body") if not fields.get(name, "").strip())
