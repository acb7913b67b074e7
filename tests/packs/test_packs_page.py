"""The page on packs names every field, event, widget and fact that there is."""

from __future__ import annotations

import re

import msgspec
import pytest

from desktop.packs import schema
from desktop.packs.deadline_rules import Unit
from desktop.packs.facts import CASE_FACTS
from desktop.packs.forms import WIDGETS, Hints
from desktop.packs.part_checks import LETTER_FIELDS
from tests.helpers.sources import ROOT

PAGE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
NAMED = set(re.findall(r"[A-Za-z_]+", " ".join(re.findall(r"`([^`]+)`", PROSE))))
RECORDS = [
    record
    for record in (*vars(schema).values(), Hints)
    if isinstance(record, type) and issubclass(record, msgspec.Struct) and not record.__name__.startswith("_")
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_is_on_the_page(record: type[msgspec.Struct]) -> None:
    assert {spec.encode_name for spec in msgspec.structs.fields(record)} - NAMED == set()


def test_every_word_that_a_pack_may_use_is_on_the_page() -> None:
    events = {event for event in schema.STANDARD_EVENTS if ":" not in event}
    assert (events | WIDGETS | CASE_FACTS.keys() | LETTER_FIELDS | set(Unit) | set(schema.Role)) - NAMED == set()
