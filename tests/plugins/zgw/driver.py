"""How the suites drive zgw: cases, documents and team."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from desktop.domain.cases import EventDraft
from desktop.domain.documents import DocumentDraft
from desktop.domain.ids import OutsideId, StaffId
from tests.helpers.adapters import CannedHttp, build_canned_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE, SINCE, Driver, Paging, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

HOST = "https://zgw.example"
Z, C, D = f"{HOST}/zaken/api/v1", f"{HOST}/catalogi/api/v1", f"{HOST}/documenten/api/v1"
SETTINGS = {"client_id": "knit-desk", "rsin": "123456782"}
KIND: Record = {
    "url": f"{C}/zaaktypen/t-1", "identificatie": "MELDING", "omschrijving": "Melding", "doel": "Street", "concept": False,
    "beginGeldigheid": "2026-01-01", "eindeGeldigheid": None, "trefwoorden": ["street"],
    "informatieobjecttypen": [f"{C}/informatieobjecttypen/i-1"],
}  # fmt: skip
STATUS_KIND: Record = {
    "url": f"{C}/statustypen/st-1", "omschrijving": "Ontvangen", "volgnummer": 1, "isEindstatus": False,
    "zaaktype": f"{C}/zaaktypen/t-1",
}  # fmt: skip
STATUS: Record = {
    "url": f"{Z}/statussen/s-1", "uuid": "s-1", "zaak": f"{Z}/zaken/z-1", "statustype": f"{C}/statustypen/st-1",
    "datumStatusGezet": "2026-09-10T10:00:00Z", "statustoelichting": "Booked", "_expand": {"statustype": STATUS_KIND},
}  # fmt: skip
ROLE: Record = {
    "url": f"{Z}/rollen/r-1", "uuid": "r-1", "zaak": f"{Z}/zaken/z-1", "betrokkeneType": "medewerker",
    "omschrijvingGeneriek": "behandelaar", "omschrijving": "Behandelaar", "registratiedatum": "2026-09-11T09:00:00Z",
    "betrokkeneIdentificatie": {"identificatie": "s-17", "achternaam": "Jones", "voorletters": "A."},
}  # fmt: skip
REPORTER: Record = {
    "betrokkeneType": "natuurlijk_persoon", "omschrijvingGeneriek": "initiator",
    "betrokkeneIdentificatie": {"voornamen": "Cynthia", "geslachtsnaam": "O'Neill"},
    "contactpersoonRol": {"emailadres": "c@example.org", "telefoonnummer": "01632 960001"},
}  # fmt: skip
ZAAK: Record = {
    "url": f"{Z}/zaken/z-1", "uuid": "z-1", "identificatie": "ZAAK-1", "omschrijving": "Pothole", "toelichting": "Deep one",
    "zaaktype": f"{C}/zaaktypen/t-1", "registratiedatum": "2026-09-10", "startdatum": "2026-09-10", "einddatum": None,
    "uiterlijkeEinddatumAfdoening": "2026-10-10", "status": f"{Z}/statussen/s-1", "resultaat": None,
    "rollen": [f"{Z}/rollen/r-1"], "zaakgeometrie": {"type": "Point", "coordinates": [-1.25, 51.5]},
    "opschorting": {"indicatie": False, "reden": ""}, "kenmerken": [{"kenmerk": KEY, "bron": "Knit"}],
    "_expand": {"zaaktype": KIND, "status": STATUS, "rollen": [ROLE, REPORTER]},
}  # fmt: skip
PAPER: Record = {
    "url": f"{D}/enkelvoudiginformatieobjecten/p-1", "bestandsnaam": "plan.pdf", "titel": "Plan",
    "formaat": "application/pdf", "bestandsomvang": 9, "versie": 1, "auteur": "Ann", "beschrijving": "Ground floor",
    "creatiedatum": "2026-09-10", "beginRegistratie": "2026-09-10T09:00:00Z", "locked": False, "bestandsdelen": [],
    "inhoud": None,
}  # fmt: skip
LINK: Record = {
    "url": f"{Z}/zaakinformatieobjecten/l-1", "uuid": "l-1", "zaak": f"{Z}/zaken/z-1", "informatieobject": PAPER["url"],
    "titel": "Plan", "beschrijving": "Of the house", "registratiedatum": "2026-09-10T09:00:00Z",
    "_expand": {"informatieobject": PAPER},
}  # fmt: skip
DRAFT = DocumentDraft(
    case_id=OutsideId("z-1"), name="plan.pdf", media="application/pdf", body=b"new bytes", outside_id=OutsideId("p-1")
)


def wrap(records: list[Record]) -> Record:
    """A list as the APIs give it."""
    return {"count": len(records), "next": None, "previous": None, "results": records}


def _total(body: object, total: int, page: int, url: str) -> object:
    assert isinstance(body, dict)
    return {**body, "count": total, "next": f"{url}/zaken/api/v1/zaken?page={page + 1}" if page * 2 < total else None}


def _page_of(request: Request) -> int:
    return int(request.query.get("page", ["1"])[0])


def _paging(read: Any, ids: Any) -> Paging:
    return Paging(read=read, ids=ids, wrap=wrap, page_of=_page_of, size=2, total_in=_total)


def _say(tree: object) -> Reply:
    return Reply(body=json.dumps(tree).encode())


PLAIN = {name: value for name, value in ZAAK.items() if name != "_expand"}


def answer_case(request: Request) -> Reply | None:
    """The case by itself, which is read before every write."""
    asked = request.method == "GET" and "expand" not in request.query
    return _say(PLAIN) if asked and request.path.endswith("/zaken/z-1") else None


def answer_written_case(request: Request) -> Reply | None:
    """As above, on a wire only: without one, nobody can tell the case by itself from the case with all."""
    return answer_case(request) if request.headers else None


def answer_paper(request: Request) -> Reply | None:
    """The case, and all that a change of a document asks for besides the change."""
    if request.method == "GET" and request.path.endswith("/p-1"):
        return _say(PAPER)
    if request.path.endswith("/lock"):
        return _say({"lock": "l-1"})
    return Reply(status=204) if request.path.endswith("/unlock") else answer_case(request)


def answer_role(request: Request) -> Reply | None:
    """The case, its types of roles, and that nobody has it yet."""
    if request.path.endswith("/roltypen"):
        return _say(wrap([{"url": f"{C}/roltypen/rt-1", "omschrijvingGeneriek": "behandelaar"}]))
    if request.path.endswith("/rollen") and "zaak" in request.query:
        return _say(wrap([]))
    return answer_case(request)


@cache
def _build() -> tuple[CannedHttp, Any]:
    http = CannedHttp()
    return http, build_canned_adapter("zgw", http, settings={**SETTINGS, "base_url": HOST})


def _parse(call: Callable[[Any], object]) -> Callable[[bytes], object]:
    def parse(body: bytes) -> object:
        http, adapter = _build()
        http.body = body
        return call(adapter)

    return parse


def _body(tree: object) -> bytes:
    return json.dumps(tree).encode()


DRIVERS = (
    Driver(
        plugin="zgw",
        capability="cases",
        record=ZAAK,
        id_field="uuid",
        look=lambda cases: cases.get(OutsideId("z-1")),
        look_body=lambda record: record,
        paging=_paging(
            lambda cases, cursor: cases.changed(None, cursor), lambda page: [case.outside_id for case in page.items]
        ),
        write=lambda cases: cases.add_event(OutsideId("z-1"), EventDraft(text="Seen"), KEY),
        written={"url": f"{Z}/zaaknotities/n-1"},
        settings=SETTINGS,
        aside=answer_written_case,
    ),
    Driver(
        plugin="zgw",
        capability="documents",
        record=LINK,
        id_field="uuid",
        look=lambda documents: documents.list(OutsideId("z-1")),
        look_body=lambda record: [record],
        write=lambda documents: documents.put(DRAFT, "1", KEY, LEAVE),
        write_method="PATCH",
        written=PAPER,
        settings=SETTINGS,
        aside=answer_paper,
    ),
    Driver(
        plugin="zgw",
        capability="team",
        record=ROLE,
        id_field="uuid",
        look=lambda team: team.changed(),
        look_body=lambda record: wrap([record]),
        paging=_paging(
            lambda team, cursor: team.changed(None, cursor), lambda page: [item.outside_id for item in page.items]
        ),
        write=lambda team: team.assign(OutsideId("z-1"), StaffId("s-17"), KEY),
        written=ROLE,
        settings=SETTINGS,
        aside=answer_role,
    ),
)
MAPPINGS = (
    Parsed(name="zgw types", body=_body(wrap([KIND, STATUS_KIND])), parse=_parse(lambda a: a.cases.types())),
    Parsed(name="zgw statuses", body=_body(wrap([STATUS])), parse=_parse(lambda a: a.cases.events(SINCE))),
    Parsed(
        name="zgw notes",
        body=_body(wrap([{"url": f"{Z}/zaaknotities/n-1", "gerelateerdAan": f"{Z}/zaken/z-1", "tekst": "Seen",
                          "aangemaaktDoor": "Ann", "aanmaakdatum": "2026-09-10T09:00:00Z", "onderwerp": "Knit"}])),
        parse=_parse(lambda a: a.cases.events(SINCE, "notes?")),
    ),
    Parsed(name="zgw document", body=_body(PAPER), parse=_parse(lambda a: a.documents.get(OutsideId("p-1")))),
    Parsed(
        name="zgw audit trail",
        body=_body([{"toelichting": f"Knit {KEY}", "resultaat": 201, "resourceUrl": f"{Z}/statussen/s-1"}]),
        parse=_parse(lambda a: a.cases.find_event(OutsideId("z-1"), KEY, SINCE)),
    ),
)  # fmt: skip
