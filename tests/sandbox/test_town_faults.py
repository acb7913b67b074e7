from __future__ import annotations

import http.client
import socket
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from desktop.sandbox.dialects import dialects
from desktop.sandbox.faults import KINDS
from tests.helpers.contracts import georeport_errors, needs_specs
from tests.helpers.serving_town import TestTown, serving_town

DOG: dict[str, str | list[str]] = {
    "service_code": "PLAY", "address_string": "Mercer Green", "attribute[ITEM]": "SWING", "attribute[HURT]": "NO",
}  # fmt: skip


def test_a_fault_strikes_as_often_as_it_was_asked_to_and_only_its_component(fresh_town: TestTown) -> None:
    assert fresh_town.set_fault("waste", "status", status=429, retry_after=7, times=2).status == 201
    assert fresh_town.ask("GET", "parks", "/services.xml").status == 200
    replies = [fresh_town.ask("GET", "waste", "/services.xml") for _ in range(3)]
    assert [reply.status for reply in replies] == [429, 429, 200]
    assert replies[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_component_does_nothing(status: int, fresh_town: TestTown) -> None:
    before = fresh_town.admin("GET", "/state/counts").tree
    fresh_town.set_fault("parks", "status", status=status, method="POST")
    assert fresh_town.post_case("parks", DOG).status == status
    assert fresh_town.admin("GET", "/state/counts").tree == before


def test_html_comes_where_data_should(fresh_town: TestTown) -> None:
    fresh_town.set_fault("parks", "html", path="/requests")
    assert fresh_town.ask("GET", "parks", "/services.json").status == 200
    reply = fresh_town.ask("GET", "parks", "/requests.json")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_lost_answer_was_applied_and_a_reset_was_not(fresh_town: TestTown) -> None:
    count = fresh_town.admin("GET", "/state/counts").tree["cases"]["parks"]
    fresh_town.set_fault("parks", "reset", method="POST")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        fresh_town.post_case("parks", DOG)
    assert fresh_town.admin("GET", "/state/counts").tree["cases"]["parks"] == count
    fresh_town.set_fault("parks", "lose_answer", method="POST")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        fresh_town.post_case("parks", DOG)
    assert fresh_town.admin("GET", "/state/counts").tree["cases"]["parks"] == count + 1


def test_a_lost_payment_is_found_by_its_key(fresh_town: TestTown) -> None:
    wanted = {"amount": 100, "reference": "R", "description": "D", "return_url": "https://example.org"}
    fresh_town.set_fault("govuk_pay", "lose_answer")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        fresh_town.pay("POST", "/v1/payments", wanted, Idempotency_Key="k")
    again = fresh_town.pay("POST", "/v1/payments", wanted, Idempotency_Key="k")
    assert again.status == 200
    fresh_town.clock.moment += timedelta(seconds=3)
    assert fresh_town.pay("GET", "/v1/payments?reference=R").tree["total"] == 1


def test_a_cut_answer_ends_too_early(fresh_town: TestTown) -> None:
    fresh_town.set_fault("housing", "cut")
    with pytest.raises(http.client.IncompleteRead):
        fresh_town.ask("GET", "housing", "/requests.json")


def test_a_dripping_answer_comes_whole_in_the_end(fresh_town: TestTown) -> None:
    whole = fresh_town.ask("GET", "housing", "/requests/NO.json").body
    fresh_town.set_fault("housing", "drip", ms=1)
    assert fresh_town.ask("GET", "housing", "/requests/NO.json").body == whole


def test_who_goes_away_from_a_drip_does_not_stop_the_component(fresh_town: TestTown) -> None:
    fresh_town.set_fault("housing", "drip", ms=5)
    url = urlsplit(fresh_town.urls["housing"])
    with closing(socket.create_connection((url.hostname or "", url.port or 0), 5)) as connection:
        connection.sendall(f"GET {url.path}/requests.json HTTP/1.1\r\nHost: town\r\n\r\n".encode())
        assert connection.recv(1) == b"H"
    assert fresh_town.ask("GET", "housing", "/services.json").status == 200


def test_a_slow_component_waits_and_others_do_not(fresh_town: TestTown) -> None:
    fresh_town.set_fault("waste", "slow", ms=400)
    with pytest.raises(TimeoutError):
        fresh_town.ask("GET", "waste", "/services.json", timeout=0.1)
    assert fresh_town.ask("GET", "parks", "/services.json", timeout=5).status == 200


def test_unknown_fields_and_nulls_stay_well_formed(fresh_town: TestTown) -> None:
    fresh_town.set_fault("waste", "unknown", times=2)
    assert fresh_town.ask("GET", "waste", "/requests.json").tree[0]["x_new"]["deep"] == [1, None, "2"]
    assert fromstring(fresh_town.ask("GET", "waste", "/requests.xml").body).find("request/x_new") is not None
    fresh_town.set_fault("waste", "nulls", times=2)
    assert fresh_town.ask("GET", "waste", "/requests.json").tree[0]["zipcode"] is None
    assert fromstring(fresh_town.ask("GET", "waste", "/requests.xml").body).findtext("request/zipcode") == ""


@needs_specs
def test_the_contract_check_notices_the_unknown_field(fresh_town: TestTown) -> None:
    fresh_town.set_fault("waste", "unknown")
    assert georeport_errors("Request", fresh_town.ask("GET", "waste", "/requests.json").tree) != []
    assert georeport_errors("Request", fresh_town.ask("GET", "waste", "/requests.json").tree) == []


def test_a_colleague_changes_a_case_at_once_or_just_before_a_write(fresh_town: TestTown) -> None:
    case = fresh_town.ask("GET", "housing", "/requests.json").tree[0]["service_request_id"]
    changed = fresh_town.admin(
        "POST",
        f"/cases/housing/{case}",
        {"status": "planned", "title": "New title", "assigned_to": "P.NAIR", "by": "Tom Adeyemi"},
    )
    assert changed.status == 200
    shown = fresh_town.ask("GET", "housing", f"/requests/{case}.json").tree[0]["extended_attributes"]
    assert (shown["detailed_status"], shown["title"], shown["assigned_to"]) == ("planned", "New title", "P.NAIR")
    fresh_town.set_fault("housing", "conflict", case=case, case_status="closed", method="POST")
    form = {"api_key": fresh_town.keys["housing"], "service_request_id": case, "description": "Mine", "update_id": "m"}
    assert fresh_town.ask("POST", "housing", "/servicerequestupdates.json", form=form).status == 200
    said = [(u["status"], u["text"]) for u in fresh_town.admin("GET", f"/state/updates/housing/{case}").tree]
    assert ("closed", "Changed by a colleague") in said
    assert ("closed", "Mine") in said


def test_a_component_that_is_down_refuses_and_comes_back_on_the_same_port(fresh_town: TestTown) -> None:
    assert fresh_town.admin("POST", "/components/parks", {"up": False}).tree == {"up": False}
    with pytest.raises(ConnectionRefusedError):
        fresh_town.ask("GET", "parks", "/services.json")
    assert fresh_town.ask("GET", "waste", "/services.json").status == 200
    fresh_town.admin("POST", "/components/parks", {"up": True})
    assert fresh_town.ask("GET", "parks", "/services.json").status == 200


def test_faults_are_listed_and_cleared(fresh_town: TestTown) -> None:
    for kind in KINDS:
        fresh_town.set_fault("waste", kind, path="/none", times=0)
    fresh_town.set_fault("parks", "html", path="/none")
    assert [fault["kind"] for fault in fresh_town.admin("GET", "/faults").tree] == [*KINDS, "html"]
    assert fresh_town.admin("DELETE", "/faults?component=waste").tree == {"cleared": len(KINDS)}
    assert fresh_town.admin("DELETE", "/faults").tree == {"cleared": 1}


@pytest.mark.parametrize(
    ("path", "tree", "status"),
    [
        ("/faults", {"component": "waste", "kind": "explode"}, 400),
        ("/faults", {"component": "waste", "kind": "slow", "times": -1}, 400),
        ("/faults", {"component": "moon", "kind": "slow"}, 404),
        ("/faults", {"kind": "slow"}, 400),
        ("/cases/housing/NO-1", {}, 404),
        ("/cases/moon/NO-1", {}, 404),
        ("/settings", {"speed": 1}, 400),
        ("/settings", {"search_lag_ms": -1}, 400),
        ("/components/moon", {"up": True}, 404),
        ("/components/waste", {"up": 5}, 400),
    ],
)
def test_the_trainers_endpoint_checks_what_it_is_given(path: str, tree: object, status: int, town: TestTown) -> None:
    reply = town.admin("POST", path, tree)
    assert reply.status == status
    assert reply.tree["error"]


def test_the_trainers_endpoint_has_a_key_of_its_own(town: TestTown) -> None:
    for key in ("", town.keys["waste"], town.keys["govuk_pay"]):
        assert town.ask("GET", "admin", "/faults", headers={"Authorization": f"Bearer {key}"}).status == 401
    assert town.admin("GET", "/state/nothing").status == 404
    assert len(set(town.keys.values())) == len(town.keys) == len(dialects()) + 1


def test_times_can_be_set(fresh_town: TestTown) -> None:
    assert fresh_town.admin("POST", "/settings", {"token_delay_ms": 0}).tree["token_delay_ms"] == 0
    form = {"service_code": "LITTER", "address_string": "x", "attribute[KIND]": "DOG"}
    token = fresh_town.post_case("cleaning", form).tree[0]["token"]
    assert fresh_town.ask("GET", "cleaning", f"/tokens/{token}.json").tree[0]["service_request_id"]


def test_a_restart_keeps_cases_payments_keys_and_tokens(tmp_path: Path) -> None:
    with serving_town(tmp_path) as town:
        made = town.post_case("parks", DOG).tree[0]["service_request_id"]
        wanted = {"amount": 100, "reference": "R", "description": "D", "return_url": "https://example.org"}
        paid = town.pay("POST", "/v1/payments", wanted, Idempotency_Key="k").tree["payment_id"]
        before, keys = town.admin("GET", "/state/payments").tree, town.keys
    with serving_town(tmp_path) as town:
        assert town.keys == keys
        assert town.ask("GET", "parks", f"/requests/{made}.json").tree[0]["address"] == "Mercer Green"
        assert town.admin("GET", "/state/payments").tree == before
        assert town.pay("POST", "/v1/payments", wanted, Idempotency_Key="k").tree["payment_id"] == paid
