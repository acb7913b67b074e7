"""What each file of the published contracts is, and what an adapter must make of it.

`kind` says which question the file answers; `OTHER` that the adapter never asks for such a thing. A good answer maps;
everything else is refused with a typed error. Files are only read where they lie, never copied into the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

OTHER = "other"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """What files of a pattern are: the question they answer, whether they must map, and why not."""

    pattern: str
    kind: str
    maps: bool
    why: str = ""


_PROSE = "The text or schema of the contract, not an answer."
_DISCOVERY = "Service discovery, which the adapter does not ask for: base_url is a setting."
_NOT_JSON = "Not JSON as it was published: it has comments, gaps or commas that do not belong there."
_REQUEST = "The body of a request, not an answer."
_AGREEMENT = "An agreement for recurring payments, which the adapter does not use."
_INTERNAL = "Between GOV.UK Pay's own parts, with other names (charge_id, transaction_id); no public answer."
_NO_BODY = "Between GOV.UK Pay's own parts; no body, and a part of the API that the adapter does not use."

OPEN311 = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yml", TEXT, maps=False, why="A list of endpoints, not an answer."),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("examples/*discovery*", OTHER, maps=False, why=_DISCOVERY),
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

OS_PLACES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("examples/*-invalid-postcode.json", "places", maps=False, why="An error: the postcode is not one."),
    Entry("examples/*", "places", maps=True),
)

GOVUK_PAY = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("publicapi_spec.json", OTHER, maps=False, why=_PROSE),
    Entry("legacy-swagger.json", OTHER, maps=False, why=_PROSE),
    Entry("docs-examples/*create_a_payment_reference-L85.json", "create", maps=True),
    Entry("docs-examples/*single_payment_reference-L47.json", "payment", maps=True),
    Entry("docs-examples/*payment_refunds_reference-L47.json", "refunds", maps=True),
    Entry("docs-examples/*refund_payment_reference-L62.json", "refund", maps=True),
    Entry("docs-examples/refunding_payments-L119.json", "refund", maps=True),
    Entry("docs-examples/*search_payments*.txt", "search", maps=False, why=_NOT_JSON),
    Entry("docs-examples/reporting-L313.json.txt", "search", maps=False, why=_NOT_JSON),
    Entry("docs-examples/reporting-L128.json.txt", "payment", maps=False, why=_NOT_JSON),
    Entry("docs-examples/refunding_payments-L195.json.txt", "refunds", maps=False, why=_NOT_JSON),
    Entry("docs-examples/refunding_payments-L87.json.txt", "refund", maps=False, why=_NOT_JSON),
    Entry("docs-examples/*search_refunds*.txt", OTHER, maps=False, why=_NOT_JSON),
    Entry("docs-examples/refunding_payments-L238.json.txt", OTHER, maps=False, why=_NOT_JSON),
    Entry("docs-examples/*agreement*", OTHER, maps=False, why=_AGREEMENT),
    Entry("docs-examples/recurring_payments-L218.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/recurring_payments-*", OTHER, maps=False, why=_AGREEMENT),
    Entry("docs-examples/moto_payments-*", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/refunding_payments-L74.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/reporting-L437.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/disputes-*", OTHER, maps=False, why="A list of disputes, which the adapter does not read."),
    Entry("pacts/*connector-get-payment-refunds.json", "refunds", maps=True),
    Entry("pacts/*connector-get-payment-refund.json", "refund", maps=True),
    Entry("pacts/*cancel-payment-with-created-state.json", "cancel", maps=True),
    Entry(
        "pacts/*page-not-found.json", "search", maps=False, why="A status of 404 without the code of the public API."
    ),
    Entry("pacts/*missing-return-url.json", "create", maps=False, why="An error with status 422."),
    Entry("pacts/*non-rcp-account.json", OTHER, maps=False, why="An error with status 422."),
    Entry("pacts/*authorise-moto*", OTHER, maps=False, why=_NO_BODY),
    Entry("pacts/*cancel-agreement*", OTHER, maps=False, why=_NO_BODY),
    Entry("pacts/*capture-payment*", OTHER, maps=False, why=_NO_BODY),
    Entry("pacts/*agreement*", OTHER, maps=False, why=_INTERNAL),
    Entry("pacts/*search-payment*", "search", maps=False, why=_INTERNAL),
    Entry("pacts/*search-transaction*", "search", maps=False, why=_INTERNAL),
    Entry("pacts/*search-*", OTHER, maps=False, why=_INTERNAL),
    Entry("pacts/*ledger-get-payment-refunds.json", "refunds", maps=False, why=_INTERNAL),
    Entry("pacts/*ledger-get-payment-refund.json", "refund", maps=False, why=_INTERNAL),
    Entry("pacts/*create-payment*", "create", maps=False, why=_INTERNAL),
    Entry("pacts/*take-a-recurring*", "create", maps=False, why=_INTERNAL),
    Entry("pacts/*", "payment", maps=False, why=_INTERNAL),
)

CATALOGUE = {"open311": OPEN311, "os-places": OS_PLACES, "govuk-pay": GOVUK_PAY}
PLUGINS = {"open311": "open311", "os-places": "os_places", "govuk-pay": "govuk_pay"}


def find_files(api: str, specs: Path) -> list[str]:
    """Every file of an API's contract, relative to its folder."""
    folder = specs / api
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def find_entry(api: str, file: str) -> Entry | None:
    """What a file is; the first pattern that fits."""
    return next((entry for entry in CATALOGUE[api] if fnmatch(file, entry.pattern)), None)
