"""Desks with real encrypted stores around one model server, driven step by step in one process."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from desktop.domain import points
from desktop.domain.cases import Case, CaseDraft, EventDraft, Phase, phase_of
from desktop.domain.changes import Changes
from desktop.domain.clocks import to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId, LocalKey, OpId, OutsideId
from desktop.store.base.schema import create_base
from desktop.store.base.writer import BaseWriter
from desktop.store.desk.file import DeskFile, Pair
from desktop.store.desk.migrations import migrate
from desktop.store.mapping import case_columns
from desktop.store.reading import build_union, find_row
from desktop.sync.known import load_known, load_last_key
from desktop.sync.ops import Act, Op
from desktop.sync.outbox import Outbox
from desktop.sync.pull import Puller
from desktop.sync.push import Pusher
from tests.helpers.clocks import FakeClock
from tests.helpers.model_server import ModelCases, Network, Server

KEY = bytes(range(32))
ALL_CASES = build_union("case", ("key", "outside_id", "status", "description", "title"), lambda _table: [])
ALL_NOTES = build_union("event", ("key", "case_key", "text"), lambda _table: [])
"""Built once: the invariants read them after every step."""
BINS = Component(id=ComponentId("bins"), plugin="model", name="Bins")


class Killed(BaseException):
    """The process ended here."""


@dataclass
class Promise:
    """What the officer was told is saved. `seen` is what the changed field said then."""

    op: OpId
    act: str
    key: LocalKey
    case_key: LocalKey
    changed: str = ""
    seen: str = ""
    value: str = ""
    given_up: bool = False
    settled_by: list[OpId] = field(default_factory=list)


class SimPair:
    """A desk's files with its outbox, pusher and puller, which die and start again together."""

    def __init__(self, name: str, folder: Path, template: Path, server: Server, clock: FakeClock) -> None:
        self.name = name
        self.clock = clock
        self.network = Network()
        self.adapter = ModelCases(server, self.network, clock.monotonic)
        self.folder = folder
        folder.mkdir()
        for path in template.iterdir():
            shutil.copy(path, folder / path.name)
        self.number = 1
        self.promises: list[Promise] = []
        self.kill_at = ""
        self.filling = False
        self.guarding = False
        self._open()

    # ==== life ====
    def _pair(self) -> Pair:
        return Pair(self.folder / "desk.db", KEY, self.folder / f"base-{self.number}.db", KEY)

    def _open(self) -> None:
        self.base = BaseWriter(self.folder / f"base-{self.number}.db", KEY)
        self.outbox = Outbox(DeskFile(self._pair(), writes=True), self.clock)
        self._make_workers()
        self._settle()
        self._send_gates()
        self.outbox.remake()

    def _settle(self) -> None:
        """As `OutboxLoop.settle`: what was settled by another host's outcome no longer holds its gate."""
        if self.outbox.settle():
            self._send_gates()

    def _send_gates(self) -> None:
        self.base.gates.keep_only([op for _component, _kind, op in self.outbox.open_creates()])

    def _make_workers(self) -> None:
        for component, kind, op in self.outbox.open_creates():
            self.base.gates.close(component, kind, op)
        self.pusher = Pusher(self.base, BINS, self.adapter, self.clock)
        self.puller = Puller(self.base, BINS, self.adapter, self.clock, changed=self.take_in)

    def close(self) -> None:
        self.base.close()
        self.outbox.file.close()

    def restart(self) -> None:
        """Both processes are gone, with all that they had in memory; they start again on the files."""
        self.close()
        self._open()

    def guarded(self, work: Callable[[], object]) -> object:
        """Runs work; a kill at the chosen point ends both processes there and starts them again."""
        if self.guarding:
            return work()  # what happens inside dies with what it happens in
        self.guarding = True

        def reach(name: str) -> None:
            if name == self.kill_at:
                self.kill_at = ""
                raise Killed(name)

        points.at = reach
        try:
            return work()
        except Killed:
            self.restart()
            return None
        finally:
            points.at = lambda _name: None
            self.kill_at = ""
            self.guarding = False

    def take_in(self, changes: Changes) -> None:
        """What the session does with `base.changed`."""
        if changes.keys or changes.many:
            self.outbox.remake(None if changes.many else changes.keys)


