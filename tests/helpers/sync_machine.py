"""The state machine over two desks and one server, with what must hold after every step and at the end."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from desktop.domain.cases import CaseDraft
from desktop.domain.ids import LocalKey, OpId, OutsideId
from desktop.sync import pull
from desktop.sync.ops import Op
from tests.helpers.clocks import FakeClock
from tests.helpers.model_server import POISON, Server
from tests.helpers.sync_world import BINS, Promise, SimDesk, make_template

pull.GATE_WAIT = 0.0  # type: ignore[misc]
"""A pull that waits for an unanswered create would wait for ever in one thread; here it gives up at once."""

STATUSES = ("open", "planned", "fixed", "closed")
KILL_POINTS = (
    "desk.save.before_commit",
    "desk.save.after_commit",
    "desk.offer.before_commit",
    "desk.offer.after_commit",
    "desk.answered",
    "desk.settle.before_commit",
    "desk.settle.after_commit",
    "host.push.received",
    "host.push.read",
    "host.push.before_send",
    "host.push.after_send",
    "host.outcome.before_commit",
    "host.outcome.after_commit",
    "host.pull.before_commit",
    "host.pull.after_commit",
)
SENDING = ("host.push.after_send", "host.outcome.before_commit", "desk.answered")
Cases = dict[LocalKey, dict[str, str]]
Notes = list[tuple[LocalKey, str]]
desks = st.integers(0, 1)
picks = st.integers(0, 5)
faults = st.lists(st.sampled_from(("ok", "drop", "lose", "fail", "late", "unseen")), max_size=4)
kills = st.sampled_from(("", *KILL_POINTS))


class SyncMachine(RuleBasedStateMachine):
    """Two desks, one server; drop, duplicate, delay, reorder, fail, kill."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="knit-sync-"))
        if SyncMachine.template is None:
            SyncMachine.template = Path(tempfile.mkdtemp(prefix="knit-template-")) / "t"
            make_template(SyncMachine.template)
        self.clock = FakeClock()
        self.server = Server(self.clock.now)
        self.desks = [SimDesk(name, self.folder / name, SyncMachine.template, self.server, self.clock) for name in "ab"]
        self.texts = 0

    @initialize()
    def one_case(self) -> None:
        """A case that both desks have."""
        self.server.make("colleague", CaseDraft(service_code="bin", title="first", description="first", answers={}))
        for desk in self.desks:
            desk.pull()

    # ==== what happens ====
    @rule(which=desks, kill=kills)
    def make_case(self, which: int, kill: str) -> None:
        self.desks[which].kill_at = kill
        self.texts += 1
        self.desks[which].make_case(f"case {self.texts}")

    @rule(which=desks, pick=picks, status=st.sampled_from(STATUSES), kill=kills)
    def set_status(self, which: int, pick: int, status: str, kill: str) -> None:
        desk = self.desks[which]
        desk.kill_at = kill
        desk.set_status(self._pick(desk, pick), status)

    @rule(which=desks, pick=picks)
    def poison(self, which: int, pick: int) -> None:
        desk = self.desks[which]
        desk.set_status(self._pick(desk, pick), POISON)

    @rule(which=desks, pick=picks, kill=kills)
    def add_note(self, which: int, pick: int, kill: str) -> None:
        desk = self.desks[which]
        desk.kill_at = kill
        self.texts += 1
        desk.add_note(self._pick(desk, pick), f"note {self.texts}")

    @rule(pick=picks, status=st.sampled_from(STATUSES))
    def colleague_changes_status(self, pick: int, status: str) -> None:
        self.server.change("colleague", self._server_case(pick), {"status": status})

    @rule(pick=picks)
    def colleague_changes_title(self, pick: int) -> None:
        self.texts += 1
        self.server.change("colleague", self._server_case(pick), {"title": f"title {self.texts}"})

    @rule(which=desks, plan=faults, kill=kills, turns=st.integers(1, 3))
    def push(self, which: int, plan: list[str], kill: str, turns: int) -> None:
        desk = self.desks[which]
        desk.network.plan = list(plan)
        desk.kill_at = kill
        for _ in range(turns):
            desk.push_one()
        desk.network.plan = []

    @rule(which=desks, pick=picks, kill=st.sampled_from(SENDING), lost=st.booleans())
    def note_dies_on_its_way(self, which: int, pick: int, kill: str, lost: bool) -> None:
        """The processes end, or the answer is lost, just when a note has gone out."""
        desk = self.desks[which]
        self.texts += 1
        desk.add_note(self._pick(desk, pick), f"note {self.texts}")
        desk.network.plan = ["lose"] if lost else []
        desk.kill_at = "" if lost else kill
        desk.push_one()
        desk.network.plan = []

    @rule(which=desks, plan=faults, kill=kills)
    def pull(self, which: int, plan: list[str], kill: str) -> None:
        desk = self.desks[which]
        desk.network.plan = list(plan)
        desk.kill_at = kill
        desk.pull()
        desk.network.plan = []

    @rule(which=desks, pick=picks, status=st.sampled_from(STATUSES))
    def pull_overtaken_by_push(self, which: int, pick: int, status: str) -> None:
        """A page is asked, a push commits, and then the page arrives: it is older, and must not win."""
        desk = self.desks[which]
        key = self._pick(desk, pick)
        desk.set_status(key, status)

        def push() -> None:
            desk.push_one()

        desk.network.between = push
        desk.pull()
        desk.network.between = None
        case = self.server.cases.get(desk.cases()[key]["outside_id"])
        if case is not None and case.status == status and not any(key in op.records for op in desk.ops()):
            assert desk.status(key) == status, "a page asked before a push undid it"

    @rule(which=desks)
    def restart(self, which: int) -> None:
        self.desks[which].restart()

    @rule(which=desks)
    def wipe(self, which: int) -> None:
        self.desks[which].wipe()

    @rule(which=desks, mine=st.booleans())
    def decide(self, which: int, mine: bool) -> None:
        self.desks[which].decide(keep_mine=mine)

    @rule(which=desks, again=st.booleans())
    def mend_refused(self, which: int, again: bool) -> None:
        """The officer tries what was refused again, or gives it up."""
        self.desks[which].mend_refused(again=again)

    @rule(seconds=st.sampled_from((1.0, 10.0, 40.0, 400.0)))
    def time_goes_on(self, seconds: float) -> None:
        self._move(seconds)

    def _move(self, seconds: float) -> None:
        self.clock.move(seconds)
        for desk in self.desks:
            desk.adapter.deliver()  # what arrives late arrives before anything later is done

    # ==== what must hold at every moment ====
    @invariant()
    def nothing_is_done_twice(self) -> None:
        keys = [effect.key for effect in self.server.effects if effect.key != "colleague"]
        assert len(keys) == len(set(keys)), "a write took place twice"

    @invariant()
    def no_colleague_is_overwritten_unseen(self) -> None:
        for effect in self.server.effects:
            for desk in self.desks:
                promise = next((p for p in desk.promises if effect.key in (p.op, *p.settled_by)), None)
                if promise is not None and effect.act == "update":
                    assert set(effect.values) <= {promise.changed}, (
                        "a field was written that the officer did not change"
                    )
                    assert effect.before[promise.changed] in (promise.seen, promise.value), "a change was lost unseen"

    @invariant()
    def the_screen_is_right(self) -> None:
        for desk in self.desks:
            cases, notes = desk.cases(), desk.notes()
            check_saved_is_shown(desk, cases, notes)
            check_nothing_is_shown_twice(cases, notes)

    # ==== what must hold when all is quiet ====
    def teardown(self) -> None:
        try:
            self._settle_all()
            self.nothing_is_done_twice()
            self.no_colleague_is_overwritten_unseen()
            self.the_screen_is_right()
            self._check_end()
        finally:
            for desk in self.desks:
                desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _settle_all(self) -> None:
        for desk in self.desks:
            desk.network.plan, desk.network.between = [], None
        for _round in range(60):
            self._move(400)
            for desk in self.desks:
                desk.decide(keep_mine=True)
                while desk.push_one():
                    pass
            if not any(
                op.state in ("waiting", "conflict") and not is_parked(d, op) for d in self.desks for op in d.ops()
            ):
                break
        for desk in self.desks * 2:  # one pass may go on with a page of an earlier one
            desk.pull()

    def _check_end(self) -> None:
        done = {effect.key for effect in self.server.effects}
        for desk in self.desks:
            left = {op.id: op for op in desk.ops()}
            for promise in desk.promises:
                ids = {promise.op, *promise.settled_by}
                waiting = [left[id] for id in ids if id in left]
                assert promise.given_up or waiting or ids & done or promise.act == "case.update", (
                    "a saved edit was lost"
                )
                for op in waiting:
                    assert op.state == "refused" or is_parked(desk, op), "an op waits for ever"
            for op in left.values():
                if op.state == "refused":
                    assert op.columns.get("status") == POISON, "a good edit was refused"
            self._check_order(desk)
            self._check_screen(desk, left)

    def _statuses_of(self, desk: SimDesk, promise: Promise) -> set[str]:
        """Statuses that anyone gave the case: one that a colleague had set to the same value needs no write."""
        if promise.act != "case.update" or promise.case_key not in desk.cases():
            return set()
        number = desk.cases()[promise.case_key]["outside_id"]
        return {effect.values.get("status", "") for effect in self.server.effects if effect.case == number}

    def _check_order(self, desk: SimDesk) -> None:
        orders: dict[str, list[int]] = {}
        rank: dict[str, int] = {
            str(id): number for number, p in enumerate(desk.promises) for id in (p.op, *p.settled_by)
        }
        for effect in self.server.effects:
            if effect.key in rank:
                orders.setdefault(effect.case, []).append(rank[effect.key])
        for order in orders.values():
            assert order == sorted(order), "two edits of one case went out of order"

    def _check_screen(self, desk: SimDesk, left: dict[OpId, Op]) -> None:
        edited = {key for op in left.values() for key in op.records}
        shown = {row["outside_id"]: row for key, row in desk.cases().items() if key not in edited and row["outside_id"]}
        for number, case in self.server.cases.items():
            key = desk.base.find_key(BINS.id, "case", OutsideId(number))
            if key is None or LocalKey(key) in edited:
                continue
            assert number in shown, "a case of the server is not on screen"
            assert shown[number]["status"] == case.status, "the screen and the server do not agree"
            assert shown[number]["title"] == case.title, "the screen and the server do not agree"

    # ==== inner parts ====
    def _pick(self, desk: SimDesk, pick: int) -> LocalKey:
        born = [p.key for p in desk.promises]
        keys = sorted(desk.cases(), key=lambda key: (key < 0, born.index(key) if key in born else key))
        if keys:
            return keys[pick % len(keys)]
        self.texts += 1
        return desk.make_case(f"first of {desk.name}, {self.texts}")

    def _server_case(self, pick: int) -> str:
        numbers = sorted(self.server.cases)
        return numbers[pick % len(numbers)]


