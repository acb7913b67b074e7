"""A desk without a window, in a process of its own: reads commands as JSON lines, answers each with one.

`python -m tests.helpers.desk_process PROFILE TOWN.json MARKER DESK_POINT HOST_POINT`
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.config.paths import open_profile
from desktop.domain.cases import CaseDraft
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId, LocalKey
from desktop.domain.payments import PaymentRequest
from desktop.domain.places import Place, Point
from desktop.host.session import Session
from desktop.host.training import keep_town, open_training_secrets
from desktop.services.rows import CaseQuery, Written
from tests.helpers.killing import arm


class DeskProcess:
    """Commands by name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.desk = session.open_desk()
        self.states: list[str] = []
        session.host.on_state(lambda state, _text: self.states.append(state))
        self.commands: dict[str, Callable[[dict[str, Any]], object]] = {
            "filled": self.filled,
            "case": self.case,
            "status": lambda c: self.saved(self.desk.cases.set_status(LocalKey(c["key"]), c["status"], note=c["note"])),
            "assign": lambda c: self.saved(self.desk.cases.assign(LocalKey(c["key"]), session.officer.staff_id)),
            "note": lambda c: self.saved(self.desk.cases.add_note(LocalKey(c["key"]), c["text"])),
            "create": self.create,
            "pay": self.pay,
            "wipe": lambda _c: session.new_base("asked"),
            "drain": self.drain,
            "screen": self.screen,
            "shown": self.shown,
            "outbox": lambda _c: [[op.act, op.state, op.error] for op in self.desk.outbox.summary().ops],
            "states": lambda _c: self.states,
            "host": lambda _c: session.host.pid,
            "offline": lambda c: session.offline(c["on"]),
        }

    @staticmethod
    def saved(written: Written) -> dict[str, object]:
        return {"key": written.key, "op": written.op}

    def filled(self, command: dict[str, Any]) -> int:
        """Waits until a component's cases are there; gives how many."""
        until = time.monotonic() + 60
        query = CaseQuery(open_only=False, components=frozenset({ComponentId(command["component"])}))
        count = 0
        while time.monotonic() < until and count < command["cases"]:
            count = self.desk.cases.count(query)
            time.sleep(0.05)
        return count

    def case(self, command: dict[str, Any]) -> dict[str, object]:
        """Some open case of a component, by its place in the list."""
        query = CaseQuery(components=frozenset({ComponentId(command["component"])}))
        row = self.desk.cases.page(query, None, 20).rows[command["number"]]
        file = self.desk.cases.get(row.key)
        return {"key": row.key, "id": file.outside_id, "status": row.status, "statuses": file.statuses}

    def create(self, command: dict[str, Any]) -> object:
        draft = CaseDraft(
            service_code=command["code"],
            description=command["text"],
            place=Place(address="1 Test Street", point=Point(lat=53.369, lon=1.005)),
            answers={name: tuple(values) for name, values in command["answers"].items()},
        )
        return self.saved(self.desk.cases.create(ComponentId(command["component"]), draft))

    def pay(self, command: dict[str, Any]) -> object:
        request = PaymentRequest(
            amount=command["amount"],
            reference=command["reference"],
            description="A test",
            return_url="https://example.org/back",
        )
        return self.saved(self.desk.payments.take(ComponentId("govuk_pay"), request))

    def drain(self, command: dict[str, Any]) -> bool:
        """Waits until the outbox is empty."""
        until = time.monotonic() + command["seconds"]
        while time.monotonic() < until:
            if not self.desk.outbox.summary().ops:
                return True
            time.sleep(0.1)
        return False

    def screen(self, command: dict[str, Any]) -> object:
        """A case as it is on screen."""
        try:
            file = self.desk.cases.get(LocalKey(command["key"]))
        except DesktopError as error:
            return {"error": error.key}
        return {
            "status": file.row.status,
            "description": file.description,
            "reference": file.row.reference,
            "mine": file.row.assignee == self.session.officer.staff_id,
        }

    def shown(self, command: dict[str, Any]) -> int:
        """How often a text stands in a case's timeline, once it is there (it may have to be pulled again)."""
        until = time.monotonic() + 30
        count = 0
        while time.monotonic() < until and not count:
            time.sleep(0.05)
            timeline = self.desk.cases.get(LocalKey(command["key"])).timeline
            words = [word for item in timeline for word in (item.title, *item.detail.split(" · "))]
            count = words.count(command["text"])
        return count


def shorten_deadlines(seconds: float) -> None:
    """An op whose sender died is read back only after the call's deadline: here that is soon."""
    from desktop.host import process, session
    from desktop.sync import outbox

    for module, name in ((outbox, "CALL_DEADLINE"), (session, "CALL_DEADLINE"), (process, "LINGER")):
        setattr(module, name, seconds)


def main(profile_path: str, town_path: str, marker: str, desk_point: str, host_point: str) -> None:
    shorten_deadlines(2.0)
    if desk_point:
        arm(desk_point, Path(marker))
    profile = open_profile(Path(profile_path))
    secrets = open_training_secrets(profile)
    settings = keep_town(profile, secrets, json.loads(Path(town_path).read_text()), officer="")
    host = [sys.executable, "-m", "tests.helpers.host_process", host_point, marker]
    with Session(profile, secrets, settings=settings, host_command=host) as session:
        process = DeskProcess(session)
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            command = json.loads(line)
            try:
                answer = process.commands[command["do"]](command)
            except DesktopError as error:
                answer = {"error": error.key, "text": str(error)}
            print(json.dumps(answer), flush=True)
        process.desk.close()
    secrets.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
