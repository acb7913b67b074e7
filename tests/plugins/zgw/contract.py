"""What each file of the published contract of zgw is, and what the adapter must make of it."""

from __future__ import annotations

import json
from typing import Any

from desktop.domain.ids import OutsideId
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply, Request

_PROSE = "The text or schema of the contract, not an answer."
_REQUEST = "A request, or the body of one, not an answer."
_NOT_JSON = "Not JSON as it was published: it has gaps or comments."
_LIST = "The list of retention periods, another API; it has no cases."
_OTHER = "Of an API that the adapter does not use."

ENTRIES = (
    Entry("*.md", TEXT, maps=False, why=_PROSE),
    Entry("*.yaml", TEXT, maps=False, why=_PROSE),
    Entry("examples/openzaak-catalogi-fixture.json", "types", maps=False, why="A dump of Open Zaak's own tables."),
    Entry("examples/selectielijst-procestypen.json", "types", maps=True),
    Entry("examples/selectielijst-resultaten.json", "case", maps=False, why=_LIST),
    Entry("examples/*archiveren-L363.json", "case", maps=True),
    Entry("examples/*archiveren-L213.json", "types", maps=True),
    Entry("examples/*archiveren-L266.http", OTHER, maps=False, why=_REQUEST),
    Entry("examples/*archiveren-L322.http", OTHER, maps=False, why=_REQUEST),
    Entry("examples/*api-guides-L105.json", OTHER, maps=False, why=_REQUEST),
    Entry("examples/vng-standaard-index-L213.http", "changed", maps=False, why=_NOT_JSON),
    Entry("examples/*versies-en-migraties-*.http", "case", maps=False, why=_NOT_JSON),
    Entry("examples/*landschap-grenzen-L73.http", OTHER, maps=False, why="What a case is about, which is not read."),
    Entry("examples/*notificaties-L274.http", OTHER, maps=False, why=_OTHER),
    Entry("examples/*autorisatie-L149.json", OTHER, maps=False, why=_OTHER),
    Entry("examples/*ontwerpkeuzes-L541.json.txt", OTHER, maps=False, why=_OTHER),
    Entry("examples/vng-archief-standaard-L175.json", OTHER, maps=False, why="The claims of a token that is sent."),
    Entry("examples/*", OTHER, maps=False, why=_REQUEST),
)


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    """Asks as the kind says. A record alone that belongs in a list is put into one: the documents print it without."""
    it: Any = adapter

    def in_list(request: Request) -> Reply:
        asked = "/zaaktypen"
        tree = json.loads(reply.body)
        if request.path.endswith(asked) and isinstance(tree, dict):
            return Reply(body=json.dumps({"count": 1, "next": None, "results": [tree]}).encode())
        return reply if request.path.endswith(asked) else Reply(body=b'{"count": 0, "next": null, "results": []}')

    server.answer = in_list if kind == "types" else lambda _: reply
    calls = {"types": it.cases.types, "changed": it.cases.changed}
    return calls[kind]() if kind in calls else it.cases.get(OutsideId("1"))


CASE = "examples/vng-ontwikkelaars-handleidingen-en-tutorials-archiveren-L363.json"
KIND = "examples/vng-ontwikkelaars-handleidingen-en-tutorials-archiveren-L213.json"
VALUES: list[tuple[str, str, object]] = [
    (CASE, "outside_id", "<zaak url>"),
    (CASE, "reference", "3ce2848b-df34-44ae-8e10-dc12d6a69417"),
    (CASE, "title", "API-lab zaak test"),
    (CASE, "description", "Fiets in de Keizersgracht voorkomt dat rondvaartboot kan passeren."),
    (CASE, "phase", "closed"),
    (CASE, "status", ""),
    (CASE, "service_code", "<zaaktype url>"),
    (CASE, "service_name", ""),
    (CASE, "opened_at", "2019-04-16T23:00:00Z"),
    (CASE, "updated_at", None),
    (CASE, "due_at", None),
    (CASE, "place", None),
    (CASE, "reporter", None),
    (CASE, "assignee", ""),
    (CASE, "team", ""),
    (KIND, "0.code", "<zaaktype-url>"),
    (KIND, "0.name", "Melding Openbare Ruimte"),
    (KIND, "0.description", ""),
    (KIND, "0.statuses", ()),
    (KIND, "0.has_questions", False),
]

CONTRACTS = (
    Contract(
        api="zgw",
        plugin="zgw",
        entries=ENTRIES,
        run=run,
        settings={"client_id": "knit-desk", "rsin": "123456782"},
        secrets={"secret": "test-secret"},
        values=tuple(VALUES),
    ),
)
