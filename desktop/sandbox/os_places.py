"""OS Places: find, postcode, uprn and nearest, with Royal Mail's (DPA) and the council's own (LPI) form of an address.

As the real one does, it leaves `results` out when there is none, and has two shapes of error: its own
(`error.statuscode`) and that of the gateway before it (`fault.faultstring`). Free of charge and of limits.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any, cast

from typing_extensions import override

from desktop.sandbox.addresses import CUSTODIAN, POST_TOWN, Address
from desktop.sandbox.web import TownHandler

EPOCH = "118"
_FORMS = {
    "RD02": "Detached", "RD03": "Semi-Detached", "RD04": "Terraced", "RD06": "Self Contained Flat (Includes Maisonette / Apartment)",
    "CR08": "Shop / Showroom", "CR06": "Public House / Bar / Nightclub", "LP01": "Public Park / Garden", "RG02": "Garage",
    "CI03": "Workshop / Light Industrial",
}  # fmt: skip
_WGS84 = frozenset({"WGS84", "EPSG:4326"})
_GRID = frozenset({"BNG", "EPSG:27700"})


class BadQuery(Exception):
    """A query that is answered with 400; the text is the message."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place with how well it fits, 0 to 1."""

    place: Address
    score: float


class PlacesHandler(TownHandler):
    """One of the four resources."""

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish({"error": {"statuscode": status_code, "message": "The request could not be answered"}})

    async def get(self, resource: str) -> None:
        given = self.get_query_argument("key", "") or self.request.headers.get("key", "")
        if not given:
            await self._fault(
                "Failed to resolve API Key variable request.queryparam.key", "steps.oauth.v2.FailedToResolveAPIKey"
            )
            return
        if not secrets.compare_digest(given.encode(), self.site.key.encode()):
            await self._fault("Invalid ApiKey", "oauth.v2.InvalidApiKey")
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
        }[resource]  # fmt: skip
        query, matches = find(everywhere)
        datasets = (ask("dataset", "") or "DPA").upper().split(",")
        if not set(datasets) <= {"DPA", "LPI"}:
            raise BadQuery("Parameter dataset must be DPA, LPI or both separated by a comma.")
        srs = ask("output_srs", "") or ask("srs", "") or "EPSG:27700"
        if srs.upper() not in _WGS84 | _GRID:
            raise BadQuery(f"Requested output_srs {srs[:20]} is not supported.")
        most, offset = self._whole("maxresults", 100, 1, 100), self._whole("offset", 0, 0, 100_000)
        wanted = [match for match in matches if _passes(match.place, self.get_query_arguments("fq"))]
        rows = [
            {dataset: _record(match, dataset, degrees=srs.upper() in _WGS84)}
            for match in wanted
            for dataset in datasets
            if dataset == "LPI" or match.place.postal
        ]
        header = {
            "uri": f"{self.site.base}/{resource}?{query}", "query": query, "offset": offset, "totalresults": len(rows),
            "format": "JSON", "dataset": ",".join(datasets), "lr": "EN,CY", "maxresults": most, "epoch": EPOCH,
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
        text = self.get_query_argument("point", "")
        try:
            first, second = (float(part) for part in text.split(","))
            radius = float(self.get_query_argument("radius", "") or 100)
        except ValueError as error:
            raise BadQuery("Parameter point must be two numbers separated by a comma, and radius a number.") from error
        if not 0 < radius <= 1000:
            raise BadQuery("Parameter radius must be between 0.01 and 1000 metres.")
        degrees = (self.get_query_argument("srs", "") or "EPSG:27700").upper() in _WGS84

        def metres(place: Address) -> float:
            if degrees:
                return hypot(place.lat - first, (place.lon - second) * cos(radians(first))) * 111_200
            return hypot(place.east - first, place.north - second)

        wanted = self.get_query_argument("dataset", "") or "DPA"
        best = min((p for p in everywhere if p.postal or "LPI" in wanted.upper()), key=metres)
        return f"point={text}", [Match(best, 1.0)] if metres(best) <= radius else []


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


def _passes(place: Address, filters: list[str]) -> bool:
    """Whether a place passes every `fq=FIELD:VALUE`; a value may end in `*`, and several may follow one another."""
    fields = {"CLASSIFICATION_CODE": place.form, "LOGICAL_STATUS_CODE": "1", "LOCAL_CUSTODIAN_CODE": str(CUSTODIAN)}
    for one in filters:
        name, _, values = one.partition(":")
        if name.upper() not in fields:
            raise BadQuery(f"Filter {name[:30]} is not supported.")
        have = fields[name.upper()]
        if not any(have.startswith(v[:-1]) if v.endswith("*") else have == v for v in values.split()):
            return False
    return True


def _record(match: Match, dataset: str, *, degrees: bool) -> dict[str, object]:
    place = match.place
    own = _dpa(place) if dataset == "DPA" else _lpi(place)
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


def _lpi(place: Address) -> dict[str, object]:
    flat = place.sub.removeprefix("Flat ")
    return {
        "UPRN": place.uprn, "ADDRESS": _line(place, place.postcode), "USRN": place.usrn,
        "LPI_KEY": f"{CUSTODIAN}L{place.uprn[-9:]}", "ORGANISATION": place.organisation.upper() if place.postal else "",
        "SAO_START_NUMBER": flat if flat.isdecimal() else "", "SAO_TEXT": "FLAT" if place.sub else "",
        "PAO_START_NUMBER": str(place.number or ""),
        "PAO_TEXT": (place.building or (place.organisation if not place.postal else "")).upper(),
        "STREET_DESCRIPTION": place.street.upper(), "TOWN_NAME": POST_TOWN, "ADMINISTRATIVE_AREA": POST_TOWN,
        "POSTCODE_LOCATOR": place.postcode, "STREET_STATE_CODE": "2", "STREET_STATE_CODE_DESCRIPTION": "Open",
        "STREET_CLASSIFICATION_CODE": "8", "STREET_CLASSIFICATION_CODE_DESCRIPTION": "All vehicles",
        "LPI_LOGICAL_STATUS_CODE": "1", "LPI_LOGICAL_STATUS_CODE_DESCRIPTION": "APPROVED",
    }  # fmt: skip


def _line(place: Address, postcode: str) -> str:
    door = f"{place.number}, {place.street}" if place.number else place.street
    parts = (place.organisation, place.sub, place.building, door, POST_TOWN)
    line = ", ".join(part.upper() for part in parts if part)
    return f"{line}, {postcode}" if postcode else line
