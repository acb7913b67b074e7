"""What each file of the published contract is, and what govuk_notify must make of it.

Most examples of the documents are written with comments in them; those that are JSON without the comments are read so.
"""

from __future__ import annotations

import json
import re

from desktop.adapters.api import Messages
from desktop.domain.ids import OutsideId
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply
from tests.plugins.govuk_notify.driver import API_KEY, ID, none_sent_before
from tests.plugins.govuk_notify.driver import TEXT as WORDS

SENT, TEMPLATES = "docs-examples/rest-L181.json.txt", "openapi/GET_templates.json"
_REQUEST = "The body of a request, not an answer."
_CHOICE = "Not an answer: a field lists every value that it may have."
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Words of the contract."),
    Entry("client-schemas-v2/*", TEXT, maps=False, why="A schema of the contract."),
    Entry(TEMPLATES, "templates", maps=True),
    Entry("openapi/*", TEXT, maps=False, why="A schema of the contract."),
    Entry(SENT, "sent", maps=True),
    Entry("docs-examples/rest-L814*", "status", maps=False, why=_CHOICE),
    Entry("docs-examples/rest-L1082*", "templates", maps=False, why=_CHOICE),
    Entry("docs-examples/rest-L1183*", "templates", maps=False, why="Not JSON: it ends in dots."),
    Entry("docs-examples/rest-L1329*", OTHER, maps=False, why="Text messages from residents, which are not asked for."),
    Entry("docs-examples/*", OTHER, maps=False, why=_REQUEST),
)


def read(body: bytes, file: str) -> Reply:
    """An example without its comments; of an OpenAPI part its example answers as one."""
    if file == TEMPLATES:
        examples = json.loads(body)["get"]["responses"]["200"]["content"]["application/json"]["examples"]
        every = [template for example in examples.values() for template in example["value"]["templates"]]
        return Reply(body=json.dumps({"templates": every}).encode())
    text = re.sub(r"(?<!:)//[^\n]*", "", body.decode())
    return Reply(status=201 if file == SENT else 200, body=text.encode())


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Messages)
    server.answer, server.aside = lambda _request: reply, none_sent_before
    if kind == "sent":
        return adapter.send(WORDS, KEY, LEAVE)
    return adapter.templates() if kind in {"templates", OTHER} else adapter.status(OutsideId(ID))


VALUES: list[tuple[str, str, object]] = [
    (SENT, "outside_id", "740e5834-3a29-46b4-9a6f-16142fde533a"),
    (SENT, "reference", "your reference"),
    (SENT, "body", "Hi Amala, your appointment is on 1 January 2018 at 1:00PM"),
    (SENT, "kind", "sms"),
    (SENT, "state", "accepted"),
    (SENT, "status", "created"),
    (TEMPLATES, "0.id", "f33517ff-2a88-4f6e-b855-c550268ce08a"),
    (TEMPLATES, "0.name", "Pigeon registration - appointment SMS"),
    (TEMPLATES, "0.kind", "sms"),
    (TEMPLATES, "0.version", 3),
    (TEMPLATES, "0.subject", ""),
    (TEMPLATES, "0.body", "Hi ((firstname)), your appointment is on ((date))"),
    (TEMPLATES, "0.fields.0", "firstname"),
    (TEMPLATES, "0.fields.1", "date"),
]

CONTRACTS = (
    Contract(
        api="govuk-notify",
        plugin="govuk_notify",
        entries=ENTRIES,
        run=run,
        secrets={"api_key": API_KEY},
        values=tuple(VALUES),
        read=read,
        few="the documents' other examples have comments, choices or dots for values",
    ),
)
