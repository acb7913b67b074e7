"""Makes base.db anew in a new file: after a wipe, a new key, damage, or a schema too dear to migrate."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError, NotReady, StoreCorrupt
from desktop.host.client import HostClient
from desktop.host.outbox_loop import OutboxLoop
from desktop.host.store_pair import StorePair
from desktop.store.cipher import make_key
from desktop.sync.known import load_known, load_last_key
from desktop.sync.owned import load_owned

KNOWN_BATCH: Final = 1_000
KEYS_OF_A_BASE: Final = 2**40
"""More keys than any base gives; 2^13 such ranges lie below 2^53, above which JavaScript no longer counts."""
FILL_SECONDS: Final = 300.0
"""How long the old base is shown at most while a new one is filled."""
SAID: Final = "The copy of what the components said was made anew and is being filled. Nothing you typed is lost."


class Renewal:
    """A new base for one store. Runs on a thread that may wait."""

    def __init__(self, host: HostClient, store: StorePair, loop: OutboxLoop, components: tuple[Component, ...]) -> None:
        self._host = host
        self._store = store
        self._loop = loop
        self._components = components

    def renew(self, why: str) -> None:
        """Makes it, gives it the keys of every record that desk.db refers to, fills it, and attaches it.

        Nothing that anyone typed is in base.db: it is pulled again. While the old file can be read it is shown until
        the new one is filled; what is sent meanwhile is settled then.
        """
        self._loop.renewing.set()
        try:
            self._renew(why)
        finally:
            self._loop.renewing.clear()
        self._loop.nudge()

    def mend(self, error: DesktopError) -> None:
        """Makes it anew, on a thread of its own, when a pull found it damaged."""
        if isinstance(error, StoreCorrupt) and not self._loop.renewing.is_set():
            self._loop.renewing.set()
            threading.Thread(target=self._mend, name="new base", daemon=True).start()

    def _mend(self) -> None:
        try:
            self.renew("damaged")
        except DesktopError as error:
            logging.getLogger("knit.session").warning("New base: %s", error.key)

    def _renew(self, why: str) -> None:
        store = self._store
        if why in ("damaged", "other"):
            self._swap_out()
        self._loop.settle()
        number = store.manifest.handover + 1
        path, key = store.profile.base_db(number), make_key()
        points.reach("desk.base.asked")
        params = {
            "path": str(path),
            "key": key.hex(),
            "desk_id": store.manifest.desk_id,
            "handover": number,
            "open_creates": store.outbox.open_creates(),
        }
        self._host.wait("base.create", params, 60)
        life = self._host.pid  # a host that is started meanwhile knows the old file only
        self._loop.settle()  # what the old file took in last
        self._loop.send_gates()
        points.reach("desk.base.before_handover")
        self._hand_over()
        if store.pair.base is not None:
            self._fill()
            self._hand_over()  # what was saved meanwhile may refer to more records
        points.reach("desk.base.after_handover")
        self._check(life)
        store.name_base(path, key, number)
        self._loop.base_changed()
        if self._host.pid != life:
            self._host.bounce()  # it ended in the last moment, and its successor was told of the old file
            return
        self._host.wait("base.clean", {"keep": str(path)}, 10)
        if why != "missing" or number > 1:
            store.notices.append(SAID)
        self._loop.tell(Changes(base=True, outbox=True, health=True))

    def _check(self, life: int) -> None:
        if self._host.pid != life:
            raise NotReady(
                "Knit's helper ended while the copy of what the components said was made anew.",
                "The one before is still there. Try again.",
                key="host.renewal",
            )

    def _swap_out(self) -> None:
        self._store.swap(self._store.without_base())
        self._loop.base_changed()

    def _hand_over(self) -> None:
        outbox = self._store.outbox
        known, owned, last_key = load_known(outbox.file), load_owned(outbox.file), load_last_key(outbox.file)
        if not last_key:  # the old base cannot be read: begin where none of its keys can be
            last_key = self._store.manifest.handover * KEYS_OF_A_BASE
        for start in range(0, max(len(known), len(owned), 1), KNOWN_BATCH):
            part = slice(start, start + KNOWN_BATCH)
            batch = {"known": known[part], "owned": owned[part], "last_key": last_key}
            self._host.wait("base.hand_over", batch, 60)

    def _fill(self) -> None:
        """Waits for one pass over every component; one that does not answer is not waited for."""
        left = threading.Semaphore(0)
        for component in self._components:
            # One that is under way fills the old file: it is waited for, and another follows.
            params = {"component": component.id, "wait": True}
            self._host.request("pull", params, done=lambda _rows: left.release(), failed=lambda _error: left.release())
        until = time.monotonic() + FILL_SECONDS
        for _component in self._components:
            left.acquire(timeout=max(0.0, until - time.monotonic()))
