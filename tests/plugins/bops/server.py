"""A small BOPS: both halves over what a test puts in, every request held to the official contract."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.helpers.adapters import SECRET
from tests.helpers.bops_contract import find_request_faults
from tests.helpers.conformance_drivers import Record
from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.plugins.bops.driver import KINDS, OVERVIEW, PUBLISHED, WHOLE, wrap, wrap_published

SINCE = datetime(2026, 9, 13, 8, tzinfo=UTC)
LATE = "2026-09-12T10:00:00+01:00"


def refuse(status: int, message: str, detail: str = "") -> Reply:
    """An error as BOPS says it."""
    error = {"code": status, "message": message, **({"detail": detail} if detail else {})}
    return Reply(status=status, body=json.dumps({"error": error}).encode())


class BopsServer:
    """Pages hold two records whatever is asked for, so that a few records have many pages."""

    def __init__(self, server: FaultyServer) -> None:
        self.faults: list[str] = []
        self.whole: list[Record] = []
        self.published: list[Record] = []
        self.requests: list[Record] = []
        self.responses: list[Record] = []
        self.comments: dict[str, list[Record]] = {}
        self.consultees: dict[str, list[Record]] = {}
        self.submitted: list[tuple[Request, Record]] = []
        self.sessions: dict[str, str] = {}
        self.shows_sessions = True
        self.server = server
        server.answer = self.answer

    def add(
        self, reference: str, *, received: str, status: str = "in_assessment", published: str | None = None
    ) -> None:
        """An application that both halves show, the public one where it has a day on which it was published."""
        self.whole.append({**WHOLE, "reference": reference, "received_date": received, "created_at": received, "status": status})  # fmt: skip
        overview = {
            **OVERVIEW,
            "reference": reference,
            "receivedAt": received,
            "status": status,
            "publishedAt": published,
        }
        overview["sessionId"] = self.sessions.get(reference)
        if not self.shows_sessions:
            del overview["sessionId"]
        self.published.append({**PUBLISHED, "application": overview})

    def answer(self, request: Request) -> Reply:
        """What BOPS answers."""
        self.faults += find_request_faults(request)
        path = request.path.strip("/")
        public = path.startswith("public/")
        if not public and request.headers.get("authorization") != f"Bearer {SECRET}":
            return refuse(401, "Unauthorized")
        bare = path.removeprefix("public/")
        found = next(
            ((match, call) for pattern, call in self._routes() if (match := re.fullmatch(pattern, bare))), None
        )
        if found is None:
            return refuse(404, "Not found")
        match, call = found
        tree = call(request, public, *match.groups())
        return tree if isinstance(tree, Reply) else Reply(body=json.dumps(tree).encode())

    def _routes(self) -> list[tuple[str, Callable[..., Any]]]:
        return [
            ("ping", lambda *_: {"message": "OK", "timestamp": "2026-09-14T09:00:00Z"}),
            ("application_types", lambda *_: KINDS),
            ("planning_applications/search", self._search),
            ("planning_applications", self._all),
            ("validation_requests", lambda request, _: self._page(request, self._since(request))),
            ("neighbour_responses", lambda request, _: self._page(request, self.responses, name="responses")),
            ("planning_applications/([^/]+)", self._show),
            ("planning_applications/([^/]+)/submission", self._submission),
            ("planning_applications/([^/]+)/comments/(public|specialist)", self._comments),
        ]

    @staticmethod
    def _page(request: Request, records: list[Record], *, name: str = "data", public: bool = False) -> Record:
        """A page; one behind the last is the last once more, as BOPS does it."""
        last = max(1, -(-len(records) // 2))
        page = min(int(request.query.get("page", ["1"])[0]), last)
        some = records[(page - 1) * 2 : page * 2]
        return (wrap_published if public else wrap)(some, len(records), page, name)

    def _search(self, request: Request, public: bool) -> Record:
        query = {name: values[0] for name, values in request.query.items()}
        wanted = request.query.get("applicationStatus[]")
        found = []
        for record in self.published:
            overview = record["application"]
            received, seen = overview["receivedAt"][:10], (overview["publishedAt"] or "")[:10]
            ends = overview["consultation"]["endDate"]
            fits = (
                (seen or not public)
                and query.get("receivedAtFrom", "") <= received <= query.get("receivedAtTo", "9")
                and query.get("publishedAtFrom", "") <= seen
                and query.get("consultationEndDateFrom", "") <= ends
                and (wanted is None or overview["status"] in wanted)
            )
            found += [record] if fits else []
        return self._page(request, found, public=public)

    def _all(self, request: Request, _public: bool) -> object:
        if request.method == "POST":
            tree = json.loads(request.body)
            self.submitted.append((request, tree))
            reference = f"26-{len(self.submitted):05d}-HAPP"
            self.sessions[reference] = tree["metadata"]["id"]
            self.add(reference, received="2026-09-14T10:00:00+01:00", status="not_started")
            return {"id": reference, "message": "Application successfully created"}
        newest_first = sorted(self.whole, key=lambda record: str(record["created_at"]), reverse=True)
        return self._page(request, newest_first)

    def _since(self, request: Request) -> list[Record]:
        start = request.query.get("from_date", [""])[0]
        return [record for record in self.requests if str(record["notified_at"])[:10] >= start]

    def _show(self, _request: Request, public: bool, reference: str) -> object:
        if public:
            found = [r for r in self.published if r["application"]["reference"] == reference and r["application"]["publishedAt"]]  # fmt: skip
        else:
            found = [record for record in self.whole if record["reference"] == reference]
        return found[0] if found else refuse(404, "Not found", "Couldn't find PlanningApplication")

    def _submission(self, _request: Request, _public: bool, reference: str) -> object:
        session = self.sessions.get(reference)
        sent = next((tree for _, tree in self.submitted if tree["metadata"]["id"] == session), None)
        return {"application": {**OVERVIEW, "reference": reference}, "submission": sent}

    def _comments(self, request: Request, _public: bool, reference: str, kind: str) -> object:
        if kind == "public":
            return self._page(request, self.comments.get(reference, []), name="comments", public=True)
        page = self._page(request, self.consultees.get(reference, []), public=True)
        return {"pagination": page["pagination"], "data": {"comments": page["data"], "summary": {}}}


def read_all(read: Any, since: datetime | None = SINCE) -> list[Any]:
    """Every item, page after page."""
    items: list[Any] = []
    cursor = ""
    for _ in range(30):
        page = read(since, cursor)
        items += page.items
        cursor = page.cursor
        if not cursor:
            return items
    raise AssertionError("it goes on for ever")


def paths(server: FaultyServer) -> list[str]:
    """What was asked for, oldest first."""
    return [request.path for request in server.requests]
