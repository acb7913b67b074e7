"""Referrals by message: by the contract, to services that take them, and never twice."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from desktop.adapters.api import MadeReferrals, Referrals
from desktop.domain.errors import (
    DesktopError,
    InvalidInput,
    OutcomeUnknown,
)
from desktop.domain.ids import OutsideId
from desktop.domain.referrals import ReferralState
from plugins.nhs_bars.bundles import DEFINITION, make_id
from tests.helpers.adapters import SECRET, SPECS
from tests.helpers.conformance_drivers import KEY, LEAVE
from tests.helpers.faulty_server import FaultyServer, Reply
from tests.plugins.nhs_bars.driver import CAPABILITY, CYNTHIA, HELD, NONE, REFERRAL, SERVICE, message
from tests.plugins.nhs_bars.message_checks import find_faults, find_message_faults
from tests.plugins.nhs_bars.receiver import Receiver, give, posts, read_parts, refuse

needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason="the published contracts do not lie beside the project")
OWN = make_id(KEY, "referral")


# ==== the message ====


def test_a_referral_is_one_message_with_its_header_first(server: FaultyServer, referrals: Referrals) -> None:
    made = referrals.refer(REFERRAL, KEY, LEAVE)
    assert made.outside_id == f"{SERVICE}/held-{OWN[:8]}"
    assert (made.state, made.status) == (ReferralState.RECEIVED, "active")
    assert [request.path for request in server.requests] == ["/metadata", "/ServiceRequest", "/$process-message"]
    bundle = json.loads(posts(server)[0].body)
    assert bundle["type"] == "message"
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == [
        "MessageHeader", "ServiceRequest", "Patient", "Organization", "Organization",
    ]  # fmt: skip
    parts = read_parts(posts(server)[0])
    header, request, patient = parts["MessageHeader"], parts["ServiceRequest"], parts["Patient"]
    assert header["definition"] == f"{DEFINITION}-referral"
    assert header["destination"][0]["endpoint"] == f"https://fhir.nhs.uk/Id/dos-service-id|{SERVICE}"
    assert (request["status"], request["priority"]) == ("active", "routine")
    assert [note["text"] for note in request["note"]] == ["lives with: her son", "Referred by Priya Nair"]
    assert patient["identifier"] == [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}]
    assert patient["address"][0]["text"] == "14 Tanner Street, Citytown, CY4 2LT"


def test_every_reference_in_a_message_leads_to_a_part_of_it(server: FaultyServer, referrals: Referrals) -> None:
    referrals.refer(REFERRAL, KEY, LEAVE)
    text = posts(server)[0].body.decode()
    urls = {entry["fullUrl"] for entry in json.loads(text)["entry"]}
    assert len(urls) == 5
    assert {part.partition('"')[0] for part in text.split('"reference": "')[1:]} <= urls


def test_a_person_whose_whereabouts_are_kept_back_is_sent_without_them(
    server: FaultyServer, referrals: Referrals
) -> None:
    referrals.refer(replace(REFERRAL, person=replace(CYNTHIA, restricted=True), urgent=True), KEY, LEAVE)
    sent = posts(server)[0].body.decode()
    assert not any(kept in sent for kept in ("Tanner", "CY4", "07700", "@example.org"))
    assert read_parts(posts(server)[0])["ServiceRequest"]["priority"] == "urgent"


def test_a_validation_is_another_kind_of_message(server: FaultyServer, referrals: Referrals) -> None:
    referrals.refer(replace(REFERRAL, details={"category": "validation"}), KEY, LEAVE)
    request = posts(server)[0]
    assert read_parts(request)["MessageHeader"]["definition"] == f"{DEFINITION}-validation"
    assert request.headers["use-context"] == "a1t1|validation|servicerequest-request|new"
    assert "note" in read_parts(request)["ServiceRequest"]


# ==== by the official contract ====


@needs_specs
def test_every_request_is_as_the_official_contract_says(server: FaultyServer, referrals: Referrals) -> None:
    made = referrals.refer(REFERRAL, KEY, LEAVE)
    referrals.status(made.outside_id)
    referrals.revoke(made.outside_id, "Moved away.", "key-2")
    assert len(server.requests) == 6
    assert [find_faults(request) for request in server.requests] == [[]] * 6
    assert [find_message_faults(request) for request in posts(server)] == [[], []]


@needs_specs
def test_planted_faults_are_found(server: FaultyServer, referrals: Referrals) -> None:
    referrals.refer(REFERRAL, KEY, LEAVE)
    sound = posts(server)[0]
    for name in ("use-context", "nhsd-target-identifier", "nhsd-end-user-organisation", "nhsd-requesting-software"):
        headers = {key: value for key, value in sound.headers.items() if key != name}
        assert find_faults(replace(sound, headers=headers)) != [], name
    assert find_faults(replace(sound, headers={**sound.headers, "x-request-id": "1"})) != []
    assert find_faults(replace(sound, headers={**sound.headers, "content-type": "application/json"})) != []
    assert find_faults(replace(server.requests[1], query={"identifier": ["x"]})) == ["identifier"]
    bundle = json.loads(sound.body)
    bundle["entry"][0]["resource"] |= {"event": "x", "focus": "urn:uuid:1"}
    assert find_message_faults(replace(sound, body=json.dumps(bundle).encode())) == [
        "MessageHeader.event is unknown",
        "MessageHeader.focus is a str",
    ]


def test_the_nhs_headers_say_who_asks_whom(server: FaultyServer, referrals: Referrals) -> None:
    referrals.refer(REFERRAL, KEY, LEAVE)
    headers = [request.headers for request in server.requests]
    target = json.loads(base64.b64decode(headers[0]["nhsd-target-identifier"]))
    assert target == {"value": SERVICE, "system": "https://fhir.nhs.uk/Id/dos-service-id"}
    organisation = json.loads(base64.b64decode(headers[0]["nhsd-end-user-organisation"]))
    assert (organisation["identifier"][0]["value"], organisation["name"]) == ("X9900", "Citytown Council")
    assert {h["nhsd-end-user-organisation-ods"] for h in headers} == {"X9900"}
    assert len({UUID(h["x-request-id"]) for h in headers}) == 3
    assert {h["authorization"] for h in headers} == {f"Bearer {SECRET}"}
    assert headers[2]["x-correlation-id"] == make_id(KEY, "correlation")


# ==== what a service can do ====


def test_nothing_about_a_person_goes_to_a_service_that_does_not_take_it(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    messages = [{"mode": "receiver", "definition": f"{DEFINITION}-cancelled"}]
    receiver.capability = {**CAPABILITY, "messaging": [{"supportedMessage": messages}]}
    with pytest.raises(InvalidInput) as caught:
        referrals.refer(REFERRAL, KEY, LEAVE)
    assert (caught.value.key, caught.value.field) == ("nhs_bars.capability", "service")
    assert [request.path for request in server.requests] == ["/metadata"]


def test_a_service_that_names_the_version_of_a_message_takes_it(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    found = [
        {**messaging, "supportedMessage": [
            {**message, "definition": f"{message['definition']}|1.2.0"} for message in messaging["supportedMessage"]
        ]}
        for messaging in CAPABILITY["messaging"]
    ]  # fmt: skip
    receiver.capability = {**CAPABILITY, "messaging": found}
    referrals.refer(REFERRAL, KEY, LEAVE)
    assert len(posts(server)) == 1


@pytest.mark.parametrize("change", [{"fhirVersion": "3.0.2"}, {"rest": [], "messaging": []}])
def test_a_service_of_another_fhir_or_without_messages_is_not_sent_any(
    server: FaultyServer, receiver: Receiver, referrals: Referrals, change: dict[str, Any]
) -> None:
    receiver.capability = {**CAPABILITY, **change}
    with pytest.raises(InvalidInput):
        referrals.refer(REFERRAL, KEY, LEAVE)
    assert posts(server) == []


def test_what_a_service_can_do_is_asked_once_for_many(server: FaultyServer, referrals: Referrals) -> None:
    referrals.refer(REFERRAL, "key-1", LEAVE)
    referrals.refer(REFERRAL, "key-2", LEAVE)
    referrals.refer(replace(REFERRAL, service=OutsideId("2000099002")), "key-3", LEAVE)
    assert [request.path for request in server.requests].count("/metadata") == 2


# ==== never twice ====


def test_a_message_whose_answer_was_lost_is_read_back_and_not_sent_again(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    receiver.reply = lambda: Reply(drop=True)
    with pytest.raises(OutcomeUnknown):
        referrals.refer(REFERRAL, KEY, LEAVE)
    assert isinstance(referrals, MadeReferrals)
    found = referrals.find_made(SERVICE, KEY)
    assert found is not None
    assert referrals.refer(REFERRAL, KEY, LEAVE) == found
    assert len(posts(server)) == 1


def test_a_lost_answer_of_a_service_that_cannot_be_asked_stays_unknown(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    receiver.searches, receiver.reply = False, lambda: Reply(drop=True)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            referrals.refer(REFERRAL, KEY, LEAVE)
    assert len(posts(server)) == 1


def test_the_same_key_makes_the_same_ids_and_another_key_others(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    receiver.reply = lambda: refuse("SEND_BAD_REQUEST", "value", 400)
    for key in (KEY, KEY, "another"):
        receiver.held.clear()
        with pytest.raises(InvalidInput):
            referrals.refer(REFERRAL, key, LEAVE)
    bundles = [json.loads(request.body) for request in posts(server)]
    ids = [{b["id"], *(entry["fullUrl"] for entry in b["entry"])} for b in bundles]
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]


def test_a_message_that_was_processed_before_gives_what_the_service_holds(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    receiver.searches = False

    def known_by_now() -> Reply:
        receiver.searches = True
        return refuse("REC_CONFLICT", "duplicate", 409)

    receiver.reply = known_by_now
    assert referrals.refer(REFERRAL, KEY, LEAVE).outside_id == f"{SERVICE}/held-{OWN[:8]}"


def test_a_service_that_answers_a_search_with_something_else_is_not_believed(
    receiver: Receiver, referrals: Referrals
) -> None:
    receiver.held["x"] = {**HELD, "identifier": [{"value": OWN[::-1]}]}
    receiver.find = lambda own: give({**NONE, "entry": [{"resource": receiver.held["x"]}]})  # type: ignore[method-assign]
    assert isinstance(referrals, MadeReferrals)
    with pytest.raises(OutcomeUnknown):
        referrals.find_made(SERVICE, KEY)


@pytest.mark.parametrize(
    ("code", "kind"), [("fatal-error", InvalidInput), ("transient-error", OutcomeUnknown)]
)  # fmt: skip
def test_what_the_answer_to_a_message_says_of_itself_is_heard(
    receiver: Receiver, referrals: Referrals, code: str, kind: type[DesktopError]
) -> None:
    receiver.reply = lambda: give(message(response=code))
    with pytest.raises(kind):
        referrals.refer(REFERRAL, KEY, LEAVE)


def test_a_message_that_was_taken_with_a_warning_was_taken(
    server: FaultyServer, receiver: Receiver, referrals: Referrals
) -> None:
    issue = {"severity": "warning", "code": "business-rule", "details": {"coding": [{"code": "REC_LATE"}]}}
    receiver.reply = lambda: give({"resourceType": "OperationOutcome", "issue": [issue]})
    assert referrals.refer(REFERRAL, KEY, LEAVE).outside_id == f"{SERVICE}/{OWN}"
    assert len(posts(server)) == 1
