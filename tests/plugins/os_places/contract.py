"""What each file of the published contract of os_places is, and what the adapter must make of it."""

from __future__ import annotations

from desktop.adapters.api import Addresses
from tests.helpers.adapters import SECRET
from tests.helpers.contract_catalogue import TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply

_PROSE = "The text or schema of the contract, not an answer."

ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("examples/*-invalid-postcode.json", "places", maps=False, why="An error: the postcode is not one."),
    Entry("examples/*", "places", maps=True),
)


def run(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Addresses)
    server.answer = lambda _: reply
    return adapter.postcode("BS1 5AH")


BRISTOL, BOTH = "examples/defra-postcode-bs15ah.json", "examples/locations-api-DPA-and-LPI-WGS84.json"
PALACE, DEEPLY = "examples/htbhf-SW1A1AA-single-address.json", "examples/htbhf-CH53QW-many-address-fields.json"
VALUES: list[tuple[str, str, object]] = [
    (BRISTOL, "items.0.uprn", "340116"),
    (BRISTOL, "items.0.address", "NATURAL ENGLAND, HORIZON HOUSE, DEANERY ROAD, BRISTOL, BS1 5AH"),
    (BRISTOL, "items.0.organisation", "NATURAL ENGLAND"),
    (BRISTOL, "items.0.postcode", "BS1 5AH"),
    (BRISTOL, "items.0.classification", "CO01"),
    (BRISTOL, "items.0.point.lat", 51.4518016),
    (BRISTOL, "items.0.custodian", "BRISTOL CITY"),
    (BRISTOL, "items.0.status", "approved"),
    (BRISTOL, "items.0.street", "DEANERY ROAD"),
    (BRISTOL, "items.0.sources.0", "DPA"),
    (BRISTOL, "items.1.uprn", "10091760640"),
    (BRISTOL, "cursor", ""),
    (BOTH, "items.0.uprn", "6714278"),
    (BOTH, "items.0.point.lat", 51.5144547),
    (BOTH, "items.0.point.lon", -0.0729933),
    (BOTH, "items.1.uprn", "6714279"),
    (BOTH, "items.1.usrn", "22701338"),
    (BOTH, "items.1.postcode", "E1 8QS"),
    (BOTH, "items.1.custodian", "TOWER HAMLETS"),
    (BOTH, "items.1.sources.0", "LPI"),
    (BOTH, "items.2.custodian", "ORDNANCE SURVEY"),
    (BOTH, "items.2.uprn", "10091989923"),
    (BOTH, "items.2.point.lat", 51.5144785),
    (PALACE, "items.0.uprn", "10033544614"),
    (PALACE, "items.0.classification", "PP"),
    (DEEPLY, "items.0.uprn", "200002515110"),
    (DEEPLY, "items.1.organisation", "TRELLEBORG MARINE SYSTEMS LTD"),
    ("examples/htbhf-BS11AA-no-matches.json", "items", ()),
    ("examples/hmcts-1.json", "items.0.uprn", "100080489735"),
    ("examples/hmcts-1.json", "cursor", "1"),
]

CONTRACTS = (
    Contract(
        api="os-places", plugin="os_places", entries=ENTRIES, run=run, values=tuple(VALUES), secrets={"api_key": SECRET}
    ),
)
