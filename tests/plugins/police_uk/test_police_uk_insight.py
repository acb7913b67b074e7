"""Teams and crimes: what must be said, too many of them, and polygons too long for an address."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.adapters.api import InsightSource
from desktop.domain.insight import Insight
from desktop.domain.places import Point
from plugins.police_uk.mapping import build_circle, build_team
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server
from tests.plugins.police_uk.driver import CRIME, answer_team


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        server.aside = answer_team
        server.answer = lambda _request: Reply(body=json.dumps([CRIME]).encode())
        yield server


def around(server: FaultyServer, radius: float = 0.0, **settings: str) -> Insight:
    with run_adapter("police_uk", server.url, settings=settings) as loaded:
        assert isinstance(loaded.adapter, InsightSource)
        return loaded.adapter.around(51.5, -1.25, radius)


def test_the_team_comes_first_with_its_people_and_meetings(server: FaultyServer) -> None:
    team = around(server).facts[0]
    assert team.title == "Neighbourhood team: Abbey"
    assert team.details["officers"] == "PC Pat Reed"
    assert team.details["priorities"] == "Speeding"
    assert team.details["meetings"] == "Surgery, Library, 17/09/2026"


def test_what_forces_write_as_pieces_of_web_pages_is_read_as_words() -> None:
    issue = {"issue": "<p>Noise &amp; litter</p>\r\n<ul><li>the green</li></ul>"}
    team = build_team({"id": "CT04"}, force="cityshire", priorities=[issue])
    assert team.details["priorities"] == "Noise & litter the green"


def test_that_positions_are_anonymised_is_said_with_every_answer(server: FaultyServer) -> None:
    assert any("anonymised" in notice for notice in around(server).notices)
    server.answer = lambda _request: Reply(body=b"[]")
    assert any("anonymised" in notice for notice in around(server).notices)


def test_over_ten_thousand_crimes_are_said_to_be_too_many_and_not_asked_for_again(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(status=503)
    found = around(server)
    assert any("too many" in notice for notice in found.notices)
    assert found.more
    assert len(server.requests) == 1
    assert [fact.kind for fact in found.facts] == ["neighbourhood team"]


def test_where_no_team_is_known_crimes_are_still_shown(server: FaultyServer) -> None:
    server.aside = lambda request: Reply(status=404) if "locate" in request.path else None
    found = around(server)
    assert [fact.kind for fact in found.facts] == ["anti-social-behaviour"]
    assert any("Scotland" in notice for notice in found.notices)


def test_a_part_of_the_team_that_fails_leaves_the_rest(server: FaultyServer) -> None:
    def aside(request: Request) -> Reply | None:
        return Reply(status=404) if request.path.endswith("/people") else answer_team(request)

    server.aside = aside
    assert "officers" not in around(server).facts[0].details


def test_a_team_whose_own_page_is_gone_is_still_named_and_crimes_are_shown(server: FaultyServer) -> None:
    def aside(request: Request) -> Reply | None:
        answered = answer_team(request)
        own = answered is not None and "locate" not in request.path
        return Reply(status=404) if own else answered

    server.aside = aside
    found = around(server)
    assert [fact.kind for fact in found.facts] == ["neighbourhood team", "anti-social-behaviour"]


def test_a_boundary_too_long_for_an_address_is_posted(server: FaultyServer) -> None:
    corners = [{"latitude": f"{51.4 + n / 10_000}", "longitude": "-1.25"} for n in range(400)]

    def aside(request: Request) -> Reply | None:
        return Reply(body=json.dumps(corners).encode()) if "boundary" in request.path else answer_team(request)

    server.aside = aside
    around(server, area="neighbourhood")
    (request,) = server.requests
    assert request.method == "POST"
    assert request.form["poly"][0].startswith("51.40000,-1.25000:")


def test_a_circle_goes_out_as_a_polygon_of_its_size(server: FaultyServer) -> None:
    around(server, radius=1_000.0)
    (request,) = server.requests
    assert request.method == "GET"
    assert request.query["poly"][0] == build_circle(Point(lat=51.5, lon=-1.25), 1_000.0)
    north = float(request.query["poly"][0].split(",")[0])
    assert north == pytest.approx(51.5 + 1_000 / 111_195, abs=1e-4)
