"""Planning data of the town in the dialect of planning.data.gov.uk: open, without a key, and read only.

An entity that became another is answered with 301, one that was taken away with 410, and a wrong question with 422 in the
words of its framework. `q` is a UPRN or a postcode, and finds what holds there. Of the relations of two areas it knows
intersects, within, contains and disjoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from typing_extensions import override

from desktop.sandbox.addresses import Address
from desktop.sandbox.planning_records import DATASETS, GONE, MERGED, Entity, build_entities, find_entity
from desktop.sandbox.web import TownHandler
from desktop.sandbox.wkt import RELATIONS, Shape, format_geojson, format_wkt, parse_wkt

Tree = dict[str, Any]
MOST, USUAL = 500, 10
_PERIODS = ("all", "current", "historical")
_NAMES = {
    "dataset", "typology", "reference", "prefix", "organisation_entity", "entries", "period", "latitude", "longitude",
    "geometry", "geometry_relation", "geometry_entity", "q", "field", "exclude_field", "limit", "offset",
}  # fmt: skip


class Wrong(Exception):
    """A question that is answered with 422: where it is wrong and what is."""

    def __init__(self, where: str, said: str, given: str) -> None:
        super().__init__(said)
        self.detail = {"type": "value_error", "loc": ["query", where], "msg": said, "input": given}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of this service: a status, a body, and where to go instead."""

    status: int
    tree: object
    location: str = ""


