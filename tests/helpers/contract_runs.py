"""Serves a file of a published contract as the answer to the question it belongs to, and asks the real adapter.

Also writes `docs/plugins/contracts.md`: `python -m tests.helpers.contract_runs` from the repository's root.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.adapters.api import Addresses, Cases, Payments
from desktop.adapters.calling import encode_result
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import DesktopError
from desktop.domain.ids import OutsideId
from desktop.domain.money import Pence
from desktop.domain.payments import PaymentRequest
from desktop.domain.places import Place, Point
from tests.helpers.adapters import REPOSITORY, SPECS, SetClock, run_adapter
from tests.helpers.contract_catalogue import CATALOGUE, PLUGINS, TEXT, find_entry, find_files
from tests.helpers.faulty_server import FaultyServer, Reply, Request, run_faulty_server

PAGE = REPOSITORY / "docs" / "plugins" / "contracts.md"
NOW = datetime(2018, 8, 1, tzinfo=UTC)
REQUEST = PaymentRequest(amount=Pence(100), reference="R", description="D", return_url="https://example.gov.uk/done")
DRAFT = CaseDraft(service_code="001", description="words", place=Place(point=Point(lat=51.5, lon=-1.0)), answers={})
OWN_PAYMENT = {
    "payment_id": "own", "amount": 9_000, "reference": "r", "description": "d", "created_date": "2026-01-01T00:00:00Z",
    "state": {"status": "cancelled"}, "refund_summary": {"status": "available", "amount_available": 9_000},
}  # fmt: skip
OWN_REFUNDS = {"payment_id": "own", "_embedded": {"refunds": []}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: `value` as builtins where it mapped, else the name of the error and its key."""

    file: str
    mapped: bool
    value: object = None
    error: str = ""
    key: str = ""


def run_file(api: str, file: str, kind: str, *, specs: Path = SPECS) -> Outcome:
    """Asks the adapter with the file as answer. Anything but an error of our own tree is raised on."""
    reply = read_reply((specs / api / file).read_bytes(), file)
    with run_faulty_server() as server:
        runner, settings = _RUNNERS[api]
        with run_adapter(PLUGINS[api], server.url, settings=settings, clock=SetClock(NOW)) as loaded:
            try:
                value = encode_result(runner(loaded.adapter, server, kind, reply))
            except DesktopError as error:
                return Outcome(file, mapped=False, error=type(error).__name__, key=error.key)
    return Outcome(file, mapped=True, value=value)


def read_reply(body: bytes, file: str) -> Reply:
    """A file as an answer: with the status that it names, an example with headers or a pact taken apart."""
    if file.startswith("pacts/"):
        response = json.loads(body)["interactions"][0]["response"]
        inner = response.get("body")
        return Reply(status=response["status"], body=b"" if inner is None else json.dumps(inner).encode())
    media = "text/xml" if file.endswith(".xml") else "application/json"
    if body.startswith(b"HTTP/1.1 "):
        head, _, rest = body.partition(b"\n\n")
        return Reply(status=int(head.split()[1]), body=rest, media=media)
    return Reply(body=body, media=media)


# ==== open311 ====


def _run_open311(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
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
    if kind in {"created", "token"}:
        return adapter.create(DRAFT, "own-key")
    return adapter.changed() if kind == "requests" else adapter.types()


# ==== os_places ====


def _run_os_places(adapter: object, server: FaultyServer, _kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Addresses)
    server.answer = lambda _: reply
    return adapter.postcode("BS1 5AH")


# ==== govuk_pay ====


def _run_govuk_pay(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Payments)
    payment, refunds = (Reply(body=json.dumps(own).encode()) for own in (OWN_PAYMENT, OWN_REFUNDS))
    reads: Callable[[Request], Reply] = lambda r: refunds if r.path.endswith("/refunds") else payment  # noqa: E731
    server.answer = lambda r: reads(r) if kind in {"refund", "cancel"} and r.method == "GET" else reply
    id = OutsideId("own")
    calls: dict[str, Callable[[], object]] = {
        "create": lambda: adapter.create(REQUEST, "own-key"),
        "refunds": lambda: adapter.refunds(id),
        "refund": lambda: adapter.refund(id, Pence(100), "own-key"),
        "cancel": lambda: adapter.cancel(id, "own-key"),
        "search": adapter.search,
    }
    return calls.get(kind, lambda: adapter.get(id))()


_OPEN311_SETTINGS = {"changes": "window", "history_days": "1", "page_size": "1000"}
_RUNNERS: dict[str, tuple[Callable[[object, FaultyServer, str, Reply], object], dict[str, str]]] = {
    "open311": (_run_open311, _OPEN311_SETTINGS),
    "os-places": (_run_os_places, {}),
    "govuk-pay": (_run_govuk_pay, {}),
}


# ==== the page ====

_HEAD = """# Contracts: what each published payload becomes

Every file of the published contracts that the first three plugins were written against is served to the real adapter
as an answer to the question it belongs to. It maps, or it is refused with a typed error. This page is written by
`python -m tests.helpers.contract_runs`, and a test compares it.
"""


def build_page(specs: Path = SPECS) -> str:
    """The page for every API."""
    parts = [_HEAD]
    for api in CATALOGUE:
        rows = [_build_row(api, file, specs) for file in find_files(api, specs)]
        mapped = sum("| mapped |" in row for row in rows)
        parts.append(
            f"\n## {api}\n\n{len(rows)} files, {mapped} mapped.\n\n| file | asked as | outcome | why |\n|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    return "".join(parts)


def _build_row(api: str, file: str, specs: Path) -> str:
    entry = find_entry(api, file)
    assert entry is not None, file
    if entry.kind == TEXT:
        return f"| {file} | | not a payload | {entry.why} |"
    outcome = run_file(api, file, entry.kind, specs=specs)
    verdict = "mapped" if outcome.mapped else f"refused: {outcome.error}"
    asked = "" if entry.kind == "other" else entry.kind
    return f"| {file} | {asked} | {verdict} | {entry.why} |"


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
