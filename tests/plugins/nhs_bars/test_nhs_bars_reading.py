"""Where referrals stand, how they are taken back, and what refusals become."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop.adapters.api import Referrals
from desktop.adapters.capabilities import Checked
from desktop.domain.errors import (
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
    SetupFailed,
)
from desktop.domain.ids import OutsideId
from desktop.domain.referrals import ReferralState
from plugins.nhs_bars.bundles import DEFINITION
from tests.helpers.adapters import run_adapter
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.faulty_server import FaultyServer, Reply
from tests.plugins.nhs_bars.driver import CYNTHIA, HELD, ID, REFERRAL, SETTINGS
from tests.plugins.nhs_bars.receiver import Receiver, posts, read_parts, refuse

# ==== where it stands ====


@pytest.mark.parametrize(
    ("request_word", "task_word", "state", "word"),
    [
        ("active", "", ReferralState.RECEIVED, "active"),
        ("active", "received", ReferralState.RECEIVED, "received"),
        ("active", "accepted", ReferralState.ACCEPTED, "accepted"),
        ("active", "in-progress", ReferralState.IN_PROGRESS, "in-progress"),
        ("active", "rejected", ReferralState.REJECTED, "rejected"),
        ("active", "completed", ReferralState.DONE, "completed"),
        ("completed", "in-progress", ReferralState.DONE, "completed"),
        ("revoked", "accepted", ReferralState.REVOKED, "revoked"),
        ("active", "pondering", ReferralState.NOT_KNOWN, "pondering"),
        ("asleep", "", ReferralState.NOT_KNOWN, "asleep"),
    ],
)
def test_the_task_says_how_far_it_is_unless_it_is_over(
    receiver: Receiver, referrals: Referrals, request_word: str, task_word: str, state: ReferralState, word: str
) -> None:
    task = [{"resourceType": "Task", "status": task_word, "statusReason": {"text": "Full."}}] if task_word else []
    receiver.held[HELD["id"]] = {**HELD, "status": request_word, "contained": task}
    found = referrals.status(ID)
    assert (found.state, found.status, found.version) == (state, word, "3")
    assert found.text == ("Full." if task_word else "")


def test_a_referral_that_is_not_there_is_not_found(referrals: Referrals) -> None:
    with pytest.raises(NotFound):
        referrals.status(ID)


# ==== taken back ====


def test_a_referral_is_taken_back_as_it_is_held_with_the_reason(server: FaultyServer, referrals: Referrals) -> None:
    made = referrals.refer(REFERRAL, KEY, LEAVE)
    back = referrals.revoke(made.outside_id, "Moved away.", "key-2")
    assert (back.state, back.status, back.outside_id) == (ReferralState.REVOKED, "revoked", made.outside_id)
    parts = read_parts(posts(server)[1])
    assert parts["MessageHeader"]["definition"] == f"{DEFINITION}-cancelled"
    assert parts["MessageHeader"]["reason"]["coding"][0]["code"] == "update"
    assert (parts["ServiceRequest"]["status"], parts["ServiceRequest"]["note"][-1]["text"]) == (
        "revoked",
        "Moved away.",
    )
    assert "Patient" not in parts
    assert referrals.revoke(made.outside_id, "Again.", "key-3").state is ReferralState.REVOKED
    assert len(posts(server)) == 2


@pytest.mark.parametrize(("word", "task"), [("completed", "completed"), ("active", "rejected"), ("on-hold", "on-hold")])
def test_a_referral_that_is_no_longer_current_is_not_taken_back(
    server: FaultyServer, receiver: Receiver, referrals: Referrals, word: str, task: str
) -> None:
    receiver.held[HELD["id"]] = {**HELD, "status": word, "contained": [{"resourceType": "Task", "status": task}]}
    with pytest.raises(RemoteConflict):
        referrals.revoke(ID, "Moved away.", KEY)
    assert posts(server) == []


@pytest.mark.parametrize("too_late", [False, True])
def test_a_cancellation_that_meets_a_conflict_is_read_back(
    receiver: Receiver, referrals: Referrals, too_late: bool
) -> None:
    def refuse_cancellation() -> Reply:
        receiver.held[HELD["id"]] = {**HELD, "status": "active" if too_late else "revoked"}
        return refuse("REC_CONFLICT", "conflict", 409)

    receiver.held[HELD["id"]], receiver.reply = HELD, refuse_cancellation
    if too_late:
        with pytest.raises(RemoteConflict):
            referrals.revoke(ID, "Moved away.", KEY)
    else:
        assert referrals.revoke(ID, "Moved away.", KEY).state is ReferralState.REVOKED


# ==== refusals ====


@pytest.mark.parametrize(
    ("code", "kind", "status", "error", "words"),
    [
        ("SEND_BAD_REQUEST", "required", 400, InvalidInput, "The NHS's proxy says: something is missing"),
        ("REC_BAD_REQUEST", "invariant", 400, InvalidInput, "The receiving service says: its parts do not fit together"),
        ("REC_BAD_REQUEST", "not-supported", 400, InvalidInput, "Refer in another way."),
        ("BAD_REQUEST", "structure", 400, InvalidInput, "The NHS's proxy says: its structure cannot be read"),
        ("REC_UNAUTHORIZED", "forbidden", 401, Forbidden, "Ask the service"),
        ("REC_FORBIDDEN", "security", 403, Forbidden, "Ask the service"),
        ("NOT_FOUND", "not-found", 404, NotFound, "The NHS's proxy"),
        ("REC_NOT_ACCEPTABLE", "processing", 406, InvalidInput, "cannot be processed"),
        ("REC_UNPROCESSABLE_ENTITY", "processing", 422, InvalidInput, "cannot be processed"),
        ("REC_SERVER_ERROR", "exception", 500, OutcomeUnknown, ""),
        ("REC_NOT_IMPLEMENTED", "not-supported", 501, InvalidInput, "Refer in another way."),
        ("REC_SERVICE_UNAVAILABLE", "503", 503, NotReady, ""),
        ("PROXY_BAD_REQUEST", "value", 400, InvalidInput, "The NHS's proxy"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("as_good", [False, True])
def test_each_code_becomes_its_error_whatever_the_status_and_nothing_sent_is_repeated(
    receiver: Receiver, referrals: Referrals, code: str, kind: str, status: int, error: type[DesktopError],
    words: str, as_good: bool,
) -> None:  # fmt: skip
    receiver.reply = lambda: refuse(code, kind, 200 if as_good else status)
    with pytest.raises(error) as caught:
        referrals.refer(REFERRAL, KEY, LEAVE)
    assert words in caught.value.hint
    assert "Okafor" not in str(vars(caught.value))


def test_an_answer_that_cannot_be_read_leaves_nothing_of_a_person_in_the_error(server: FaultyServer) -> None:
    server.answer = lambda _request: Reply(body=b'{"family": "Okafor"')
    with run_adapter("nhs_bars", server.url, settings=SETTINGS) as loaded:
        assert isinstance(loaded.adapter, Referrals)
        with pytest.raises(BadResponse) as caught:
            loaded.adapter.status(ID)
    assert "Okafor" not in str(vars(caught.value))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": OutsideId("../x")}, "service"),
        ({"reason": " "}, "reason"),
        ({"nhs_number": "9434765918"}, "nhs_number"),
        ({"person": replace(CYNTHIA, family="")}, "person"),
        ({"nhs_number": "", "person": replace(CYNTHIA, born=None)}, "person"),
        ({"details": {"category": "gossip"}}, "details"),
    ],
)
def test_what_no_service_takes_is_refused_beside_its_field(
    server: FaultyServer, referrals: Referrals, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        referrals.refer(replace(REFERRAL, **change), KEY, LEAVE)
    assert caught.value.field == field
    assert server.requests == []


# ==== set up ====


def test_real_services_are_asked_only_by_leave_and_with_a_key(server: FaultyServer) -> None:
    live = {**SETTINGS, "use": "live"}
    with run_adapter("nhs_bars", server.url, settings=live, secrets={}) as loaded:
        assert isinstance(loaded.adapter, Referrals)
        with pytest.raises(SetupFailed) as caught:
            loaded.adapter.status(ID)
    assert caught.value.key == "nhs_bars.key"
    sandbox = {**SETTINGS, "use": "sandbox"}
    with run_adapter("nhs_bars", "https://api.service.nhs.uk/x", settings=sandbox, secrets={}) as loaded:
        assert isinstance(loaded.adapter, Referrals)
        with pytest.raises(SetupFailed) as caught:
            loaded.adapter.status(ID)
    assert caught.value.key == "nhs_bars.sandbox"
    assert server.requests == []


def test_the_connection_test_asks_the_proxy_itself(server: FaultyServer, referrals: Referrals) -> None:
    assert isinstance(referrals, Checked)
    assert referrals.check().facts == {"host": "127.0.0.1", "FHIR": "4.0.1", "version": "1.4.0"}
    assert "nhsd-target-identifier" not in server.requests[0].headers
