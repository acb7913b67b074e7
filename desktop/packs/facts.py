"""What a rule may ask: facts by name, each with its kind and the words that an explanation uses for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class FactKind(StrEnum):
    """What a fact is."""

    YES_NO = "yes or no"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "list of texts"
    DAY = "date"


FactValue = bool | int | float | Decimal | str | tuple[str, ...] | list[str] | date | datetime
Facts = Mapping[str, FactValue | None]
"""What is known of a case. A fact that is absent or None is not known."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact; `label` stands after “the”, as in “the number of items”."""

    kind: FactKind
    label: str
    choices: tuple[str, ...] = ()


CASE_FACTS: Mapping[str, Fact] = {
    "case_reference": Fact(FactKind.TEXT, "reference of the case"),
    "case_ward": Fact(FactKind.TEXT, "ward"),
    "case_postcode": Fact(FactKind.TEXT, "postcode"),
    "case_address": Fact(FactKind.TEXT, "address of the case"),
    "case_opened": Fact(FactKind.DAY, "day the case was opened"),
    "case_status": Fact(FactKind.TEXT, "status"),
    "today": Fact(FactKind.DAY, "day"),
}
"""Known of every case, beside its form's answers. `today` is given by the caller: a rule has no clock."""
