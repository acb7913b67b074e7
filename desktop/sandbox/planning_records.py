"""Planning constraints of the town, as councils and national bodies publish them: seeded, with their areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

from desktop.sandbox import plan
from desktop.sandbox.assets import build_assets
from desktop.sandbox.grid import plan_to_wgs84
from desktop.sandbox.plan import XY
from desktop.sandbox.streets import build_plots, build_streets
from desktop.sandbox.wkt import Shape

COUNCIL = 9900
"""Number of the council among the organisations."""
_HERITAGE, _RIVERS = 9901, 9902

DATASETS: dict[str, tuple[str, str, str]] = {
    "area-of-outstanding-natural-beauty": ("Area of outstanding natural beauty", "Areas of outstanding natural beauty", "geography"),
    "article-4-direction-area": ("Article 4 direction area", "Article 4 direction areas", "geography"),
    "brownfield-land": ("Brownfield land", "Brownfield land", "geography"),
    "conservation-area": ("Conservation area", "Conservation areas", "geography"),
    "flood-risk-zone": ("Flood risk zone", "Flood risk zones", "geography"),
    "green-belt": ("Green belt", "Green belt", "geography"),
    "listed-building": ("Listed building", "Listed buildings", "geography"),
    "listed-building-outline": ("Listed building outline", "Listed building outlines", "geography"),
    "local-planning-authority": ("Local planning authority", "Local planning authorities", "geography"),
    "national-park": ("National park", "National parks", "geography"),
    "park-and-garden": ("Historic parks and gardens", "Historic parks and gardens", "geography"),
    "planning-permission-type": ("Planning permission type", "Planning permission types", "category"),
    "scheduled-monument": ("Scheduled monument", "Scheduled monuments", "geography"),
    "site-of-special-scientific-interest": ("Site of special scientific interest", "Sites of special scientific interest", "geography"),
    "tree": ("Tree", "Trees", "geography"),
    "tree-preservation-zone": ("Tree preservation zone", "Tree preservation zones", "geography"),
    "world-heritage-site": ("World heritage site", "World heritage sites", "geography"),
}  # fmt: skip
"""Name, plural and typology of each dataset that the service knows; the town has entities of some."""
MERGED = {7_010_099: 44_990_001, 44_990_098: 44_990_002}
"""Entities that became another."""
GONE = frozenset({44_990_099})
"""Entities that were taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing on record: its fields as they are shown, and where it is (None for what has no place)."""

    number: int
    fields: dict[str, object]
    shape: Shape | None

    @property
    def dataset(self) -> str:
        """The dataset that it is in."""
        return str(self.fields["dataset"])

    @property
    def is_current(self) -> bool:
        """Whether it has not ended."""
        return not self.fields["end-date"]


@lru_cache(maxsize=4)
def build_entities(seed: str) -> tuple[Entity, ...]:
    """Every entity of a town, in the order of their numbers."""
    found = [
        *_conservation_areas(seed), *_listed_buildings(seed), *_tree_zones(), *_trees(seed), *_flood_zones(),
        *_directions(), *_others(),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda entity: entity.number))


def find_entity(seed: str, number: int) -> Entity | None:
    """An entity by its number."""
    return next((entity for entity in build_entities(seed) if entity.number == number), None)


def _place(*rings: tuple[XY, ...]) -> Shape:
    def to_degrees(spot: XY) -> XY:
        lat, lon = plan_to_wgs84(*spot)
        return round(lon, 6), round(lat, 6)

    return Shape(rings=tuple(tuple(to_degrees(spot) for spot in ring) for ring in rings))


def _build(
    number: int, dataset: str, name: str, shape: Shape | None, *, reference: str, by: int = COUNCIL, start: str = "",
    end: str = "", **more: str,
) -> Entity:  # fmt: skip
    fields: dict[str, object] = {
        "entity": number, "name": name, "dataset": dataset, "typology": DATASETS[dataset][2], "reference": reference,
        "prefix": dataset, "organisation-entity": by, "entry-date": "2026-01-12", "start-date": start, "end-date": end,
        "quality": "authoritative", **{key.replace("_", "-"): value for key, value in more.items()},
    }  # fmt: skip
    return Entity(number=number, fields=fields, shape=shape)


def _circle(middle: XY, radius: float, corners: int = 16) -> tuple[XY, ...]:
    turns = [2 * pi * number / corners for number in range(corners)]
    ring = tuple((middle[0] + radius * cos(turn), middle[1] + radius * sin(turn)) for turn in turns)
    return (*ring, ring[0])


def _conservation_areas(seed: str) -> Iterator[Entity]:
    for number, asset in enumerate(build_assets(seed)["conservation-areas"], 1):
        name, since = str(asset.properties["name"]), str(asset.properties["designated"])
        yield _build(
            44_990_000 + number, "conservation-area", name, _place(asset.ring), reference=f"CA{number:02d}", start=since,
            designation_date=since, documentation_url=f"https://citytown.example/conservation/{number}",
        )  # fmt: skip
    yield _build(
        44_990_010, "conservation-area", "Old Gasworks", _place(_circle((520, -120), 60)), reference="CA10",
        start="1979-03-01", end="2004-06-30", designation_date="1979-03-01",
    )  # fmt: skip


def _listed_buildings(seed: str) -> Iterator[Entity]:
    plots = {(plot.street.name, plot.number): plot for plot in build_plots(seed, build_streets())}
    listed = (("Mercer Row", 3, "II"), ("Mercer Row", 5, "II"), ("Castle Street", 2, "II*"), ("Quay Lane", 12, "II"))
    for order, (street, number, grade) in enumerate(listed, 1):
        plot = plots[street, number]
        name, reference = f"{number} {street}", f"99{order:05d}"
        more = {"listed_building_grade": grade, "documentation_url": f"https://heritage.example/list/{reference}"}
        yield _build(
            31_990_000 + order, "listed-building", name.upper(), _place((plot.centre,)), reference=reference, by=_HERITAGE,
            start="1974-02-26", **more,
        )  # fmt: skip
        yield _build(
            42_990_000 + order, "listed-building-outline", name, _place((*plot.ring, plot.ring[0])), reference=reference,
            start="1974-02-26", listed_building=reference,
        )  # fmt: skip


def _tree_zones() -> Iterator[Entity]:
    rings = [
        (f"Trees of {name}", (*ring, ring[0])) for name, ring in plan.PARKS if name in {"Priory Park", "Weir Gardens"}
    ]
    rings += [("Limes behind Tanner Street", _circle((-150, 58), 34))]
    # Some areas are drawn across themselves: whoever reads them must bear that.
    rings += [("Willows on the Meadow", ((-560, -330), (-500, -300), (-500, -330), (-560, -300), (-560, -330)))]
    for number, (name, ring) in enumerate(rings, 1):
        yield _build(
            19_990_000 + number, "tree-preservation-zone", name, _place(ring), reference=f"TPO {number}/1998",
            start="1998-07-01", tree_preservation_zone_type="area", tree_preservation_order=f"TPO{number}",
        )  # fmt: skip


def _trees(seed: str) -> Iterator[Entity]:
    kept = [asset for asset in build_assets(seed)["street-trees"] if asset.properties["protected"] == "true"]
    for number, asset in enumerate(kept, 1):
        species, tag = str(asset.properties["name"]), str(asset.properties["tag"])
        yield _build(7_990_000 + number, "tree", species, _place(asset.ring), reference=tag, start="1998-07-01")


def _flood_zones() -> Iterator[Entity]:
    wide = plan.HALF_WIDTH + 60
    middle = plan.along_x(plan.river, -wide, wide)
    for number, (level, reach) in enumerate((("3", 46.0), ("2", 118.0)), 1):
        north = tuple((x, y + reach) for x, y in middle)
        south = tuple((x, y - reach) for x, y in reversed(middle))
        yield _build(
            65_990_000 + number, "flood-risk-zone", "", _place((*north, *south, north[0])), reference=f"CADE/{level}",
            by=_RIVERS, flood_risk_level=level, flood_risk_type="fluvial models",
        )  # fmt: skip


def _directions() -> Iterator[Entity]:
    ring = ((-260, -20), (-40, -20), (-40, 100), (-260, 100), (-260, -20))
    yield _build(
        7_010_001, "article-4-direction-area", "Tannery Streets", _place(ring), reference="A4D1", start="2021-04-05",
        permitted_development_rights="3L;2A", article_4_direction="A4D1",
        notes="Houses may not become houses in multiple occupation without permission.",
    )  # fmt: skip


def _others() -> Iterator[Entity]:
    castle = next(ring for name, ring in plan.PARKS if name == "Castle Mound")
    yield _build(
        26_990_001, "scheduled-monument", "Castle Mound", _place((*castle, castle[0])), reference="9990001", by=_HERITAGE,
        start="1934-10-12",
    )  # fmt: skip
    yield _build(13_990_001, "planning-permission-type", "Outline", None, reference="outline")
