"""What each file of the published contracts of bops is: BOPS's own, and the digital planning schema of submissions."""

from __future__ import annotations

import json
from typing import Any

from desktop.domain.ids import OutsideId
from tests.helpers.adapters import run_adapter
from tests.helpers.contract_catalogue import TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

_PROSE = "The text or schema of the contract, not an answer."
KINDS = [
    {"name": "planning_permission", "code": "pp.full.householder", "suffix": "HAPP"},
    {"name": "lawfulness_certificate", "code": "ldc.proposed", "suffix": "LDCP"},
]

ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("schemas-v0.7.7/*", TEXT, maps=False, why=_PROSE),
    Entry("examples/search.json", "published", maps=True),
    Entry("examples/show.json", "whole", maps=True),
    Entry("examples/validationRequests.json", "requests", maps=True),
    Entry("examples/documents.json", "documents", maps=True),
    Entry("examples/applicationSubmission.json", "submission", maps=True),
    Entry("examples/enforcement-breach.json", "bare", maps=True),
)
SCHEMA_ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("schemas/*", TEXT, maps=False, why=_PROSE),
    Entry("examples/postSubmissionApplication-*", "submission", maps=True),
    Entry("examples/*", "bare", maps=True),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    """Asks as the kind says. A bare submission is put into the answer that BOPS gives it in."""
    it: Any = adapter
    body = {"application": {}, "submission": json.loads(reply.body)} if kind == "bare" else None
    good = Reply(body=json.dumps(body).encode()) if body else reply

    def answer(request: Request) -> Reply:
        return Reply(body=json.dumps(KINDS).encode()) if request.path.endswith("/application_types") else good

    server.answer = answer
    some = OutsideId("24-00107-HAPP")
    calls = {
        "published": lambda: run_published(server),
        "whole": lambda: it.cases.get(some),
        "requests": it.cases.events,
        "documents": lambda: it.documents.list(some),
        "submission": lambda: it.cases.submission(some),
        "bare": lambda: it.cases.submission(some),
    }
    return calls[kind]()


def run_published(server: FaultyServer) -> object:
    """The search of the public half, which is asked where there is no key."""
    with run_adapter("bops", server.url, secrets={}) as loaded:
        public: Any = loaded.adapter
        return public.cases.changed(None, "all?2")