def check_saved_is_shown(desk: SimDesk, cases: Cases, notes: Notes) -> None:
    """What the desk said was saved is on its screen."""
    ops = {op.id for op in desk.ops()}
    last = {p.case_key: p for p in desk.promises if p.act == "case.update" and is_pending(p, ops)}
    for promise in desk.promises:
        if promise.given_up:
            continue
        if promise.act == "case.create" and (not desk.filling or is_pending(promise, ops)):
            assert promise.key in cases, "a new case is off the screen"
            assert cases[promise.key]["description"] == promise.value
        if promise.act == "event.add" and is_pending(promise, ops):
            assert (promise.case_key, promise.value) in notes, "a note is off the screen"
    for key, promise in last.items():
        if key in cases:
            assert cases[key]["status"] == promise.value, "an edit is off the screen"


def check_nothing_is_shown_twice(cases: Cases, notes: Notes) -> None:
    """Each case and note once."""
    outside = [row["outside_id"] for row in cases.values() if row["outside_id"]]
    assert len(outside) == len(set(outside)), "a case is shown twice"
    words = [row["description"] for row in cases.values()]
    assert len(words) == len(set(words)), "a case is shown twice, once without its number"
    texts = [text for _key, text in notes]
    assert len(texts) == len(set(texts)), "a note is shown twice"


def is_parked(desk: SimDesk, op: Op) -> bool:
    """Whether an earlier op that was refused names one of its records, or its case was never made."""
    earlier = [o for o in desk.ops() if o.seq < op.seq]
    return any((o.state == "refused" or is_parked(desk, o)) and set(o.records) & set(op.records) for o in earlier)


def is_pending(promise: Promise, ops: set[OpId]) -> bool:
    return not promise.given_up and bool({promise.op, *promise.settled_by} & ops)
