"""Repeatable chance: the same seed gives the same town, byte for byte."""

from __future__ import annotations

import random


def dice(seed: str, part: str) -> random.Random:
    """A stream of chance of its own for one part of the town, so that a change in one part moves no other."""
    return random.Random(f"citytown:{seed}:{part}")  # noqa: S311 - invented people, not secrets
