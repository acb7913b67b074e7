"""No mapping lets an exception out of a damaged payload that is not of our tree."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

from desktop.adapters.api import find_part
from desktop.domain.errors import DesktopError
from tests.helpers.adapters import CannedHttp, build_canned_adapter
from tests.helpers.conformance_drivers import Driver, Parsed, load_drivers, load_mappings
from tests.helpers.mutator import mutate

TRIES = 10_000 if os.environ.get("KNIT_LONG") else 250


def drive(driver: Driver, *, lists: bool) -> Parsed:
    """The mapping behind a driver's list or look, through its adapter with no wire."""
    http = CannedHttp(driver.aside, media=driver.media)
    adapter = build_canned_adapter(driver.plugin, http, settings=driver.settings, secrets=driver.secrets)
    part = find_part(adapter, driver.capability)

    def parse(body: bytes) -> object:
        http.body = body
        if lists and driver.paging is not None:
            return driver.paging.read(part, "")
        return driver.look(part)

    body = driver.body([driver.record]) if lists else driver.encode(driver.look_body(driver.record))
    return Parsed(name=f"{driver.name} {'list' if lists else 'look'}", body=body, parse=parse)


MAPPINGS = (
    *(drive(driver, lists=True) for driver in load_drivers() if driver.paging is not None),
    *(drive(driver, lists=False) for driver in load_drivers()),
    *load_mappings(),
)


def count(parsed: Parsed, tries: int) -> tuple[int, int]:
    """How many mutated bodies mapped, and how many were refused. Anything but our errors is raised on."""
    mapped = refused = 0
    for body in mutate(parsed.body, tries):
        try:
            parsed.parse(body)
            mapped += 1
        except DesktopError:
            refused += 1
    return mapped, refused


@pytest.mark.parametrize("parsed", MAPPINGS, ids=lambda p: p.name.replace(" ", "-"))
def test_a_damaged_payload_maps_or_is_refused(parsed: Parsed, record_property: Callable[[str, object], None]) -> None:
    parsed.parse(parsed.body)  # as it is, it must map
    mapped, refused = count(parsed, TRIES)
    record_property("said", f"{parsed.name}: {mapped} mapped, {refused} refused of {TRIES} mutated")
    assert mapped + refused == TRIES


def test_a_mapping_that_crashes_is_found() -> None:
    def parse(body: bytes) -> object:
        return json.loads(body)["a"]["b"] + 1

    with pytest.raises((TypeError, KeyError, ValueError, IndexError)):
        count(Parsed(name="careless", body=b'{"a": {"b": 1}}', parse=parse), 200)
