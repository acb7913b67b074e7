"""What each file of the published contract of govuk_pay is, and what the adapter must make of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from plugins.govuk_pay.adapter import GovukPayAdapter
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

REQUEST = PaymentRequest(amount=Pence(100), reference="R", description="D", return_url="https://example.gov.uk/done")
OWN_PAYMENT = {
    "payment_id": "own", "amount": 9_000, "reference": "r", "description": "d", "created_date": "2026-01-01T00:00:00Z",
    "state": {"status": "cancelled"}, "refund_summary": {"status": "available", "amount_available": 9_000},
}  # fmt: skip
READS: dict[str, object] = {
    "/refunds": {"payment_id": "own", "_embedded": {"refunds": []}},
    "/agreements": {"results": []},
    "/agreements/own": {"agreement_id": "own", "status": "cancelled"},
    "": OWN_PAYMENT,
}
"""What is read beside the file that is tried, by the end of its path."""


_PROSE = "The text or schema of the contract, not an answer."
_NOT_JSON = "Not JSON as it was published: it has comments, gaps or commas that do not belong there."
_REQUEST = "The body of a request, not an answer."
_TYPO = "Its list is called `results:`, with a colon: no answer has that, nor has the specification."
_INTERNAL = "Between GOV.UK Pay's own parts, with other names (charge_id, transaction_id); no public answer."
_NO_BODY = "Between GOV.UK Pay's own parts; no body, and a part of the API that the adapter does not use."
_NO_STATUS = "Between GOV.UK Pay's own parts: an agreement without a status, which the public answer has."

ENTRIES = (
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
    Entry("docs-examples/*search_refunds*.txt", "refunds made", maps=False, why=_NOT_JSON),
    Entry("docs-examples/refunding_payments-L238.json.txt", "refunds made", maps=False, why=_NOT_JSON),
    Entry("docs-examples/*create_an_agreement_reference-L43.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/*create_an_agreement*.txt", "agree", maps=False, why=_NOT_JSON),
    Entry("docs-examples/*single_agreement*.txt", "agreement", maps=False, why=_NOT_JSON),
    Entry("docs-examples/recurring_payments-L218.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/recurring_payments-L531.json", "agreement", maps=True),
    Entry("docs-examples/recurring_payments-L133.json.txt", "agree", maps=False, why=_NOT_JSON),
    Entry("docs-examples/moto_payments-*", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/refunding_payments-L74.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/reporting-L437.json", OTHER, maps=False, why=_REQUEST),
    Entry("docs-examples/disputes-*", "disputes", maps=False, why=_TYPO),
    Entry("pacts/*connector-get-payment-refunds.json", "refunds", maps=True),
    Entry("pacts/*connector-get-payment-refund.json", "refund", maps=True),
    Entry("pacts/*cancel-payment-with-created-state.json", "cancel", maps=True),
    Entry(
        "pacts/*page-not-found.json", "search", maps=False, why="A status of 404 without the code of the public API."
    ),
    Entry("pacts/*missing-return-url.json", "create", maps=False, why="An error with status 422."),
    Entry("pacts/*non-rcp-account.json", "agree", maps=False, why="An error with status 422."),
    Entry("pacts/*authorise-moto*", OTHER, maps=False, why=_NO_BODY),
    Entry("pacts/*cancel-agreement*", "end agreement", maps=True),
    Entry("pacts/*capture-payment*", "capture", maps=True),
    Entry("pacts/*connector-create-agreement.json", "agree", maps=False, why=_NO_STATUS),
    Entry("pacts/*ledger-get-one-agreement.json", "agreement", maps=False, why=_INTERNAL),
    Entry("pacts/*search-agreements*", "agreements", maps=False, why=_INTERNAL),
    Entry("pacts/*setup-agreement.json", "create", maps=False, why=_INTERNAL),
    Entry("pacts/*connector-get-payment-events.json", "history", maps=True),
    Entry("pacts/*ledger-get-payment-events.json", "history", maps=True),
    Entry("pacts/*search-disputes*", "disputes", maps=False, why=_INTERNAL),
    Entry("pacts/*search-refunds*", "refunds made", maps=False, why=_INTERNAL),
    Entry("pacts/*search-payment*", "search", maps=False, why=_INTERNAL),
    Entry("pacts/*search-transaction*", "search", maps=False, why=_INTERNAL),
    Entry("pacts/*search-*", OTHER, maps=False, why=_INTERNAL),
    Entry("pacts/*ledger-get-payment-refunds.json", "refunds", maps=False, why=_INTERNAL),
    Entry("pacts/*ledger-get-payment-refund.json", "refund", maps=False, why=_INTERNAL),
    Entry("pacts/*create-payment*", "create", maps=False, why=_INTERNAL),
    Entry("pacts/*take-a-recurring*", "create", maps=False, why=_INTERNAL),
    Entry("pacts/*", "payment", maps=False, why=_INTERNAL),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, GovukPayAdapter)
    reads = {kind: json.dumps(tree).encode() for kind, tree in READS.items()}

    def answer(request: Request) -> Reply:
        if request.method != "GET" or kind not in {"refund", "cancel", "capture", "agree", "end agreement"}:
            return reply
        found = next((body for end, body in reads.items() if request.path.endswith(end)), reads[""])
        return Reply(body=found)

    server.answer = answer
    id = OutsideId("own")
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: adapter.create(REQUEST, "own-key"),
        "refunds": lambda: adapter.refunds(id),
        "refund": lambda: adapter.refund(id, Pence(100), "own-key"),
        "refunds made": adapter.refunds_made,
        "cancel": lambda: adapter.cancel(id, "own-key"),
        "capture": lambda: adapter.capture(id, "own-key"),
        "agree": lambda: adapter.agree("R", "D", "", "own-key"),
        "agreement": lambda: adapter.agreement(id),
        "agreements": adapter.agreements,
        "end agreement": lambda: adapter.end_agreement(id, "own-key"),
        "disputes": adapter.disputes,
        "history": lambda: adapter.history(id),
        "search": adapter.search,
    }
    return calls.get(kind, lambda: adapter.get(id))()


AGREED = "docs-examples/recurring_payments-L531.json"
MADE, READ, REFUNDS, REFUND = (
    f"docs-examples/api_reference-{n}.json"
    for n in (
        "create_a_payment_reference-L85",
        "single_payment_reference-L47",
        "payment_refunds_reference-L47",
        "refund_payment_reference-L62",
    )
)
VALUES: list[tuple[str, str, object]] = [
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
    (AGREED, "outside_id", "cgc1ocvh0pt9fqs0ma67r42l58"),
    (AGREED, "status", "active"),
    (AGREED, "card_last_digits", "1234"),
    (AGREED, "card_expiry", "04/24"),
    (AGREED, "payer", "Sherlock Holmes"),
    ("pacts/publicapi-connector-get-payment-events.json", "1.code", "P0010"),
    ("pacts/publicapi-connector-get-payment-events.json", "0.state", "created"),
]

CONTRACTS = (Contract(api="govuk-pay", plugin="govuk_pay", entries=ENTRIES, run=run, values=tuple(VALUES)),)
