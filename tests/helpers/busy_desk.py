"""A desk that edits and reads without rest while its host pulls: `python -m tests.helpers.busy_desk PROFILE FOLDER`.

Says one JSON line for each op that was saved, for each error, and for each count of reads and pulls.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from desktop.config.paths import Profile
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId
from desktop.host.session import Session
from desktop.host.training import open_training_secrets
from desktop.services.rows import CaseQuery
from tests.helpers.profiles import a_session

RAPID = ComponentId("rapid")
CASES = 4_000
ALL = CaseQuery(open_only=False)
_SAYING = threading.Lock()


def say(what: str, value: object) -> None:
    """One line."""
    with _SAYING:
        print(json.dumps({what: value}), flush=True)


def repeat(work: Callable[[int], None]) -> None:
    """Does something again and again; an error is said and does not end it."""
    for n in itertools.count():
        try:
            work(n)
        except DesktopError as error:
            say("error", f"{error.key}: {error}")
        except Exception as error:  # noqa: BLE001 (whatever reaches a caller is a finding)
            say("error", f"{type(error).__name__}: {error}")


def pull(session: Session) -> None:
    def once(_n: int) -> None:
        say("pulled", session.host.wait("pull", {"component": RAPID, "wait": True}, 60))

    repeat(once)


def read(session: Session) -> None:
    desk = session.open_desk()

    def once(n: int) -> None:
        page = desk.cases.page(ALL, None, 100)
        desk.cases.get(page.rows[n % len(page.rows)].key)
        desk.search.find("station"[: n % 7 + 2])
        if n % 200 == 0:
            say("read", n)

    repeat(once)


def edit(session: Session) -> None:
    desk = session.open_desk()
    keys = [row.key for row in desk.cases.page(ALL, None, 300).rows]

    def once(n: int) -> None:
        key = keys[n % len(keys)]
        written = desk.cases.add_note(key, f"note {n}")
        say("saved", written.op)
        threading.Event().wait(0.03)

    repeat(once)


def main(profile: str, folder: str) -> None:
    root = Profile(Path(profile))
    root.root.mkdir(exist_ok=True)
    secrets = open_training_secrets(root)
    settings = {"folder": folder, "cases": str(CASES), "page_size": "1000"}
    component = Component(id=RAPID, plugin="rapid", name="Rapid", settings=settings)
    with a_session(root.root, secrets, component) as session:
        session.host.wait_ready(60)
        session.sync()
        say("host", session.host.pid)
        for work in (pull, read, edit):
            threading.Thread(target=work, args=(session,), daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
