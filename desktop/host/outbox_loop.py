"""The desk's loop over its outbox: settle, offer, take answers in, and pull when it is time. A thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId, OpId
from desktop.host.client import HostClient
from desktop.sync.ops import CALL_DEADLINE, Offer, Op
from desktop.sync.outbox import Outbox

PULL_EVERY: Final = 30.0
LOOP_EVERY: Final = 1.0


class OutboxLoop:
    """Everything that changes the outbox besides the officer happens here, one thing after another."""

    def __init__(
        self,
        host: HostClient,
        outbox: Callable[[], Outbox],
        *,
        pull: Callable[[ComponentId | None], None] | None,
        after: Callable[[], None],
    ) -> None:
        """Does nothing yet.

        Args:
            host: where ops go.
            outbox: the store's outbox.
            pull: asks for what is new, of one component or all; None where nothing is pulled by itself.
            after: called after each turn, on this thread.
        """
        self._host = host
        self._outbox = outbox
        self._pull = pull
        self._after = after
        self._log = logging.getLogger("knit.outbox")
        self._wake: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._listeners: list[Callable[[Changes], None]] = []
        self._sending: set[OpId] = set()
        self._unsettled: set[OpId] = set()
        self._pull_soon: set[ComponentId] = set()
        self._pulled_at = 0.0
        self.offline = threading.Event()
        self.renewing = threading.Event()

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; what waits stays in the outbox."""
        self._wake.put(None)
        if self._thread.is_alive():
            self._thread.join(10)

    def on_changes(self, callback: Callable[[Changes], None]) -> None:
        """Calls back with each change, on this or the host's thread."""
        self._listeners.append(callback)

    def tell(self, changes: Changes) -> None:
        """Tells the listeners."""
        if changes:
            for callback in self._listeners:
                callback(changes)

    def nudge(self) -> None:
        """Looks now. From any thread."""
        self._wake.put(self._step)

    def look_anew(self) -> None:
        """Looks now, and pulls everything."""
        self._pulled_at = 0.0
        self.nudge()

    def base_changed(self) -> None:
        """Another base is attached: ops whose outcome was not seen may be offered again."""
        self._unsettled.clear()

    def settle(self) -> None:
        """Takes in what base.db holds."""
        changes = self._outbox().settle()
        if changes:
            self.send_gates()
        self.tell(changes)

    def send_gates(self) -> None:
        """Tells the host which creates are still unanswered: pulls wait for those alone.

        An outcome may come from a host that died or a base that was replaced, and then nobody else opens the gate. Sent
        by the loop's thread, as offers are, so that it never opens the gate of one that is offered meanwhile.
        """
        self._wake.put(self._send_gates)

    def drain(self, timeout: float) -> bool:
        """Waits until nothing can be sent any more; False when the time is up."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            over = threading.Event()
            self.nudge()
            self._wake.put(over.set)
            over.wait(min(5.0, timeout))
            if not self._sending and not self._outbox().find_ready():
                return True
            time.sleep(0.02)
        return False

    def relay(self, changes: Changes) -> None:
        """A change from the host: the desk's own edited rows are made anew first, then the views are told."""
        self._wake.put(lambda: self._take_in(changes))

    # ==== on the loop's thread ====
    def _run(self) -> None:
        while True:
            try:
                work = self._wake.get(timeout=LOOP_EVERY)
            except queue.Empty:
                work = self._step
            if work is None:
                return
            try:
                work()
                self._after()
            except DesktopError as error:
                self._log.warning("Outbox: %s", error.key)
            except Exception as error:  # noqa: BLE001 (our own bug, or a view's: the next edit must be sent all the same)
                self._log.error("Outbox: %s", type(error).__name__)

    def _step(self) -> None:
        if not (self.renewing.is_set() or self._host.wait_ready(0)):
            return
        self.settle()  # offline too: what was on its way when the officer went offline has arrived or not
        if self.offline.is_set():
            return
        ready = self._outbox().find_ready()
        self._unsettled &= {op.id for op in ready}
        for op in ready:
            if op.id not in self._sending and op.id not in self._unsettled:
                self._offer(op)
        if not self.renewing.is_set():
            self._pull_when_due()

    def _send_gates(self) -> None:
        ops = [op for _component, _kind, op in self._outbox().open_creates()]
        self._host.request("base.gates", {"ops": ops}, done=_ignore, failed=_ignore)

    def _pull_when_due(self) -> None:
        if self._pull is None:
            return
        now = time.monotonic()
        if self._pulled_at == 0.0 or now - self._pulled_at > PULL_EVERY:
            self._pulled_at = now
            self._pull_soon.clear()
            self._pull(None)
        elif not self._sending:  # a push has more to tell than its own row: the component's event of it, for one
            for component in self._pull_soon:
                self._pull(component)
            self._pull_soon.clear()

    def _offer(self, op: Op) -> None:
        try:
            offer = self._outbox().offer(op)
        except InvalidInput:
            return  # taken back at this moment
        self._send(offer)

    def _send(self, offer: Offer) -> None:
        op = offer.op
        self._sending.add(op.id)
        self.tell(Changes(outbox=True))

        def answered(error: DesktopError | None) -> None:
            self._wake.put(lambda: self._answered(op.id, op.component, error))

        params = {"component": op.component, "offer": msgspec.to_builtins(offer), "deadline": CALL_DEADLINE}
        self._host.request("push", params, done=lambda _result: answered(None), failed=answered)
        points.reach("desk.sent")

    def _answered(self, id: OpId, component: ComponentId, error: DesktopError | None) -> None:
        self._sending.discard(id)
        if error is None:
            self._unsettled.add(id)  # its outcome may stand in a base that is not attached yet
            self._pull_soon.add(component)
        self.tell(self._outbox().answered(id, error))
        self._step()

    def _take_in(self, changes: Changes) -> None:
        own = changes
        if changes.keys or changes.many:
            own = changes | self._outbox().remake(None if changes.many else changes.keys)
        self.tell(own)


def _ignore(_answer: object) -> None:
    return
