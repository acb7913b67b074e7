"""Planning applications of the town in the dialect of BOPS (API v2), both halves.

The public half wants no key and shows what is published, `resultsPerPage` at a time; the authenticated half wants a Bearer
token and shows all, `maxresults` at a time. Either gives ten unless asked, 50 at most, and the last page once more for one
behind it. Nothing is changed through the API; a submission by the digital planning schema makes an application.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from desktop.sandbox.bops_rows import (
    DOCUMENTS,
    build_comments,
    build_consultees,
    build_documents,
    build_overview,
    build_published,
    build_request,
    build_response,
    build_whole,
    draw_paper,
    is_published,
    say_moment,
)
from desktop.sandbox.bops_town import (
    KINDS,
    add_weeks,
    build_applications,
    build_reference,
    draw_boundary,
    say_day,
)
from desktop.sandbox.casework import CaseRow
from desktop.sandbox.catalogue import areas
from desktop.sandbox.people import NAMED
from desktop.sandbox.state import State
from desktop.sandbox.web import TownHandler

PATH = "/api/v2"
_KIND = "bops_application"
_MESSAGES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 422: "Unprocessable Entity"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Tree = dict[str, Any]


class Refusal(Exception):
    """An answer that refuses, with what is wrong."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail

    def build(self) -> Tree:
        """Its body."""
        error: Tree = {"code": self.status, "message": _MESSAGES[self.status]}
        return {"error": {**error, "detail": self.detail} if self.detail else error}


def load_applications(state: State, addresses: Iterable[Any]) -> list[Tree]:
    """Every application of the town, oldest first; made when they are first asked for."""
    rows = state.find_all(_KIND)
    if rows:
        return rows
    by_uprn = {address.uprn: address for address in addresses}
    people: dict[str, CaseRow] = {}
    for area in areas():
        for case in state.find_cases(area.id):
            if case.account and case.email and case.home_uprn in by_uprn:
                people.setdefault(case.account, case)
    ordered = sorted(people.values(), key=lambda p: ((p.given, p.family) not in NAMED, p.account))
    seed, now = state.get_meta("seed"), int(datetime.fromisoformat(state.get_meta("now")).timestamp())
    for row in build_applications(seed, now, ordered, by_uprn):
        state.put(_KIND, row["reference"], row)
    return state.find_all(_KIND)


# ==== lists ====