class SimDesk(SimPair):
    """One desk and its host in one process: real files, real outbox, pusher and puller; only the pipe is a call."""

    # ==== what an officer does ====
    def make_case(self, text: str) -> LocalKey:
        key = self.outbox.new_key()
        draft = CaseDraft(service_code="bin", title=text, description=text, answers={})
        row = Case(
            outside_id=OutsideId(""),
            reference="",
            service_code="bin",
            service_name="Bins",
            title=text,
            description=text,
            phase=Phase.NEW,
            opened_at=self.clock.now(),
        )
        op = self._op("case.create", key, key, case_columns(row), {"draft": msgspec.to_builtins(draft)})
        self._save(op, Promise(op.id, op.act, key, key, "description", "", text))
        return key

    def set_status(self, key: LocalKey, status: str) -> None:
        seen = self.status(key)
        if seen in (status, None):
            self.kill_at = ""
            return
        phase = phase_of(status)
        columns = {"status": status, "phase": phase.value, "open": int(phase.is_open)}
        op = self._op("case.update", key, key, columns, {"fields": {"status": status}}, seen={"status": seen or ""})
        self._save(op, Promise(op.id, op.act, key, key, "status", seen or "", status))

    def add_note(self, key: LocalKey, text: str) -> None:
        if self.status(key) is None:  # the case itself was not saved: a kill came before its commit
            self.kill_at = ""
            return
        note = self.outbox.new_key()
        columns = {"case_key": key, "at": to_epoch(self.clock.now()), "text": text}
        op = self._op("event.add", note, key, columns, {"event": msgspec.to_builtins(EventDraft(text=text))})
        self._save(op, Promise(op.id, op.act, note, key, "text", "", text))

    def _op(
        self,
        act: Act,
        key: LocalKey,
        needs: LocalKey,
        columns: dict[str, Any],
        send: dict[str, Any],
        seen: dict[str, str] | None = None,
    ) -> Op:
        return Op(
            id=OpId(str(uuid.uuid4())),
            act=act,
            component=BINS.id,
            kind="event" if act == "event.add" else "case",
            key=key,
            needs=needs,
            columns=columns,
            send=send,
            seen=seen or {},
            records=tuple(dict.fromkeys((key, needs))),
            made_at=to_epoch(self.clock.now()),
        )

    def _save(self, op: Op, promise: Promise) -> None:
        saved = False

        def save() -> None:
            nonlocal saved
            self.outbox.save(op)
            saved = True

        self.guarded(save)
        # Saved is what the desk said was saved; an edit whose commit came before the kill is kept and goes on too.
        if saved or any(each.id == op.id for each in self.ops()):
            self.promises.append(promise)

    def decide(self, *, keep_mine: bool) -> None:
        """The officer settles every conflict."""
        for op in self.ops():
            if op.state != "conflict":
                continue
            promise = self.promise(op.id)
            if not keep_mine:
                self.outbox.discard(op.id)
                if promise is not None:
                    promise.given_up = True
                continue
            theirs = {name: values[2] for name, values in op.detail["conflicts"].items()}
            new = msgspec.structs.replace(
                op,
                id=OpId(str(uuid.uuid4())),
                seen={**op.seen, **theirs},
                state="waiting",
                detail={},
                offered_at=0,
                busy_until=0,
                next_try=0,
                tries=0,
            )
            self.outbox.replace(op.id, new)
            if promise:
                promise.settled_by.append(new.id)
                promise.seen = next(iter(theirs.values()))

    def mend_refused(self, *, again: bool) -> None:
        """The officer has what was refused tried again, or gives it up."""
        for op in self.ops():
            if op.state != "refused":
                continue
            if again:
                self.outbox.retry(op.id)
                continue
            self.outbox.discard(op.id)
            left = {each.id for each in self.ops()}
            for promise in self.promises:
                if promise.op == op.id and promise.op not in left:
                    promise.given_up = True

    # ==== what the processes do ====
    def push_one(self) -> bool:
        """One turn of the outbox: settle, offer the first that may go, push it, take the answer."""
        went = False

        def turn() -> None:
            nonlocal went
            self._settle()
            ready = self.outbox.find_ready()
            if not ready:
                return
            went = True
            offer = self.outbox.offer(ready[0])
            error: DesktopError | None = None
            try:
                _outcome, changes = self.pusher.push(offer)
                self.take_in(changes)
            except DesktopError as raised:
                error = raised
            self.outbox.answered(offer.op.id, error)
            self._settle()

        self.guarded(turn)
        return went

    def pull(self) -> None:
        """One pass; a component that is down is no news."""

        def turn() -> None:
            try:
                self.puller.pull()
                self.filling = False
            except DesktopError:
                return

        self.guarded(turn)

    def wipe(self) -> None:
        """base.db is made anew, as `Session.new_base` does."""

        def turn() -> None:
            self._settle()
            path = self.folder / f"base-{self.number + 1}.db"
            path.unlink(missing_ok=True)
            fresh = create_base(path, KEY, desk_id="desk", handover=self.number + 1)
            fresh.hand_over(load_known(self.outbox.file), last_key=load_last_key(self.outbox.file))
            self.base.close()
            self.base, self.number, self.filling = fresh, self.number + 1, True
            self.outbox.file.reopen(self._pair())
            self._make_workers()
            self._send_gates()
            self.outbox.remake()

        self.guarded(turn)

    # ==== what is on screen ====
    def ops(self) -> list[Op]:
        with self.outbox.file.transaction() as connection:
            return self.outbox.load_ops(connection)

    def status(self, key: LocalKey) -> str | None:
        with self.outbox.file.transaction() as connection:
            row = find_row(connection, "case", key)
        return None if row is None else row["status"]

    def cases(self) -> dict[LocalKey, dict[str, str]]:
        """Every case on screen by key."""
        with self.outbox.file.transaction() as connection:
            rows = connection.execute(ALL_CASES).mappings().all()
        return {LocalKey(row["key"]): dict(row) for row in rows}

    def notes(self) -> list[tuple[LocalKey, str]]:
        with self.outbox.file.transaction() as connection:
            rows = connection.execute(ALL_NOTES).mappings().all()
        return [(LocalKey(row["case_key"]), row["text"]) for row in rows]

    def promise(self, op: OpId) -> Promise | None:
        return next((p for p in self.promises if op == p.op or op in p.settled_by), None)


def make_template(folder: Path) -> None:
    """An empty pair of files, made once and copied for each try."""
    folder.mkdir()
    pair = Pair(folder / "desk.db", KEY, None, b"")
    file = DeskFile(pair, writes=True)
    migrate(file, pair.desk, KEY)
    file.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    file.close()
    base = create_base(folder / "base-1.db", KEY, desk_id="desk", handover=1)
    base.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    base.close()
    for path in folder.iterdir():
        if path.name.endswith(("-wal", "-shm")):
            path.unlink()
