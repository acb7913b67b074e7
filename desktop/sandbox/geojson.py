"""The town's geometry as GeoJSON, for the desk's own base map that needs no network.

`resources/map/citytown.geojson` is what `write_geojson` gives for the default town; a test makes it again and compares.
"""

from __future__ import annotations

import json
from pathlib import Path

from desktop.sandbox import plan
from desktop.sandbox.grid import plan_to_wgs84
from desktop.sandbox.plan import XY
from desktop.sandbox.streets import Plot, build_plots, build_streets
from desktop.sandbox.town import SEED, Town

Feature = dict[str, object]
ATTRIBUTION = "\N{COPYRIGHT SIGN} Citytown mapping, an invented town"
_EDGE = plan.HALF_WIDTH + 60


def town_geojson(town: Town) -> dict[str, object]:
    """A FeatureCollection in WGS 84 degrees (longitude first), six decimals, ordered from the ground up.

    Each feature has `kind`: ward (with `name`, `code`; together they are all the land), water
    (`class` canal for a line), park (with `name`), rail, road (with `name` and
    `class` main, street or close), building (with `street` and `number`), and label (a point with `name` and `of`).
    """
    return _collection(town.plots)


def _collection(plots: tuple[Plot, ...]) -> dict[str, object]:
    features = [_polygon(plan.ward_ring(n), kind="ward", name=name, code=code) for n, name, code in plan.WARDS]
    features.append(_polygon(_river(), kind="water", name="River Cade"))
    cut = plan.along_y(plan.canal, -90, plan.river(plan.canal(180)))
    features.append(_line(cut, kind="water", name="Tannery Cut", width=14.0, **{"class": "canal"}))
    features += [_polygon((*ring, ring[0]), kind="park", name=name) for name, ring in plan.PARKS]
    features.append(_line(plan.along_x(plan.railway, -_EDGE, _EDGE), kind="rail", name="Cade Valley line"))
    for kind in ("close", "street", "main"):
        features += [
            _line(street.line, kind="road", name=street.name, **{"class": kind, "usrn": street.usrn})
            for street in build_streets()
            if street.kind == kind
        ]
    features += [_polygon(plot.ring, kind="building", street=plot.street.name, number=plot.number) for plot in plots]
    features += [_label(_middle(plan.ward_ring(n)), name=name, of="ward") for n, name, _ in plan.WARDS]
    features += [_label(_middle(ring), name=name, of="park") for name, ring in plan.PARKS]
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}


def format_geojson(tree: dict[str, object]) -> str:
    """The text of the file: a feature on each line, so that a change can be read."""
    features = tree["features"]
    if not isinstance(features, list):  # pragma: no cover - our own tree
        raise TypeError
    head = json.dumps({"type": tree["type"], "attribution": tree["attribution"]}, ensure_ascii=False)[:-1]
    rows = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return f'{head}, "features": [\n{rows}\n]}}\n'


def write_geojson(path: Path, seed: str = SEED) -> None:
    """Writes the base map of a town; only its seed matters."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = format_geojson(_collection(build_plots(seed, build_streets())))
    path.write_text(text, encoding="utf-8", newline="\n")


def _river() -> tuple[XY, ...]:
    """The river between its banks."""
    middle = plan.along_x(plan.river, -_EDGE, _EDGE)
    north = tuple((x, y + plan.RIVER_HALF) for x, y in middle)
    south = tuple((x, y - plan.RIVER_HALF) for x, y in reversed(middle))
    return (*north, *south, north[0])


def _middle(ring: tuple[XY, ...]) -> XY:
    """The middle of a ring's box, held within the town."""
    xs = [max(-plan.HALF_WIDTH, min(plan.HALF_WIDTH, x)) for x, _ in ring]
    ys = [max(-plan.HALF_HEIGHT, min(plan.HALF_HEIGHT, y)) for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _degrees(point: XY) -> list[float]:
    lat, lon = plan_to_wgs84(*point)
    return [round(lon, 6), round(lat, 6)]


def _feature(kind: str, coordinates: object, properties: dict[str, object]) -> Feature:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _polygon(ring: tuple[XY, ...], **properties: object) -> Feature:
    return _feature("Polygon", [[_degrees(point) for point in ring]], properties)


def _line(points: tuple[XY, ...], **properties: object) -> Feature:
    return _feature("LineString", [_degrees(point) for point in points], properties)


def _label(point: XY, **properties: object) -> Feature:
    return _feature("Point", _degrees(point), {"kind": "label", **properties})
