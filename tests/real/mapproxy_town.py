"""MapProxy with tiles that tell where they lie by their colour: as XYZ, WMTS and WMS, in Web Mercator and degrees.

One layer comes in the national grid only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.helpers.fault_proxy import FaultProxy, run_fault_proxy
from tests.helpers.pictures import Colour, build_png
from tests.helpers.running_servers import run_server

ZOOMS = (12, 13, 14)
COLUMN, ROW = 2033, 1361
"""The tile at zoom 12 whose picture, and those within it, are there; with its neighbours to the east and south."""
SERVE = """
import sys
from mapproxy.wsgiapp import make_wsgi_app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), make_wsgi_app("mapproxy.yaml"), threaded=True)
"""


def find_colour(z: int, x: int, y: int) -> Colour:
    """The colour of a tile: that of the tile at zoom 12 that it lies in."""
    column, row = x >> (z - ZOOMS[0]), y >> (z - ZOOMS[0])
    return (40 + 150 * (column - COLUMN), 40 + 150 * (row - ROW), 90)


def _fill(path: Path) -> None:
    """Two by two tiles at the first zoom, and all that lie in them at the others."""
    rows = [
        (z, x, (1 << z) - 1 - y, build_png(find_colour(z, x, y)))
        for z in ZOOMS
        for x in range(COLUMN << (z - ZOOMS[0]), (COLUMN + 2) << (z - ZOOMS[0]))
        for y in range(ROW << (z - ZOOMS[0]), (ROW + 2) << (z - ZOOMS[0]))
    ]
    with closing(sqlite3.connect(path)) as tiles, tiles:
        tiles.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        tiles.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        tiles.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        tiles.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)


def _config() -> object:
    grid = {
        "srs": "EPSG:27700",
        "bbox": [0, 0, 700_000, 1_300_000],
        "origin": "nw",
        "res": [896, 448, 224, 112, 56, 28],
    }
    return {
        "globals": {"cache": {"base_dir": "cache", "lock_dir": "locks"}},
        "services": {
            "wms": {
                "versions": ["1.1.1", "1.3.0"], "srs": ["EPSG:3857", "EPSG:4326", "EPSG:27700"],
                "image_formats": ["image/png"], "md": {"title": "Maps", "abstract": "Invented"},
            },
            "wmts": {"kvp": True, "restful": True, "md": {"title": "Maps"}},
            "tms": {"use_grid_names": True, "origin": "nw"},
        },
        "layers": [
            {"name": "town", "title": "The town", "sources": ["town"]},
            {"name": "national", "title": "National grid", "sources": [], "tile_sources": ["national"]},
        ],
        "caches": {
            "town": {
                "grids": ["web"], "sources": [], "format": "image/png",
                "cache": {"type": "mbtiles", "filename": "town.mbtiles"},
            },
            "national": {"grids": ["national"], "sources": [], "format": "image/png"},
        },
        "grids": {"web": {"base": "GLOBAL_WEBMERCATOR", "origin": "sw", "num_levels": 20}, "national": grid},
    }  # fmt: skip


@contextmanager
def run_mapproxy(folder: Path) -> Iterator[FaultProxy]:
    """The server behind a proxy; it makes its links from the address that it is asked at."""
    (folder / "cache").mkdir()
    _fill(folder / "cache" / "town.mbtiles")
    (folder / "mapproxy.yaml").write_text(json.dumps(_config()), encoding="utf-8")
    with run_fault_proxy() as proxy:
        with run_server("mapproxy", lambda python, port: [python, "-c", SERVE, str(port)], folder) as server:
            proxy.target = server.port
            yield proxy
