"""base.db as the host keeps it: opened, made anew, handed keys to, and the old files cleaned away."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import delete

from desktop.domain import points
from desktop.domain.clocks import Clock, to_epoch
from desktop.domain.errors import StoreCorrupt, StoreError
from desktop.domain.ids import ComponentId, Kind, LocalKey, OutsideId
from desktop.host.components import HostSetup
from desktop.store.base import tables
from desktop.store.base.owned import OwnedValue
from desktop.store.base.schema import create_base, is_for
from desktop.store.base.writer import BaseWriter
from desktop.sync.pull import forget_cursors

OUTCOME_DAYS: Final = 30
KnownRow = tuple[LocalKey, ComponentId, Kind, OutsideId]
OpenCreate = tuple[ComponentId, str, str]


class BaseKeeper:
    """The host's base.db. Its methods answer requests of the desk by their names."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._log = logging.getLogger("knit.host")
        self._base: BaseWriter | None = None

    def open(self, setup: HostSetup) -> str:
        """`ready`, or why it must be made anew: nothing that anyone typed is in it."""
        path = Path(setup.base_path)
        if not setup.base_path or not path.exists():
            return "missing"
        try:
            writer = BaseWriter(path, bytes.fromhex(setup.base_key))
        except (StoreCorrupt, StoreError):
            return "damaged"
        try:
            fits = is_for(writer, desk_id=setup.desk_id, handover=setup.handover)
        except StoreError:
            fits = False
        if not fits:
            writer.close()
            return "other"
        self._adopt(writer, setup.open_creates)
        return "ready"

    def _adopt(self, writer: BaseWriter, open_creates: Iterable[OpenCreate]) -> None:
        before = self._base
        if before is not None:
            writer.gates = before.gates  # of a create that is being sent right now, to be settled here
        for component, kind, op in open_creates:
            writer.gates.close(component, kind, op)
        self._base = writer
        if before is not None:
            before.close()
        oldest = to_epoch(self._clock.now()) - OUTCOME_DAYS * 86_400
        with writer.transaction() as connection:
            connection.execute(delete(tables.outcome).where(tables.outcome.c.at < oldest))

    def create(self, params: dict[str, Any]) -> object:
        """Makes a new file and writes to it from now on."""
        path = Path(params["path"])
        path.unlink(missing_ok=True)  # left by a hand-over that did not end; store.json never named it
        writer = create_base(
            path, bytes.fromhex(params["key"]), desk_id=params["desk_id"], handover=int(params["handover"])
        )
        if self._base is not None:
            try:
                writer.take_idents(self._base)
            except (
                StoreError
            ) as error:  # a damaged file: the records that desk.db refers to keep their keys all the same
                self._log.warning("Keys of the old base: %s", error.key)
        points.reach("host.base.created")
        self._adopt(writer, msgspec.convert(params["open_creates"], tuple[OpenCreate, ...]))
        return None

    def hand_over(self, params: dict[str, Any]) -> object:
        """Takes the keys that desk.db knows, and the values that it owns."""
        known = msgspec.convert(params["known"], list[KnownRow])
        owned = msgspec.convert(params["owned"], list[OwnedValue])
        self.get().hand_over(known, owned, last_key=int(params["last_key"]))
        return None

    def clean(self, params: dict[str, Any]) -> object:
        """Deletes base files that store.json does not name; one that Windows still holds goes at the next start."""
        kept = Path(params["keep"])
        points.reach("host.base.before_delete")
        for path in kept.parent.glob("base-*.db*"):
            if not path.name.startswith(kept.name):
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    self._log.info("An old base file is still open; it is deleted at the next start")
        return None

    def keep_gates(self, params: dict[str, Any]) -> object:
        """Opens the gates of creates that the desk has settled."""
        if self._base is not None:
            self._base.gates.keep_only(params["ops"])
        return None

    def pull_again(self, _params: dict[str, Any]) -> object:
        """Makes the next pull read everything."""
        forget_cursors(self.get())
        return None

    def get(self) -> BaseWriter:
        """The open file. Raises StoreError while there is none."""
        if self._base is None:
            raise StoreError("The store is being made anew.", "Wait a moment.", key="host.no_base")
        return self._base

    def close(self) -> None:
        """Closes the file."""
        if self._base is not None:
            self._base.close()