class PlanningHandler(TownHandler):
    """Everything of the API."""

    async def get(self, kind: str = "", *parts: str) -> None:
        try:
            found = self._find(kind, *parts)
        except Wrong as wrong:
            found = Answer(status=422, tree={"detail": [wrong.detail]})
        await self.answer_json(found.status, found.tree, {"Location": found.location} if found.location else None)

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"detail": "Internal Server Error" if status_code >= 500 else "Method Not Allowed"})

    @property
    def seed(self) -> str:
        """Of the town."""
        return self.site.state.get_meta("seed")

    def _find(self, kind: str, *parts: str) -> Answer:
        if kind == "dataset":
            return Answer(status=200, tree={"datasets": [_show_dataset(id, *row) for id, row in DATASETS.items()]})
        if kind == "entity" and len(parts) == 2:
            return self._one(int(parts[0]), parts[1])
        if kind == "entity":
            return Answer(status=200, tree=self._search(parts[0]))
        return Answer(status=404, tree={"detail": "Not Found"})

    def _one(self, number: int, form: str) -> Answer:
        if number in MERGED:
            place = f"{self.site.base}/entity/{MERGED[number]}.{form}"
            return Answer(status=301, tree={"detail": "Moved Permanently"}, location=place)
        if number in GONE:
            return Answer(status=410, tree={"detail": f"Entity {number} has been removed"})
        entity = find_entity(self.seed, number)
        if entity is None:
            return Answer(status=404, tree={"detail": "Entity not found"})
        if form == "geojson" and entity.shape is None:
            return Answer(status=406, tree={"detail": "geojson for entity not available"})
        return Answer(status=200, tree=_show_feature(entity) if form == "geojson" else show_entity(entity))

    def _search(self, form: str) -> Tree:
        found = [entity for entity in build_entities(self.seed) if self._fits(entity)]
        shape = self._read_shape()
        if shape is not None:
            relation = RELATIONS[self._one_of("geometry_relation", tuple(RELATIONS), "within")]
            if not self.request.query_arguments.keys() & {"geometry", "geometry_entity"}:
                relation = RELATIONS["intersects"]  # a point or a home
            found = [entity for entity in found if entity.shape is not None and relation(entity.shape, shape)]
        if form == "geojson":
            found = [entity for entity in found if entity.shape is not None]
        limit, offset = self._whole("limit", USUAL, 1, MOST), self._whole("offset", 0, 0, 10_000_000)
        links = self._build_links(form, limit, offset, len(found))
        page = found[offset : offset + limit]
        if form == "geojson":
            return {"type": "FeatureCollection", "features": [_show_feature(one) for one in page], "links": links}
        return {"entities": [self._show(entity) for entity in page], "count": len(found), "links": links}

    def _fits(self, entity: Entity) -> bool:
        if unknown := sorted(self.request.query_arguments.keys() - _NAMES):
            raise Wrong(unknown[0], "Extra inputs are not permitted", self.get_query_argument(unknown[0]))
        wanted = self._list("dataset")
        if strange := sorted(set(wanted) - DATASETS.keys()):
            raise Wrong("dataset", f"Requested datasets do not exist: {', '.join(strange)}.", ",".join(wanted))
        entries = self._one_of("entries", _PERIODS, self._one_of("period", _PERIODS, "all"))
        return (
            (not wanted or entity.dataset in wanted)
            and (entries == "all" or entity.is_current == (entries == "current"))
            and all(
                str(entity.fields[name.replace("_", "-")]) in asked
                for name in ("typology", "reference", "prefix", "organisation_entity")
                if (asked := self._list(name))
            )
        )

    def _read_shape(self) -> Shape | None:
        """The area that is asked about, None for everywhere."""
        ask = self.get_query_argument
        if lat := ask("latitude", ""):
            shape = parse_wkt(f"POINT({ask('longitude', '')} {lat})")
            if shape is None:
                raise Wrong("latitude", "Latitude and longitude go together and are degrees", lat)
            return shape
        if text := ask("geometry", ""):
            shape = parse_wkt(text)
            if shape is None:
                raise Wrong("geometry", "Invalid geometry, it must be WKT", text[:200])
            return shape
        if number := ask("geometry_entity", ""):
            entity = find_entity(self.seed, int(number)) if number.isdecimal() else None
            if entity is None or entity.shape is None:
                raise Wrong("geometry_entity", "There is no entity of this number with a geometry", number)
            return entity.shape
        return self._find_home(ask("q", ""))

    def _find_home(self, asked: str) -> Shape | None:
        """The point of a UPRN or postcode; what is nowhere finds nothing."""
        if not asked:
            return None
        plain = asked.replace(" ", "").upper()
        addresses = cast("tuple[Address, ...]", self.application.settings["addresses"])
        home = next((one for one in addresses if plain in {one.uprn, one.postcode.replace(" ", "")}), None)
        return Shape(rings=(((home.lon, home.lat),),)) if home else Shape(rings=(((0.0, 0.0),),))

    def _show(self, entity: Entity) -> Tree:
        shown = show_entity(entity)
        if kept := set(self._list("field")):
            shown = {name: value for name, value in shown.items() if name in kept | {"entity", "dataset"}}
        left_out = set(self._list("exclude_field"))
        return {name: value for name, value in shown.items() if name not in left_out}

    def _build_links(self, form: str, limit: int, offset: int, count: int) -> Tree:
        ask = {name: self.get_query_arguments(name) for name in self.request.query_arguments if name != "offset"}

        def link(at: int) -> str:
            query = urlencode({**ask, "limit": [str(limit)], **({"offset": [str(at)]} if at else {})}, doseq=True)
            return f"{self.site.base}/entity.{form}?{query}"

        last = max(0, (count - 1) // limit * limit)
        links = {"first": link(0), "last": link(last)}
        links |= {"next": link(offset + limit)} if offset + limit < count else {}
        return links | ({"prev": link(max(0, offset - limit))} if offset else {})

    def _list(self, name: str) -> list[str]:
        """Every value of a parameter, which may come several times or with commas."""
        return [part.strip() for text in self.get_query_arguments(name) for part in text.split(",") if part.strip()]

    def _one_of(self, name: str, known: tuple[str, ...], usual: str) -> str:
        text = self.get_query_argument(name, "") or usual
        if text not in known:
            raise Wrong(name, f"Input should be {' or '.join(repr(word) for word in known)}", text)
        return text

    def _whole(self, name: str, usual: int, least: int, most: int) -> int:
        text = self.get_query_argument(name, "") or str(usual)
        if not text.removeprefix("-").isdecimal():
            raise Wrong(name, "Input should be a valid integer, unable to parse string as an integer", text)
        if int(text) < least:
            raise Wrong(name, f"Input should be greater than or equal to {least}", text)
        if int(text) > most:
            raise Wrong(name, f"Input should be less than or equal to {most}", text)
        return int(text)


def show_entity(entity: Entity) -> Tree:
    """An entity with all its fields; what is not known is ""."""
    shape = entity.shape
    if shape is None:
        return {**entity.fields, "geometry": "", "point": ""}
    corners = shape.corners
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    point = Shape(rings=((((west + east) / 2, (south + north) / 2),),))
    return {**entity.fields, "geometry": "" if shape.is_point else format_wkt(shape), "point": format_wkt(point)}


def _show_feature(entity: Entity) -> Tree:
    return {
        "type": "Feature",
        "geometry": format_geojson(entity.shape) if entity.shape else None,
        "properties": {name: value for name, value in show_entity(entity).items() if name not in {"geometry", "point"}},
    }


def _show_dataset(id: str, name: str, plural: str, typology: str) -> Tree:
    return {
        "dataset": id, "name": name, "plural": plural, "typology": typology, "collection": id, "prefix": "", "text": "",
        "start-date": "", "end-date": "", "entry-date": "2026-01-12", "licence": "ogl3",
    }  # fmt: skip


def planning_routes() -> list[tuple[str, type[PlanningHandler]]]:
    """Paths of the API and who answers them."""
    return [
        (r"/(dataset)\.json", PlanningHandler),
        (r"/(entity)\.(json|geojson)", PlanningHandler),
        (r"/(entity)/([0-9]{1,18})\.(json|geojson)", PlanningHandler),
        (r"/.*", PlanningHandler),
    ]
