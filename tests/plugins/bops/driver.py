"""How the suites drive bops: cases and documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from desktop.domain.cases import CaseDraft
from desktop.domain.ids import OutsideId, Uprn
from desktop.domain.people import Person
from desktop.domain.places import Place, Point
from tests.helpers.adapters import SECRET, CannedHttp, build_canned_adapter
from tests.helpers.conformance_drivers import KEY, SINCE, Driver, Paging, Parsed, Record
from tests.helpers.faulty_server import Reply, Request

SETTINGS = {"organisation": "CTN", "district": "Citytown", "region": "North West", "deep_minutes": "0"}
REFERENCE = "26-00123-HAPP"
KINDS = [
    {"name": "planning_permission", "code": "pp.full.householder", "suffix": "HAPP"},
    {"name": "lawfulness_certificate", "code": "ldc.proposed", "suffix": "LDCP"},
    {"name": "other", "code": "nowhere.else", "suffix": "XYZ"},
]
BOUNDARY: Record = {
    "type": "Feature", "properties": None,
    "geometry": {"type": "Polygon", "coordinates": [[[-2.24, 53.37], [-2.22, 53.37], [-2.22, 53.39], [-2.24, 53.39]]]},
}  # fmt: skip
WHOLE: Record = {
    "reference": REFERENCE, "reference_in_full": "CTN-26-00123-HAPP", "id": 41, "status": "in_assessment",
    "created_at": "2026-08-03T10:12:00.000+01:00", "received_date": "2026-08-03T00:00:00.000+01:00",
    "description": "Single storey rear extension", "application_type": "planning_permission", "target_date": "2026-09-28",
    "validAt": "2026-08-05T00:00:00.000+01:00", "in_assessment_at": "2026-08-06T09:00:00.000+01:00", "determined_at": None,
    "boundary_geojson": BOUNDARY, "consultation": {"end_date": "2026-09-01"}, "make_public": True,
    "applicant_first_name": "Cynthia", "applicant_last_name": "Okafor", "applicant_email": "Cynthia@Example.org",
    "applicant_phone": "07700 900416", "applicant_address_1": "14 Tanner Street", "applicant_town": "Citytown",
    "applicant_postcode": "CY4 2LT", "agent_first_name": "Ann", "agent_last_name": "Draughts", "assigned_user_name": "Priya Nair",
    "site": {"address_1": "14 Tanner Street", "address_2": "", "town": "Citytown", "county": None, "postcode": "CY4 2LT",
             "uprn": "000990048127", "latitude": 53.369, "longitude": -2.231},
}  # fmt: skip
OVERVIEW: Record = {
    "type": {"value": "pp.full.householder", "description": "planning_permission"}, "reference": REFERENCE,
    "fullReference": "CTN-26-00123-HAPP", "targetDate": "2026-09-28", "expiryDate": "2026-10-19", "status": "determined",
    "receivedAt": "2026-08-03T00:00:00.000+01:00", "validAt": "2026-08-05T00:00:00.000+01:00",
    "publishedAt": "2026-08-06T12:00:00.000+01:00", "determinedAt": "2026-09-10T00:00:00.000+01:00", "decision": "granted",
    "sessionId": KEY, "consultation": {"startDate": "2026-08-10", "endDate": "2026-09-01"},
}  # fmt: skip
PUBLISHED: Record = {
    "application": OVERVIEW,
    "property": {
        "address": {"latitude": 53.369, "longitude": -2.231, "title": "14 Tanner Street", "uprn": "000990048127",
                    "singleLine": "14 Tanner Street, Citytown, CY4 2LT", "town": "Citytown", "postcode": "CY4 2LT"},
        "boundary": {"site": BOUNDARY},
    },
    "proposal": {"description": "Single storey rear extension", "reportingType": None, "ownerIsPlanningAuthority": False},
    "applicant": {"type": "individual", "address": {"sameAsSiteAddress": True}, "ownership": None, "agent": None},
    "officer": {"name": "Priya Nair"},
}  # fmt: skip
REQUEST: Record = {
    "type": "AdditionalDocumentValidationRequest", "state": "closed", "post_validation": False,
    "planning_application": {"reference": REFERENCE}, "created_at": "2026-09-03T09:00:00.000+01:00",
    "notified_at": "2026-09-03T10:00:00.000+01:00", "reason": "No scale on the plan", "response_due": "2026-09-24",
    "response": "Here it is", "rejection_reason": None, "approved": True, "cancel_reason": None, "cancelled_at": None,
    "closed_at": "2026-09-09T14:30:00.000+01:00", "specific_attributes": {"document_request_type": "Floor plan"},
}  # fmt: skip
RESPONSE: Record = {
    "application": {"reference": REFERENCE, "address": "14 Tanner Street"}, "receivedAt": "2026-09-02T08:00:00.000+01:00",
    "respondent": {"postcode": "CY4 2LU"}, "sentiment": "objection", "text": "It takes our light.",
}  # fmt: skip
COMMENT: Record = {
    "id": 7,
    "sentiment": "neutral",
    "comment": "Mind the pear tree.",
    "receivedAt": "2026-09-02T08:00:00Z",
}
CONSULTEE: Record = {
    "id": "3", "organisationSpecialism": "Highways", "jobTitle": "Engineer", "reason": "Consulted",
    "firstConsultedAt": "2026-08-10T00:00:00Z",
    "comments": [{"id": "9", "sentiment": "amendmentsNeeded", "commentRedacted": "Wider drive, please.",
                  "metadata": {"submittedAt": "2026-09-03T12:00:00Z"}}],
}  # fmt: skip
FILE: Record = {
    "name": "plan.pdf", "url": "https://bops.example/api/v1/planning_applications/41/documents/5", "referencesInDocument": [],
    "type": [{"value": "floorPlan.proposed", "description": "Floor plan - proposed"}],
    "createdAt": "2026-08-03T10:12:00.000+01:00", "applicantDescription": "Ground floor",
    "metadata": {"byteSize": 1200, "contentType": "application/pdf"},
}  # fmt: skip
SUBMISSION: Record = {
    "data": {
        "application": {"type": {"value": "pp.full.householder", "description": "Planning Permission - Full householder"},
                        "fee": {"payable": 258}, "declaration": {"accurate": True, "connection": {"value": "none"}}},
        "user": {"role": "proxy"},
        "applicant": {"type": "individual", "name": {"first": "Cynthia", "last": "Okafor"}, "email": "cynthia@example.org",
                      "phone": {"primary": "REDACTED"}, "address": {"sameAsSiteAddress": True}},
        "property": {"address": {**PUBLISHED["property"]["address"], "usrn": "20400184"}, "ward": "Millbrook",
                     "type": {"value": "residential.house.terrace", "description": "Terrace"},
                     "boundary": {"site": BOUNDARY}},
        "proposal": {"description": "Single storey rear extension",
                     "projectType": [{"value": "extend.rear", "description": "Add a rear or side extension (or conservatory)"}]},
    },
    "responses": [], "files": [], "metadata": {"id": KEY, "source": "Any"},
}  # fmt: skip
DRAFT = CaseDraft(
    service_code="pp.full.householder",
    title="Rear extension",
    description="Single storey rear extension",
    place=Place(
        uprn=Uprn("990048127"), address="14 Tanner Street, Citytown, CY4 2LT", postcode="CY4 2LT", usrn="20400184",
        ward="Millbrook", point=Point(lat=53.369, lon=-2.231),
    ),
    reporter=Person(given="Cynthia", family="Okafor", email="cynthia@example.org", phone="07700 900416"),
    answers={
        "PROJECT": ("extend.rear", "alter.openings"), "PROPERTY": ("residential.house.terrace",), "APPLICANT": ("individual",),
        "CONNECTION": ("none",), "ACCURATE": ("yes",), "FEE": ("258",),
    },
)  # fmt: skip


def wrap(records: list[Record], total: int = 0, page: int = 1, name: str = "data") -> Record:
    """A page of the authenticated half."""
    total = total or len(records)
    metadata = {"page": page, "results": 2, "from": 1, "to": 2, "total_pages": -(-total // 2), "total_results": total}
    return {"metadata": metadata, "links": {"first": "", "last": "", "prev": None, "next": None}, name: records}


def wrap_published(records: list[Record], total: int = 0, page: int = 1, name: str = "data") -> Record:
    """A page of the public half."""
    total = total or len(records)
    counts = {"resultsPerPage": 2, "currentPage": page, "totalPages": -(-total // 2), "totalResults": total}
    return {"pagination": {**counts, "totalAvailableItems": total}, name: records}


def _total(body: object, total: int, page: int, _url: str) -> object:
    assert isinstance(body, dict)
    return wrap(body["data"], total, page) if total else {**wrap([]), "data": []}


def say(tree: object) -> Reply:
    """A good answer."""
    return Reply(body=json.dumps(tree).encode())


def answer_kinds(request: Request) -> Reply | None:
    """The types of application, asked for beside everything."""
    return say(KINDS) if request.path.endswith("/application_types") else None


@cache
def _build(secret: str) -> tuple[CannedHttp, Any]:
    http = CannedHttp(answer_kinds)
    return http, build_canned_adapter("bops", http, settings=SETTINGS, secrets={"api_key": secret})


def parse(call: Callable[[Any], object], *, secret: str = SECRET) -> Callable[[bytes], object]:
    """What reads a body by one call of the adapter."""

    def read(body: bytes) -> object:
        http, adapter = _build(secret)
        http.body = body
        return call(adapter)

    return read


def _body(tree: object) -> bytes:
    return json.dumps(tree).encode()


def _parse_types(body: bytes) -> object:
    """The types by an adapter of their own: one that was asked before keeps them for an hour."""
    http = CannedHttp()
    http.body = body
    adapter: Any = build_canned_adapter("bops", http, settings=SETTINGS, secrets={"api_key": SECRET})
    return adapter.cases.types()


DRIVERS = (
    Driver(
        plugin="bops",
        capability="cases",
        record=WHOLE,
        id_field="reference",
        look=lambda cases: cases.get(OutsideId(REFERENCE)),
        look_body=lambda record: record,
        paging=Paging(
            read=lambda cases, cursor: cases.changed(None, cursor),
            ids=lambda page: [case.outside_id for case in page.items],
            wrap=wrap,
            page_of=lambda request: int(request.query.get("page", ["1"])[0]),
            size=2,
            total_in=_total,
        ),
        write=lambda cases: cases.create(DRAFT, KEY),
        written={"id": REFERENCE, "message": "Application successfully created"},
        settings=SETTINGS,
        aside=answer_kinds,
        number=lambda n: f"26-{n:05d}-HAPP",
    ),
    Driver(
        plugin="bops",
        capability="documents",
        record=FILE,
        id_field="name",
        look=lambda documents: documents.list(OutsideId(REFERENCE)),
        look_body=lambda record: {
            "files": [record],
            "metadata": {"results": 1, "totalResults": 1},
            "application": OVERVIEW,
        },
        settings=SETTINGS,
        odd_after=100,
    ),
)
MAPPINGS = (
    Parsed(name="bops types", body=_body(KINDS), parse=_parse_types),
    Parsed(
        name="bops published list",
        body=_body(wrap_published([PUBLISHED])),
        parse=parse(lambda a: a.cases.changed(SINCE), secret=""),
    ),
    Parsed(
        name="bops published look",
        body=_body(PUBLISHED),
        parse=parse(lambda a: a.cases.get(OutsideId(REFERENCE)), secret=""),
    ),
    Parsed(name="bops validation requests", body=_body(wrap([REQUEST])), parse=parse(lambda a: a.cases.events(SINCE))),
    Parsed(
        name="bops neighbour responses",
        body=_body(wrap([RESPONSE], name="responses")),
        parse=parse(lambda a: a.cases.events(SINCE, "responses?1")),
    ),
    Parsed(
        name="bops comments",
        body=_body({**wrap_published([PUBLISHED]), "comments": [COMMENT, *CONSULTEE["comments"]]}),
        parse=parse(lambda a: a.cases.events(SINCE), secret=""),
    ),
    Parsed(
        name="bops consultees",
        body=_body({**wrap_published([PUBLISHED]), "comments": [CONSULTEE]}),
        parse=parse(lambda a: tuple(a.cases.events(SINCE, "comments?1").items)),
    ),
    Parsed(
        name="bops submission",
        body=_body({"application": OVERVIEW, "submission": SUBMISSION}),
        parse=parse(lambda a: a.cases.submission(OutsideId(REFERENCE))),
    ),
    Parsed(
        name="bops read-back",
        body=_body(wrap([PUBLISHED])),
        parse=parse(lambda a: a.cases.find_created(DRAFT, KEY, SINCE)),
    ),
    Parsed(name="bops check", body=_body({**wrap([PUBLISHED]), "message": "OK"}), parse=parse(lambda a: a.check())),
)
