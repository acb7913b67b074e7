"""Every payload of the published contracts maps, or is refused with a typed error."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.helpers.adapters import SPECS
from tests.helpers.contract_catalogue import CATALOGUE, TEXT, find_entry, find_files
from tests.helpers.contract_runs import PAGE, build_page, run_file

pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")

FILES = [(api, file) for api in CATALOGUE if SPECS.is_dir() for file in find_files(api, SPECS)]
PAYLOADS = [
    pytest.param(api, file, entry, id=f"{api}/{file}")
    for api, file in FILES
    if (entry := find_entry(api, file)) is not None and entry.kind != TEXT
]


def test_every_file_is_known() -> None:
    assert [f"{api}/{file}" for api, file in FILES if find_entry(api, file) is None] == []


@pytest.mark.parametrize(("api", "file", "entry"), PAYLOADS)
def test_a_payload_maps_or_is_refused_with_a_typed_error(api: str, file: str, entry: object) -> None:
    known = find_entry(api, file)
    assert known is not None
    outcome = run_file(api, file, known.kind)
    assert outcome.mapped == known.maps, outcome.error


def test_the_page_of_contracts_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == build_page(), "run python -m tests.helpers.contract_runs"


SF, CREATED, DEFINITION = (
    f"examples/cfa-{n}.xml" for n in ("get_service_request", "post_service_request", "service_definition")
)
POTHOLE, MANY = "examples/node311-dc-services-S0301.xml", "examples/o311status-requests_many.xml"
LIST = "examples/o311java-serviceListJSON.json"
OPEN311_VALUES: list[tuple[str, str, object]] = [
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
]

BRISTOL, BOTH = "examples/defra-postcode-bs15ah.json", "examples/locations-api-DPA-and-LPI-WGS84.json"
PALACE, DEEPLY = "examples/htbhf-SW1A1AA-single-address.json", "examples/htbhf-CH53QW-many-address-fields.json"
OS_PLACES_VALUES: list[tuple[str, str, object]] = [
    (BRISTOL, "items.0.uprn", "340116"),
    (BRISTOL, "items.0.address", "NATURAL ENGLAND, HORIZON HOUSE, DEANERY ROAD, BRISTOL, BS1 5AH"),
    (BRISTOL, "items.0.organisation", "NATURAL ENGLAND"),
    (BRISTOL, "items.0.postcode", "BS1 5AH"),
    (BRISTOL, "items.0.classification", "CO01"),
    (BRISTOL, "items.0.point", None),
    (BRISTOL, "items.1.uprn", "10091760640"),
    (BRISTOL, "cursor", ""),
    (BOTH, "items.0.uprn", "6714278"),
    (BOTH, "items.0.point.lat", 51.5144547),
    (BOTH, "items.0.point.lon", -0.0729933),
    (BOTH, "items.1.uprn", "6714279"),
    (BOTH, "items.1.usrn", "22701338"),
    (BOTH, "items.1.postcode", "E1 8QS"),
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

MADE, READ, REFUNDS, REFUND = (
    f"docs-examples/api_reference-{n}.json"
    for n in (
        "create_a_payment_reference-L85",
        "single_payment_reference-L47",
        "payment_refunds_reference-L47",
        "refund_payment_reference-L62",
    )
)
GOVUK_PAY_VALUES: list[tuple[str, str, object]] = [
    (MADE, "outside_id", "hu20sqlact5260q2nanm0q8u93"),
    (MADE, "amount", 14_500),
    (MADE, "state", "created"),
    (MADE, "created_at", "2022-03-25T13:11:29.019000Z"),
    (MADE, "next_url", "https://www.payments.service.gov.uk/secure/ef1b6ff1-db34-4c62-b854-3ed4ba3c4049"),
    (MADE, "refund_status", "pending"),
    (MADE, "refundable", 0),
    (READ, "state", "success"),
    (READ, "amount", 3_750),
    (READ, "refundable", 3_500),
    (READ, "refunded", 500),
    (READ, "fee", 200),
    (READ, "net", 3_800),
    (READ, "card_last_digits", "1234"),
    (READ, "card_brand", "Visa"),
    (READ, "provider_id", "10987654321"),
    (READ, "metadata.internal_reference_number", "200"),
    (READ, "email", "sherlock.holmes@example.com"),
    (REFUNDS, "0.amount", 5_000),
    (REFUNDS, "1.outside_id", "4jfabcee0ev36so050kooajabk"),
    (REFUNDS, "1.payment_id", "01k7da2d0021m0pcbjov354et8"),
    (REFUND, "amount", 1_000),
    (REFUND, "status", "success"),
    ("pacts/publicapi-connector-get-payment-refunds.json", "1.status", "error"),
]

VALUES: Mapping[str, list[tuple[str, str, object]]] = {
    "open311": OPEN311_VALUES,
    "os-places": OS_PLACES_VALUES,
    "govuk-pay": GOVUK_PAY_VALUES,
}


@pytest.mark.parametrize("api", sorted(VALUES))
def test_at_least_twenty_values_are_named(api: str) -> None:
    assert len(VALUES[api]) >= 20


@pytest.mark.parametrize(
    ("api", "file", "path", "value"),
    [pytest.param(api, *row, id=f"{api}:{row[0]}:{row[1]}") for api, rows in VALUES.items() for row in rows],
)
def test_a_payload_maps_to_its_named_value(api: str, file: str, path: str, value: object) -> None:
    known = find_entry(api, file)
    assert known is not None
    assert dig(run_file(api, file, known.kind).value, path) == value


def dig(value: object, path: str) -> object:
    """The value at a path such as `items.0.place`."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list | tuple) else _get(value, step)
    return value


def _get(value: object, step: str) -> object:
    assert isinstance(value, dict)
    return value[step]
