"""The town's health services take, accept, reject and complete referrals through the real adapter."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from tests.helpers.serving_town import TestTown

STEADY, HOME, FULL = "2000099001", "2000099002", "2000099003"
ISSI = {"given": "Issi", "family": "Rahman", "born": "1999-07-30", "phone": "07700 900619"}


def call(town: TestTown, method: str, *arguments: str) -> tuple[int, Any]:
    said = next(c for c in town.info["components"] if c["id"] == "health")
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    pairs += [word for name, value in said["secrets"].items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    code = call_command([said["plugin"], method, *arguments, *pairs], out, err)
    return code, json.loads(out.getvalue() or "null")


def refer(town: TestTown, service: str = STEADY, key: str = "k-1", **more: object) -> tuple[int, Any]:
    referral = {"service": service, "person": ISSI, "reason": "A second fall on the stairs.", **more}
    return call(town, "referrals.refer", f"referral={json.dumps(referral)}", f"key={key}")


def state(town: TestTown, made: Any) -> tuple[str, str]:
    code, found = call(town, "referrals.status", f"id={made['outside_id']}")
    assert code == 0
    return found["state"], found["text"]


def test_a_referral_is_received_accepted_worked_on_and_completed(fresh_town: TestTown) -> None:
    code, made = refer(fresh_town)
    assert (code, made["state"], made["service"]) == (0, "received", STEADY)
    seen = []
    for wait in (timedelta(minutes=3), timedelta(hours=2), timedelta(days=2)):
        fresh_town.clock.moment += wait
        seen.append(state(fresh_town, made))
    assert seen == [("accepted", "A place is kept."), ("in progress", ""), ("done", "All sessions held.")]


@pytest.mark.parametrize(("service", "why"), [(HOME, "Home from hospital takes people of 60 and over."), (FULL, "Pain clinic, full until spring.")])  # fmt: skip
def test_a_service_that_does_not_take_somebody_rejects_with_the_reason(
    fresh_town: TestTown, service: str, why: str
) -> None:
    _, made = refer(fresh_town, service)
    fresh_town.clock.moment += timedelta(minutes=3)
    assert state(fresh_town, made) == ("rejected", why)
    assert call(fresh_town, "referrals.revoke", f"id={made['outside_id']}", "reason=No", "key=k-2")[0] == 3


def test_a_referral_is_taken_back_once(fresh_town: TestTown) -> None:
    _, made = refer(fresh_town)
    for key in ("k-2", "k-3"):
        code, back = call(fresh_town, "referrals.revoke", f"id={made['outside_id']}", "reason=Moved away", f"key={key}")
        assert (code, back["state"], back["status"]) == (0, "revoked", "revoked")
    assert state(fresh_town, made) == ("revoked", "")


def test_the_same_key_again_is_the_same_referral_also_when_the_answer_was_lost(fresh_town: TestTown) -> None:
    fresh_town.set_fault("health", "lose_answer", method="POST")
    assert refer(fresh_town)[0] == 3
    _, again = refer(fresh_town)
    assert refer(fresh_town)[1]["outside_id"] == again["outside_id"]
    assert refer(fresh_town, key="k-2")[1]["outside_id"] != again["outside_id"]
    code, found = call(fresh_town, "referrals.find_made", f"service={STEADY}", "key=k-1")
    assert (code, found["outside_id"]) == (0, again["outside_id"])
    assert call(fresh_town, "referrals.find_made", f"service={HOME}", "key=k-1") == (0, None)


def test_the_connection_test_and_the_exit_codes_hold(town: TestTown) -> None:
    code, diagnosis = call(town, "component.check")
    assert (code, diagnosis["facts"]["FHIR"]) == (0, "4.0.1")
    assert refer(town, "2000099009")[0] == 3
    assert refer(town, STEADY, nhs_number="123")[0] == 2
    assert call(town, "referrals.status", f"id={STEADY}/nothing")[0] == 3


def headers(town: TestTown, **changes: str) -> dict[str, str]:
    """Sound headers of the standard, those of a message too, with changes; "" leaves one out."""
    target = "eyJ2YWx1ZSI6ICIyMDAwMDk5MDAxIiwgInN5c3RlbSI6ICJodHRwczovL2ZoaXIubmhzLnVrL0lkL2Rvcy1zZXJ2aWNlLWlkIn0="
    sound = {
        "Authorization": f"Bearer {town.keys['health']}", "X-Request-Id": "60e0b220-8136-4ca5-ae46-1d97ef59d068",
        "X-Correlation-Id": "11c46f5f-cdef-4865-94b2-0ee0edcc26da", "NHSD-Target-Identifier": target,
        "NHSD-End-User-Organisation": "e30=", "NHSD-Requesting-Software": "e30=", "use-context": "a|b|c|d",
    }  # fmt: skip
    changed = {**sound, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return {name: value for name, value in changed.items() if value}


@pytest.mark.parametrize(
    ("changes", "body", "status", "code"),
    [
        ({"Authorization": "Bearer no"}, {}, 401, "SEND_UNAUTHORIZED"),
        ({"X_Request_Id": "1"}, {}, 400, "SEND_BAD_REQUEST"),
        ({"NHSD_Requesting_Software": ""}, {}, 400, "SEND_BAD_REQUEST"),
        ({"NHSD_Target_Identifier": "?"}, {}, 400, "SEND_BAD_REQUEST"),
        ({"NHSD_Target_Identifier": ""}, {}, 404, "NOT_FOUND"),
        ({"use_context": ""}, {}, 400, "SEND_BAD_REQUEST"),
        ({}, {}, 400, "BAD_REQUEST"),
        ({}, {"type": "message", "entry": [{"resource": {"resourceType": "Patient"}}]}, 400, "REC_BAD_REQUEST"),
    ],
)
def test_what_the_standard_asks_for_and_is_missing_is_refused_by_code(
    town: TestTown, changes: dict[str, str], body: object, status: int, code: str
) -> None:
    reply = town.ask("POST", "health", "/$process-message", tree=body, headers=headers(town, **changes))
    assert (reply.status, reply.tree["issue"][0]["details"]["coding"][0]["code"]) == (status, code)
    assert reply.headers["Content-Type"] == "application/fhir+json"


def test_ids_of_a_request_are_mirrored(town: TestTown) -> None:
    reply = town.ask("GET", "health", "/metadata", headers=headers(town))
    assert (reply.status, reply.tree["name"]) == (200, "Steady on your feet")
    assert reply.headers["X-Request-Id"] == "60e0b220-8136-4ca5-ae46-1d97ef59d068"
