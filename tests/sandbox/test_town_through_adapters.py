"""The town and the real adapters meet: what one says the other understands."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from desktop.adapters.commands import call_command
from tests.helpers.serving_town import TestTown


def _call(town: TestTown, component: str, method: str, *arguments: str) -> Any:
    said = next(c for c in town.info["components"] if c["id"] == component)
    pairs = [word for name, value in said["settings"].items() for word in ("--set", f"{name}={value}")]
    pairs += [word for name, value in said["secrets"].items() for word in ("--secret", f"{name}={value}")]
    out, err = io.StringIO(), io.StringIO()
    assert call_command([said["plugin"], method, *arguments, *pairs], out, err) == 0, err.getvalue()
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    "area", ["housing", "children", "adults", "development", "waste", "parks", "cleaning", "public_health"]
)
def test_every_area_gives_its_types_with_questions(area: str, town: TestTown) -> None:
    types = _call(town, area, "cases.types")
    assert all(kind["questions"] for kind in types)
    modes = {"cleaning": {"batch", "blackbox"}}.get(area, {"realtime"})
    assert {kind["mode"] for kind in types} == modes


def test_a_case_is_made_changed_and_found_again_through_open311(fresh_town: TestTown) -> None:
    draft = {
        "service_code": "DAMP", "title": "Wet wall", "description": "Bedroom 2", "place": {"uprn": "990000048127"},
        "answers": {"ROOMS": ["BED", "HALL"], "SEES": ["Mould"], "RISK": ["NO"]},
    }  # fmt: skip
    made = _call(fresh_town, "housing", "cases.create", f"draft={json.dumps(draft)}", "key=k1")["outside_id"]
    changes = json.dumps({"status": "in progress", "status_note": "Visited"})
    changed = _call(fresh_town, "housing", "cases.update", f"id={made}", f"changes={changes}", "version=", "key=k2")
    assert (changed["status"], changed["phase"], changed["status_note"]) == ("in progress", "in progress", "Visited")
    assert changed["title"] == "Wet wall"
    kept = fresh_town.admin("GET", f"/state/updates/housing/{made}").tree
    assert [update["id"] for update in kept] == ["k2"]


def test_an_address_is_found_through_os_places(town: TestTown) -> None:
    found = _call(town, "os_places", "addresses.find", "query=14 Tanner Street")["items"]
    assert [place["address"] for place in found] == ["14, TANNER STREET, CITYTOWN, CY4 2LT"]
    assert found[0]["point"]["lat"] == pytest.approx(53.369, abs=0.01)


def test_a_payment_is_made_paid_on_the_page_and_read_through_govuk_pay(fresh_town: TestTown) -> None:
    wanted = json.dumps({"amount": 2200, "reference": "X-1", "description": "Bulky waste"})
    made = _call(fresh_town, "govuk_pay", "payments.create", f"request={wanted}", "key=op-1")
    assert made["state"] == "created"
    form = {
        "card_number": "4242424242424242", "cardholder_name": "L Marsh", "expiry_month": "11", "expiry_year": "29",
        "security_code": "123", "email": "lizzy@example.org",
    }  # fmt: skip
    assert fresh_town.ask("POST", made["next_url"], form=form).status == 303
    fresh_town.clock.moment += timedelta(seconds=2)
    state = _call(fresh_town, "govuk_pay", "payments.get", f"id={made['outside_id']}")["state"]
    assert state == "success"
