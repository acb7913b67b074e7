"""What each file of the published contract is, and what nhs_pds must make of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desktop.adapters.api import People
from desktop.domain.ids import OutsideId
from desktop.domain.people import PersonQuery
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

_SCHEMA = "A part of the contract."
_REFUSAL = "A refusal, which becomes a typed error."
JANE, BILL, OTHER_ONE = (f"examples/patientResponses-patient_{n}.json" for n in ("9000000009", "9693632109", "5900046192"))  # fmt: skip
FOUND, ONE = "examples/searchResponses-PatientSearch.json", "examples/searchResponses-bill_garton_searchset.json"
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry("*.yaml", TEXT, maps=False, why=_SCHEMA),
    Entry("examples/patientResponses-*.json", "get", maps=True),
    Entry("examples/searchResponses-TOO_MANY_MATCHES.json", "find", maps=False, why="More must be asked about: InvalidInput says so."),
    Entry("examples/searchResponses-*.json", "find", maps=True),
    Entry("examples/errorResponses-*.json", "refusal", maps=False, why=_REFUSAL),
    Entry("examples/relatedPersonResponses-*.json", OTHER, maps=False, why="Related people are not asked for."),
    Entry("examples/req-*.json", OTHER, maps=False, why="A request that changes or makes a record, which is not offered."),
)  # fmt: skip
CYNTHIA = PersonQuery(family="Okafor", given="Cynthia", born=date(1984, 3, 3))
_STATUSES = {"ACCESS_DENIED": 401, "RESOURCE_NOT_FOUND": 404}


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, People)
    if kind == "refusal":
        status = next((s for name, s in _STATUSES.items() if name.encode() in reply.body), 400)
        reply = Reply(status=status, body=reply.body, media="application/fhir+json")
    server.answer = lambda _request: reply
    return adapter.find(CYNTHIA) if kind == "find" else adapter.get(OutsideId("9000000009"))


VALUES: list[tuple[str, str, object]] = [
    (JANE, "outside_id", "9000000009"),
    (JANE, "given", "Jane"),
    (JANE, "family", "Smith"),
    (JANE, "gender", "female"),
    (JANE, "born", "2010-10-22"),
    (JANE, "died", "2010-10-22"),
    (JANE, "phone", "01632960587"),
    (JANE, "email", "jane.smith@example.com"),
    (JANE, "home.uprn", "123456789012"),
    (JANE, "home.postcode", "LS1 6AE"),
    (JANE, "home.address", "1 Trevelyan Square, Boar Lane, City Centre, Leeds, West Yorkshire, LS1 6AE"),
    (JANE, "restricted", False),
    (JANE, "version", 'W/"2"'),
    (BILL, "outside_id", "9693632109"),
    (BILL, "replaces", "9000000009"),
    (BILL, "born", "1946-06-23"),
    (BILL, "version", 'W/"58"'),
    (OTHER_ONE, "given", "Zebedee"),
    (OTHER_ONE, "home.address", "Flat 16, The Heights, Curley Rows, WALLINGTON, Surrey, SM5 9PX"),
    (FOUND, "items.0.outside_id", "9000000009"),
    (FOUND, "items.0.family", "Smith"),
    (ONE, "items.0.given", "BILL"),
    (ONE, "items.0.home.postcode", "DN18 5DW"),
    (ONE, "cursor", ""),
]  # fmt: skip

CONTRACTS = (
    Contract(
        api="nhs-pds",
        plugin="nhs_pds",
        entries=ENTRIES,
        run=run,
        values=tuple(VALUES),
        now=datetime(2021, 6, 1, tzinfo=UTC),
    ),
)
