"""The town's police data: by what is published of the real one, and through the adapter."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from desktop.sandbox.police_records import CATEGORIES, build_boundaries, build_crimes, build_snaps
from desktop.sandbox.police_uk import LONGEST
from tests.helpers.contracts import SPECS, needs_specs
from tests.helpers.example_shapes import build_schema, shape_errors
from tests.helpers.serving_town import Reply, TestTown

HERE = {"lat": "53.3690", "lng": "1.0047"}
ALL = "53.0,0.5:53.0,1.5:53.7,1.5:53.7,0.5"
MONTH = "2026-07"


def ask(town: TestTown, path: str, **query: str) -> Reply:
    return town.ask("GET", "police_uk", f"/{path}", query=query)


# ==== what is published ====

# The examples are of several years and clients: these fields are in answers of the real service and in none of them, or null there.
_BESIDE: dict[str, Any] = {
    "team": {"url_force": "", "welcome_message": None, "links": [{"url": "", "description": None, "title": ""}]},
    "people": {"bio": None, "contact_details": {}},
    "priorities": {"action": None, "action-date": None},
    "events": {"contact_details": {}, "type": "", "end_date": ""},
    "force": {"description": None, "engagement_methods": []},
}
_FILES = {
    "crime": ("go-crime-0-rawCrime", "fenneh-conftest-crime_data"),
    "team": ("fenneh-conftest-neighbourhood_data",),
    "people": ("rkh-neighbourhood_officers.people",),
    "priorities": ("rkh-neighbourhood_priorities.priorities",),
    "events": ("rkh-neighbourhood_events.events", "go-neighbourhood-4-w"),
    "boundary": ("rkh-neighbourhood_boundary.boundary", "go-neighbourhood-2-w"),
    "named": ("go-force-0-w", "go-neighbourhood-0-w"),
    "force": ("fenneh-conftest-force_data",),
    "located": ("go-neighbourhood-6-w",),
}


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one record of a kind, from its published examples."""
    records: list[Any] = []
    for name in _FILES[kind]:
        tree = json.loads((SPECS / "police-uk" / "examples" / f"{name}.json").read_text("utf-8"))
        records += tree if isinstance(tree, list) else [tree]
    return build_schema([*records, *({**record, **_BESIDE[kind]} for record in records[:1] if kind in _BESIDE)])


def errors_of(kind: str, tree: Any) -> list[str]:
    records = tree if isinstance(tree, list) else [tree]
    assert records
    return [error for record in records for error in shape_errors(schema_of(kind), record)]


@needs_specs
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"crimes-street/all-crime?poly={ALL}", "crime"),
        ("crimes-street/burglary?lat=53.3690&lng=1.0047", "crime"),
        ("cityshire/CT04", "team"),
        ("cityshire/CT04/people", "people"),
        ("cityshire/CT04/priorities", "priorities"),
        ("cityshire/CT04/events", "events"),
        ("cityshire/CT04/boundary", "boundary"),
        ("cityshire/neighbourhoods", "named"),
        ("forces", "named"),
        ("forces/cityshire", "force"),
        ("locate-neighbourhood?q=53.3690,1.0047", "located"),
    ],
)
def test_every_answer_has_the_shape_that_is_published(path: str, kind: str, town: TestTown) -> None:
    reply = ask(town, path)
    assert (reply.status, errors_of(kind, reply.tree)) == (200, [])


@needs_specs
def test_the_published_shape_finds_a_planted_fault(town: TestTown) -> None:
    crime = ask(town, "crimes-street/burglary", **HERE).tree[0]
    assert errors_of("crime", {**crime, "new": 1}) != []
    assert errors_of("crime", {**crime, "month": 7}) != []
    number = {**crime, "location": {**crime["location"], "latitude": 53.3}}
    assert errors_of("crime", number) != []
    assert errors_of("located", {"force": "cityshire"}) != []


# ==== crimes ====


def test_crimes_stand_at_anonymous_points_with_their_degrees_as_text(town: TestTown) -> None:
    crimes = ask(town, "crimes-street/all-crime", poly=ALL).tree
    points = {(f"{snap.lat:.6f}", f"{snap.lon:.6f}", snap.name) for snap in build_snaps()}
    where = [(c["location"]["latitude"], c["location"]["longitude"], c["location"]["street"]["name"]) for c in crimes]
    assert set(where) <= points
    assert len(set(where)) < len(where)
    assert {crime["month"] for crime in crimes} == {MONTH}
    spared = [crime for crime in crimes if crime["category"] == "anti-social-behaviour"]
    assert all(crime["persistent_id"] == "" and crime["outcome_status"] is None for crime in spared)
    assert spared


def test_crimes_within_a_mile_a_polygon_and_a_category_are_found(town: TestTown) -> None:
    whole = ask(town, "crimes-street/all-crime", poly=ALL).tree
    mile = ask(town, "crimes-street/all-crime", **HERE).tree
    edge = ask(town, "crimes-street/all-crime", lat="53.3800", lng="1.0047").tree
    ward = ":".join(f"{lat:.5f},{lon:.5f}" for lat, lon in build_boundaries()["CT04"])
    inside = ask(town, "crimes-street/all-crime", poly=ward).tree
    assert 0 < len(inside) < len(whole) == len(build_crimes(town.info["seed"], MONTH))
    assert 0 < len(edge) < len(mile) == len(whole)
    drugs = ask(town, "crimes-street/drugs", poly=ALL).tree
    assert [crime for crime in whole if crime["category"] == "drugs"] == drugs


