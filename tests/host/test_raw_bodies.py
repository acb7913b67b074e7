"""What a component really said is kept beside each row, without secrets."""

from __future__ import annotations

import json
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop.config.paths import open_profile
from desktop.domain.errors import DesktopError
from desktop.host.session import Session
from desktop.host.training import keep_town, open_training_secrets
from tests.helpers.serving_town import TestTown


def load_bodies(session: Session) -> dict[str, bytes]:
    """Raw bodies by outside id."""
    with session.outbox.file.transaction() as connection:
        rows = connection.exec_driver_sql(
            "SELECT i.outside_id, r.body FROM base.raw r JOIN base.ident i ON i.key = r.key"
        ).fetchall()
    return {outside: zlib.decompress(body) for outside, body in rows}


def hear(session: Session, method: str, arguments: dict[str, str]) -> Any:
    params = {"component": "parks", "method": method, "arguments": arguments}
    return session.host.wait("hear", params, 20)


def wait_for_components(session: Session) -> None:
    """Waits until the host has taken up its components."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(DesktopError):
            if session.host.wait("call", {"component": "parks", "method": "component.check", "arguments": {}}, 20):
                return
        time.sleep(0.1)
    raise AssertionError("the host does not start")


def test_each_pulled_case_and_payment_keeps_what_was_said(town: TestTown, tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "profile")
    secrets = open_training_secrets(profile)
    settings = keep_town(profile, secrets, town.info, officer="")
    wanted = {case["id"] for case in town.admin("GET", "/state/cases/parks").tree}
    with Session(profile, secrets, settings=settings) as session:
        until = time.monotonic() + 60
        bodies = load_bodies(session)
        while not wanted <= bodies.keys() and time.monotonic() < until:
            time.sleep(0.1)
            bodies = load_bodies(session)
    secrets.close()
    assert wanted <= bodies.keys()
    some = min(wanted)
    assert json.loads(bodies[some])["service_request_id"] == some
    assert not [name for name in town.keys.values() if any(name.encode() in body for body in bodies.values())]


def test_the_host_hears_what_a_component_says_also_when_it_is_of_no_use(town: TestTown, tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "profile")
    secrets = open_training_secrets(profile)
    settings = keep_town(profile, secrets, town.info, officer="")
    some = min(case["id"] for case in town.admin("GET", "/state/cases/parks").tree)
    with Session(profile, secrets, settings=settings) as session:
        wait_for_components(session)
        good = hear(session, "cases.get", {"id": some})
        missing = hear(session, "cases.get", {"id": "NOT-THERE"})
        tested = hear(session, "component.check", {})
    secrets.close()
    assert good["error"] is None
    assert some in good["said"][0]["body"]
    assert (missing["error"]["data"]["kind"], missing["said"][0]["status"]) == ("NotFound", 404)
    assert tested["said"]
    everything = json.dumps([good, missing, tested])
    assert not [key for key in town.keys.values() if key in everything]
