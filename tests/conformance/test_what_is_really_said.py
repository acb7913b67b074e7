"""What a component really said stays to be seen, whatever its plugin makes of it."""

from __future__ import annotations

import pytest

from desktop.adapters.building import LoadedAdapter
from desktop.adapters.heard import hearing
from tests.helpers.adapters import SECRET
from tests.helpers.conformance_drivers import Driver, Record, load_drivers, paging_of, part_of
from tests.helpers.faulty_server import FaultyServer, Reply

DRIVERS = load_drivers()
KEPT = tuple(d for d in DRIVERS if d.paging is not None and d.capability in {"cases", "payments"})
"""Those whose records the store keeps."""
UNKNOWN: Record = {"new_in_2031": {"a": [1, {"b": None}]}}


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda d: d.name)
def test_what_it_really_said_is_heard_with_its_unknown_fields(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    body = driver.encode(driver.look_body({**driver.record, **UNKNOWN}))
    server.answer = lambda _request: Reply(body=body, media=driver.media)
    with hearing() as heard:
        driver.look(part_of(driver, loaded))
    assert "new_in_2031" in "".join(answer.body for answer in heard)
    assert SECRET not in str(heard)


@pytest.mark.parametrize("driver", KEPT, ids=lambda d: d.name)
def test_each_record_that_the_store_keeps_brings_what_was_said_of_it(
    driver: Driver, loaded: LoadedAdapter, server: FaultyServer
) -> None:
    paging = paging_of(driver)
    tree = paging.total_in(paging.wrap([{**driver.record, **UNKNOWN}]), 1, 1, server.url)
    server.answer = lambda _request: Reply(body=driver.encode(tree), media=driver.media)
    page = paging.read(part_of(driver, loaded), "")
    assert len(page.raws) == len(page.items) == 1
    assert b"new_in_2031" in page.raws[0]
