"""Floods near a place: levels, kept answers, and what must be said with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.api import InsightSource
from desktop.domain.errors import InvalidInput
from tests.helpers.adapters import SetClock, run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.ea_floods.driver import WARNING


def answer(request: Request) -> Reply:
    items: Any = {"@id": "only an address"} if request.path.endswith("stations") else []
    if request.path.endswith("floods"):
        items = [{**WARNING, "severityLevel": level, "severity": f"S{level}"} for level in (4, 1, 3)]
    return Reply(body=json.dumps({"items": items}).encode())


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.answer = answer
        yield server


def around(adapter: object, **given: float) -> Any:
    assert isinstance(adapter, InsightSource)
    return adapter.around(51.5, -1.25, **given)


def test_severe_warnings_alerts_and_old_ones_are_told_apart(server: FaultyServer) -> None:
    with run_adapter("ea_floods", server.url) as loaded:
        found = around(loaded.adapter)
    assert [fact.level for fact in found.facts] == ["info", "severe", "warning"]
    assert found.facts[0].at.isoformat() == "2026-09-10T08:00:00+00:00"


def test_a_station_that_is_only_an_address_is_left_out_and_the_caution_is_said(server: FaultyServer) -> None:
    with run_adapter("ea_floods", server.url) as loaded:
        found = around(loaded.adapter)
    assert {fact.kind for fact in found.facts} == {"flood warning"}
    assert "no warning does not mean no risk" in found.notices[0]
    assert found.attribution.startswith("This uses Environment Agency flood and river level data")


@pytest.mark.parametrize(("count", "more"), [(99, False), (100, True)])
def test_a_list_that_is_as_long_as_may_be_is_said_to_have_more(server: FaultyServer, count: int, more: bool) -> None:
    areas = [{"label": f"Mill Lane {n}", "notation": f"area-{n}"} for n in range(count)]
    server.answer = lambda request: Reply(
        body=json.dumps({"items": areas if request.path.endswith("floodAreas") else []}).encode()
    )
    with run_adapter("ea_floods", server.url) as loaded:
        assert around(loaded.adapter).more is more


def test_an_answer_is_kept_for_fifteen_minutes(server: FaultyServer) -> None:
    clock = SetClock()
    with run_adapter("ea_floods", server.url, clock=clock) as loaded:
        around(loaded.adapter)
        asked = len(server.requests)
        around(loaded.adapter)
        assert len(server.requests) == asked
        clock.moment += timedelta(minutes=16)
        around(loaded.adapter)
        assert len(server.requests) == 2 * asked


def test_the_distance_goes_out_in_kilometres_and_is_never_over_fifty(server: FaultyServer) -> None:
    with run_adapter("ea_floods", server.url) as loaded:
        around(loaded.adapter, radius=1_500.0)
        around(loaded.adapter, radius=900_000.0)
        around(loaded.adapter)
    asked = [request.query["dist"][0] for request in server.requests if request.path.endswith("floods")]
    assert asked == ["1.5", "50", "3"]


def test_a_point_that_is_none_is_refused(server: FaultyServer) -> None:
    with run_adapter("ea_floods", server.url) as loaded:
        adapter = loaded.adapter
        assert isinstance(adapter, InsightSource)
        with pytest.raises(InvalidInput):
            adapter.around(91.0, 0.0)
