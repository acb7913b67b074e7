"""Food businesses near a place: ratings in words, distances, and what is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.adapters.api import InsightSource
from desktop.domain.insight import Insight
from desktop.domain.places import Point
from plugins.food_ratings.mapping import build_fact
from tests.helpers.adapters import run_adapter
from tests.helpers.faulty_server import FaultyServer, Reply, run_faulty_server
from tests.plugins.food_ratings.driver import SHOP

NEAR = Point(lat=51.5, lon=-1.25)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with run_faulty_server() as server:
        yield server


def around(server: FaultyServer, *shops: object, pages: int = 1) -> Insight:
    body = {"establishments": list(shops), "meta": {"totalPages": pages, "pageNumber": 1}}
    server.answer = lambda _request: Reply(body=json.dumps(body).encode())
    with run_adapter("food_ratings", server.url) as loaded:
        assert isinstance(loaded.adapter, InsightSource)
        return loaded.adapter.around(51.5, -1.25)


@pytest.mark.parametrize(
    ("rating", "said", "level"),
    [
        ("5", "rated 5 of 5", ""),
        ("0", "rated 0 of 5", "severe"),
        ("2", "rated 2 of 5", "warning"),
        ("Exempt", "exempt", ""),
        ("AwaitingInspection", "awaiting inspection", ""),
        ("Improvement Required", "improvement required", "warning"),
        ("Something new", "Something new", ""),
        (None, "not rated", ""),
    ],
)
def test_a_rating_is_said_in_words(rating: str | None, said: str, level: str) -> None:
    fact = build_fact({**SHOP, "RatingValue": rating}, near=NEAR)
    assert fact is not None
    assert (fact.title, fact.level) == (f"O'Neill's Caf\u00e9: {said}", level)


def test_no_date_no_point_and_no_scores_are_not_known(server: FaultyServer) -> None:
    odd = {**SHOP, "RatingDate": "0001-01-01T00:00:00", "geocode": None, "scores": None, "Distance": 0.25}
    (fact,) = around(server, odd).facts
    assert (fact.at, fact.point) == (None, None)
    assert fact.distance_m == pytest.approx(402.3, abs=0.1)
    assert "Hygiene" not in fact.details


def test_what_is_farther_than_asked_is_left_out_and_the_nearest_come_first(server: FaultyServer) -> None:
    far = {**SHOP, "FHRSID": 1, "geocode": {"latitude": "51.51", "longitude": "-1.25"}}
    middle = {**SHOP, "FHRSID": 2, "geocode": {"latitude": "51.503", "longitude": "-1.25"}}
    found = around(server, far, middle, SHOP, pages=3)
    assert [fact.outside_id for fact in found.facts] == ["4711", "2"]
    assert found.more
    assert server.requests[0].headers["x-api-version"] == "2"
    assert server.requests[0].query["maxDistanceLimit"] == ["1"]