def test_a_polygon_may_be_posted_and_must_be_where_it_is_long(town: TestTown) -> None:
    get = ask(town, "crimes-street/all-crime", poly=ALL)
    post = town.ask("POST", "police_uk", "/crimes-street/all-crime", form={"poly": ALL})
    assert (post.status, post.tree) == (200, get.tree)
    long = ":".join([ALL] * (LONGEST // len(ALL) + 1))
    assert ask(town, "crimes-street/all-crime", poly=long).status == 400
    assert town.ask("POST", "police_uk", "/crimes-street/all-crime", form={"poly": long}).status == 200


def test_too_many_crimes_are_503_without_a_word(fresh_town: TestTown) -> None:
    fresh_town.admin("POST", "/settings", {"crimes_at_most": 20})
    reply = ask(fresh_town, "crimes-street/all-crime", poly=ALL)
    assert (reply.status, reply.body) == (503, b"")
    assert ask(fresh_town, "crimes-street/drugs", poly=ALL).status == 200


def test_older_months_are_there_for_three_years(town: TestTown) -> None:
    months = [one["date"] for one in ask(town, "crimes-street-dates").tree]
    assert (months[0], months[-1], len(months)) == (MONTH, "2023-08", 36)
    assert ask(town, "crime-last-updated").tree == {"date": f"{MONTH}-01"}
    old = ask(town, "crimes-street/all-crime", poly=ALL, date="2023-08").tree
    assert {crime["month"] for crime in old} == {"2023-08"}
    assert old[0]["id"] != ask(town, "crimes-street/all-crime", poly=ALL).tree[0]["id"]


def test_categories_are_named(town: TestTown) -> None:
    named = ask(town, "crime-categories").tree
    assert {one["url"] for one in named} == {"all-crime", *CATEGORIES}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("locate-neighbourhood?q=51.5,-0.12", 404),
        ("locate-neighbourhood?q=here", 400),
        ("crimes-street/parking?lat=53.369&lng=1.004", 404),
        (f"crimes-street/all-crime?poly={ALL}&date=2019-01", 404),
        ("crimes-street/all-crime", 400),
        ("cityshire/CT99", 404),
        ("metropolitan/CT04", 404),
        ("forces/metropolitan", 404),
        ("nothing", 404),
    ],
)
def test_what_is_not_there_is_404_without_a_word(path: str, status: int, town: TestTown) -> None:
    reply = ask(town, path)
    assert reply.status == status
    assert reply.body == {404: b"", 400: b"Bad Request"}[status]


# ==== through the adapter ====


def call(town: TestTown, method: str, *arguments: str, fault: int = 0, **settings: str) -> Any:
    said = next(c for c in town.info["components"] if c["id"] == "police_uk")
    pairs = [word for name, value in {**said["settings"], **settings}.items() for word in ("--set", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    assert call_command(["police_uk", method, *arguments, *pairs], out, err) == fault, err.getvalue()
    return json.loads(out.getvalue()) if not fault else err.getvalue()


def test_team_and_crimes_around_a_home_are_found(town: TestTown) -> None:
    insight = call(town, "insight.around", "lat=53.3690", "lon=1.0047", "radius=400")
    team, *crimes = insight["facts"]
    assert team["title"] == "Neighbourhood team: Millbrook"
    assert team["details"]["priorities"].startswith("Bicycles taken")
    assert "<p>" not in json.dumps(team)
    assert [crime["distance_m"] for crime in crimes] == sorted(crime["distance_m"] for crime in crimes)
    assert len(crimes) > 0
    assert crimes[-1]["distance_m"] <= 400
    assert any("anonymised" in notice for notice in insight["notices"])


def test_a_whole_neighbourhood_is_asked_for_by_its_boundary(town: TestTown) -> None:
    insight = call(town, "insight.around", "lat=53.3690", "lon=1.0047", area="neighbourhood")
    ward = ":".join(f"{lat:.5f},{lon:.5f}" for lat, lon in build_boundaries()["CT04"])
    crimes = town.ask("POST", "police_uk", "/crimes-street/all-crime", form={"poly": ward}).tree
    assert len(insight["facts"]) == 1 + min(200, len(crimes))


def test_too_many_crimes_a_place_outside_and_faults_are_understood(fresh_town: TestTown) -> None:
    assert call(fresh_town, "component.check")["facts"] == {"crimes added last": f"{MONTH}-01"}
    outside = call(fresh_town, "insight.around", "lat=51.5", "lon=-0.12")
    assert (outside["facts"], outside["more"]) == ([], False)
    fresh_town.admin("POST", "/settings", {"crimes_at_most": 1})
    crowded = call(fresh_town, "insight.around", "lat=53.3690", "lon=1.0047")
    assert (len(crowded["facts"]), crowded["more"]) == (1, True)
    fresh_town.set_fault("police_uk", "html", path="crime-last-updated")
    assert "web page" in call(fresh_town, "component.check", fault=3)