def cut_page(rows: list[Tree], asked: Callable[[str, str], str], name: str) -> tuple[list[Tree], int, int, int]:
    """Some of the rows; the number of the page, how many it may hold, and how many pages there are."""
    size = min(max(_read_number(asked(name, "10"), 10), 1), 50)
    last = max(1, -(-len(rows) // size))
    page = min(max(_read_number(asked("page", "1"), 1), 1), last)
    return rows[(page - 1) * size : page * size], page, size, last


def _read_number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else otherwise


def pick_rows(rows: list[Tree], asked: Callable[[str, str], str], many: Callable[[str], list[str]]) -> list[Tree]:
    """The rows that a search asks for, in its order."""
    statuses, kinds, words = many("applicationStatus[]"), many("applicationType[]"), asked("q", "").casefold()
    dates = (("receivedAt", "received"), ("validatedAt", "valid"), ("publishedAt", "published"))
    found = []
    for row in rows:
        ends = row["consulted"][1] if row["consulted"] else ""
        days = {name: say_day(row[field]) if row[field] is not None else "" for name, field in dates}
        fits = (
            (not statuses or row["status"] in statuses)
            and (not kinds or row["kind"] in kinds)
            and (asked("councilDecision", "") in {"", row["decision"]})
            and not asked("alternativeReference", "")
            and all(_is_within(day, name, asked) for name, day in {**days, "consultationEndDate": ends}.items())
            and words
            in f"{row['reference']} {row['site']['title']} {row['site']['postcode']} {row['description']}".casefold()
        )
        found += [row] if fits else []
    field = "published" if asked("sortBy", "receivedAt") == "publishedAt" else "received"
    return sorted(found, key=lambda row: (row[field] or 0, row["id"]), reverse=asked("orderBy", "desc") != "asc")


def _is_within(day: str, name: str, asked: Callable[[str, str], str]) -> bool:
    """Whether a day lies in the range that is asked for; a date that is none is passed over, as BOPS does."""
    start, end = (one if _DAY.fullmatch(one := asked(f"{name}{side}", "")) else "" for side in ("From", "To"))
    return not (start or end) or (bool(day) and start <= day <= (end or "9"))


# ==== submissions ====

_PARTS = {
    "": ("data", "responses", "files", "metadata"),
    "data": ("application", "user", "applicant", "property", "proposal"),
    "data/application": ("type", "fee", "declaration"),
    "data/applicant": ("type", "name", "email", "phone", "address"),
    "data/property": ("address", "localAuthorityDistrict", "region", "type", "ward"),
    "data/property/address": ("latitude", "longitude", "title", "x", "y", "source"),
    "data/proposal": ("projectType", "description"),
    "metadata": ("id", "organisation", "schema", "source", "submittedAt"),
}
"""What a submission must have, by where: as much of the schema as the town holds anybody to."""


def read_submission(body: bytes) -> Tree:
    """A submission. Raises Refusal where it is none."""
    try:
        tree = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "The body is not JSON") from error
    for where, names in _PARTS.items():
        part = tree
        for step in filter(None, where.split("/")):
            part = part.get(step) if isinstance(part, dict) else None
        for name in names:
            if not isinstance(part, dict) or name not in part:
                raise Refusal(400, f"The property '#/{where}' did not contain a required property of '{name}'")
    kind = tree["data"]["application"]["type"]
    if not isinstance(kind, dict) or kind.get("value") not in KINDS:
        raise Refusal(422, "Validation failed: Application type must exist")
    return cast("Tree", tree)


def build_submitted(tree: Tree, number: int, now: int) -> Tree:
    """The record of an application that was submitted just now."""
    data = tree["data"]
    address, kind = data["property"]["address"], str(data["application"]["type"]["value"])
    name = data["applicant"]["name"] if isinstance(data["applicant"]["name"], dict) else {}
    title, _, _ = str(address["title"]).partition(f", {address.get('town', '')}")
    lat, lon = float(address["latitude"]), float(address["longitude"])
    return {
        "id": number, "reference": build_reference(number, now, kind), "kind": kind, "status": "not_started",
        "description": str(data["proposal"]["description"]), "decision": None, "received": now, "valid": None,
        "published": None, "started": None, "determined": None, "withdrawn": None, "returned": None, "invalidated": None,
        "target": add_weeks(now, 5), "expiry": add_weeks(now, 8), "consulted": None, "officer": None,
        "site": {"title": title, "town": str(address.get("town", "")), "postcode": str(address.get("postcode", "")),
                 "uprn": str(address.get("uprn", "")), "usrn": str(address.get("usrn", "")), "lat": lat, "lon": lon,
                 "boundary": draw_boundary(lat, lon)},
        "applicant": {"given": str(name.get("first", "")), "family": str(name.get("last", "")),
                      "email": str(data["applicant"]["email"]), "phone": str(data["applicant"]["phone"].get("primary", ""))},
        "session": str(tree["metadata"]["id"]), "submission": tree, "requests": [], "responses": [], "highways": None,
    }  # fmt: skip


# ==== answers ====


class BopsHandler(TownHandler):
    """Both halves of the API."""

    async def get(self, path: str) -> None:
        await self._reply(lambda: self._find(path))

    async def post(self, path: str) -> None:
        await self._reply(lambda: self._take(path))

    async def _reply(self, make: Callable[[], object]) -> None:
        try:
            body, status = make(), 200
        except Refusal as refusal:
            body, status = refusal.build(), refusal.status
        await self.answer_json(status, body)

    def _check_key(self) -> None:
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.site.key.encode()):
            raise Refusal(401)

    def _load(self) -> list[Tree]:
        return load_applications(self.site.state, self.application.settings["addresses"])

    def _find(self, path: str) -> object:
        public = path.startswith("public/")
        if not public:
            self._check_key()
        bare = path.removeprefix("public/")
        for pattern, where, answer in _ROUTES:
            found = re.fullmatch(pattern, bare)
            if found and where in {"both", "public" if public else "private"}:
                return answer(self, public, *found.groups())
        raise Refusal(404, f"No route matches [GET] {json.dumps(path)}")

    def _take(self, path: str) -> object:
        if path != "planning_applications":
            raise Refusal(404, f"No route matches [POST] {json.dumps(path)}")
        self._check_key()
        tree = read_submission(self.request.body)
        try:
            row = build_submitted(tree, max(row["id"] for row in self._load()) + 1, self.site.now())
        except (TypeError, ValueError, AttributeError) as error:
            raise Refusal(400, "A value is not of the type that the schema names") from error
        self.site.state.put(_KIND, row["reference"], row)
        return {"id": row["reference"], "message": "Application successfully created"}

    # ---- what is asked for

    def say_ping(self, _public: bool) -> Tree:
        return {"message": "OK", "timestamp": say_moment(self.site.now())}

    def list_kinds(self, _public: bool) -> list[Tree]:
        return [{"name": word, "code": code, "suffix": suffix} for code, (word, suffix) in KINDS.items()]

    def search(self, public: bool) -> Tree:
        rows = [row for row in self._load() if is_published(row) or not public]
        found = [build_published(row) for row in pick_rows(rows, self.get_query_argument, self.get_query_arguments)]
        if public:
            return self._page_public(found, "data")
        return self._page([{**one, "applicationFee": None} for one in found])

    def list_whole(self, _public: bool) -> Tree:
        wanted = set(self.get_query_arguments("ids[]"))
        rows = [row for row in reversed(self._load()) if not wanted or str(row["id"]) in wanted]
        return self._page([build_whole(row) for row in rows])

    def show(self, public: bool, reference: str) -> Tree:
        row = self._get(public, reference)
        return {**build_published(row), "data": {}} if public else build_whole(row)

    def show_submission(self, public: bool, reference: str) -> Tree:
        row = self._get(public, reference)
        return {"application": build_overview(row), "submission": row["submission"]}

    def show_documents(self, public: bool, reference: str) -> Tree:
        return build_documents(self._get(public, reference), self.site.base.removesuffix(PATH))

    def list_requests(self, _public: bool, reference: str = "") -> Tree:
        rows = [self._get(False, reference)] if reference else self._load()
        kind = self.get_query_argument("type", "")
        start, end = (self.get_query_argument(name, "") for name in ("from_date", "to_date"))
        asked = sorted(((one["sent"], row, one) for row in rows for one in row["requests"]), key=lambda part: part[0])
        found = [
            build_request(row, one)
            for sent, row, one in asked
            if kind in {"", one["kind"]} and start <= say_day(sent) <= (end or "9")
        ]
        return self._page(found)

    def list_responses(self, _public: bool) -> Tree:
        found = [build_response(row, one) for row in self._load() for one in row["responses"]]
        some, page, size, last = cut_page(found, self.get_query_argument, "maxresults")
        metadata = {**self._count(some, page, size), "totalPages": last, "totalResults": len(found)}
        return {"metadata": metadata, "links": self._link(page, last), "responses": some}

    def list_comments(self, public: bool, reference: str) -> Tree:
        comments, summary = build_comments(self._get(public, reference))
        return {**self._page_public(self._sort(comments, "receivedAt"), "comments"), "summary": summary}

    def list_consultees(self, public: bool, reference: str) -> Tree:
        consultees, summary = build_consultees(self._get(public, reference))
        page = self._page_public(self._sort(consultees, "firstConsultedAt"), "comments")
        return {"pagination": page["pagination"], "data": {"comments": page["comments"], "summary": summary}}

    # ---- inner parts

    def _get(self, public: bool, reference: str) -> Tree:
        for row in self._load():
            known = {row["reference"]} if public else {row["reference"], str(row["id"])}
            if reference in known and (is_published(row) or not public):
                return row
        raise Refusal(404, "Couldn't find PlanningApplication")

    def _sort(self, found: list[Tree], field: str) -> list[Tree]:
        newest_first = self.get_query_argument("orderBy", "desc") != "asc"
        return sorted(found, key=lambda one: str(one[field]), reverse=newest_first)

    def _page(self, found: list[Tree]) -> Tree:
        some, page, size, last = cut_page(found, self.get_query_argument, "maxresults")
        metadata = {**self._count(some, page, size), "total_pages": last, "total_results": len(found)}
        return {"metadata": metadata, "links": self._link(page, last), "data": some}

    @staticmethod
    def _count(some: list[Tree], page: int, size: int) -> Tree:
        start = (page - 1) * size + 1 if some else 0
        return {"page": page, "results": size, "from": start, "to": start + len(some) - 1 if some else 0}

    def _link(self, page: int, last: int) -> Tree:
        def link(number: int) -> str | None:
            if not 1 <= number <= last:
                return None
            return f"{self.site.base}{self.request.path.removeprefix(PATH)}?{urlencode({'page': number})}"

        return {"first": link(1), "last": link(last), "prev": link(page - 1), "next": link(page + 1)}

    def _page_public(self, found: list[Tree], name: str) -> Tree:
        some, page, size, last = cut_page(found, self.get_query_argument, "resultsPerPage")
        pagination = {
            "resultsPerPage": size, "currentPage": page, "totalPages": last, "totalResults": len(found),
            "totalAvailableItems": len(found),
        }  # fmt: skip
        return {"pagination": pagination, name: some}