SEARCH, SHOW = "examples/search.json", "examples/show.json"
REQUESTS, PAPERS = "examples/validationRequests.json", "examples/documents.json"
SUBMITTED, BREACH = "examples/applicationSubmission.json", "examples/enforcement-breach.json"
VALUES: list[tuple[str, str, object]] = [
    (SEARCH, "cursor", "all?3"),
    (SEARCH, "items.0.outside_id", "24-00107-HAPP"),
    (SEARCH, "items.0.service_code", "pp.full.householder"),
    (SEARCH, "items.0.service_name", "Planning Permission - Full householder"),
    (SEARCH, "items.0.title", "householder extension"),
    (SEARCH, "items.0.status", "in assessment"),
    (SEARCH, "items.0.phase", "in progress"),
    (SEARCH, "items.0.opened_at", "2024-04-16T23:00:00Z"),
    (SEARCH, "items.0.due_at", "2024-05-15T22:59:00Z"),
    (SEARCH, "items.0.status_note", "Valid from 12 April 2024. Consultation from 15 April 2024 to 7 May 2024."),
    (SEARCH, "items.0.place.uprn", "565512"),
    (SEARCH, "items.0.place.postcode", "66983"),
    (SEARCH, "items.0.place.point.lat", 84.3630530473182),
    (SEARCH, "items.1.status", "determined: granted"),
    (SEARCH, "items.1.phase", "closed"),
    (SEARCH, "items.1.updated_at", "2024-04-19T23:00:00Z"),
    (SHOW, "reference", "23-00101-LDCP"),
    (SHOW, "service_code", "ldc.proposed"),
    (SHOW, "phase", "new"),
    (SHOW, "reporter.given", "Albert"),
    (SHOW, "reporter.family", "Manteras"),
    (SHOW, "assignee", "Keva Daugherty"),
    (SHOW, "place.address", "11 Abbey Gardens, WOODMANSTERNE ROAD, LONDON, SE16 3RQ"),
    (SHOW, "place.uprn", "100081043511"),
    (SHOW, "due_at", "2023-06-27T22:59:00Z"),
    (SHOW, "status_note", "Consultation to 21 August 2023."),
    (REQUESTS, "items.0.case_id", "24-00593-HAPP"),
    (REQUESTS, "items.0.text", "Applicant asked about: fee change. test change. Answer due 15 May 2024."),
    (REQUESTS, "items.4.text", "Request agreed to: description change."),
    (REQUESTS, "items.4.at", "2024-04-23T14:19:38.912000Z"),
    (REQUESTS, "cursor", "responses?1"),
    (PAPERS, "0.name", "proposed-floorplan.png"),
    (PAPERS, "0.size", 144212),
    (PAPERS, "0.media", "application/pdf"),
    (PAPERS, "0.description", "Elevations - proposed, Sections - proposed"),
    (PAPERS, "2.name", "decision-notice-PlanX-24-00100-HAPP.pdf"),
    (SUBMITTED, "reporter.family", "Bowie"),
    (SUBMITTED, "reporter.email", ""),
    (SUBMITTED, "place.usrn", "21901294"),
    (BREACH, "service_code", "breach"),
    (BREACH, "place.ward", "Rochester West & Borstal"),
    (BREACH, "reporter.home.postcode", "NW1 0JU"),
]
HOUSE, SOLAR = "examples/application-planningPermission-fullHouseholder.json", "examples/application-priorApproval-solarPanels.json"  # fmt: skip
LISTED, PRE_APP = "examples/application-listedBuildingConsent.json", "examples/preApplication-preApp.json"
POST = "examples/postSubmissionApplication-planningPermission-fullHouseholder-03-consultation.json"
SCHEMA_VALUES: list[tuple[str, str, object]] = [
    (HOUSE, "service_code", "pp.full.householder"),
    (HOUSE, "title", "Roof extension to the rear of the property, incorporating starship launchpad."),
    (HOUSE, "place.uprn", "100021892955"),
    (HOUSE, "place.ward", "Brixton North"),
    (HOUSE, "place.point.lat", 51.4656522),
    (HOUSE, "reporter.given", "David"),
    (HOUSE, "reporter.email", "ziggy@example.com"),
    (HOUSE, "answers.PROJECT", ("extend.roof.dormer",)),
    (HOUSE, "answers.PROPERTY", ("residential.house.terrace",)),
    (HOUSE, "answers.ROLE", ("proxy",)),
    (HOUSE, "answers.FEE", ("258",)),
    (SOLAR, "service_code", "pa.part14.classJ"),
    (SOLAR, "place.postcode", "SE1 9DT"),
    (SOLAR, "answers.PROJECT", ("alter.equipment.solar",)),
    (LISTED, "service_code", "listed"),
    (LISTED, "answers.APPLICANT", ("company",)),
    (LISTED, "place.usrn", "20400184"),
    (LISTED, "answers.ACCURATE", ("yes",)),
    (PRE_APP, "service_code", "preApp"),
    (PRE_APP, "answers.FEE", ("498",)),
    (POST, "service_code", "pp.full.householder"),
    (POST, "answers.PROPERTY", ("residential.dwelling.house.terrace",)),
]

CONTRACTS = (
    Contract(api="bops", plugin="bops", entries=ENTRIES, run=run, values=tuple(VALUES)),
    Contract(api="digital-planning-data", plugin="bops", entries=SCHEMA_ENTRIES, run=run, values=tuple(SCHEMA_VALUES)),
)
