"""The map: what a pan or a zoom asks of the store, beside folium's own clusters, which are made with the page."""

from __future__ import annotations

import math
import random
from typing import Final

from desktop.bench.measuring import Row, build_row, take
from desktop.services.desk import Desk
from desktop.services.rows import CaseQuery

TIMES: Final = 120
MARKERS: Final = 10_000
ZOOMS: Final = range(13, 20)
"""Zooms that the map's page allows."""
_WIDE, _HIGH = 1_100, 800


def measure_map(desk: Desk, cases: int) -> Row:
    """Views of any zoom and place, open cases only and closed too; all points lie in one town."""
    dice = random.Random(11)  # noqa: S311 (repeatable)
    views = [
        (CaseQuery(bbox=_box(dice, zoom), open_only=dice.random() < 0.5), zoom)
        for zoom in (dice.choice(ZOOMS) for _ in range(TIMES))
    ]
    mine = [take(lambda view=view: desk.map.view(*view)) for view in views]  # type: ignore[misc]
    theirs = [take(lambda: _render_folium(MARKERS))]
    return build_row(
        "map, pan or zoom", cases, mine[1:], reference=f"folium MarkerCluster, {MARKERS:,} written", others=theirs
    )


def _box(dice: random.Random, zoom: int) -> tuple[float, float, float, float]:
    lat, lon = 53.2 + dice.random() * 0.16, -1.2 + dice.random() * 0.2
    wide = _WIDE * 360 / (256 * 2**zoom) / 2
    high = _HIGH * 360 / (256 * 2**zoom) / 2 * math.cos(math.radians(lat))
    return lat - high, lon - wide, lat + high, lon + wide


def _render_folium(markers: int) -> int:
    # Late: folium takes 0.4 s to import, which is not what is measured.
    import folium
    from folium.plugins import MarkerCluster

    dice = random.Random(12)  # noqa: S311 (repeatable)
    page = folium.Map(location=(53.28, -1.1), zoom_start=14)
    cluster = MarkerCluster().add_to(page)  # type: ignore[no-untyped-call]  # folium's own lack
    for _ in range(markers):
        folium.Marker((53.2 + dice.random() * 0.16, -1.2 + dice.random() * 0.2)).add_to(cluster)
    return len(page.get_root().render())
