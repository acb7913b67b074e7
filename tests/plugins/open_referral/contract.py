"""What each file of the published contract is, and what open_referral must make of it."""

from __future__ import annotations

import json

from desktop.adapters.api import Directory
from desktop.adapters.capabilities import Checked
from desktop.domain.ids import OutsideId
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

_SCHEMA = "A schema of the contract."
FULL, LIST, AT, TERMS = (
    f"examples/{name}.json"
    for name in ("ukprofile-service_full", "ukprofile-service_list", "hsds-service_at_location_full", "hsds-taxonomy_list")
)  # fmt: skip
NEAR, DETAILS = "examples/ukprofile-service_at_location_list.json", "examples/oruk-api_details.json"
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry("hsds/*", TEXT, maps=False, why=_SCHEMA),
    Entry("uk-profile/*", TEXT, maps=False, why=_SCHEMA),
    Entry("uk-schema/*", TEXT, maps=False, why=_SCHEMA),
    Entry("uk-validator-schema/*", TEXT, maps=False, why=_SCHEMA),
    Entry("examples/*-service_list.json", "services", maps=True),
    Entry("examples/*-service_full.json", "service", maps=True),
    Entry("examples/*-service_at_location_full.json", "service", maps=True),
    Entry("examples/*-service_at_location_list.json", "near", maps=True),
    Entry("examples/*-taxonomy_list.json", "taxonomies", maps=True),
    Entry("examples/hsds-base.json", "details", maps=True),
    Entry(DETAILS, "details", maps=True),
    Entry("examples/*-taxonomy_term.json", OTHER, maps=False, why="One term alone, which is not asked for: the list of terms is."),
    Entry("examples/hsds-taxonomy.json", OTHER, maps=False, why="One taxonomy alone, which is not asked for: the list is."),
    Entry("examples/*-organization_list.json", "service", maps=False, why="A list of organisations, which is no service: they come with their services."),
    Entry("examples/*organization_*.json", OTHER, maps=False, why="Organisations come with their services, and are not asked for."),
    Entry("examples/hsds-tabular.json", OTHER, maps=False, why="Tables for spreadsheets, no answer of the API."),
    Entry("examples/oruk-dashboard-live-feeds.json", OTHER, maps=False, why="A list of directories, no answer of one."),
)  # fmt: skip
NONE: dict[str, object] = {"total_items": 0, "total_pages": 0, "page_number": 1, "contents": []}
TERM = {"id": "t-1", "name": "Counselling", "taxonomy_id": "5c4d79d7-cc55-470e-9f1f-8cad074e4892"}


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Directory)

    def answer(request: Request) -> Reply:
        if kind == "details" and request.path.endswith("/services"):
            return Reply(body=json.dumps(NONE).encode())
        if kind == "taxonomies" and request.path.endswith("/taxonomy_terms"):
            return Reply(body=json.dumps({**NONE, "contents": [TERM]}).encode())
        return reply

    server.answer = answer
    match kind:
        case "service":
            return adapter.service(OutsideId("ac148810-d857-441c-9679-408f346de14b"))
        case "taxonomies":
            return adapter.terms()
        case "details":
            assert isinstance(adapter, Checked)
            return adapter.check()
        case "near":
            return adapter.services(postcode="CY4 2LT")
        case _:
            return adapter.services("counselling")


VALUES: list[tuple[str, str, object]] = [
    (FULL, "outside_id", "ac148810-d857-441c-9679-408f346de14b"),
    (FULL, "name", "Community Counselling"),
    (FULL, "status", "active"),
    (FULL, "checked", "2005-01-01"),
    (FULL, "warnings.0", "This record was last checked on 1 January 2005: ask before you rely on it."),
    (FULL, "eligibility.min_age", 12),
    (FULL, "eligibility.max_age", 100),
    (FULL, "openings.0.days", (4, 5)),
    (FULL, "openings.0.opens", "10:00"),
    (FULL, "openings.0.closes", "18:00"),
    (FULL, "openings.0.rule", "FREQ=WEEKLY;BYDAY=TH,FR"),
    (FULL, "openings.0.ends", "2005-01-01"),
    (FULL, "costs.0.pence", 3500),
    (FULL, "costs.0.text", "£35 per 1 hour session (Under 18s and Over 60s), until 31 December 2022"),
    (FULL, "costs.1.text", "fees_description"),
    (FULL, "organisation.numbers", ("GB-COH-1234567",)),
    (FULL, "organisation.name", "Example Organization Inc."),
    (FULL, "places.0.uprn", "10092008082"),
    (FULL, "places.0.address", "MyCity Civic Center, 1-30 Main Street, MyCity, ABC 1234"),
    (FULL, "places.0.point", None),
    (FULL, "terms.0.name", "name"),
    (FULL, "terms.0.parent", "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2"),
    (LIST, "items.0.email", "email@example.com"),
    (LIST, "cursor", "2/ac148810-d857-441c-9679-408f346de14b"),
    (AT, "phone", "+44 1234 234567"),
    (AT, "languages.0", "Urdu"),
    (NEAR, "items.0.places.0.uprn", "10092008082"),
    (TERMS, "items.0.taxonomy", "name"),
    (DETAILS, "facts.version", "HSDS-UK-3.0"),
]  # fmt: skip

CONTRACTS = (Contract(api="open-referral-uk", plugin="open_referral", entries=ENTRIES, run=run, values=tuple(VALUES)),)
