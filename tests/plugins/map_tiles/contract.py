"""What each file of the published contracts of OGC is to map_tiles, and what the adapter must make of it."""

from __future__ import annotations

from desktop.adapters.api import Checked, MapLayers
from tests.helpers.adapters import run_adapter
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

_PROSE = "The text or schema of the contract, not an answer."
_FEATURES = "An answer of OGC API Features, for ogc_features."

ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("*.yml", TEXT, maps=False, why=_PROSE),
    Entry("WebMercatorQuad.json", OTHER, maps=False, why="A tile matrix set of OGC API Tiles."),
    Entry("examples/wms_*.xml", "wms", maps=True),
    Entry("examples/*wmts*.xml", "wmts", maps=True),
    Entry("examples/wfs_*.xml", OTHER, maps=False, why="A WFS has features, not pictures."),
    Entry("examples/*", OTHER, maps=False, why=_FEATURES),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    server.answer = lambda _: reply
    if kind == "wmts":
        with run_adapter("map_tiles", server.url, settings={"kind": "wmts"}) as loaded:
            assert isinstance(loaded.adapter, Checked)
            return loaded.adapter.check()
    assert isinstance(adapter, MapLayers)
    return adapter.layers()


OLD, NEW, TILES = (
    "examples/wms_geoserver-cap.xml",
    "examples/wms_dov_getcapabilities_130.xml",
    "examples/eosdis-wmts-cap.xml",
)
LEFT_OUT = (
    "Left out, because they come in urn:ogc:def:crs:OGC:1.3:CRS84 and not in Web Mercator: AIRS_CO_Total_Column_Day, "
    "AIRS_CO_Total_Column_Night, AIRS_Dust_Score, AIRS_Prata_SO2_Index_Day, AIRS_Prata_SO2_Index_Night and more."
)
VALUES: list[tuple[str, str, object]] = [
    (OLD, "0.id", "opengeo:poi"),
    (OLD, "0.name", "Points of Interest"),
    (OLD, "0.description", "Points of Interest in New York City"),
    (OLD, "0.kind", "tiles"),
    (OLD, "0.attribution", "GeoServer Sample Data"),
    (OLD, "0.bounds.west", -74.012),
    (OLD, "0.bounds.north", 40.72),
    (OLD, "0.min_zoom", 9),
    (OLD, "1.id", "parent_layer"),
    (OLD, "1.attribution", ""),
    (OLD, "1.bounds.south", 40.708),
    (OLD, "2.id", "child_layer"),
    (OLD, "2.name", "Child Layer"),
    (OLD, "2.bounds.east", -74.002),
    (NEW, "0.id", "meetnetten"),
    (NEW, "0.name", "Grondwatermeetnetten"),
    (NEW, "0.bounds.west", 2.4985990253931107),
    (NEW, "0.bounds.south", 49.35896492737394),
    (NEW, "0.min_zoom", 14),
    (NEW, "0.max_zoom", 24),
    (TILES, "facts.title", "NASA Global Image Browse Services for EOSDIS"),
    (TILES, "facts.version", "1.0.0"),
    (TILES, "facts.layers", "0"),
    (TILES, "warnings.0", LEFT_OUT),
]
CONTRACTS = (
    Contract(api="ogc", plugin="map_tiles", entries=ENTRIES, run=run, settings={"kind": "wms"}, values=tuple(VALUES)),
)
