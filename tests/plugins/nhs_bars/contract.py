"""What each file of the published contract is, and what nhs_bars must make of it."""

from __future__ import annotations

from desktop.adapters.api import Referrals
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.contract_catalogue import OTHER, TEXT, Contract, Entry
from tests.helpers.faulty_server import FaultyServer, Reply
from tests.plugins.nhs_bars.driver import ID, REFERRAL, SETTINGS, answer_aside

_REFUSAL = "A refusal, which becomes a typed error."
_BOOKING = "About an appointment, and appointments are not booked here."
ONE, FOUND, MADE = (f"examples/service_request-{name}-success.json" for name in ("id-GET", "GET", "POST"))
SENT, CREATED, UPDATED = (
    "examples/process_message-POST-success.json", "examples/201_POST.json", "examples/200_PUT.json",
)  # fmt: skip
ENTRIES = (
    Entry("*.md", TEXT, maps=False, why="Where the files come from."),
    Entry("*.yaml", TEXT, maps=False, why="The contract."),
    Entry(ONE, "status", maps=True),
    Entry(FOUND, "status", maps=True),
    Entry(MADE, "refer", maps=True),
    Entry(SENT, "refer", maps=True),
    Entry("examples/process_message-response-*", "refer", maps=True),
    Entry(CREATED, "refer", maps=True),
    Entry(UPDATED, "refer", maps=True),
    Entry("examples/process_message-request-*", OTHER, maps=False, why=_BOOKING),
    Entry("examples/process_message-POST-body.json", OTHER, maps=False, why=_BOOKING),
    Entry("examples/appointment-*", OTHER, maps=False, why=_BOOKING),
    Entry("examples/message_definition-*", OTHER, maps=False, why="What a service wants in a message, which is not asked: it says so when it refuses one."),
    Entry("examples/_status.json", OTHER, maps=False, why="The state of the NHS's platform, which is not asked for."),
    Entry("examples/*.json", "refer", maps=False, why=_REFUSAL),
)  # fmt: skip


def run(adapter: object, server: FaultyServer, kind: str, reply: Reply) -> object:
    assert isinstance(adapter, Referrals)
    server.aside, server.answer = answer_aside, lambda _request: reply
    return adapter.refer(REFERRAL, KEY, LEAVE) if kind == "refer" else adapter.status(ID)


_HELD = "71d2b38e-b81c-4894-a522-6a65265b1d58"
_OURS = "159e6c0a-a3b8-5129-9975-a9b0f823b68e"
VALUES: list[tuple[str, str, object]] = [
    *((ONE, path, value) for path, value in (
        ("outside_id", ID), ("state", "received"), ("status", "active"), ("service", "2000099001"),
        ("at", "2021-11-26T15:00:00Z"), ("text", ""), ("version", ""),
    )),
    *((FOUND, path, value) for path, value in (
        ("outside_id", ID), ("state", "received"), ("status", "active"), ("at", "2021-11-26T15:00:00Z"),
    )),
    *((MADE, path, value) for path, value in (
        ("outside_id", f"2000099001/{_HELD}"), ("state", "received"), ("status", "active"), ("service", "2000099001"),
    )),
    *((SENT, path, value) for path, value in (
        ("outside_id", f"2000099001/{_OURS}"), ("state", "sent"), ("status", ""),
    )),
    (CREATED, "outside_id", f"2000099001/{_OURS}"),
    (CREATED, "state", "sent"),
    (CREATED, "service", "2000099001"),
    (UPDATED, "state", "sent"),
]  # fmt: skip

CONTRACTS = (
    Contract(api="nhs-bars", plugin="nhs_bars", entries=ENTRIES, run=run, settings=SETTINGS, values=tuple(VALUES)),
)
