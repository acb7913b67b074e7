"""pygeoapi with a few assets of an invented street: bins in degrees, trees in the national grid, a conservation area."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.helpers.fault_proxy import FaultProxy, run_fault_proxy
from tests.helpers.running_servers import run_server

LAT, LON = 51.5, -1.25
"""The middle of the street."""
EAST, NORTH = 452_162.0, 178_022.0
"""The first tree, in metres of the national grid: within a few hundred metres of the middle."""
BINS, TREES = 23, 5
GRID = "http://www.opengis.net/def/crs/EPSG/0/27700"
DEGREES = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SERVE = """
import sys
from pygeoapi.flask_app import APP
APP.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
"""


def _feature(id: int, shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {
        "type": "Feature", "id": id, "geometry": {"type": shape, "coordinates": coordinates}, "properties": properties,
    }  # fmt: skip


def _bins() -> list[dict[str, object]]:
    """Bins along the street, each some 14 metres east of the last."""
    return [
        _feature(n, "Point", [LON + n * 0.0002, LAT], name=f"Bin {n}", kind="litter", emptied="null", locked="false")
        for n in range(1, BINS + 1)
    ]


def _trees() -> list[dict[str, object]]:
    return [
        _feature(n, "Point", [EAST + 10 * (n - 1), NORTH], species="Tilia cordata", tag=n) for n in range(1, TREES + 1)
    ]


def _area() -> list[dict[str, object]]:
    ring = [[LON - 0.01, LAT - 0.01], [LON, LAT - 0.01], [LON, LAT + 0.01], [LON - 0.01, LAT + 0.01]]
    return [_feature(1, "Polygon", [[*ring, ring[0]]], title="Mill Row", designated="1974-05-02")]


def _collection(folder: Path, name: str, title: str, features: list[dict[str, object]], **crs: object) -> object:
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    provider = {"type": "feature", "name": "GeoJSON", "data": str(file), "id_field": "id", **crs}
    box = [LON - 0.05, LAT - 0.05, LON + 0.05, LAT + 0.05]
    return {
        "type": "collection", "title": title, "description": f"{title} of an invented street", "keywords": [name],
        "links": [], "extents": {"spatial": {"bbox": box, "crs": DEGREES}}, "providers": [provider],
    }  # fmt: skip


def _config(folder: Path, url: str) -> object:
    text = {"title": "Assets", "description": "Assets of an invented street"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0}, "url": url, "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8", "language": "en-GB", "pretty_print": False, "gzip": False,
            "limits": {"default_items": 10, "max_items": 50, "on_exceed": "throttle"},
            "map": {"url": "http://127.0.0.1/none/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**text, "keywords": ["assets"], "keywords_type": "theme", "terms_of_service": "none", "url": url},
            "license": {"name": "OGL", "url": url},
            "provider": {"name": "Nobody", "url": url},
            "contact": {"name": "Nobody", "url": url, "email": "nobody@example.org"},
        },
        "resources": {
            "bins": _collection(folder, "bins", "Bins", _bins()),
            "trees": _collection(folder, "trees", "Street trees", _trees(), crs=[GRID, DEGREES], storage_crs=GRID),
            "areas": _collection(folder, "areas", "Conservation areas", _area()),
        },
    }  # fmt: skip


@contextmanager
def run_pygeoapi(folder: Path) -> Iterator[FaultProxy]:
    """The server behind a proxy; its links lead through the proxy too."""
    with run_fault_proxy() as proxy:
        config, contract = folder / "config.yml", folder / "openapi.json"
        config.write_text(json.dumps(_config(folder, proxy.url)), encoding="utf-8")
        # It will not start without a contract to show; none of its answers are made from it.
        contract.write_text(json.dumps({"openapi": "3.0.2", "info": {}, "paths": {}}), encoding="utf-8")
        variables = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(contract)}
        with run_server(
            "pygeoapi", lambda python, port: [python, "-c", SERVE, str(port)], folder, variables=variables
        ) as server:
            proxy.target = server.port
            yield proxy
