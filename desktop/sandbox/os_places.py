"""OS Places: find, postcode, uprn, nearest, radius, bbox and polygon, with Royal Mail's (DPA) and the council's own (LPI)
form of an address; and the tokens that a project may ask with instead of its key.

As the real one does, it leaves `results` out when there is none, and has two shapes of error: its own
(`error.statuscode`) and that of the gateway before it (`fault.faultstring`). Free of charge.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from typing_extensions import override

from desktop.sandbox.addresses import CUSTODIAN, POST_TOWN, Address
from desktop.sandbox.places_areas import DEGREES, GRID, BadQuery, in_box, in_shape, measure, numbers_of, radius_of
from desktop.sandbox.web import TownHandler

EPOCH = "118"
_FORMS = {
    "RD02": "Detached", "RD03": "Semi-Detached", "RD04": "Terraced", "RD06": "Self Contained Flat (Includes Maisonette / Apartment)",
    "CR08": "Shop / Showroom", "CR06": "Public House / Bar / Nightclub", "LP01": "Public Park / Garden", "RG02": "Garage",
    "CI03": "Workshop / Light Industrial",
}  # fmt: skip
TOKEN_PATH = "/oauth2/token/v1"
_TOKENS = "os_places token"
_APPROVED, _ALTERNATIVE = ("1", "APPROVED"), ("3", "ALTERNATIVE")


@dataclass(frozen=True, slots=True)
class Match:
    """A place with how well it fits, 0 to 1."""

    place: Address
    score: float


class TokenHandler(TownHandler):
    """`/oauth2/token/v1`: a token for the project's key and secret, which in this town are the same word."""

    async def post(self) -> None:
        scheme, _, given = self.request.headers.get("Authorization", "").partition(" ")
        proof = base64.b64encode(f"{self.site.key}:{self.site.key}".encode()).decode()
        if scheme.lower() != "basic" or not secrets.compare_digest(given.strip().encode(), proof.encode()):
            await self.answer_json(401, {"ErrorCode": "invalid_client", "Error": "ClientId is Invalid"})
        elif self.get_body_argument("grant_type", "") != "client_credentials":
            await self.answer_json(400, {"ErrorCode": "invalid_request", "Error": "Required param : grant_type"})
        else:
            token, now = secrets.token_urlsafe(21), self.site.now_ms()
            self.site.state.put(_TOKENS, token, {"ends": now + self.site.tuning.token_ms})
            lasts = str(self.site.tuning.token_ms // 1000)
            tree = {"access_token": token, "expires_in": lasts, "issued_at": str(now), "token_type": "Bearer"}
            await self.answer_json(200, tree)


class PlacesHandler(TownHandler):
    """One of the seven resources."""

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"error": {"statuscode": status_code, "message": "The request could not be answered"}})

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if self._finished:
            return
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        given = self.get_query_argument("key", "") or self.request.headers.get("key", "")
        if scheme.lower() == "bearer":
            kept = self.site.state.find(_TOKENS, token.strip())
            if kept is None:
                await self._fault("Invalid Access Token", "keymanagement.service.invalid_access_token")
            elif kept["ends"] <= self.site.now_ms():
                await self._fault("Access Token expired", "keymanagement.service.access_token_expired")
        elif not given:
            await self._fault(
                "Failed to resolve API Key variable request.queryparam.key", "steps.oauth.v2.FailedToResolveAPIKey"
            )
        elif not secrets.compare_digest(given.encode(), self.site.key.encode()):
            await self._fault("Invalid ApiKey", "oauth.v2.InvalidApiKey")

    async def get(self, resource: str) -> None:
        await self._give(resource, "GET")

    async def post(self, resource: str) -> None:
        await self._give(resource, "POST")

    async def _give(self, resource: str, method: str) -> None:
        if (method == "POST") != (resource == "polygon"):
            await self.answer_json(405, {"error": {"statuscode": 405, "message": f"{method} is not supported here"}})
            return
        try:
            body = self._answer(resource)
        except BadQuery as bad:
            await self.answer_json(400, {"error": {"statuscode": 400, "message": str(bad)}})
            return
        await self.answer_json(200, body)

    async def _fault(self, text: str, code: str) -> None:
        await self.answer_json(401, {"fault": {"faultstring": text, "detail": {"errorcode": code}}})

    def _answer(self, resource: str) -> dict[str, object]:
        ask = self.get_query_argument
        everywhere = cast("tuple[Address, ...]", self.application.settings["addresses"])
        find: Callable[[tuple[Address, ...]], tuple[str, list[Match]]] = {
            "find": self._find, "postcode": self._postcode, "uprn": self._uprn, "nearest": self._nearest,
            "radius": self._radius, "bbox": self._bbox, "polygon": self._polygon,
        }[resource]  # fmt: skip
        query, matches = find(everywhere)
        datasets = (ask("dataset", "") or "DPA").upper().split(",")
        if not set(datasets) <= {"DPA", "LPI"}:
            raise BadQuery("Parameter dataset must be DPA, LPI or both separated by a comma.")
        srs = ask("output_srs", "") or ask("srs", "") or "EPSG:27700"
        if srs.upper() not in DEGREES | GRID:
            raise BadQuery(f"Requested output_srs {srs[:20]} is not supported.")
        languages = (ask("lr", "") or "EN,CY").upper().split(",")
        if not set(languages) <= {"EN", "CY"}:
            raise BadQuery("Parameter lr must be EN, CY or both separated by a comma.")
        most, offset = self._whole("maxresults", 100, 1, 100), self._whole("offset", 0, 0, 100_000)
        filters = self.get_query_arguments("fq")
        rows = [
            {dataset: _record(match, dataset, status, degrees=srs.upper() in DEGREES)}
            for match in matches
            for dataset in datasets
            for status in _statuses(match.place, dataset)
            if "EN" in languages and _passes(match.place, status, filters)
        ]
        header = {
            "uri": f"{self.site.base}/{resource}?{query}", "query": query, "offset": offset, "totalresults": len(rows),
            "format": "JSON", "dataset": ",".join(datasets), "lr": ",".join(languages), "maxresults": most, "epoch": EPOCH,
            "lastupdate": "2026-09-10", "output_srs": srs,
        }  # fmt: skip
        page = rows[offset : offset + most]
        return {"header": header, "results": page} if page else {"header": header}

    def _whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.get_query_argument(name, "") or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadQuery(f"Parameter {name} must be a number between {least} and {most}.")
        return int(text)

    def _find(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        query = self.get_query_argument("query", "").strip()
        if not query:
            raise BadQuery("No query parameter was provided, or it was empty.")
        asked = _words(query)
        least = float(self.get_query_argument("minmatch", "") or 0.1)
        matches = [Match(place, _score(asked, place)) for place in everywhere]
        found = [match for match in matches if match.score >= max(least, 0.1)]
        return f"query={query}", sorted(found, key=lambda match: (-match.score, match.place.uprn))

    def _postcode(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        text = self.get_query_argument("postcode", "")
        code = re.sub(r"\s", "", text).upper()
        if not re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?(\d([A-Z]{2})?)?", code) or len(code) < 3 or code.startswith("ZZ"):
            raise BadQuery(
                "Requested postcode must contain a minimum of the sector plus 1 digit of the district e.g. SO1. "
                "Requested postcode was invalid"
            )
        found = [place for place in everywhere if place.postcode.replace(" ", "").startswith(code)]
        return f"postcode={code}", [Match(place, 1.0) for place in found if place.postcode]

    def _uprn(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        text = self.get_query_argument("uprn", "").strip()
        if not re.fullmatch(r"\d{1,12}", text):
            raise BadQuery("Requested UPRN must be a number of 1 to 12 digits.")
        return f"uprn={text}", [Match(place, 1.0) for place in everywhere if place.uprn == text.lstrip("0")]

    def _nearest(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        point, degrees = self._point(), self._in_degrees()
        radius = radius_of(self.get_query_argument("radius", ""), 100)
        wanted = self.get_query_argument("dataset", "") or "DPA"
        there = [place for place in everywhere if place.postal or "LPI" in wanted.upper()]
        best = min(there, key=lambda place: measure(place, point, degrees=degrees))
        near = measure(best, point, degrees=degrees) <= radius
        return self._said("point"), [Match(best, 1.0)] if near else []

    def _radius(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        point, degrees = self._point(), self._in_degrees()
        if not self.get_query_argument("radius", ""):
            raise BadQuery("No radius parameter was provided, or it was empty.")
        radius = radius_of(self.get_query_argument("radius", ""), 0)
        far = {place.uprn: measure(place, point, degrees=degrees) for place in everywhere}
        near = sorted((place for place in everywhere if far[place.uprn] <= radius), key=lambda place: far[place.uprn])
        return self._said("point"), [Match(place, 1.0) for place in near]

    def _bbox(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        found = in_box(everywhere, self.get_query_argument("bbox", ""), degrees=self._in_degrees())
        return self._said("bbox"), [Match(place, 1.0) for place in found]

    def _polygon(self, everywhere: tuple[Address, ...]) -> tuple[str, list[Match]]:
        try:
            tree: object = json.loads(self.request.body)
        except ValueError as error:
            raise BadQuery("Request body must be GeoJSON.") from error
        found = in_shape(everywhere, tree, degrees=self._in_degrees())
        return "polygon", [Match(place, 1.0) for place in found]

    def _point(self) -> list[float]:
        return numbers_of(self.get_query_argument("point", ""), 2, "point")

    def _in_degrees(self) -> bool:
        srs = (self.get_query_argument("srs", "") or "EPSG:27700").upper()
        if srs not in DEGREES | GRID:
            raise BadQuery(f"Requested srs {srs[:20]} is not supported.")
        return srs in DEGREES

    def _said(self, name: str) -> str:
        return f"{name}={self.get_query_argument(name, '')}"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))


def _score(asked: list[str], place: Address) -> float:
    """1.0 when every word is there whole, less for the start of a word, 0 when one is missing."""
    there = [*_words(place.text), place.postcode.replace(" ", "").casefold(), place.uprn]
    total = 0.0
    for word in asked:
        if word in there:
            total += 1.0
        elif any(other.startswith(word) for other in there) and not word.isdecimal():
            total += 0.7
        else:
            return 0.0
    return round(total / len(asked), 1) if asked else 0.0


def _statuses(place: Address, dataset: str) -> list[tuple[str, str]]:
    """The logical status of each record of a place: Royal Mail has one, the council a second for a business's own name."""
    if dataset == "DPA":
        return [_APPROVED] if place.postal else []
    return [_APPROVED, _ALTERNATIVE] if place.organisation and place.postal else [_APPROVED]


def _passes(place: Address, status: tuple[str, str], filters: list[str]) -> bool:
    """Whether a record passes every `fq=FIELD:VALUE`; a value may end in `*`, and several may follow one another."""
    fields = {
        "CLASSIFICATION_CODE": place.form, "LOGICAL_STATUS_CODE": "1", "LOCAL_CUSTODIAN_CODE": str(CUSTODIAN),
        "LPI_LOGICAL_STATUS_CODE": status[0], "COUNTRY_CODE": "E",
    }  # fmt: skip
    for one in filters:
        name, _, values = one.partition(":")
        if name.upper() not in fields:
            raise BadQuery(f"Filter {name[:30]} is not supported.")
        have = fields[name.upper()]
        if not any(have.startswith(v[:-1]) if v.endswith("*") else have == v for v in values.split()):
            return False
    return True


def _record(match: Match, dataset: str, status: tuple[str, str], *, degrees: bool) -> dict[str, object]:
    place = match.place
    own = _dpa(place) if dataset == "DPA" else _lpi(place, status)
    code = "D" if place.postal else "N"
    words = "A record which is linked to PAF" if place.postal else "Not a postal address"
    shared: dict[str, object] = {
        "RPC": "2", "X_COORDINATE": place.east, "Y_COORDINATE": place.north,
        **({"LNG": place.lon, "LAT": place.lat} if degrees else {}),
        "STATUS": "APPROVED", "LOGICAL_STATUS_CODE": "1", "CLASSIFICATION_CODE": place.form,
        "CLASSIFICATION_CODE_DESCRIPTION": _FORMS[place.form], "LOCAL_CUSTODIAN_CODE": CUSTODIAN,
        "LOCAL_CUSTODIAN_CODE_DESCRIPTION": POST_TOWN, "COUNTRY_CODE": "E",
        "COUNTRY_CODE_DESCRIPTION": "This record is within England", "POSTAL_ADDRESS_CODE": code,
        "POSTAL_ADDRESS_CODE_DESCRIPTION": words, "BLPU_STATE_CODE": "2", "BLPU_STATE_CODE_DESCRIPTION": "In use",
        "TOPOGRAPHY_LAYER_TOID": f"osgb9900{place.uprn}", "LAST_UPDATE_DATE": "12/05/2026",
        "ENTRY_DATE": "19/03/2001", "BLPU_STATE_DATE": "19/03/2001", "LANGUAGE": "EN", "MATCH": match.score,
        "MATCH_DESCRIPTION": "EXACT" if match.score == 1.0 else "NO EXACT MATCH",
    }  # fmt: skip
    return {**{name: value for name, value in own.items() if value}, **shared}


def _dpa(place: Address) -> dict[str, object]:
    return {
        "UPRN": place.uprn, "UDPRN": f"9{place.uprn[-7:]}", "ADDRESS": _line(place, place.postcode),
        "ORGANISATION_NAME": place.organisation.upper(), "SUB_BUILDING_NAME": place.sub.upper(),
        "BUILDING_NAME": place.building.upper(), "BUILDING_NUMBER": str(place.number or ""),
        "THOROUGHFARE_NAME": place.street.upper(), "POST_TOWN": POST_TOWN, "POSTCODE": place.postcode,
    }  # fmt: skip


def _lpi(place: Address, status: tuple[str, str]) -> dict[str, object]:
    flat = place.sub.removeprefix("Flat ")
    named = status == _ALTERNATIVE
    line = f"{place.organisation}, {place.street}, {POST_TOWN}".upper()
    return {
        "UPRN": place.uprn, "ADDRESS": line if named else _line(place, place.postcode), "USRN": place.usrn,
        "LPI_KEY": f"{CUSTODIAN}L{place.uprn[-8:]}{status[0]}", "ORGANISATION": place.organisation.upper() if place.postal else "",
        "SAO_START_NUMBER": flat if flat.isdecimal() else "", "SAO_TEXT": "FLAT" if place.sub else "",
        "PAO_START_NUMBER": str(place.number or ""),
        "PAO_TEXT": (place.building or (place.organisation if not place.postal else "")).upper(),
        "STREET_DESCRIPTION": place.street.upper(), "TOWN_NAME": POST_TOWN, "ADMINISTRATIVE_AREA": POST_TOWN,
        "POSTCODE_LOCATOR": place.postcode, "STREET_STATE_CODE": "2", "STREET_STATE_CODE_DESCRIPTION": "Open",
        "STREET_CLASSIFICATION_CODE": "8", "STREET_CLASSIFICATION_CODE_DESCRIPTION": "All vehicles",
        "LPI_LOGICAL_STATUS_CODE": status[0], "LPI_LOGICAL_STATUS_CODE_DESCRIPTION": status[1],
    }  # fmt: skip


def _line(place: Address, postcode: str) -> str:
    door = f"{place.number}, {place.street}" if place.number else place.street
    parts = (place.organisation, place.sub, place.building, door, POST_TOWN)
    line = ", ".join(part.upper() for part in parts if part)
    return f"{line}, {postcode}" if postcode else line