_ONE = r"planning_applications/([^/]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., object]], ...] = (
    ("ping", "private", BopsHandler.say_ping),
    ("application_types", "public", BopsHandler.list_kinds),
    ("planning_applications", "private", BopsHandler.list_whole),
    ("planning_applications/search", "both", BopsHandler.search),
    ("validation_requests", "private", BopsHandler.list_requests),
    ("neighbour_responses", "private", BopsHandler.list_responses),
    (_ONE, "both", BopsHandler.show),
    (f"{_ONE}/submission", "both", BopsHandler.show_submission),
    (f"{_ONE}/documents", "both", BopsHandler.show_documents),
    (f"{_ONE}/validation_requests", "private", BopsHandler.list_requests),
    (f"{_ONE}/comments/public", "public", BopsHandler.list_comments),
    (f"{_ONE}/comments/specialist", "public", BopsHandler.list_consultees),
)
"""Paths below the API or its public half, which half has them, and what answers."""


class PaperHandler(TownHandler):
    """The papers of applications. Those of a published one want no key."""

    async def get(self, id: str, number: str) -> None:
        rows = load_applications(self.site.state, self.application.settings["addresses"])
        row = next((row for row in rows if str(row["id"]) == id), None)
        count = len(DOCUMENTS) if row and row["decision"] else len(DOCUMENTS) - 1
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        knows = secrets.compare_digest(given.encode(), self.site.key.encode())
        if row is None or not 1 <= int(number) <= count or not (knows or is_published(row)):
            await self.answer_json(404, Refusal(404).build())
            return
        await self.answer(200, draw_paper(row, int(number) - 1), "application/pdf")


def bops_routes() -> list[tuple[str, type[TownHandler]]]:
    """Paths of BOPS and who answers them."""
    return [
        (rf"{PATH}/(.+)", BopsHandler),
        (r"/api/v1/planning_applications/([0-9]{1,6})/documents/([0-9]{1,3})", PaperHandler),
    ]
