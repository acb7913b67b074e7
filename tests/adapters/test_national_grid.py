"""The national grid and WGS 84, at points that Ordnance Survey publishes for both."""

from __future__ import annotations

from math import isnan

import pytest

from desktop.adapters.api import degrees_to_grid, grid_to_degrees, read_grid_point
from desktop.domain.places import Point, measure_m

# Easting and northing, longitude and latitude: of Ordnance Survey's own test points for OSTN15.
KNOWN = (
    ((651409.804, 313177.450), (1.716073973, 52.658007833)),
    ((91492.146, 11318.804), (-6.29977752014, 49.92226393730)),
    ((250359.811, 62016.569), (-4.10864563561, 50.43885825610)),
    ((449816.371, 75335.861), (-1.29782277240, 50.57563665000)),
    ((422242.186, 433818.701), (-1.66379168242, 53.8002151963)),
)


@pytest.mark.parametrize(("grid", "degrees"), KNOWN)
def test_published_points_agree_both_ways_to_two_centimetres(
    grid: tuple[float, float], degrees: tuple[float, float]
) -> None:
    (lon, lat), (east, north) = grid_to_degrees([grid])[0], degrees_to_grid([degrees])[0]
    assert measure_m(Point(lat=lat, lon=lon), Point(lat=degrees[1], lon=degrees[0])) < 0.02
    assert (east, north) == pytest.approx(grid, abs=0.02)


def test_many_points_come_in_their_order() -> None:
    points = [(651409.804 + step, 313177.45) for step in range(5)]
    found = degrees_to_grid(grid_to_degrees(points))
    assert [round(x - 651409.804, 2) for x, _ in found] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("position", [(0.0, 0.0), (1e9, 1e9), (-1.0, 5.0), (float("nan"), 1.0)])
def test_outside_great_britain_there_is_no_answer(position: tuple[float, float]) -> None:
    assert all(isnan(number) for number in grid_to_degrees([position])[0])


def test_degrees_outside_great_britain_are_not_on_the_grid() -> None:
    assert all(isnan(number) for number in degrees_to_grid([(2.35, 48.85)])[0])


@pytest.mark.parametrize("east", [None, "", "x", [], {}, True, 1e9])
def test_an_odd_easting_gives_no_point(east: object) -> None:
    assert read_grid_point(east, 313177.45) is None


def test_numbers_as_text_are_read() -> None:
    assert read_grid_point("651409.804", ["313177.450"]) == Point(lat=52.6580078, lon=1.716074)
