"""What a component really said is kept beside each row, without secrets."""

from __future__ import annotations

import json
import time
import zlib
from pathlib import Path

from desktop.config.paths import open_profile
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
