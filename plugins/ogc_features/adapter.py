"""Map layers and insight on OGC API Features."""

from __future__ import annotations

import re
from math import cos, radians
from urllib.parse import quote, urlencode

from desktop.adapters.api import AdapterContext, Page
from desktop.domain.components import Diagnosis
from desktop.domain.errors import BadResponse, InvalidInput, SetupFailed
from desktop.domain.ids import OutsideId
from desktop.domain.insight import Fact, Insight
from desktop.domain.layers import Bounds, Feature, LayerKind, MapLayer, Tile
from desktop.domain.places import Point

from .frames import URIS, Frame, find_frame, format_box
from .geometry import METRES, find_distance
from .mapping import Collection, is_same_question, parse_features
from .server import Server, find_filter
from .trail import lead_on, split_cursor

MOST_NEAR = 8
"""Collections that are looked through around a home without being named."""
MOST_PAGES = 3
MOST_FACTS = 50

_CURSOR = re.compile(r"https?://[^\s/?#]+/\S*")


class OgcFeaturesAdapter:
    """Collections as layers, and the features nearest to a home."""

    def __init__(self, context: AdapterContext) -> None:
        settings = context.settings
        self._component = context.component
        self._server = Server(context)
        self._base_url = settings["base_url"].rstrip("/")
        self._named = _split(settings["collections"])
        self._near = _split(settings["near"])
        self._radius_m = float(settings["radius_m"])
        self._filter = settings["filter"]
        self._frame = None if settings["crs"] == "auto" else Frame(settings["crs"])
        self._name_field = settings["name_field"]
        self._page_size = settings["page_size"]
        self._attribution = settings["attribution"]

    # ==== component ====

    def check(self) -> Diagnosis:
        """Reads the landing page, what the server conforms to, and which collections it has."""
        title = self._server.fetch_title()
        conforms = self._server.fetch_conformance()
        found = self._server.fetch_collections()
        ids = {collection.id for collection in found.items}
        warnings = [
            f"There is no collection {id}: correct the settings collections and near."
            for id in dict.fromkeys((*self._named, *self._near))
            if id not in ids
        ]
        if self._filter and not find_filter(conforms):
            warnings.append("It does not say that it filters, so the setting filter cannot be used: take it out.")
        facts = {
            "title": title or "not said",
            "collections": str(len(ids)),
            "filters": "offered" if find_filter(conforms) else "not offered",
            "other coordinates": "offered" if any(name.endswith("/conf/crs") for name in conforms) else "not offered",
        }
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    # ==== map layers ====

    def layers(self) -> tuple[MapLayer, ...]:
        """Every collection of features, or those that are named in the settings, in that order."""
        found = self._server.fetch_collections()
        chosen = {collection.id: collection for collection in found.items}
        if self._named:
            chosen = {id: chosen[id] for id in self._named if id in chosen}
        return tuple(
            MapLayer(
                id=OutsideId(collection.id),
                name=collection.title,
                kind=LayerKind.FEATURES,
                description=collection.description,
                attribution=self._attribution or collection.attribution or found.attribution,
                bounds=collection.bounds,
            )
            for collection in chosen.values()
        )

    def features(self, layer: OutsideId, bounds: Bounds | None = None, cursor: str = "") -> Page[Feature]:
        """Features of a collection in a box, or all; the server's own link leads to the next page."""
        if not layer.strip():
            raise InvalidInput("Choose a layer.", key="ogc_features.layer", field="layer")
        if cursor and not _CURSOR.fullmatch(cursor):
            raise InvalidInput("That is not a page of this layer.", key="ogc_features.cursor", field="cursor")
        collection = self._server.find_collection(layer)
        frame, name = self._choose_frame(collection)
        path = f"collections/{quote(layer, safe='')}/items"
        params = {} if cursor else self._build_question(frame, name, bounds)
        address = split_cursor(cursor)
        answer, text = self._server.fetch(address or path, params, field="layer")
        asked = address or f"{self._base_url}/{path}?{urlencode(params)}"
        said = find_frame(answer.headers.get("Content-Crs", ""))
        found = parse_features(
            text,
            layer=layer,
            url=self._server.find_source(answer),
            frame=said or frame,
            name_field=self._name_field,
            component=self._component,
        )
        # A server that ignores the offset would lead to the same page for ever.
        ends = not found.following or is_same_question(found.following, asked)
        following = "" if ends else lead_on(cursor, found.following)
        if following is None:
            raise BadResponse(
                f"The pages of {collection.title} lead round in a circle, so what was shown of it may not be all.",
                "Report it to whoever runs the server.",
                key="ogc_features.circle",
                subject=self._component,
            )
        return Page(items=found.items, cursor=following, raws=found.raws)

    def tile(self, layer: OutsideId, z: int, x: int, y: int) -> Tile:  # noqa: ARG002 -- the protocol's arguments
        """Raises InvalidInput: these layers are features."""
        raise InvalidInput(
            "This layer comes as features, not as pictures.",
            "Ask for its features.",
            key="ogc_features.tile",
            field="layer",
        )

    def _build_question(self, frame: Frame, name: str, bounds: Bounds | None) -> dict[str, str]:
        params = {"limit": self._page_size}
        if name:
            params["crs"] = name
        if bounds is not None:
            box = format_box(frame, bounds)
            if box is None:
                raise InvalidInput(
                    "That part of the map lies outside the national grid.",
                    "Move the map to Great Britain.",
                    key="ogc_features.box",
                    field="bounds",
                )
            params["bbox"] = box
            if name:
                params["bbox-crs"] = name
        if self._filter:
            params |= {"filter": self._filter, **self._server.find_filter_language()}
        return params

    def _choose_frame(self, collection: Collection) -> tuple[Frame, str]:
        """The system to ask for, and its name to ask by: "" where the server answers so unasked."""
        offered = {frame: name for name in collection.frames if (frame := find_frame(name)) is not None}
        if self._frame is not None:
            return self._frame, offered.get(self._frame, URIS[self._frame])
        if not collection.frames or Frame.DEGREES in offered:
            return Frame.DEGREES, ""
        for frame in (Frame.LAT_LON, Frame.GRID, Frame.WEB):
            if frame in offered:
                return frame, offered[frame]
        raise SetupFailed(
            f"{collection.title} comes in a coordinate system that Knit does not read.",
            "Ask whoever runs the server to offer CRS84 or EPSG:27700.",
            key="ogc_features.crs",
            subject=self._component,
        )

    # ==== insight ====

    def around(self, lat: float, lon: float, radius: float = 0.0) -> Insight:
        """The features of the collections named in the settings, nearest first."""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("That is not a point on the earth.", key="ogc_features.point", field="lat")
        point, reach = Point(lat=lat, lon=lon), radius if radius > 0 else self._radius_m
        facts: list[Fact] = []
        cut: list[str] = []
        credits = [self._attribution] if self._attribution else []
        for id in self._near or self._find_near():
            collection = self._server.find_collection(OutsideId(id))
            credits += [collection.attribution] if collection.attribution and not self._attribution else []
            found, whole = self._look_around(collection, point, reach)
            facts += found
            cut += [] if whole else [collection.title]
        facts.sort(key=lambda fact: (fact.distance_m or 0.0, fact.kind, fact.outside_id))
        notices = [
            f"There are more {title} here than were looked through: the nearest may be missing." for title in cut
        ]
        return Insight(
            facts=tuple(facts[:MOST_FACTS]),
            notices=tuple(notices),
            attribution=" ".join(dict.fromkeys(credits)),
            more=bool(cut) or len(facts) > MOST_FACTS,
        )

    def _find_near(self) -> tuple[str, ...]:
        ids = self._named or tuple(collection.id for collection in self._server.fetch_collections().items)
        if len(ids) > MOST_NEAR:
            raise SetupFailed(
                f"{self._component} has too many collections to look through around a home.",
                "Name those that matter in the setting near, such as bins,trees,lamps.",
                key="ogc_features.near",
                subject=self._component,
            )
        return ids

    def _look_around(self, collection: Collection, point: Point, reach: float) -> tuple[list[Fact], bool]:
        """Facts of one collection, and whether all that lies in the box was seen."""
        bounds, cursor = _build_bounds(point, reach), ""
        facts: list[Fact] = []
        for _page in range(MOST_PAGES):
            page = self.features(OutsideId(collection.id), bounds, cursor)
            facts += [fact for item in page.items if (fact := _build_fact(item, collection, point, reach)) is not None]
            cursor = page.cursor
            if not cursor:
                return facts, True
        return facts, False


def _split(names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))


def _build_bounds(point: Point, reach: float) -> Bounds:
    """The box around a circle, held to the earth."""
    up = reach / METRES
    aside = up / max(0.01, cos(radians(point.lat)))
    return Bounds(
        west=max(-180.0, point.lon - aside),
        south=max(-90.0, point.lat - up),
        east=min(180.0, point.lon + aside),
        north=min(90.0, point.lat + up),
    )


def _build_fact(item: Feature, collection: Collection, point: Point, reach: float) -> Fact | None:
    """A feature as a fact, None where it has no place or lies too far away."""
    distance = find_distance(item.geometry, point) if item.geometry else None
    if distance is None or distance > reach:
        return None
    return Fact(
        outside_id=item.outside_id,
        kind=collection.id,
        title=item.name or f"{collection.title} {item.outside_id}",
        text=collection.title if distance else f"{collection.title}: this place lies in it",
        point=item.point,
        distance_m=round(distance, 1),
        details=item.properties,
    )
