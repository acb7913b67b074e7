"""Serves a file of a published contract as the answer to the question it belongs to, and asks the real adapter.

Also writes `docs/plugins/contracts.md`: `python -m tests.helpers.contract_runs` from the repository's root.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from desktop.adapters.calling import encode_result
from desktop.domain.errors import DesktopError
from tests.helpers.adapters import REPOSITORY, SPECS, SetClock, run_adapter
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, find_files, load_contracts
from tests.helpers.faulty_server import Reply, run_faulty_server

PAGE = REPOSITORY / "docs" / "plugins" / "contracts.md"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: `value` as builtins where it mapped, else the name of the error and its key."""

    file: str
    mapped: bool
    value: object = None
    error: str = ""
    key: str = ""


def run_file(contract: Contract, file: str, kind: str) -> Outcome:
    """Asks the adapter with the file as answer. Anything but an error of our own tree is raised on."""
    reply = (contract.read or read_reply)((SPECS / contract.api / file).read_bytes(), file)
    with run_faulty_server() as server:
        clock = SetClock(contract.now)
        with run_adapter(
            contract.plugin, server.url, settings=contract.settings, secrets=contract.secrets, clock=clock
        ) as loaded:
            try:
                value = encode_result(contract.run(loaded.adapter, server, kind, reply))
            except DesktopError as error:
                return Outcome(file, mapped=False, error=type(error).__name__, key=error.key)
    return Outcome(file, mapped=True, value=value)


_outcomes: dict[tuple[str, str, str], Outcome] = {}


def find_outcome(contract: Contract, file: str, kind: str) -> Outcome:
    """As `run_file`, once for each file of a run."""
    asked = (contract.plugin, contract.api, file)
    if asked not in _outcomes:
        _outcomes[asked] = run_file(contract, file, kind)
    return _outcomes[asked]


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


# ==== the page ====

_HEAD = """# Contracts: what each published payload becomes

Every file of the published contracts that the plugins were written against is served to the real adapter as an answer
to the question it belongs to. It maps, or it is refused with a typed error and a reason. A file that its own contract
calls a good answer maps. This page is written by `python -m tests.helpers.contract_runs`, and a test compares it.

| contract | plugin | files | payloads | mapped | refused | not asked for | named values |
|---|---|--:|--:|--:|--:|--:|--:|
"""


@cache
def build_page() -> str:
    """The page for every contract: the counts, then each file that does not map, with its reason."""
    heads, parts = [], []
    for contract in load_contracts():
        rows: list[str] = []
        counts = {"files": 0, "payloads": 0, "mapped": 0, "refused": 0, "other": 0}
        for file in find_files(contract.api, SPECS):
            _count(contract, file, counts, rows)
        heads.append(
            f"| {contract.api} | {contract.plugin} | {counts['files']} | {counts['payloads']} | {counts['mapped']} "
            f"| {counts['refused']} | {counts['other']} | {len(contract.values)} |\n"
        )
        table = "| file | asked as | outcome | why |\n|---|---|---|---|\n" + "\n".join(rows)
        parts.append(f"\n## {contract.api} ({contract.plugin})\n\n{table}\n" if rows else "")
    return _HEAD + "".join(heads) + "".join(parts)


def _count(contract: Contract, file: str, counts: dict[str, int], rows: list[str]) -> None:
    entry = contract.find_entry(file)
    assert entry is not None, file
    counts["files"] += 1
    if entry.kind == TEXT:
        return
    counts["payloads"] += 1
    outcome = find_outcome(contract, file, entry.kind)
    kind = "mapped" if outcome.mapped else ("other" if entry.kind == OTHER else "refused")
    counts[kind] += 1
    if not outcome.mapped:
        asked = "" if entry.kind == OTHER else entry.kind
        rows.append(f"| {file} | {asked} | refused: {outcome.error} | {entry.why} |")


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
