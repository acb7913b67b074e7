"""How long what is sent may be. Pure."""

from __future__ import annotations

from desktop.domain.errors import InvalidInput

LONGEST = 4_000
"""Characters of a description (GeoReport v2, POST Service Request)."""


def check_length(text: str, *, field: str) -> None:
    """Raises InvalidInput where a text is too long."""
    if len(text) > LONGEST:
        raise InvalidInput(
            f"The {field.partition(':')[0]} may have {LONGEST:,} characters at most; this has {len(text):,}.",
            key="open311.length",
            field=field,
        )
