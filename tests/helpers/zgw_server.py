"""A small ZGW server in memory, in the dialect of Open Zaak: enough of it to write to. Used with `FaultyServer`.

Everything that is asked of it, and everything that it answers, is held to the official contracts: `faults` has what does
not fit. Records hold only what an adapter reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.helpers.faulty_server import FaultyServer, Reply, Request
from tests.helpers.zgw_contract import find_answer_faults, find_request_faults
from tests.helpers.zgw_papers import NOW, Tree, ZgwPapers

RSIN = "123456782"


@dataclass
class ZgwServer:
    """The records by API and resource. `page` is how many come at once; `offers_expand` and `keeps_notes` as versions differ."""

    server: FaultyServer
    page: int = 100
    offers_expand: bool = True
    keeps_notes: bool = True
    shows_audit: bool = True
    records: dict[str, list[Tree]] = field(default_factory=dict)
    audit: list[Tree] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    made: int = 0

    def __post_init__(self) -> None:
        self.server.answer = self.answer
        rows = self.records.setdefault("documenten/enkelvoudiginformatieobjecten", [])
        self.papers = ZgwPapers(self.server.url, self.add, self._note, rows=rows)
        kind = self.add("catalogi", "zaaktypen", identificatie="MELDING", omschrijving="Melding", concept=False,
                        beginGeldigheid="2026-01-01", eindeGeldigheid=None, doel="Something in the street",
                        trefwoorden=["street"], informatieobjecttypen=[])  # fmt: skip
        self.kind = str(kind["url"])
        for number, word in enumerate(("Ontvangen", "In behandeling", "Afgehandeld"), 1):
            self.add("catalogi", "statustypen", zaaktype=self.kind, omschrijving=word, volgnummer=number,
                     isEindstatus=number == 3)  # fmt: skip
        for word in ("Toegekend", "Afgewezen"):
            self.add("catalogi", "resultaattypen", zaaktype=self.kind, omschrijving=word)
        for part in ("behandelaar", "initiator"):
            self.add("catalogi", "roltypen", zaaktype=self.kind, omschrijving=part.title(), omschrijvingGeneriek=part)
        self.add("catalogi", "eigenschappen", zaaktype=self.kind, naam="kleur", definitie="Which colour?",
                 specificatie={"formaat": "tekst", "lengte": "10", "kardinaliteit": "1",
                               "waardenverzameling": ["red", "blue"]})  # fmt: skip
        paper = self.add("catalogi", "informatieobjecttypen", omschrijving="Brief", concept=False)
        kind["informatieobjecttypen"].append(paper["url"])

    # ==== records ====

    def add(self, api: str, resource: str, **fields: Any) -> Tree:
        """A new record with an address and an id of its own."""
        self.made += 1
        uuid = f"00000000-0000-4000-8000-{self.made:012}"
        url = f"{self.server.url}/{api}/api/v1/{resource}/{uuid}"
        own = (
            {} if api == "catalogi" or resource in {"enkelvoudiginformatieobjecten", "zaaknotities"} else {"uuid": uuid}
        )
        record: Tree = {"url": url, **own, **fields}
        self.records.setdefault(f"{api}/{resource}", []).append(record)
        return record

    def add_zaak(self, **fields: Any) -> Tree:
        """A case."""
        known: Tree = {
            "identificatie": f"ZAAK-{self.made}", "bronorganisatie": RSIN, "verantwoordelijkeOrganisatie": RSIN,
            "omschrijving": "Pothole", "toelichting": "Deep one", "zaaktype": self.kind, "startdatum": "2026-09-10",
            "registratiedatum": "2026-09-10", "einddatum": None, "status": None, "resultaat": None, "rollen": [],
            "zaakgeometrie": None, "kenmerken": [], "zaakinformatieobjecten": [],
        }  # fmt: skip
        return self.add("zaken", "zaken", **{**known, **fields})

    def find(self, api: str, resource: str) -> list[Tree]:
        """Every record of a kind."""
        return self.records.get(f"{api}/{resource}", [])

    def by_url(self, url: str) -> Tree:
        """One record by its address."""
        return next(r for rows in self.records.values() for r in rows if r["url"] == url)

    # ==== answering ====

    def answer(self, request: Request) -> Reply:
        """The answer to a request; both are held to the contracts."""
        self.faults += find_request_faults(request)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return self.refuse(403, "not_authenticated", "No token")
        status, tree = self._route(request)
        if isinstance(tree, bytes):
            return Reply(status=status, body=tree, media="application/octet-stream")
        if status < 300:
            self.faults += find_answer_faults(request, status, tree)
        body = b"" if status == 204 else json.dumps(tree).encode()
        return Reply(status=status, body=body, headers={"API-version": "1.7.0", "ETag": f'"{hash(body)}"'})

    @staticmethod
    def refuse(status: int, code: str, detail: str, *params: tuple[str, str]) -> Reply:
        """A problem as the APIs say it."""
        tree = {"code": code, "title": code, "status": status, "detail": detail, "instance": "urn:uuid:1"}
        if params:
            tree["invalidParams"] = [{"name": name, "code": "invalid", "reason": reason} for name, reason in params]
        return Reply(status=status, body=json.dumps(tree).encode(), media="application/problem+json")

    def _route(self, request: Request) -> tuple[int, Any]:
        match = re.fullmatch(r"/(\w+)/api/v1/([\w-]+)(?:/([^/]+))?(?:/(\w+))?", request.path)
        assert match, request.path
        api, resource, id, action = match.groups()
        routes: dict[tuple[str, str], Callable[[Request, str], tuple[int, Any]]] = {
            ("GET", "audittrail"): self._audit_trail, ("POST", "zaakeigenschappen"): self._add_property,
            ("GET", "download"): lambda _, it: (200, self.papers.bodies.get(it, b"")),
            ("POST", "lock"): self.papers.lock, ("POST", "unlock"): self.papers.unlock,
        }  # fmt: skip
        if action:
            return routes[request.method, action](request, id)
        if resource == "zaaknotities" and not self.keeps_notes:
            return 404, {"code": "not_found", "status": 404}
        if request.method == "GET":
            return self._read(request, api, resource, id)
        if request.method == "DELETE":
            rows = self.find(api, resource)
            rows[:] = [row for row in rows if not row["url"].endswith(id)]
            for zaak in self.find("zaken", "zaken"):
                zaak["rollen"] = [url for url in zaak["rollen"] if not url.endswith(id)]
            return 204, {}
        if resource == "bestandsdelen":
            return self.papers.take_part(request, id)
        return self._write(request, api, resource, id)

    def _read(self, request: Request, api: str, resource: str, id: str | None) -> tuple[int, Any]:
        if "expand" in request.query and not self.offers_expand:
            return 400, {"code": "unknown-parameters", "status": 400, "detail": "Unknown: expand"}
        rows = [self._show(row, request) for row in self.find(api, resource)]
        if id is not None:
            row = next((row for row in rows if row["url"].endswith(id)), None)
            return (200, row) if row else (404, {"code": "not_found", "status": 404, "detail": "Not found"})
        rows = [row for row in rows if self._fits(row, request)]
        if resource == "zaakinformatieobjecten":
            return 200, rows
        number = int(request.query.get("page", ["1"])[0])
        some = rows[(number - 1) * self.page : number * self.page]
        more = number * self.page < len(rows)
        query = "&".join(f"{k}={v[0]}" for k, v in request.query.items() if k != "page")
        following = f"{self.server.url}{request.path}?page={number + 1}{'&' if query else ''}{query}" if more else None
        return 200, {"count": len(rows), "next": following, "previous": None, "results": some}

    def _show(self, row: Tree, request: Request) -> Tree:
        """A record, with what it refers to where that is asked for."""
        asked = request.query.get("expand", [""])[0]
        return {**row, "_expand": self._embed(row, asked.split(","))} if asked and self.offers_expand else row

    def _embed(self, row: Tree, names: list[str]) -> Tree:
        found: Tree = {}
        for name in sorted(names):
            first, _, rest = name.partition(".")
            value = row.get(first)
            if rest and first in found:
                found[first]["_expand"] = self._embed(found[first], [rest])
            elif isinstance(value, list) and not rest:
                found[first] = [dict(self.by_url(url)) for url in value]
            elif value and not rest:
                found[first] = dict(self.by_url(value))
        return found

    def _fits(self, row: Tree, request: Request) -> bool:
        tests: dict[str, Callable[[str], bool]] = {
            "einddatum__isnull": lambda _: row.get("einddatum") is None,
            "einddatum__gt": lambda v: str(row.get("einddatum") or "") > v,
            "startdatum__gte": lambda v: str(row.get("startdatum")) >= v,
            "aanmaakdatum__gte": lambda v: str(row.get("aanmaakdatum")) >= v,
            "status": lambda _: True, "ordering": lambda _: True, "page": lambda _: True, "expand": lambda _: True,
        }  # fmt: skip
        return all(
            tests[name](values[0]) if name in tests else str(row.get(name)) == values[0]
            for name, values in request.query.items()
        )

    # ==== writing ====

    def _write(self, request: Request, api: str, resource: str, id: str | None) -> tuple[int, Any]:
        body = json.loads(request.body)
        if id is not None:
            row = next(row for row in self.find(api, resource) if row["url"].endswith(id))
            if resource == "enkelvoudiginformatieobjecten":
                return self.papers.change(row, id, body, request)
            row.update(body)
            self._note(request, row)
            return 200, row
        row = self._make(api, resource, body)
        self._note(request, row)
        return 201, row

    def _make(self, api: str, resource: str, body: Tree) -> Tree:
        if resource == "zaken":
            return self.add_zaak(**body)
        if resource == "enkelvoudiginformatieobjecten":
            return self.papers.make(body)
        more: Tree = {"zaaknotities": {"aanmaakdatum": NOW}, "rollen": {"registratiedatum": NOW}}.get(resource, {})
        row = self.add(api, resource, **{**body, **more})
        zaak = self.by_url(body["zaak"]) if "zaak" in body else {}
        if resource == "statussen":
            zaak["status"] = row["url"]
            zaak["einddatum"] = "2026-09-14" if self.by_url(body["statustype"])["isEindstatus"] else None
        if resource == "resultaten":
            zaak["resultaat"] = row["url"]
        if resource == "rollen":
            row |= {name: self.by_url(body["roltype"])[name] for name in ("omschrijving", "omschrijvingGeneriek")}
            zaak["rollen"].append(row["url"])
        return row

    def _note(self, request: Request, row: Tree) -> None:
        self.audit.append({
            "toelichting": request.headers.get("x-audit-toelichting", ""), "resultaat": 201, "resourceUrl": row["url"],
            "aanmaakdatum": NOW, "hoofdObject": row.get("zaak", row["url"]),
        })  # fmt: skip

    def _audit_trail(self, _request: Request, id: str) -> tuple[int, Any]:
        rows = [entry for entry in self.audit if entry["hoofdObject"].endswith(id)]
        return (200, rows) if self.shows_audit else (403, {"code": "permission_denied", "status": 403})

    def _add_property(self, request: Request, id: str) -> tuple[int, Any]:
        row = self.add("zaken", f"zaken/{id}/zaakeigenschappen", **json.loads(request.body))
        return 201, row
