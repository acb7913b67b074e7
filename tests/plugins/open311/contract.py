"""What each file of the published contract of open311 is, and what the adapter must make of it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.adapters.api import Cases
from desktop.domain.cases import CaseDraft
from desktop.domain.places import Place, Point
from plugins.open311.discovery import read_discovery
from plugins.open311.trees import parse_body
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

DRAFT = CaseDraft(service_code="001", description="words", place=Place(point=Point(lat=51.5, lon=-1.0)), answers={})

_PROSE = "The text or schema of the contract, not an answer."
_REQUEST = "The body of a request, not an answer."

ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yml", TEXT, maps=False, why="A list of endpoints, not an answer."),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("examples/*discovery*", "discovery", maps=True),
    Entry("examples/spec-L381-*", OTHER, maps=False, why=_REQUEST),
    Entry("examples/spec-L796-*", "error", maps=False, why="An error with status 403."),
    Entry("examples/spec-L809-*", "error", maps=False, why="An error with status 403."),
    Entry("examples/node311-boston-submitrequest-token.xml", "created", maps=True),
    Entry("examples/cfa-post_service_request.xml", "created", maps=True),
    Entry("examples/o311java-postServiceRequest*", "created", maps=True),
    Entry("examples/spec-*-service-request-post.*", "created", maps=True),
    Entry("examples/*[Tt]oken*", "token", maps=True),
    Entry("examples/o311py-4.xml", "token", maps=True),
    Entry("examples/*service_definition.xml", "definition", maps=True),
    Entry("examples/*erviceDefinition*", "definition", maps=True),
    Entry("examples/*-service-definition.*", "definition", maps=True),
    Entry("examples/node311-dc-services-S0301.xml", "definition", maps=True),
    Entry("examples/o311py-1.xml", "definition", maps=True),
    Entry("examples/*services.xml", "services", maps=True),
    Entry("examples/*erviceList*", "services", maps=True),
    Entry("examples/*service_list.json", "services", maps=True),
    Entry("examples/*-service-list.*", "services", maps=True),
    Entry("examples/o311py-0.xml", "services", maps=True),
    Entry("examples/*get_service_request.xml", "requests", maps=True),
    Entry("examples/*service-request*", "requests", maps=True),
    Entry("examples/*erviceRequestsXML.xml", "requests", maps=True),
    Entry("examples/*requests_many.xml", "requests", maps=True),
    Entry("examples/o311py-3.xml", "requests", maps=True),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Cases)
    listing = Reply(body=b'[{"service_code": "001", "service_name": "n", "metadata": true}]')
    missing = Reply(status=404, body=b"[]")
    token = Reply(body=b'[{"token": "t"}]')
    answers: dict[str, Callable[[Request], Reply]] = {
        "services": lambda r: missing if "/services/" in r.path else reply,
        "definition": lambda r: reply if "/services/" in r.path else listing,
        "created": lambda r: reply if r.method == "POST" else missing,
        "token": lambda r: token if r.method == "POST" else reply,
    }
    server.answer = answers.get(kind, lambda _: reply)
    if kind == "discovery":
        return read_discovery(parse_body(reply.body, media=reply.media, component="Waste"), component="Waste")
    if kind in {"created", "token"}:
        return adapter.create(DRAFT, "own-key")
    return adapter.changed() if kind == "requests" else adapter.types()


SF, CREATED, DEFINITION = (
    f"examples/cfa-{n}.xml" for n in ("get_service_request", "post_service_request", "service_definition")
)
POTHOLE, MANY = "examples/node311-dc-services-S0301.xml", "examples/o311status-requests_many.xml"
LIST = "examples/o311java-serviceListJSON.json"
DC, SAN_FRANCISCO = "examples/node311-discovery-dc.xml", "examples/o311java-discoveryXML.xml"
VALUES: list[tuple[str, str, object]] = [
    (SF, "items.0.outside_id", "638344"),
    (SF, "items.0.service_code", "006"),
    (SF, "items.0.phase", "closed"),
    (SF, "items.0.status_note", "Duplicate request."),
    (SF, "items.0.opened_at", "2010-04-14T14:37:38Z"),
    (SF, "items.0.due_at", "2010-04-15T14:37:38Z"),
    (SF, "items.0.place.address", "8TH AVE and JUDAH ST"),
    (SF, "items.0.place.point.lat", 37.762221815),
    (SF, "items.0.place.point.lon", -122.4651145),
    (SF, "items.0.media_url", "http://open311.city.gov.s3.amazonaws.com/requests/media/638344.rss"),
    (MANY, "items.1.outside_id", "101005420894"),
    (MANY, "items.0.team", "311 Toronto"),
    (MANY, "items.0.updated_at", None),
    (MANY, "items.0.phase", "new"),
    (CREATED, "outside_id", "293944"),
    ("examples/node311-boston-submitrequest-token.xml", "token", "503fc045901932078800163c"),
    ("examples/spec-L481-json-request-from-token.json", "outside_id", "638344"),
    (DEFINITION, "0.questions.0.choices.1.name", "Chrysler"),
    (DEFINITION, "0.questions.0.datatype", "singlevaluelist"),
    (POTHOLE, "0.questions.0.code", "WHISPOLO"),
    (POTHOLE, "0.questions.0.required", True),
    (LIST, "0.code", "001"),
    (LIST, "0.keywords.2", "dolor"),
    ("examples/spec-L171-json-service-list.json.txt", "1.code", "002"),
    ("examples/spec-L610-json-service-requests.json.txt", "items.1.phase", "new"),
    (DC, "endpoints.0.url", "http://app.311.dc.gov/cwi/Open311/v2"),
    (DC, "endpoints.0.is_georeport", True),
    (DC, "endpoints.1.is_georeport", False),
    (DC, "endpoints.0.formats.0", "xml"),
    (DC, "changeset", "2012-03-08T16:00:00-05:00"),
    (DC, "key_service", "You can request a key here: http://octo.dc.gov/"),
    (SAN_FRANCISCO, "endpoints.0.kind", "test"),
    (SAN_FRANCISCO, "endpoints.1.kind", "production"),
    (SAN_FRANCISCO, "endpoints.1.url", "https://open311.sfgov.org/v2"),
    (SAN_FRANCISCO, "endpoints.3.is_georeport", False),
]

CONTRACTS = (
    Contract(
        api="open311",
        plugin="open311",
        entries=ENTRIES,
        run=run,
        settings={"changes": "window", "history_days": "1", "page_size": "1000"},
        values=tuple(VALUES),
    ),
)
