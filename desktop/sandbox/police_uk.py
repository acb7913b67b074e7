"""Police data of the town in the dialect of data.police.uk: open, without a key, and read only.

As the real one does, it answers 404 without a word, 503 where there are too many crimes to give (10,000, or `crimes_at_most`
of the trainer's settings), and 400 to an address that is too long; a long polygon is posted instead.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from typing_extensions import override

from desktop.domain.places import Point, measure_m
from desktop.sandbox import police_records as records
from desktop.sandbox.plan import in_polygon
from desktop.sandbox.web import TownHandler

LONGEST = 4_094
MILE_M = 1_609.344
"""How far around a point crimes are given."""
PARTS = "boundary|people|priorities|events"
Shape = tuple[tuple[float, float], ...]


class NoSuch(Exception):
    """What is answered with a status and, mostly, without a word."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(said)
        self.status, self.said = status, said


class PoliceHandler(TownHandler):
    """Everything of the API."""

    async def get(self, *parts: str) -> None:
        await self._reply(*parts)

    async def post(self, *parts: str) -> None:
        await self._reply(*parts)

    async def _reply(self, *parts: str) -> None:
        try:
            if self.request.method == "GET" and len(self.request.uri or "") > LONGEST:
                raise NoSuch(400, "Bad Request")
            tree = self._find(*parts)
        except NoSuch as no:
            await self.answer(no.status, no.said.encode(), "text/plain")
            return
        await self.answer_json(200, tree)

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "text/plain")
        self.finish()

    def _today(self) -> date:
        return self.site.clock.now().date()

    def _find(self, kind: str = "", one: str = "", part: str = "") -> object:
        months = records.list_months(self._today())
        if kind == "crime-last-updated":
            return {"date": f"{months[0]}-01"}
        if kind == "crimes-street-dates":
            return [{"date": month, "stop-and-search": [records.FORCE]} for month in months]
        if kind == "crime-categories":
            named = [{"url": url, "name": name} for url, (name, _) in records.CATEGORIES.items()]
            return [{"url": "all-crime", "name": "All crime"}, *named]
        if kind == "crimes-street":
            return self._find_crimes(one, self.get_argument("date", "") or months[0], months)
        if kind == "locate-neighbourhood":
            return self._locate()
        return self._find_force(kind, one, part)

    def _find_force(self, force: str, one: str, part: str) -> object:
        if force == "forces":
            listed = {"id": records.FORCE, "name": records.FORCE_NAME}
            if not one:
                return [listed]
            force, one = one, "itself"
        if force != records.FORCE:
            raise NoSuch(404)
        if one == "itself":
            return {
                "description": None, "url": "https://police.citytown.example", "engagement_methods": [], "telephone": "101",
                "id": records.FORCE, "name": records.FORCE_NAME,
            }  # fmt: skip
        known = records.build_boundaries()
        if one == "neighbourhoods":
            return [{"id": id, "name": records.build_team(id)["name"]} for id in known]
        if one not in known:
            raise NoSuch(404)
        return records.build_part(one, part, self._today()) if part else records.build_team(one)

    def _locate(self) -> object:
        shape = _read_shape(self.get_query_argument("q", ""))
        if len(shape) != 1:
            raise NoSuch(400, "Bad Request")
        found = records.find_neighbourhood(*shape[0])
        if not found:
            raise NoSuch(404)
        return {"force": records.FORCE, "neighbourhood": found}

    def _find_crimes(self, category: str, month: str, months: list[str]) -> object:
        if category not in {"all-crime", *records.CATEGORIES} or month not in months:
            raise NoSuch(404)
        shape = _read_shape(self.get_argument("poly", ""))
        centre = _read_shape(f"{self.get_argument('lat', '')},{self.get_argument('lng', '')}")
        if len(shape) < 3 and not centre:
            raise NoSuch(400, "Bad Request")
        found = [
            crime
            for snap, crime in records.build_crimes(self.site.state.get_meta("seed"), month)
            if category in {"all-crime", crime["category"]} and _is_inside(snap, shape, centre)
        ]
        if len(found) > self.site.tuning.crimes_at_most:
            raise NoSuch(503)
        return found


def _is_inside(snap: records.Snap, shape: Shape, centre: Shape) -> bool:
    if len(shape) >= 3:
        return in_polygon(snap.lat, snap.lon, shape)
    lat, lon = centre[0]
    return measure_m(Point(lat=lat, lon=lon), Point(lat=snap.lat, lon=snap.lon)) <= MILE_M


def _read_shape(text: str) -> Shape:
    """Points of `lat,lng:lat,lng`; none where it is no such text."""
    try:
        return tuple((float(lat), float(lon)) for lat, lon in (part.split(",") for part in text.split(":")))
    except ValueError:
        return ()


def police_routes() -> list[tuple[str, type[PoliceHandler]]]:
    """Paths of the API, below `/api`, and who answers them."""
    return [
        (r"/api/(crime-last-updated|crimes-street-dates|crime-categories|locate-neighbourhood|forces)", PoliceHandler),
        (r"/api/(crimes-street)/([^/]+)", PoliceHandler),
        (r"/api/([^/]+)/([^/]+)", PoliceHandler),
        (rf"/api/([^/]+)/([^/]+)/({PARTS})", PoliceHandler),
        (r"/.*", PoliceHandler),
    ]
