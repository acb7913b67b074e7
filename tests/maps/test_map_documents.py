"""The base map, the page of the map, and clusters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.cases import Phase
from desktop.domain.ids import LocalKey
from desktop.maps.clusters import build_spots
from desktop.maps.page import build_map_page
from desktop.maps.town import EMPTY, distance, load_town

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True)
class Pinned:
    key: LocalKey
    lat: float | None
    lon: float | None
    phase: Phase = Phase.NEW
    reference: str = "A-1"
    title: str = "A case"


def write_map(path: Path, *features: dict[str, object]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def a_feature(form: str, points: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": form, "coordinates": points}}


def test_the_training_town_has_streets_buildings_water_and_parks() -> None:
    town = load_town(RESOURCES / "map" / "citytown.geojson")
    layers = {shape.layer for shape in town.shapes}
    assert {"main", "street", "building", "water", "park", "railway"} <= layers
    assert any(shape.name == "Tanner Street" for shape in town.shapes)
    assert town.credit == "\N{COPYRIGHT SIGN} Citytown mapping"


def test_a_file_that_is_absent_or_broken_gives_the_empty_town(tmp_path: Path) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text("{", "utf-8")
    assert load_town(tmp_path / "none.geojson") is EMPTY
    assert load_town(broken) is EMPTY
    assert load_town(write_map(tmp_path / "empty.geojson")) is EMPTY


def test_unknown_and_damaged_features_are_passed_over(tmp_path: Path) -> None:
    path = write_map(
        tmp_path / "town.geojson",
        a_feature("LineString", [[-1.5, 53.4], [-1.49, 53.41]], kind="road", name="High Street", **{"class": "main"}),
        a_feature("Point", [-1.5, 53.4], kind="label"),
        a_feature("LineString", None, kind="road"),
        {"type": "Feature", "properties": None, "geometry": None},
    )
    town = load_town(path)
    assert [(shape.layer, shape.name) for shape in town.shapes] == [("main", "High Street")]


def test_only_shapes_that_touch_the_box_are_given(tmp_path: Path) -> None:
    path = write_map(
        tmp_path / "town.geojson",
        a_feature("LineString", [[0.0, 50.0], [0.1, 50.1]], kind="road", name="near"),
        a_feature("LineString", [[5.0, 55.0], [5.1, 55.1]], kind="road", name="far"),
    )
    assert [s.name for s in load_town(path).within(49.0, -1.0, 51.0, 1.0)] == ["near"]


def test_distance_is_in_metres() -> None:
    assert distance((53.0, -1.5), (53.001, -1.5)) == pytest.approx(111.3, abs=1)


def test_the_page_loads_everything_from_this_computer_and_every_script_has_the_nonce() -> None:
    document = build_map_page(centre=(53.4, -1.5), zoom=16, nonce="abc123")
    assert not re.findall(r"https?://", document.html)
    assert re.findall(r"<script(?! nonce=\"abc123\")", document.html) == []
    assert "'nonce-abc123'" in document.policy
    assert "unsafe" not in document.policy
    assert "default-src 'none'" in document.policy


def test_cases_that_would_lie_on_each_other_are_one_cluster() -> None:
    rows = [Pinned(LocalKey(n), 53.4, -1.5, Phase.NEW if n % 2 else Phase.WAITING) for n in range(1, 11)]
    (spot,) = build_spots(rows, 16)
    assert (spot.early, spot.middle, spot.late) == (5, 5, 0)
    assert spot.title == "10 cases"


def test_cases_that_lie_apart_are_pins_of_their_own() -> None:
    spots = build_spots([Pinned(LocalKey(1), 53.40, -1.50), Pinned(LocalKey(2), 53.41, -1.49)], 17)
    assert sorted(spot.keys for spot in spots) == [(LocalKey(1),), (LocalKey(2),)]


def test_a_case_without_a_point_is_on_no_map() -> None:
    assert build_spots([Pinned(LocalKey(1), None, None)], 16) == ()


def test_no_case_is_lost_or_counted_twice_at_any_zoom() -> None:
    rows = [Pinned(LocalKey(n), 53.4 + n * 0.0003, -1.5 + (n % 7) * 0.0004) for n in range(1, 200)]
    for zoom in range(13, 20):
        keys = [key for spot in build_spots(rows, zoom) for key in spot.keys]
        assert sorted(keys) == [row.key for row in rows]
